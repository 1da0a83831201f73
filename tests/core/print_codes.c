/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two halves of tests/core/oathtool.sh. A case is a line "MODE DIGITS KEY AT PERIOD COUNT": MODE is hotp (AT is the
 * counter, PERIOD is 0) or sha1, sha256, sha512 (AT is the time in seconds); KEY is in hexadecimal.
 *
 *   print_codes random SEED MODE DIGITS CASES   prints that many random cases, the same for the same seed
 *   print_codes                                 reads cases and prints COUNT codes of each, a line each
 */
#include "core/hotp.h"
#include "core/step.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_MIN = 16, KEY_MAX = 64, CODES = 25 };

/* Steele, Lea and Flood's splitmix64: any seed will do. */
static uint64_t next_random(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* Small and large positions alike: a random number of random bits, below 2^bits. */
static uint64_t next_position(uint64_t *seed, unsigned bits)
{
	unsigned used = (unsigned)(next_random(seed) % (bits + 1));

	return used == 0 ? 0 : next_random(seed) >> (64 - used);
}

static void print_cases(uint64_t seed, const char *mode, const char *digits, long cases)
{
	bool event = strcmp(mode, "hotp") == 0;

	for (const char *m = mode; *m != '\0'; m++)
		seed = seed * 31 + (unsigned char)*m;
	seed += (uint64_t)strtol(digits, NULL, 10) << 32;
	while (cases-- > 0) {
		size_t len = KEY_MIN + next_random(&seed) % (KEY_MAX - KEY_MIN + 1);

		printf("%s %s ", mode, digits);
		for (size_t i = 0; i < len; i++)
			printf("%02x", (unsigned)(next_random(&seed) & 0xff));
		/* oathtool's times end with the year 9999; 62 bits leave a counter room for CODES more */
		printf(" %" PRIu64, event ? next_position(&seed, 62) : next_position(&seed, 37));
		printf(" %" PRIu64 " %d\n", event ? 0 : 15 + next_random(&seed) % 286, CODES);
	}
}

static enum otp_digest digest_of(const char *mode)
{
	if (strcmp(mode, "sha512") == 0)
		return OTP_SHA512;
	return strcmp(mode, "sha256") == 0 ? OTP_SHA256 : OTP_SHA1;
}

static int print_codes(const char *mode, unsigned digits, const char *hex, int64_t at, int64_t period, int count)
{
	uint8_t key[KEY_MAX];
	size_t len = strlen(hex) / 2;
	int64_t position = period == 0 ? at : otp_step_at(at * 1000, period * 1000);
	struct otp_hmac *hmac;
	uint32_t value;

	for (size_t i = 0; i < len; i++) {
		char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};

		key[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	if (otp_hmac_new(digest_of(mode), key, len, &hmac) != OTP_OK)
		return EXIT_FAILURE;
	for (int i = 0; i < count; i++) {
		if (otp_hotp_value(hmac, (uint64_t)(position + i), digits, &value) != OTP_OK)
			break;
		printf("%0*" PRIu32 "\n", (int)digits, value);
	}
	otp_hmac_free(&hmac);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	char mode[7], hex[2 * KEY_MAX + 1];
	unsigned digits;
	int64_t at, period;
	int count;
	int result = EXIT_SUCCESS;

	if (argc == 6 && strcmp(argv[1], "random") == 0) {
		print_cases(strtoull(argv[2], NULL, 10), argv[3], argv[4], strtol(argv[5], NULL, 10));
		return EXIT_SUCCESS;
	}
	while (result == EXIT_SUCCESS &&
	       scanf("%6s %u %128s %" SCNd64 " %" SCNd64 " %d", mode, &digits, hex, &at, &period, &count) == 6)
		result = print_codes(mode, digits, hex, at, period, count);
	return result;
}
