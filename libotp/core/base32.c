/* SPDX-License-Identifier: BSD-2-Clause */
#include "base32.h"

#include <string.h>

static char to_character(uint32_t five)
{
	/* 0..25 are A..Z, 26..31 are 2..7; the mask is all ones from 26 on. */
	uint32_t digit = (25 - five) >> 8;

	return (char)(('A' + five) - (digit & ('A' + 26 - '2')));
}

void otp_base32_encode(const uint8_t *bytes, size_t len, char *text)
{
	uint32_t pending = 0;
	unsigned bits = 0;

	for (size_t i = 0; i < len; i++) {
		pending = pending << 8 | bytes[i];
		for (bits += 8; bits >= 5; bits -= 5)
			*text++ = to_character(pending >> (bits - 5) & 31);
	}
	if (bits > 0)
		*text++ = to_character(pending << (5 - bits) & 31);
	*text = '\0';
}

/* The five bits of a character, or -1. */
static int from_character(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	if (c >= '2' && c <= '7')
		return c - '2' + 26;
	return -1;
}

enum otp_status otp_base32_decode(const char *text, uint8_t *bytes, size_t *len)
{
	size_t room = *len;
	uint32_t pending = 0;
	unsigned bits = 0;
	size_t characters = 0;
	size_t read = 0;

	for (; *text != '\0' && *text != '='; text++) {
		int five;

		if (*text == ' ' || *text == '-')
			continue;
		if ((five = from_character(*text)) < 0)
			return OTP_E_INVALID;
		characters++;
		pending = pending << 5 | (uint32_t)five;
		if ((bits += 5) < 8)
			continue;
		bits -= 8;
		if (read == room)
			return OTP_E_LIMIT;
		bytes[read++] = (uint8_t)(pending >> bits);
	}
	if (text[strspn(text, "= ")] != '\0')
		return OTP_E_INVALID;
	/* 1, 3 or 6 characters over a multiple of 8 encode no whole byte; left-over bits are zero. */
	if (characters % 8 == 1 || characters % 8 == 3 || characters % 8 == 6 || (pending & ((1U << bits) - 1)) != 0)
		return OTP_E_INVALID;
	*len = read;
	return OTP_OK;
}
