/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_CORE_HMAC_H
#define OTP_CORE_HMAC_H

#include "../error.h"

#include <stddef.h>
#include <stdint.h>

/*
 * HMAC (RFC 2104) with the key hashed once: a look-ahead search asks the same key for many values, so
 * the two key blocks are kept as digest midstates and each value costs two compressions and two copies.
 */

enum otp_digest {
	OTP_SHA1 = 1,
	OTP_SHA256 = 2,
	OTP_SHA512 = 3,
};

enum { OTP_HMAC_MAX = 64 }; /* bytes of the longest value, SHA-512's */

struct otp_hmac;

/*
 * Prepare a key of any length. The caller owns *hmac and ends it with otp_hmac_free, which wipes it.
 * OTP_E_NOMEM, OTP_E_CRYPTO (digest not available, as SHA-1 may be in a restricted libcrypto).
 */
OTP_MUST_CHECK enum otp_status otp_hmac_new(enum otp_digest digest, const uint8_t *key, size_t len,
                                            struct otp_hmac **hmac);

/* The value of len bytes of data; *value_len becomes 20, 32 or 64. OTP_E_CRYPTO: value is undefined. */
OTP_MUST_CHECK enum otp_status otp_hmac_value(struct otp_hmac *hmac, const void *data, size_t len,
                                              uint8_t value[OTP_HMAC_MAX], size_t *value_len);

/* Wipe, free, and set *hmac to NULL. NULL is allowed inside. */
void otp_hmac_free(struct otp_hmac **hmac);

#endif
