/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_SHOW_H
#define VIPOTP_COMMAND_SHOW_H

#include "otp.h"
#include "terminal/json.h"

/* How tokens, times and numbers look to people and to scripts, the same in every verb. */

enum { SHOW_TIME_MAX = 40, SHOW_DURATION_MAX = 40, SHOW_TEXT_MAX = 3 * OTP_TEXT_MAX + 1, SHOW_FACTS_MAX = 120 };

/* "new", "enabled", "disabled": for scripts; marked N_ for people. */
const char *show_token_status(enum otp_token_status status);

/* Local time with its offset from UTC, or "never" for 0; s since the epoch. */
void show_time(int64_t s, char text[SHOW_TIME_MAX]);

/* "45 s", "12 min", "1 h 5 min"; ms, rounded up. */
void show_duration(int64_t ms, char text[SHOW_DURATION_MAX]);

/* Milliseconds as seconds with a tenth; sign: also a plus. */
void show_seconds(int64_t ms, bool sign, char text[SHOW_DURATION_MAX]);

/* What is proven of a token's clock: its middle and half its width, ms. False: nothing. */
bool show_clock(const struct otp_clock *clock, int64_t *middle, int64_t *width);

/* Facts in a row: "time, 6 digits, SHA1, every 30 s". */
void show_facts(const struct otp_token_report *token, char text[SHOW_FACTS_MAX]);

/* RFC 3339 in UTC, null for 0; s since the epoch. */
void show_json_time(struct json *json, const char *name, int64_t s);

/* The members id, kind, digits, digest, period, label, issuer, state, expires of an open object. */
void show_json_facts(struct json *json, const struct otp_token_report *token);

#endif
