/* SPDX-License-Identifier: BSD-2-Clause */
#include "drawing.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * Between the process and vipotp-qr stands a second one, a copy of the process that never executes a program. Its end
 * raises no signal and is seen only by who asks for __WALL; a process that executes one loses that (execve(2)), so
 * vipotp-qr itself cannot be our child. It waits for vipotp-qr, and ends it when that takes too long; should it be
 * killed itself, vipotp-qr dies with it.
 */

/* ms: with vipotp-qr, and with the one who waits for it. */
enum { PATIENCE = 2000, LAST_PATIENCE = 4000 };

#define PROGRAM LIBEXECDIR "/vipotp-qr"

enum { STACK = 16384, PIECE = 3 /* bytes of a block in UTF-8 */ };

/* What the copies need to know. They call nothing that could wait for a lock of another thread's. */
struct easel {
	int text, picture;        /* the ends of vipotp-qr's pipes */
	unsigned char *innermost; /* top of the stack on which vipotp-qr is called */
};

static int call_program(void *arg)
{
	static char name[] = "vipotp-qr";
	char *const arguments[] = {name, NULL}, *const environment[] = {NULL};

	(void)arg;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0)
		(void)execve(PROGRAM, arguments, environment);
	_exit(1);
}

/* Its two streams are all that is open. The host may have nothing at 0 to 2, or our own pipes. */
static bool keep_streams(const struct easel *easel)
{
	int text = fcntl(easel->text, F_DUPFD, STDERR_FILENO + 1);
	int picture = fcntl(easel->picture, F_DUPFD, STDERR_FILENO + 1);

	return text >= 0 && picture >= 0 && dup2(text, STDIN_FILENO) == STDIN_FILENO &&
	       dup2(picture, STDOUT_FILENO) == STDOUT_FILENO && close_range(STDERR_FILENO, ~0U, 0) == 0;
}

static int stand_between(void *arg)
{
	const struct easel *easel = arg;
	struct pollfd ended = {.events = POLLIN};
	pid_t program;

	if (!keep_streams(easel) ||
	    (program = clone(call_program, easel->innermost, CLONE_PIDFD | SIGCHLD, NULL, &ended.fd)) < 0)
		_exit(1);
	if (poll(&ended, 1, PATIENCE) != 1)
		(void)kill(program, SIGKILL);
	while (waitpid(program, NULL, __WALL) < 0 && errno == EINTR)
		continue;
	_exit(0);
}

/* Every signal is blocked from before the copy is made, and stays so there: no handler of the host's runs in it. */
static pid_t begin(const struct easel *easel)
{
	_Alignas(16) unsigned char stacks[2][STACK];
	struct easel own = *easel;
	sigset_t every, before;
	pid_t pid;

	own.innermost = stacks[0] + STACK;
	(void)sigfillset(&every);
	if (pthread_sigmask(SIG_SETMASK, &every, &before) != 0)
		return -1;
	pid = clone(stand_between, stacks[1] + STACK, 0, &own);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return pid;
}

static int64_t now(void)
{
	struct timespec clock;

	(void)clock_gettime(CLOCK_MONOTONIC, &clock);
	return (int64_t)clock.tv_sec * 1000 + clock.tv_nsec / 1000000;
}

/* Read to the end. False: it does not come in time, or not in this room. */
static bool read_all(int fd, char drawing[DRAWING_MAX])
{
	int64_t left, until = now() + LAST_PATIENCE;
	size_t len = 0;

	while (len < DRAWING_MAX - 1 && (left = until - now()) > 0) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		ssize_t n;

		if (poll(&ready, 1, (int)left) <= 0)
			continue;
		n = read(fd, drawing + len, DRAWING_MAX - 1 - len);
		if (n == 0)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
		len += n > 0 ? (size_t)n : 0;
	}
	return false;
}

/* Length of a character that a drawing is made of, or 0. */
static size_t character(const char *at)
{
	static const char *const blocks[] = {"\xe2\x96\x88", "\xe2\x96\x80", "\xe2\x96\x84"};

	if (*at == ' ')
		return 1;
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		if (strncmp(at, blocks[i], PIECE) == 0)
			return PIECE;
	return 0;
}

/* Whether it is a square of blocks and blanks: nothing of it is missing, and nothing else goes to a terminal. */
static bool is_whole(const char *drawing)
{
	size_t width = 0, columns = 0, lines = 0, len;

	for (const char *at = drawing; *at != '\0'; at += len) {
		if (*at == '\n') {
			if (columns == 0 || (lines > 0 && columns != width))
				return false;
			width = columns;
			columns = 0;
			lines++;
			len = 1;
		} else if ((len = character(at)) != 0) {
			columns++;
		} else {
			return false;
		}
	}
	return columns == 0 && width > 0 && (lines * 2 == width || lines * 2 == width + 1);
}

/* Both pipes, or none. */
static bool open_pipes(int text[2], int picture[2])
{
	if (pipe2(text, O_CLOEXEC) != 0)
		return false;
	if (pipe2(picture, O_CLOEXEC) == 0)
		return true;
	(void)close(text[0]);
	(void)close(text[1]);
	return false;
}

/* The text waits in the pipe, which has room for it: nobody has to read for us to go on, or is there to send SIGPIPE.
 */
bool drawing_make(const char *text, char drawing[DRAWING_MAX], const char **why)
{
	size_t len = strnlen(text, DRAWING_TEXT_MAX);
	int to[2], from[2];
	pid_t pid = -1;
	bool whole = false;

	memset(drawing, 0, DRAWING_MAX);
	*why = "the drawing program could not be called";
	if (!open_pipes(to, from))
		return false;
	if (write(to[1], text, len) == (ssize_t)len)
		pid = begin(&(struct easel){.text = to[0], .picture = from[1]});
	(void)close(to[0]);
	(void)close(to[1]);
	(void)close(from[1]);
	if (pid > 0) {
		*why = PROGRAM " gave no drawing";
		whole = read_all(from[0], drawing) && is_whole(drawing);
		(void)kill(pid, SIGKILL);
		while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
			continue;
	}
	(void)close(from[0]);
	if (!whole)
		explicit_bzero(drawing, DRAWING_MAX);
	return whole;
}
