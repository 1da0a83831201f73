/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vipotp-qr: draws its standard input as a QR code on its standard output, for the PAM module (drawing.h). It holds a
 * key for as long as that takes, and is of no use to anybody else.
 */
#include "drawing.h"
#include "terminal/qr.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* s. Whoever waits for the drawing gives up sooner. */
enum { LIFE = 10 };

/* The caller has every signal blocked. */
static bool settle_in(void)
{
	const struct rlimit none = {0, 0};
	sigset_t alarms;

	(void)sigemptyset(&alarms);
	(void)sigaddset(&alarms, SIGALRM);
	(void)alarm(LIFE);
	return signal(SIGALRM, SIG_DFL) != SIG_ERR && sigprocmask(SIG_UNBLOCK, &alarms, NULL) == 0 &&
	       setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_DUMPABLE, 0) == 0 &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

/* To its end. False: there is none, or it is longer than text. */
static bool read_text(char text[DRAWING_TEXT_MAX + 1])
{
	size_t len = 0;
	ssize_t n = 1;

	while (len <= DRAWING_TEXT_MAX && n != 0) {
		n = read(STDIN_FILENO, text + len, DRAWING_TEXT_MAX + 1 - len);
		if (n < 0 && errno != EINTR)
			return false;
		len += n > 0 ? (size_t)n : 0;
	}
	if (len == 0 || len > DRAWING_TEXT_MAX)
		return false;
	text[len] = '\0';
	return true;
}

int main(void)
{
	char text[DRAWING_TEXT_MAX + 1];
	bool drawn = settle_in() && read_text(text) && qr_draw(stdout, text, false) && fflush(stdout) == 0;

	explicit_bzero(text, sizeof text);
	return drawn ? EXIT_SUCCESS : EXIT_FAILURE;
}
