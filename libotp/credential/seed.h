/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_CREDENTIAL_SEED_H
#define OTP_CREDENTIAL_SEED_H

#include "credential.h"

/* The highest counter that a new event token may start from: no button is pressed so often. */
#define OTP_COUNTER_MAX INT64_C(1000000000000)

/* The widest skew that a seed may tell, ms: a week, which leaves a clock room to drift in what a record can hold. */
#define OTP_SKEW_MAX INT64_C(604800000)

enum { OTP_SCRATCH_MAX = 10, OTP_SCRATCH_DIGITS = 8 };

/*
 * A token that is not stored yet: what a seed file, a URI or our own generator tells of it, key in the clear, and what
 * the system it comes from knew of its owner. Whoever holds one ends it with otp_seed_wipe.
 */
struct otp_seed {
	struct otp_token_id id;
	enum otp_kind kind;
	enum otp_digest digest;
	uint8_t digits;
	uint16_t period; /* seconds; 0 for an event token */
	int64_t counter; /* the lowest position that may still be accepted; 0 for a time token that was never used */
	int64_t expires; /* seconds since the epoch; 0: never */
	char label[OTP_TEXT_MAX + 1];
	char issuer[OTP_TEXT_MAX + 1];
	struct otp_secret secret;
	char user[OTP_USER_MAX + 1]; /* whose token it was, for whom it is reserved; "" if nobody's */
	bool skewed;                 /* time: whether skew is known */
	int64_t skew;                /* ms: token time - host time, to one period */
	size_t scratches;            /* unspent one-time codes of OTP_SCRATCH_DIGITS digits */
	char scratch[OTP_SCRATCH_MAX][OTP_SCRATCH_DIGITS + 1];
};

/* A new token of our own: random ID and key, SHA-1, 6 digits, 30 s, counter 0. OTP_E_CRYPTO. */
OTP_MUST_CHECK enum otp_status otp_seed_random(enum otp_kind kind, struct otp_seed *seed);

/* OTP_E_INVALID, with the field and its range in *error, for what cannot be a token. error may be NULL. */
OTP_MUST_CHECK enum otp_status otp_seed_check(const struct otp_seed *seed, struct otp_error *error);

void otp_seed_wipe(struct otp_seed *seed);

#endif
