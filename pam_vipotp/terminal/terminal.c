/* SPDX-License-Identifier: BSD-2-Clause */
#include "terminal.h"

#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { SIGNALS = 4, LINE_MAX_BYTES = 2048 };

static const int abort_signals[SIGNALS] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static const char *program = "vipotp";

/* What is known of a terminal that another process has. */
static bool is_far;
static struct terminal_far there;
static bool waited_in_vain;

/* Once interrupted, every further question is answered by nothing: the dialogue unwinds and wipes on its way. */
static volatile sig_atomic_t interrupted;

static void on_abort(int signal)
{
	(void)signal;
	interrupted = 1;
}

void terminal_program(const char *name)
{
	program = name;
}

void terminal_be_far(const struct terminal_far *far)
{
	is_far = true;
	there = *far;
}

bool terminal_interactive(void)
{
	return is_far ? there.typed : isatty(STDIN_FILENO) == 1;
}

bool terminal_shown(void)
{
	return is_far ? there.shown : isatty(STDOUT_FILENO) == 1;
}

bool terminal_colours(FILE *stream)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (is_far)
		return there.colours && stream == stdout;
	return isatty(fileno(stream)) == 1 && (no_color == NULL || *no_color == '\0') &&
	       (term == NULL || strcmp(term, "dumb") != 0);
}

static FILE *dialogue(void)
{
	static FILE *stream;
	int fd;

	if (stream != NULL)
		return stream;
	stream = stderr;
	if (!is_far && terminal_interactive() && isatty(STDERR_FILENO) == 0 &&
	    (fd = open("/dev/tty", O_WRONLY | O_NOCTTY | O_CLOEXEC)) >= 0) {
		FILE *tty = fdopen(fd, "w");

		if (tty != NULL)
			stream = tty;
		else
			(void)close(fd);
	}
	return stream;
}

struct watch {
	struct sigaction before[SIGNALS];
	sigset_t mask;
};

/* Signals are held back but while we wait for input, so that none is lost between a look at the flag and the wait. */
static void watch_begin(struct watch *watch)
{
	struct sigaction action = {.sa_handler = on_abort};
	sigset_t held;

	(void)sigemptyset(&held);
	(void)sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < SIGNALS; i++)
		(void)sigaddset(&held, abort_signals[i]);
	(void)sigprocmask(SIG_BLOCK, &held, &watch->mask);
	for (size_t i = 0; i < SIGNALS; i++) {
		(void)sigaction(abort_signals[i], NULL, &watch->before[i]);
		if (watch->before[i].sa_handler != SIG_IGN)
			(void)sigaction(abort_signals[i], &action, NULL);
	}
}

static void watch_end(const struct watch *watch)
{
	(void)sigprocmask(SIG_SETMASK, &watch->mask, NULL);
	for (size_t i = 0; i < SIGNALS; i++)
		(void)sigaction(abort_signals[i], &watch->before[i], NULL);
}

/* One byte of standard input, unbuffered: what follows the line belongs to whoever reads next. 0: no more. */
static int read_byte(const sigset_t *mask, char *byte)
{
	const struct timespec patience = {.tv_sec = there.patience};
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	ssize_t n;

	do {
		if (interrupted)
			return 0;
		n = ppoll(&input, 1, is_far ? &patience : NULL, mask);
		waited_in_vain = n == 0;
		if (n > 0)
			n = read(STDIN_FILENO, byte, 1);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	return n == 1;
}

static enum answer read_line(const sigset_t *mask, char *answer, size_t size)
{
	size_t len = 0;
	bool any = false, readable = true;
	char byte;

	while (read_byte(mask, &byte)) {
		any = true;
		if (byte == '\n')
			break;
		if (byte == '\0' || len == size - 1)
			readable = false;
		else
			answer[len++] = byte;
	}
	if (len > 0 && answer[len - 1] == '\r') /* a file written elsewhere */
		len--;
	answer[readable ? len : 0] = '\0';
	if (!any || interrupted)
		return ANSWER_NONE;
	return readable ? ANSWER_GIVEN : ANSWER_UNREADABLE;
}

static enum answer ask(const char *question, bool hidden, char *answer, size_t size)
{
	struct watch watch;
	struct termios before, silent;
	struct sigaction ignore = {.sa_handler = SIG_IGN}, stop;
	enum answer result;
	bool concealed;

	(void)fflush(stdout);
	watch_begin(&watch);
	concealed = hidden && is_far && there.typed;
	hidden = hidden && tcgetattr(STDIN_FILENO, &before) == 0;
	if (hidden) {
		silent = before;
		silent.c_lflag &= ~(tcflag_t)ECHO;
		silent.c_lflag |= ECHONL;
		(void)sigaction(SIGTSTP, &ignore, &stop); /* a stopped job would leave the shell without echo */
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &silent);
	}
	/* Only now: an answer may follow the question at once. */
	if (concealed)
		(void)fputc(TERMINAL_HIDE, dialogue());
	(void)fputs(question, dialogue());
	(void)fflush(dialogue());
	result = read_line(&watch.mask, answer, size);
	if (hidden) {
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
		(void)sigaction(SIGTSTP, &stop, NULL);
	}
	watch_end(&watch);
	/* The cursor is behind the question where no typed line end moved it on. */
	if (!terminal_interactive() || result == ANSWER_NONE)
		(void)fputc('\n', dialogue());
	if (result == ANSWER_NONE)
		explicit_bzero(answer, size);
	if (waited_in_vain)
		terminal_error("%s", there.late);
	return result;
}

enum answer terminal_ask(const char *question, char *answer, size_t size)
{
	return ask(question, false, answer, size);
}

enum answer terminal_ask_hidden(const char *question, char *answer, size_t size)
{
	return ask(question, true, answer, size);
}

__attribute__((format(printf, 3, 0))) static void put(FILE *stream, const char *start, const char *format, va_list args)
{
	char line[LINE_MAX_BYTES], clean[LINE_MAX_BYTES];

	(void)vsnprintf(line, sizeof line, format, args);
	text_clean(line, true, clean, sizeof clean);
	(void)fflush(stdout);
	(void)fprintf(stream, "%s%s%s\n", start, *start != '\0' ? ": " : "", clean);
	(void)fflush(stream);
}

void terminal_say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(dialogue(), "", format, args);
	va_end(args);
}

void terminal_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(stderr, program, format, args);
	va_end(args);
}
