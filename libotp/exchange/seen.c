/* SPDX-License-Identifier: BSD-2-Clause */
#include "seen.h"

#include <openssl/rand.h>
#include <stdint.h>
#include <stdlib.h>

enum { BITS_AT_FIRST = 8 };

/*
 * An open hash table of 2^bits slots, at most half full. The multiplier is random: whoever writes the file cannot
 * choose IDs that meet in one place and make a million lines take hours.
 */
struct otp_seen {
	uint64_t *slots; /* 0: free */
	unsigned bits;
	size_t used;
	uint64_t multiplier;
};

/* 12 characters of 36 kinds are less than 2^63: the number is the ID, and never 0. */
static uint64_t number_of(const struct otp_token_id *id)
{
	uint64_t number = 0;

	for (size_t i = 0; i < OTP_TOKEN_ID_LEN; i++) {
		char c = id->text[i];

		number = number * 36 + (uint64_t)(c <= '9' ? c - '0' : c - 'A' + 10);
	}
	return number + 1;
}

/* Dietzfelbinger's multiply-shift: the product's highest bits. */
static uint64_t *slot_of(const struct otp_seen *seen, uint64_t number)
{
	uint64_t mask = (UINT64_C(1) << seen->bits) - 1;
	uint64_t i = number * seen->multiplier >> (64 - seen->bits);

	while (seen->slots[i] != 0 && seen->slots[i] != number)
		i = (i + 1) & mask;
	return &seen->slots[i];
}

enum otp_status otp_seen_new(struct otp_seen **seen)
{
	struct otp_seen *new = calloc(1, sizeof *new);
	enum otp_status status = OTP_E_NOMEM;

	*seen = NULL;
	if (new == NULL)
		return status;
	new->bits = BITS_AT_FIRST;
	if ((new->slots = calloc((size_t)1 << new->bits, sizeof *new->slots)) == NULL)
		goto out;
	status = OTP_E_CRYPTO;
	if (RAND_bytes((unsigned char *)&new->multiplier, sizeof new->multiplier) != 1)
		goto out;
	new->multiplier |= 1;
	*seen = new;
	new = NULL;
	status = OTP_OK;
out:
	otp_seen_free(&new);
	return status;
}

static enum otp_status grow(struct otp_seen *seen)
{
	struct otp_seen wider = {.bits = seen->bits + 1, .used = seen->used, .multiplier = seen->multiplier};

	if ((wider.slots = calloc((size_t)1 << wider.bits, sizeof *wider.slots)) == NULL)
		return OTP_E_NOMEM;
	for (size_t i = 0; i < (size_t)1 << seen->bits; i++)
		if (seen->slots[i] != 0)
			*slot_of(&wider, seen->slots[i]) = seen->slots[i];
	free(seen->slots);
	*seen = wider;
	return OTP_OK;
}

enum otp_status otp_seen_add(struct otp_seen *seen, const struct otp_token_id *id)
{
	uint64_t number;
	uint64_t *slot;

	if (id->text[0] == '\0')
		return OTP_OK;
	if (seen->used >= (size_t)1 << (seen->bits - 1) && grow(seen) != OTP_OK)
		return OTP_E_NOMEM;
	number = number_of(id);
	if (*(slot = slot_of(seen, number)) != 0)
		return OTP_E_EXISTS;
	*slot = number;
	seen->used++;
	return OTP_OK;
}

void otp_seen_free(struct otp_seen **seen)
{
	if (*seen == NULL)
		return;
	free((*seen)->slots);
	free(*seen);
	*seen = NULL;
}
