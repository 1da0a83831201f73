/* SPDX-License-Identifier: BSD-2-Clause */
#include "hmac.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_MAX = 128 }; /* bytes of SHA-512's block */

struct otp_hmac {
	EVP_MD *md;
	EVP_MD_CTX *inner; /* has absorbed key ^ ipad */
	EVP_MD_CTX *outer; /* has absorbed key ^ opad */
	EVP_MD_CTX *work;
	size_t value_len;
};

static const char *digest_name(enum otp_digest digest)
{
	switch (digest) {
	case OTP_SHA1:
		return "SHA1";
	case OTP_SHA256:
		return "SHA256";
	case OTP_SHA512:
		return "SHA512";
	}
	return "";
}

/* RFC 2104 §2: a key longer than a block is replaced by its digest. */
static int key_block(const EVP_MD *md, const uint8_t *key, size_t len, uint8_t block[BLOCK_MAX])
{
	memset(block, 0, BLOCK_MAX);
	if (len > (size_t)EVP_MD_get_block_size(md))
		return EVP_Digest(key, len, block, NULL, md, NULL);
	if (len > 0)
		memcpy(block, key, len);
	return 1;
}

static int absorb_pad(EVP_MD_CTX *ctx, const EVP_MD *md, const uint8_t block[BLOCK_MAX], uint8_t pad)
{
	uint8_t padded[BLOCK_MAX];
	size_t size = (size_t)EVP_MD_get_block_size(md);
	int ok;

	for (size_t i = 0; i < size; i++)
		padded[i] = block[i] ^ pad;
	ok = EVP_DigestInit_ex2(ctx, md, NULL) && EVP_DigestUpdate(ctx, padded, size);
	OPENSSL_cleanse(padded, sizeof padded);
	return ok;
}

enum otp_status otp_hmac_new(enum otp_digest digest, const uint8_t *key, size_t len, struct otp_hmac **hmac)
{
	uint8_t block[BLOCK_MAX];
	struct otp_hmac *h;
	enum otp_status status = OTP_E_NOMEM;

	*hmac = NULL;
	if ((h = calloc(1, sizeof *h)) == NULL)
		return OTP_E_NOMEM;
	h->inner = EVP_MD_CTX_new();
	h->outer = EVP_MD_CTX_new();
	h->work = EVP_MD_CTX_new();
	if (h->inner == NULL || h->outer == NULL || h->work == NULL)
		goto out;
	status = OTP_E_CRYPTO;
	if ((h->md = EVP_MD_fetch(NULL, digest_name(digest), NULL)) == NULL)
		goto out;
	h->value_len = (size_t)EVP_MD_get_size(h->md);
	if (!key_block(h->md, key, len, block) || !absorb_pad(h->inner, h->md, block, 0x36) ||
	    !absorb_pad(h->outer, h->md, block, 0x5c))
		goto out;
	*hmac = h;
	h = NULL; /* transferred */
	status = OTP_OK;
out:
	OPENSSL_cleanse(block, sizeof block);
	otp_hmac_free(&h);
	return status;
}

enum otp_status otp_hmac_value(struct otp_hmac *hmac, const void *data, size_t len, uint8_t value[OTP_HMAC_MAX],
                               size_t *value_len)
{
	uint8_t inner[OTP_HMAC_MAX];
	enum otp_status status = OTP_E_CRYPTO;

	if (EVP_MD_CTX_copy_ex(hmac->work, hmac->inner) && EVP_DigestUpdate(hmac->work, data, len) &&
	    EVP_DigestFinal_ex(hmac->work, inner, NULL) && EVP_MD_CTX_copy_ex(hmac->work, hmac->outer) &&
	    EVP_DigestUpdate(hmac->work, inner, hmac->value_len) && EVP_DigestFinal_ex(hmac->work, value, NULL)) {
		*value_len = hmac->value_len;
		status = OTP_OK;
	}
	OPENSSL_cleanse(inner, sizeof inner);
	return status;
}

void otp_hmac_free(struct otp_hmac **hmac)
{
	struct otp_hmac *h = *hmac;

	if (h == NULL)
		return;
	EVP_MD_CTX_free(h->inner); /* wipes its midstate */
	EVP_MD_CTX_free(h->outer);
	EVP_MD_CTX_free(h->work);
	EVP_MD_free(h->md);
	free(h);
	*hmac = NULL;
}
