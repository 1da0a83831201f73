/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_CREDENTIAL_SECRET_H
#define OTP_CREDENTIAL_SECRET_H

#include "../error.h"

#include <stddef.h>
#include <stdint.h>

enum {
	OTP_SECRET_MIN = 16,     /* bytes; RFC 4226 R6 */
	OTP_SECRET_MAX = 64,     /* one SHA-512 value */
	OTP_SECRET_DEFAULT = 20, /* one SHA-1 value */
};

/* A token's key. Whoever holds one ends it with otp_secret_wipe. */
struct otp_secret {
	size_t len;
	uint8_t bytes[OTP_SECRET_MAX];
};

/* len random bytes from libcrypto's private generator. OTP_E_LIMIT for a length outside the range, OTP_E_CRYPTO. */
OTP_MUST_CHECK enum otp_status otp_secret_random(struct otp_secret *secret, size_t len);

/* Overwrite all of it and forget the length. */
void otp_secret_wipe(struct otp_secret *secret);

#endif
