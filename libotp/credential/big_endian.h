/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_CREDENTIAL_BIG_ENDIAN_H
#define OTP_CREDENTIAL_BIG_ENDIAN_H

#include <stdint.h>

/* Numbers of the stored records, the highest byte first; len is 1 to 8 bytes. */
static inline void big_endian_put(uint8_t *at, uint64_t value, unsigned len)
{
	while (len-- > 0) {
		at[len] = (uint8_t)value;
		value >>= 8;
	}
}

static inline uint64_t big_endian_get(const uint8_t *at, unsigned len)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < len; i++)
		value = value << 8 | at[i];
	return value;
}

#endif
