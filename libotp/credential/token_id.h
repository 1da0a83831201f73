/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_CREDENTIAL_TOKEN_ID_H
#define OTP_CREDENTIAL_TOKEN_ID_H

#include "../error.h"

#include <stdbool.h>

enum otp_kind {
	OTP_KIND_UNKNOWN = 0, /* a prefix that does not tell */
	OTP_TIME = 1,         /* TOTP, RFC 6238: the position is a time step */
	OTP_EVENT = 2,        /* HOTP, RFC 4226: the position is a counter */
};

enum { OTP_TOKEN_ID_LEN = 12, OTP_TOKEN_ID_GROUPED_LEN = 14 };

/* A token ID in canonical form (product §4.1), NUL-terminated. */
struct otp_token_id {
	char text[OTP_TOKEN_ID_LEN + 1];
};

/*
 * Read an ID as typed or printed: either case, blanks and hyphens anywhere, full-width characters.
 * OTP_E_INVALID if it is neither "DP" + 10 letters or digits nor 4 characters + 8 digits.
 */
OTP_MUST_CHECK enum otp_status otp_token_id_parse(const char *typed, struct otp_token_id *id);

/* What the prefix tells. */
enum otp_kind otp_token_id_kind(const struct otp_token_id *id);

/* The form for people, "VSST 1234 5678". */
void otp_token_id_group(const struct otp_token_id *id, char grouped[OTP_TOKEN_ID_GROUPED_LEN + 1]);

/* A random ID of our own, LVOT… or LVOE…; the caller sees to it that it is new here. OTP_E_CRYPTO. */
OTP_MUST_CHECK enum otp_status otp_token_id_random(enum otp_kind kind, struct otp_token_id *id);

bool otp_token_id_equal(const struct otp_token_id *a, const struct otp_token_id *b);

#endif
