/* SPDX-License-Identifier: BSD-2-Clause */
#include "token_id.h"

#include "../core/typed.h"

#include <openssl/rand.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { PREFIX_LEN = 4, SERIALS = 100000000 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_valid(const char *id)
{
	bool hardware = strncmp(id, "DP", 2) == 0;
	bool prefixed = is_letter(id[0]);

	for (size_t i = 0; i < OTP_TOKEN_ID_LEN; i++) {
		if (!is_digit(id[i]) && !is_letter(id[i]))
			return false;
		if (i >= PREFIX_LEN && !is_digit(id[i]))
			prefixed = false;
	}
	return hardware || prefixed;
}

enum otp_status otp_token_id_parse(const char *typed, struct otp_token_id *id)
{
	char text[OTP_TOKEN_ID_LEN + 1] = "";
	size_t len = 0;
	char c;

	while ((c = otp_typed_next(&typed)) != '\0') {
		if (c == ' ' || c == '-')
			continue;
		if (len == OTP_TOKEN_ID_LEN)
			return OTP_E_INVALID;
		text[len++] = c;
	}
	if (len != OTP_TOKEN_ID_LEN || !is_valid(text))
		return OTP_E_INVALID;
	memcpy(id->text, text, sizeof text);
	return OTP_OK;
}

enum otp_kind otp_token_id_kind(const struct otp_token_id *id)
{
	static const struct {
		char prefix[PREFIX_LEN + 1];
		enum otp_kind kind;
	} known[] = {
	    {"VSST", OTP_TIME},  {"SYMC", OTP_TIME},  {"SYDC", OTP_TIME},  {"VSMT", OTP_TIME},
	    {"LVOT", OTP_TIME},  {"UBHE", OTP_EVENT}, {"FT10", OTP_EVENT}, {"FT11", OTP_EVENT},
	    {"FT12", OTP_EVENT}, {"VSMB", OTP_EVENT}, {"LVOE", OTP_EVENT},
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strncmp(id->text, known[i].prefix, PREFIX_LEN) == 0)
			return known[i].kind;
	return OTP_KIND_UNKNOWN;
}

void otp_token_id_group(const struct otp_token_id *id, char grouped[OTP_TOKEN_ID_GROUPED_LEN + 1])
{
	(void)snprintf(grouped, OTP_TOKEN_ID_GROUPED_LEN + 1, "%.4s %.4s %.4s", id->text, id->text + 4, id->text + 8);
}

enum otp_status otp_token_id_random(enum otp_kind kind, struct otp_token_id *id)
{
	uint64_t random; /* 64 bits: the bias of the remainder is below 2^-37 */

	if (RAND_bytes((unsigned char *)&random, sizeof random) != 1)
		return OTP_E_CRYPTO;
	(void)snprintf(id->text, sizeof id->text, "%s%08u", kind == OTP_EVENT ? "LVOE" : "LVOT",
	               (unsigned)(random % SERIALS));
	return OTP_OK;
}

bool otp_token_id_equal(const struct otp_token_id *a, const struct otp_token_id *b)
{
	return memcmp(a->text, b->text, OTP_TOKEN_ID_LEN) == 0;
}
