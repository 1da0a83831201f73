/* SPDX-License-Identifier: BSD-2-Clause */
#include "seal.h"

#include "../core/hmac.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

struct otp_sealer {
	EVP_CIPHER *cipher;
	uint8_t key[OTP_SUBKEY_LEN];
	uint8_t tag_key[OTP_SUBKEY_LEN];
	uint8_t key_id[OTP_SUBKEY_LEN]; /* the first OTP_KEY_ID_LEN serve */
};

enum otp_status otp_subkey(const uint8_t master[OTP_MASTER_LEN], const char *label, uint8_t subkey[OTP_SUBKEY_LEN])
{
	uint8_t info[66];
	uint8_t block[OTP_HMAC_MAX];
	size_t len = strnlen(label, sizeof info - 2);
	struct otp_hmac *hmac = NULL;
	enum otp_status status;

	memcpy(info, label, len);
	info[len] = 1; /* RFC 5869 §2.3: T(1) = HMAC(PRK, info | 0x01) */
	if ((status = otp_hmac_new(OTP_SHA256, master, OTP_MASTER_LEN, &hmac)) == OTP_OK &&
	    (status = otp_hmac_value(hmac, info, len + 1, block, &len)) == OTP_OK)
		memcpy(subkey, block, OTP_SUBKEY_LEN);
	otp_hmac_free(&hmac);
	OPENSSL_cleanse(block, sizeof block);
	return status;
}

enum otp_status otp_sealer_new(const uint8_t master[OTP_MASTER_LEN], struct otp_sealer **sealer)
{
	struct otp_sealer *s;
	enum otp_status status;

	*sealer = NULL;
	if ((s = calloc(1, sizeof *s)) == NULL)
		return OTP_E_NOMEM;
	if ((status = otp_subkey(master, "vipotp seal v1", s->key)) != OTP_OK ||
	    (status = otp_subkey(master, "vipotp recovery v1", s->tag_key)) != OTP_OK ||
	    (status = otp_subkey(master, "vipotp key id v1", s->key_id)) != OTP_OK)
		goto out;
	status = OTP_E_CRYPTO;
	if ((s->cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL)) == NULL)
		goto out;
	*sealer = s;
	s = NULL; /* transferred */
	status = OTP_OK;
out:
	otp_sealer_free(&s);
	return status;
}

void otp_sealer_free(struct otp_sealer **sealer)
{
	struct otp_sealer *s = *sealer;

	if (s == NULL)
		return;
	EVP_CIPHER_free(s->cipher);
	OPENSSL_cleanse(s, sizeof *s);
	free(s);
	*sealer = NULL;
}

const uint8_t *otp_sealer_key_id(const struct otp_sealer *sealer)
{
	return sealer->key_id;
}

enum otp_status otp_sealer_tag(const struct otp_sealer *sealer, const void *data, size_t len, uint8_t tag[OTP_TAG_LEN])
{
	uint8_t value[OTP_HMAC_MAX];
	struct otp_hmac *hmac = NULL;
	size_t value_len;
	enum otp_status status;

	if ((status = otp_hmac_new(OTP_SHA256, sealer->tag_key, sizeof sealer->tag_key, &hmac)) == OTP_OK &&
	    (status = otp_hmac_value(hmac, data, len, value, &value_len)) == OTP_OK)
		memcpy(tag, value, OTP_TAG_LEN);
	otp_hmac_free(&hmac);
	OPENSSL_cleanse(value, sizeof value);
	return status;
}

enum otp_status otp_seal(const struct otp_sealer *sealer, const void *associated, size_t associated_len,
                         const struct otp_secret *secret, struct otp_sealed *sealed)
{
	EVP_CIPHER_CTX *ctx;
	enum otp_status status = OTP_E_CRYPTO;
	int n;

	memset(sealed, 0, sizeof *sealed);
	if (RAND_bytes(sealed->nonce, OTP_NONCE_LEN) != 1)
		return OTP_E_CRYPTO;
	if ((ctx = EVP_CIPHER_CTX_new()) == NULL)
		return OTP_E_NOMEM;
	if (EVP_EncryptInit_ex2(ctx, sealer->cipher, sealer->key, sealed->nonce, NULL) &&
	    EVP_EncryptUpdate(ctx, NULL, &n, associated, (int)associated_len) &&
	    EVP_EncryptUpdate(ctx, sealed->bytes, &n, secret->bytes, (int)secret->len) && (size_t)n == secret->len &&
	    EVP_EncryptFinal_ex(ctx, sealed->bytes + n, &n) &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, OTP_TAG_LEN, sealed->tag)) {
		sealed->len = (uint8_t)secret->len;
		status = OTP_OK;
	}
	EVP_CIPHER_CTX_free(ctx);
	return status;
}

enum otp_status otp_unseal(const struct otp_sealer *sealer, const void *associated, size_t associated_len,
                           const struct otp_sealed *sealed, struct otp_secret *secret)
{
	EVP_CIPHER_CTX *ctx;
	uint8_t tag[OTP_TAG_LEN];
	enum otp_status status = OTP_E_CORRUPT;
	int n;

	memset(secret, 0, sizeof *secret);
	if (sealed->len < OTP_SECRET_MIN || sealed->len > OTP_SECRET_MAX)
		return OTP_E_CORRUPT;
	if ((ctx = EVP_CIPHER_CTX_new()) == NULL)
		return OTP_E_NOMEM;
	memcpy(tag, sealed->tag, sizeof tag); /* the call below takes no const */
	if (EVP_DecryptInit_ex2(ctx, sealer->cipher, sealer->key, sealed->nonce, NULL) &&
	    EVP_DecryptUpdate(ctx, NULL, &n, associated, (int)associated_len) &&
	    EVP_DecryptUpdate(ctx, secret->bytes, &n, sealed->bytes, sealed->len) && n == sealed->len &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, OTP_TAG_LEN, tag) &&
	    EVP_DecryptFinal_ex(ctx, secret->bytes + n, &n)) {
		secret->len = sealed->len;
		status = OTP_OK;
	} else {
		otp_secret_wipe(secret);
	}
	EVP_CIPHER_CTX_free(ctx); /* wipes its key */
	return status;
}
