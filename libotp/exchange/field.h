/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_EXCHANGE_FIELD_H
#define OTP_EXCHANGE_FIELD_H

#include "../credential/seed.h"

/* What a token has, as texts of all formats write it: read in one place, so that they agree. */
enum otp_field {
	OTP_FIELD_ID,      /* a token ID */
	OTP_FIELD_KIND,    /* time or event */
	OTP_FIELD_KEY,     /* base32 */
	OTP_FIELD_KEY_HEX, /* hexadecimal */
	OTP_FIELD_DIGITS,
	OTP_FIELD_DIGEST,
	OTP_FIELD_PERIOD,
	OTP_FIELD_COUNTER, /* seed->counter: of an event token the next, of a time token the lowest step to accept */
	OTP_FIELD_USER,
	OTP_FIELD_LABEL,
	OTP_FIELD_ISSUER,
	OTP_FIELD_EXPIRES,
	OTP_FIELDS,
};

/* Put the value into the seed. false if it is wrong; half a key may be in the seed then. */
OTP_MUST_CHECK bool otp_field_read(enum otp_field field, const char *value, struct otp_seed *seed);

/* What a right value is, after "must be". */
const char *otp_field_wanted(enum otp_field field);

/* As otp_field_read writes them. */
const char *otp_field_kind_word(enum otp_kind kind);
const char *otp_field_digest_word(enum otp_digest digest);

/* What formats take for granted where they say nothing: SHA-1, 6 digits and, once the kind is known, 30 s. */
void otp_field_defaults(struct otp_seed *seed);

#endif
