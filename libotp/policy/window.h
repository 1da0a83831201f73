/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_POLICY_WINDOW_H
#define OTP_POLICY_WINDOW_H

#include "../credential/credential.h"
#include "limits.h"

/*
 * Which positions a login may accept (product §5.1, §5.2). Integer arithmetic in milliseconds and parts per billion,
 * rounded outwards: what is proven is never cut off by rounding.
 */

/* Positions first to last, inclusive; empty if last < first. */
struct otp_range {
	int64_t first, last;
};

uint64_t otp_range_count(struct otp_range range);

/* Bounds of a clock offset: token time - our time, ms. */
struct otp_offset {
	int64_t lo, hi;
};

/* What an accepted code for a step at now proves: the token showed it then, or at most the typing delay before. */
struct otp_offset otp_window_proof(int64_t step, int64_t period, int64_t now, const struct otp_limits *limits);

/* The bounds widened by the drift over the time since they were proven; backwards by the full drift if we went back. */
struct otp_offset otp_window_widen(const struct otp_clock *clock, int64_t now, const struct otp_limits *limits);

/*
 * The positions of a token that a login at now may accept: event tokens next ... next + look_ahead; time tokens the
 * steps that some offset and some typing delay explain, after the last accepted one. A time token of which nothing is
 * proven is taken to be right within one typing delay.
 */
struct otp_range otp_window_login(const struct otp_token *token, const struct otp_token_state *state, int64_t now,
                                  const struct otp_limits *limits);

/* The position that a login at now is most likely to show. */
int64_t otp_window_expected(const struct otp_token *token, const struct otp_token_state *state, int64_t now,
                            const struct otp_limits *limits);

/* All positions within so many counters ahead, or steps around the expected one; not before next unless rewind. */
struct otp_range otp_window_around(const struct otp_token *token, const struct otp_token_state *state, int64_t now,
                                   int64_t counters, int64_t steps, bool rewind, const struct otp_limits *limits);

/* A login accepted this step: keep what the bounds so far and its proof have in common. */
void otp_window_tighten(struct otp_clock *clock, int64_t step, int64_t period, int64_t now,
                        const struct otp_limits *limits);

/* A pair was accepted: forget everything before, bounds and anchor are what it proves. */
void otp_window_restart(struct otp_clock *clock, struct otp_offset proven, int64_t now);

#endif
