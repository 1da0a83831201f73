/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_PICTURE_H
#define VIPOTP_PICTURE_H

#include "soft_token.h"

/* What "watch" shows: token ID, code, countdown, keys (product §3, VIP Access Desktop). Borrows everything. */
struct picture {
	const struct soft_token *token;
	const char *code; /* "": an event token of which none was taken yet */
	int64_t left;     /* ms that the code of a time token is still shown */
	bool id_hidden;
	const char *message; /* what a key did, or "" */
};

enum { PICTURE_MAX = 16384 };

/*
 * The bytes that draw it onto a terminal of this size, whatever stood there before, and their number. What does not fit
 * is left out: first what only pleases, the code last. The caller wipes bytes.
 */
size_t picture_draw(const struct picture *picture, int rows, int columns, bool colours, char bytes[PICTURE_MAX]);

#endif
