/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_SCREEN_H
#define VIPOTP_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The whole terminal for a while, in control sequences of ECMA-48 and xterm that every terminal of today knows: the
 * alternate screen, no cursor, keys at once and without echo. What was there before comes back however the program ends
 * but by SIGKILL: at screen_close, and while it is stopped (SIGTSTP). One at a time.
 */

enum screen_event {
	SCREEN_TICK = 1, /* nothing happened for so long */
	SCREEN_KEY,
	SCREEN_CHANGED, /* the size, or what is shown: draw again */
	SCREEN_END,     /* a signal wants the program to end, or the terminal is gone */
};

/* Whether standard input and output are a terminal that can do this. */
bool screen_possible(void);

/* Take the terminal. False: it would not be taken. */
bool screen_open(void);

/* Give it back, and die of the signal that ended screen_wait, if one did. */
void screen_close(void);

/* Wait so many ms at most, for ever if negative. *key: the key, '\0' for one that is none of ours (arrows and such). */
enum screen_event screen_wait(int ms, char *key);

void screen_size(int *rows, int *columns);

/* Write bytes to the terminal at once. */
void screen_write(const char *bytes, size_t len);

#endif
