/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PSKC. The first byte says what is given with the file: k a pre-shared key, p a passphrase, anything else nothing. The
 * seeds are encrypted under them: RFC 6030's figures 6 and 7.
 */
#include "exchange/pskc.h"
#include "feed.h"

#include <stdlib.h>
#include <string.h>

enum { NEAR = 64, DIGITS_MAX = 4 };

/* Iterations by the million are allowed, and would be all that is done. */
static bool is_quick(const uint8_t *data, size_t size)
{
	static const char name[] = "IterationCount";
	const uint8_t *at = memmem(data, size, name, sizeof name - 1);
	size_t digits = 0;

	if (at == NULL)
		return true;
	for (size_t i = 0; i < NEAR && at + i < data + size; i++)
		digits += at[i] >= '0' && at[i] <= '9';
	return digits <= DIGITS_MAX;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t key[] = {0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x34, 0x56,
	                              0x78, 0x90, 0x12, 0x34, 0x56, 0x78, 0x90, 0x12};
	struct otp_foreign with = {.key = NULL};

	if (size == 0)
		return 0;
	if (data[0] == 'k') {
		with.key = key;
		with.key_len = sizeof key;
	} else if (data[0] == 'p' && is_quick(data, size)) {
		with.passphrase = "qwerty";
	}
	feed(data + 1, size - 1, otp_pskc_read, with, NULL);
	return 0;
}
