/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"

#include <string.h>

enum { NUMBER_DIGITS_MAX = 18 };

/* Bytes of the character at u, 0 if it is none of UTF-8's (Unicode 15, table 3-7) or a control character. */
static size_t character(const uint8_t *u)
{
	uint8_t lowest = 0x80, highest = 0xbf;
	size_t len;

	if (*u < 0x80)
		return *u >= 0x20 && *u != 0x7f;
	if (*u >= 0xc2 && *u <= 0xdf)
		len = 2;
	else if (*u >= 0xe0 && *u <= 0xef)
		len = 3;
	else if (*u >= 0xf0 && *u <= 0xf4)
		len = 4;
	else
		return 0;
	if (*u == 0xe0 || *u == 0xc2) /* U+0080 to U+009F are control characters, too */
		lowest = 0xa0;
	else if (*u == 0xf0)
		lowest = 0x90;
	else if (*u == 0xed)
		highest = 0x9f;
	else if (*u == 0xf4)
		highest = 0x8f;
	for (size_t i = 1; i < len; i++, lowest = 0x80, highest = 0xbf)
		if (u[i] < lowest || u[i] > highest)
			return 0;
	return len;
}

size_t otp_text_clean(const char *text)
{
	const uint8_t *u = (const uint8_t *)text;
	size_t len;

	while ((len = character(u)) > 0)
		u += len;
	return (size_t)(u - (const uint8_t *)text);
}

bool otp_text_is_clean(const char *text)
{
	return text[otp_text_clean(text)] == '\0';
}

/* Not strcasecmp: in a Turkish locale it tells I from i. */
const char *otp_text_after(const char *text, const char *prefix)
{
	for (; *prefix != '\0'; text++, prefix++)
		if (*text != *prefix && !(*prefix >= 'a' && *prefix <= 'z' && *text == *prefix - 'a' + 'A'))
			return NULL;
	return text;
}

bool otp_text_is(const char *text, const char *word)
{
	const char *rest = otp_text_after(text, word);

	return rest != NULL && *rest == '\0';
}

int64_t otp_text_number(const char *text)
{
	int64_t number = 0;
	size_t len = strspn(text, "0123456789");

	if (len == 0 || len > NUMBER_DIGITS_MAX || text[len] != '\0')
		return -1;
	for (; *text != '\0'; text++)
		number = number * 10 + (*text - '0');
	return number;
}

int otp_text_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}
