/* SPDX-License-Identifier: BSD-2-Clause */
#include "match.h"

/* Without a branch, for where a match lies is not told before the whole range was looked at. */
static int64_t distance(int64_t a, int64_t b)
{
	int64_t sign = 0 - (int64_t)(a < b);

	return ((a - b) ^ sign) - sign;
}

/* Take a position over if the mask says that it matches and it is nearer than what there is; no branch on the mask. */
static void note(struct otp_match *match, uint32_t mask, int64_t position, int64_t expected)
{
	bool nearer = !match->found | (distance(position, expected) < distance(match->position, expected));
	uint64_t take = (uint64_t)0 - ((mask & 1) & (uint32_t)nearer);

	match->position = (int64_t)(((uint64_t)match->position & ~take) | ((uint64_t)position & take));
	match->found = match->found | (bool)(mask & 1);
}

enum otp_status otp_match_code(const struct otp_token *token, struct otp_code code, struct otp_range range,
                               int64_t expected, struct otp_match *match)
{
	uint32_t length = otp_code_mask(code.digits, token->digits);
	uint32_t value;
	enum otp_status status;

	*match = (struct otp_match){false, 0};
	for (int64_t p = range.first; p <= range.last; p++) {
		if ((status = otp_hotp_value(token->key, (uint64_t)p, token->digits, &value)) != OTP_OK)
			return status;
		note(match, otp_code_mask(code.value, value) & length, p, expected);
	}
	return OTP_OK;
}

enum otp_status otp_match_pair(const struct otp_token *token, struct otp_code first, struct otp_code second,
                               struct otp_range range, int64_t expected, struct otp_match *match)
{
	uint32_t length = otp_code_mask(first.digits, token->digits) & otp_code_mask(second.digits, token->digits);
	uint32_t value, next;
	enum otp_status status;

	*match = (struct otp_match){false, 0};
	if (range.last < range.first)
		return OTP_OK;
	if ((status = otp_hotp_value(token->key, (uint64_t)range.first, token->digits, &value)) != OTP_OK)
		return status;
	for (int64_t p = range.first; p <= range.last; p++, value = next) {
		if ((status = otp_hotp_value(token->key, (uint64_t)p + 1, token->digits, &next)) != OTP_OK)
			return status;
		note(match, otp_code_mask(first.value, value) & otp_code_mask(second.value, next) & length, p,
		     expected);
	}
	return OTP_OK;
}
