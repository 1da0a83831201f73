/* SPDX-License-Identifier: BSD-2-Clause */
#include "hotp.h"

#include "code.h"

#include <openssl/crypto.h>

static const uint32_t modulus[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/*
 * Dynamic truncation, RFC 4226 §5.3: the low four bits of the last byte choose four bytes of the first nineteen. They
 * are secret, so they choose by masks and a shift: an address would tell them.
 */
static uint32_t truncated(const uint8_t *mac, size_t len)
{
	uint32_t offset = mac[len - 1] & 0x0f, word[5], high = 0, low = 0;

	for (unsigned i = 0; i < 5; i++)
		word[i] = (uint32_t)mac[4 * i] << 24 | (uint32_t)mac[4 * i + 1] << 16 | (uint32_t)mac[4 * i + 2] << 8 |
		          mac[4 * i + 3];
	for (unsigned i = 0; i < 4; i++) {
		uint32_t mask = otp_code_mask(i, offset / 4);

		high |= word[i] & mask;
		low |= word[i + 1] & mask;
	}
	return (uint32_t)(((uint64_t)high << 32 | low) >> (32 - 8 * (offset % 4))) & 0x7fffffff;
}

enum otp_status otp_hotp_value(struct otp_hmac *key, uint64_t position, unsigned digits, uint32_t *value)
{
	uint8_t counter[8];
	uint8_t mac[OTP_HMAC_MAX];
	size_t len;
	enum otp_status status;

	for (unsigned i = 0; i < sizeof counter; i++)
		counter[i] = (uint8_t)(position >> (56 - 8 * i));
	if ((status = otp_hmac_value(key, counter, sizeof counter, mac, &len)) != OTP_OK)
		return status;
	*value = truncated(mac, len) % modulus[digits];
	OPENSSL_cleanse(mac, sizeof mac);
	return OTP_OK;
}
