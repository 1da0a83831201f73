/* SPDX-License-Identifier: BSD-2-Clause */
#include "screen.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define TAKE "\033[?1049h\033[?25l"
#define GIVE_BACK "\033[?25h\033[?1049l"

enum { SIGNALS = 7, ROWS = 24, COLUMNS = 80, CHUNK = 64 };

static const int signals[SIGNALS] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};

static volatile sig_atomic_t ended, stopped, continued, resized;

static struct termios before;
static sigset_t while_waiting; /* signals are held back but while we wait: none is lost between a look and the wait */

static void on_signal(int signal)
{
	switch (signal) {
	case SIGTSTP:
		stopped = 1;
		break;
	case SIGCONT:
		continued = 1;
		break;
	case SIGWINCH:
		resized = 1;
		break;
	default:
		ended = signal;
	}
}

/* A signal that the caller ignores stays ignored, as nohup(1) wants it. */
static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal}, now;
	sigset_t held;

	(void)sigemptyset(&held);
	(void)sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < SIGNALS; i++)
		(void)sigaddset(&held, signals[i]);
	(void)sigprocmask(SIG_BLOCK, &held, &while_waiting);
	for (size_t i = 0; i < SIGNALS; i++) {
		(void)sigdelset(&while_waiting, signals[i]);
		if (sigaction(signals[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
			(void)sigaction(signals[i], &action, NULL);
	}
}

/* Let a signal do what it does by default, now. Returns where it only stopped us. */
static void suffer(int signal)
{
	struct sigaction by_default = {.sa_handler = SIG_DFL}, ours;
	sigset_t only, held;

	(void)sigemptyset(&by_default.sa_mask);
	(void)sigemptyset(&only);
	(void)sigaddset(&only, signal);
	(void)sigaction(signal, &by_default, &ours);
	(void)raise(signal);
	(void)sigprocmask(SIG_UNBLOCK, &only, &held);
	(void)sigprocmask(SIG_SETMASK, &held, NULL);
	(void)sigaction(signal, &ours, NULL);
}

static bool take(void)
{
	struct termios raw = before;

	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	if (tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) != 0)
		return false;
	screen_write(TAKE, strlen(TAKE));
	return true;
}

static void give_back(void)
{
	screen_write(GIVE_BACK, strlen(GIVE_BACK));
	(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
}

bool screen_possible(void)
{
	const char *term = getenv("TERM");

	return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && term != NULL && *term != '\0' &&
	       strcmp(term, "dumb") != 0;
}

bool screen_open(void)
{
	if (tcgetattr(STDIN_FILENO, &before) != 0)
		return false;
	catch_signals();
	return take();
}

void screen_close(void)
{
	give_back();
	if (ended != 0)
		suffer(ended);
}

/* One key; the bytes that come with an escape are an arrow or the like, and a paste is no row of keys. */
static enum screen_event read_key(char *key)
{
	char chunk[CHUNK];
	ssize_t n = read(STDIN_FILENO, chunk, sizeof chunk);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return SCREEN_TICK;
	if (n <= 0)
		return SCREEN_END;
	*key = chunk[0] == '\033' ? '\0' : chunk[0];
	return SCREEN_KEY;
}

/* What signals asked for, or TICK. */
static enum screen_event heed(void)
{
	if (ended != 0)
		return SCREEN_END;
	if (stopped) {
		stopped = 0;
		give_back();
		suffer(SIGTSTP);
		continued = 1;
	}
	if (continued) {
		continued = 0;
		return take() ? SCREEN_CHANGED : SCREEN_END;
	}
	if (resized) {
		resized = 0;
		return SCREEN_CHANGED;
	}
	return SCREEN_TICK;
}

enum screen_event screen_wait(int ms, char *key)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	const struct timespec limit = {ms / 1000, ms % 1000 * 1000000L};
	enum screen_event event = heed();
	int ready;

	if (event != SCREEN_TICK)
		return event;
	ready = ppoll(&input, 1, ms < 0 ? NULL : &limit, &while_waiting);
	if (ready > 0)
		return read_key(key);
	return ready == 0 || errno == EINTR ? heed() : SCREEN_END;
}

void screen_size(int *rows, int *columns)
{
	struct winsize size;
	bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;

	*rows = known && size.ws_row > 0 ? size.ws_row : ROWS;
	*columns = known && size.ws_col > 0 ? size.ws_col : COLUMNS;
}

void screen_write(const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(STDOUT_FILENO, bytes, len);

		if (n < 0 && errno != EINTR)
			return; /* the terminal is gone, which the next wait tells */
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
}
