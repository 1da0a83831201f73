/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_EXCHANGE_URI_H
#define OTP_EXCHANGE_URI_H

#include "../credential/seed.h"

enum { OTP_URI_MAX = 1024 }; /* bytes with the NUL */

/*
 * Read an otpauth://totp/ or otpauth://hotp/ URI. A label or account that is a token ID gives the ID, otherwise
 * seed->id.text is "". An issuer that differs from the label's is accepted, the parameter wins. Unknown parameters
 * are ignored, known ones must be right. OTP_E_INVALID with what, where and how to mend it; never the key.
 * The caller wipes *seed in either case.
 */
OTP_MUST_CHECK enum otp_status otp_uri_parse(const char *uri, struct otp_seed *seed, struct otp_error *error);

/* The URI that a phone app reads; holds the key: the caller wipes it. OTP_E_LIMIT if it does not fit. */
OTP_MUST_CHECK enum otp_status otp_uri_print(const struct otp_seed *seed, char uri[OTP_URI_MAX]);

#endif
