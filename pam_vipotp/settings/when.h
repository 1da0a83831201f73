/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_SETTINGS_WHEN_H
#define VIPOTP_SETTINGS_WHEN_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Days and lengths of time as they are written in the file. The C library's calendar would do, but for TZ: with a zone
 * of the kind "right/…" it counts leap seconds, and in a login TZ is the caller's (product §10, rule 10).
 */

enum { WHEN_TEXT_MAX = 48 };

/* "YYYY-MM-DD", a day of the calendar from 2000 on: its first second in UTC, since the epoch. False for anything else.
 */
bool when_read_date(const char *text, int64_t *seconds);

/* The other way round, for what when_read_date gave. */
void when_print_date(int64_t seconds, char text[WHEN_TEXT_MAX]);

/* "90m": a number from 1 on, without a leading zero, and s, m, h or d. False for anything else. */
bool when_read_span(const char *text, int64_t *seconds);

/* The other way round, in the longest unit in which it is a whole number. */
void when_print_span(int64_t seconds, char text[WHEN_TEXT_MAX]);

#endif
