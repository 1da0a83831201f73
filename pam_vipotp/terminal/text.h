/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_TERMINAL_TEXT_H
#define VIPOTP_TERMINAL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Text of others (labels, hosts, names) before it reaches a terminal, a log or a script. */

/* Bytes of the UTF-8 character at s (RFC 3629: shortest form, no surrogates); 0 if there is none, also at the NUL. */
size_t text_character(const char *s);

/* Whether the character of len bytes at s is a control character: C0, DEL or C1. */
bool text_is_control(const char *s, size_t len);

/*
 * Copy text so that it can steer no terminal: U+FFFD for each control character and for each byte that is no UTF-8.
 * Line feeds stay if `lines`. Cut at a character's end to fit size.
 */
void text_clean(const char *text, bool lines, char *clean, size_t size);

/*
 * The columns that a line of text takes on a terminal: two for each wide character (Unicode UAX #11: kana, ideographs,
 * full-width forms), none for one that combines with the one before. wcwidth(3) knows that only under a locale.
 */
int text_width(const char *text);

/* Print text and blanks up to so many columns, where printf's %-*s counts bytes. */
void text_column(FILE *out, const char *text, int columns);

/* Whether an answer means yes: y, yes or はい, in either width and case. Anything else is no. */
bool text_is_yes(const char *answer);

#endif
