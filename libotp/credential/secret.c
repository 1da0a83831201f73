/* SPDX-License-Identifier: BSD-2-Clause */
#include "secret.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

enum otp_status otp_secret_random(struct otp_secret *secret, size_t len)
{
	secret->len = 0;
	if (len < OTP_SECRET_MIN || len > OTP_SECRET_MAX)
		return OTP_E_LIMIT;
	if (RAND_priv_bytes(secret->bytes, (int)len) != 1)
		return OTP_E_CRYPTO;
	secret->len = len;
	return OTP_OK;
}

void otp_secret_wipe(struct otp_secret *secret)
{
	OPENSSL_cleanse(secret, sizeof *secret);
}
