/* SPDX-License-Identifier: BSD-2-Clause */
#include "hotp.h"

#include <openssl/crypto.h>

static const uint32_t modulus[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

enum otp_status otp_hotp_value(struct otp_hmac *key, uint64_t position, unsigned digits, uint32_t *value)
{
	uint8_t counter[8];
	uint8_t mac[OTP_HMAC_MAX];
	size_t len;
	const uint8_t *at;
	enum otp_status status;

	for (unsigned i = 0; i < sizeof counter; i++)
		counter[i] = (uint8_t)(position >> (56 - 8 * i));
	if ((status = otp_hmac_value(key, counter, sizeof counter, mac, &len)) != OTP_OK)
		return status;
	/* Dynamic truncation, RFC 4226 §5.3: the low four bits of the last byte choose four bytes. */
	at = mac + (mac[len - 1] & 0x0f);
	*value =
	    (((uint32_t)at[0] & 0x7f) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]) % modulus[digits];
	OPENSSL_cleanse(mac, sizeof mac);
	return OTP_OK;
}
