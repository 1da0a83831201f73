/* SPDX-License-Identifier: BSD-2-Clause */
#include "pump.h"

#include "language/language.h"
#include "terminal/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

enum { SIGNALS = 4, PIECE = 4096, INPUT = 0, OUTPUT, COMPLAINTS, TO_INPUT, POLLED };

static const int ending[SIGNALS] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static volatile sig_atomic_t ended;

static void on_ending(int signal)
{
	(void)signal;
	ended = 1;
}

struct flow {
	const int *stream;
	bool typed;       /* standard input is a terminal, which gives lines by itself */
	bool asked;       /* a question stands at the end of what came: its line has no end */
	bool open;        /* more input may follow */
	bool from[3];     /* outputs that may still bring something, by number of stream */
	size_t len;       /* of `held` */
	char held[PIECE]; /* read and not sent yet */
	int lost;         /* errno of a write to standard output that failed; 0: none */
	bool hidden;
	struct termios echoing; /* hidden: how it was before */
};

/* Until the line is there, or the dialogue over. A stopped job would leave the shell without echo. */
static void hide_typing(struct flow *flow)
{
	struct termios silent;

	if (flow->hidden || !flow->typed || tcgetattr(STDIN_FILENO, &flow->echoing) != 0)
		return;
	silent = flow->echoing;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	silent.c_lflag |= ECHONL;
	(void)signal(SIGTSTP, SIG_IGN);
	flow->hidden = tcsetattr(STDIN_FILENO, TCSADRAIN, &silent) == 0;
}

static void show_typing(struct flow *flow)
{
	if (!flow->hidden)
		return;
	(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &flow->echoing);
	(void)signal(SIGTSTP, SIG_DFL);
	flow->hidden = false;
}

static void close_input(struct flow *flow)
{
	if (flow->open)
		(void)shutdown(flow->stream[0], SHUT_WR);
	flow->open = false;
	flow->len = 0;
	show_typing(flow);
}

/* Standard input, as much as is wanted of it: of a line that nobody types a byte, since its end is not known before. */
static void take_input(struct flow *flow)
{
	ssize_t n = read(STDIN_FILENO, flow->held, flow->typed ? sizeof flow->held : 1);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		close_input(flow);
		return;
	}
	flow->len = (size_t)n;
	if (flow->held[n - 1] != '\n')
		return;
	flow->asked = false;
	show_typing(flow);
}

/* What is held goes to the other process. A reader that is gone needs no more. */
static void give_input(struct flow *flow)
{
	ssize_t n = send(flow->stream[0], flow->held, flow->len, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n < 0) {
		flow->open = false;
		flow->len = 0;
		return;
	}
	memmove(flow->held, flow->held + n, flow->len - (size_t)n);
	flow->len -= (size_t)n;
}

static bool write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

/* A question whose answer is not to be shown has a mark before it: typing is hidden before anybody sees the question.
 */
static size_t take_marks(struct flow *flow, char *piece, size_t len)
{
	char *mark;

	while ((mark = memchr(piece, TERMINAL_HIDE, len)) != NULL) {
		hide_typing(flow);
		len--;
		memmove(mark, mark + 1, len - (size_t)(mark - piece));
	}
	return len;
}

/* Of stream[i] to our own descriptor i. */
static void show(struct flow *flow, int i)
{
	char piece[PIECE];
	ssize_t n = recv(flow->stream[i], piece, sizeof piece, MSG_DONTWAIT);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	flow->from[i] = n > 0;
	if (n <= 0)
		return;
	if (i == STDERR_FILENO) {
		flow->asked = piece[n - 1] != '\n';
		n = (ssize_t)take_marks(flow, piece, (size_t)n);
	}
	if (!write_all(i, piece, (size_t)n) && i == STDOUT_FILENO && flow->lost == 0)
		flow->lost = errno;
	explicit_bzero(piece, sizeof piece);
}

static void turn(struct flow *flow, const sigset_t *mask)
{
	bool wanted = flow->open && flow->len == 0 && (flow->typed || flow->asked);
	struct pollfd polled[POLLED] = {
	    [INPUT] = {.fd = wanted ? STDIN_FILENO : -1, .events = POLLIN},
	    [OUTPUT] = {.fd = flow->from[1] ? flow->stream[1] : -1, .events = POLLIN},
	    [COMPLAINTS] = {.fd = flow->from[2] ? flow->stream[2] : -1, .events = POLLIN},
	    [TO_INPUT] = {.fd = flow->len > 0 ? flow->stream[0] : -1, .events = POLLOUT},
	};

	if (ppoll(polled, POLLED, NULL, mask) < 0) {
		if (ended)
			close_input(flow);
		return;
	}
	if (polled[OUTPUT].revents != 0) /* results first: the question that they lead to comes behind them */
		show(flow, STDOUT_FILENO);
	if (polled[COMPLAINTS].revents != 0)
		show(flow, STDERR_FILENO);
	if (polled[TO_INPUT].revents != 0)
		give_input(flow);
	if (polled[INPUT].revents != 0)
		take_input(flow);
}

/* Signals are held back but while we wait, so that none is lost between a look at the flag and the wait. */
static void watch(sigset_t *mask)
{
	struct sigaction action = {.sa_handler = on_ending, .sa_flags = (int)SA_RESETHAND}, before;
	sigset_t held;

	(void)sigemptyset(&held);
	(void)sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < SIGNALS; i++)
		(void)sigaddset(&held, ending[i]);
	(void)sigprocmask(SIG_BLOCK, &held, mask);
	for (size_t i = 0; i < SIGNALS; i++)
		if (sigaction(ending[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
			(void)sigaction(ending[i], &action, NULL);
}

enum command_exit pump(const int stream[3])
{
	struct flow flow = {
	    .stream = stream, .typed = terminal_interactive(), .open = true, .from = {false, true, true}};
	sigset_t mask;

	watch(&mask);
	while (flow.from[1] || flow.from[2])
		turn(&flow, &mask);
	show_typing(&flow);
	(void)sigprocmask(SIG_SETMASK, &mask, NULL);
	explicit_bzero(flow.held, sizeof flow.held);
	if (flow.lost == 0)
		return COMMAND_DONE;
	terminal_error(_("Cannot write to standard output: %s."), strerror(flow.lost));
	return COMMAND_UNAVAILABLE;
}
