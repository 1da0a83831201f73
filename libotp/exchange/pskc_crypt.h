/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_EXCHANGE_PSKC_CRYPT_H
#define OTP_EXCHANGE_PSKC_CRYPT_H

#include "pskc_value.h"

/* RFC 6030 §6: how the values of a PSKC file are encrypted, and how they are had. */

enum {
	OTP_PSKC_KEY_MAX = 32,
	OTP_PSKC_SALT_MAX = 64,
	OTP_PSKC_ITERATIONS_MAX = 10000000, /* some seconds; a file must not be able to ask for hours */
};

/* The algorithm of an EncryptionMethod, by its URI; NULL: none that is read. */
struct otp_pskc_cipher;
const struct otp_pskc_cipher *otp_pskc_cipher_named(const char *uri);

/* libcrypto's name of the digest of an HMAC, by its URI; NULL: none that is read. */
const char *otp_pskc_digest_named(const char *uri);

/* A value of a Data element, or the MACKey. */
struct otp_pskc_item {
	const char *name;                     /* of the element */
	unsigned long line;                   /* where it stands; 0: nowhere */
	bool plain;                           /* content is a PlainValue's text with its NUL */
	bool encrypted;                       /* content is a CipherValue's bytes */
	const struct otp_pskc_cipher *cipher; /* NULL: none was named */
	struct otp_pskc_bytes content;
	struct otp_pskc_bytes mac; /* len 0: none */
};

/* What the container says of its encryption, and what came of it. Holds keys: its owner overwrites all of it. */
struct otp_pskc_crypt {
	const struct otp_foreign *file;
	struct otp_error *error;
	unsigned long derived_line; /* of the DerivedKey; 0: a pre-shared key */
	struct otp_pskc_bytes salt;
	unsigned iterations;
	size_t derived_len; /* KeyLength; 0: what the cipher needs */
	const char *prf;
	const char *digest; /* of the MACMethod; NULL: none */
	struct otp_pskc_item mac_item;
	size_t key_len; /* 0: not derived or looked at yet */
	uint8_t key[OTP_PSKC_KEY_MAX];
	bool mac_known;
	struct otp_pskc_bytes mac_key;
	bool proven; /* something was authenticated under the key: from then on a mismatch is not the key's fault */
};

/*
 * The plaintext of an encrypted item, authenticated before it is decrypted. OTP_E_KEY_MISSING, OTP_E_KEY_WRONG,
 * OTP_E_INVALID, OTP_E_CRYPTO with place and reason. The caller wipes *plain.
 */
OTP_MUST_CHECK enum otp_status otp_pskc_reveal(struct otp_pskc_crypt *crypt, const struct otp_pskc_item *item,
                                               struct otp_pskc_bytes *plain);

#endif
