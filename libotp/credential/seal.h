/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_CREDENTIAL_SEAL_H
#define OTP_CREDENTIAL_SEAL_H

#include "secret.h"

/*
 * Keys at rest: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. The associated data is what the
 * key must not be moved away from. Everything derives from one master key of 32 bytes by HKDF-Expand (RFC 5869).
 */

enum {
	OTP_MASTER_LEN = 32,
	OTP_SUBKEY_LEN = 32,
	OTP_KEY_ID_LEN = 4,
	OTP_NONCE_LEN = 12,
	OTP_TAG_LEN = 16,
};

struct otp_sealer;

/* A sealed key. len 0 means that there is none. */
struct otp_sealed {
	uint8_t len;
	uint8_t nonce[OTP_NONCE_LEN];
	uint8_t tag[OTP_TAG_LEN];
	uint8_t bytes[OTP_SECRET_MAX];
};

/* Derive the sealing key. The caller keeps and wipes master, owns *sealer. OTP_E_NOMEM, OTP_E_CRYPTO. */
OTP_MUST_CHECK enum otp_status otp_sealer_new(const uint8_t master[OTP_MASTER_LEN], struct otp_sealer **sealer);

/* Wipe, free, and set *sealer to NULL. NULL is allowed inside. */
void otp_sealer_free(struct otp_sealer **sealer);

/* Four bytes that tell one master key from another and reveal neither; a record carries its sealer's. */
const uint8_t *otp_sealer_key_id(const struct otp_sealer *sealer);

/* HMAC-SHA-256 under a subkey of its own, cut to OTP_TAG_LEN bytes: what is kept of a code. OTP_E_NOMEM, OTP_E_CRYPTO.
 */
OTP_MUST_CHECK enum otp_status otp_sealer_tag(const struct otp_sealer *sealer, const void *data, size_t len,
                                              uint8_t tag[OTP_TAG_LEN]);

/* OTP_E_CRYPTO: *sealed is undefined. */
OTP_MUST_CHECK enum otp_status otp_seal(const struct otp_sealer *sealer, const void *associated, size_t associated_len,
                                        const struct otp_secret *secret, struct otp_sealed *sealed);

/* OTP_E_CORRUPT if tag, nonce, bytes or associated data are not those of otp_seal; *secret is wiped then. */
OTP_MUST_CHECK enum otp_status otp_unseal(const struct otp_sealer *sealer, const void *associated,
                                          size_t associated_len, const struct otp_sealed *sealed,
                                          struct otp_secret *secret);

/*
 * A subkey of the master key for another purpose, named by label (at most 64 characters):
 * HKDF-Expand with one block. OTP_E_CRYPTO.
 */
OTP_MUST_CHECK enum otp_status otp_subkey(const uint8_t master[OTP_MASTER_LEN], const char *label,
                                          uint8_t subkey[OTP_SUBKEY_LEN]);

#endif
