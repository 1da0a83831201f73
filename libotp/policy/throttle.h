/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_POLICY_THROTTLE_H
#define OTP_POLICY_THROTTLE_H

#include "../credential/credential.h"
#include "limits.h"

/* The throttle of one bucket (product §5.6). Times in ms since the epoch. */

/*
 * How long from now codes are refused unread; 0: not at all. It never exceeds the wait that the failures earned,
 * whichever way the clock was set: a failure that lies in the future makes nobody wait.
 */
int64_t otp_throttle_wait(const struct otp_bucket *bucket, int64_t now, const struct otp_limits *limits);

bool otp_throttle_is_locked(const struct otp_bucket *bucket);

/*
 * Whether the bucket can afford an attempt that compares so many candidates. If not it becomes locked: the limit is
 * what an attacker gets, not what he must exceed.
 */
bool otp_throttle_admits(struct otp_bucket *bucket, uint64_t candidates, int64_t now, const struct otp_limits *limits);

/* A failure: one more, and its candidates; locks the bucket at its limits. */
void otp_throttle_charge(struct otp_bucket *bucket, uint64_t candidates, int64_t now, const struct otp_limits *limits);

/* A success: ends the wait and takes some failures off with their share of the candidates, rounded in our favour. */
void otp_throttle_forgive(struct otp_bucket *bucket, const struct otp_limits *limits);

/*
 * A pair at a login: no longer locked, and forgiven what a success forgives. What was charged beyond the limits while
 * it was locked is dropped, or the next code would lock it again.
 */
void otp_throttle_reopen(struct otp_bucket *bucket, const struct otp_limits *limits);

/* A reset by a pair, a recovery code, or an administrator: back to nothing. */
void otp_throttle_clear(struct otp_bucket *bucket);

#endif
