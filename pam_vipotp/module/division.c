/* SPDX-License-Identifier: BSD-2-Clause */
#include "division.h"

#include "otp.h"

#include <stdbool.h>
#include <string.h>

/* Where the character before `at` begins (UTF-8). */
static size_t step_back(const char *text, size_t at)
{
	do
		at--;
	while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80);
	return at;
}

/* ASCII, or full-width (U+FF10 to U+FF19). */
static bool is_digit(const char *character, size_t len)
{
	const unsigned char *bytes = (const unsigned char *)character;

	if (len == 1)
		return bytes[0] >= '0' && bytes[0] <= '9';
	return len == 3 && bytes[0] == 0xef && bytes[1] == 0xbc && bytes[2] >= 0x90 && bytes[2] <= 0x99;
}

/*
 * Where a code of digits at the end begins: as many as the longest code of the user has, of those that are there. What
 * is left belongs to the password, which may end in digits as well. `end`: there is none.
 */
static size_t find_digits(const char *answer, size_t end, unsigned lengths)
{
	size_t at = end, begin = end;

	for (unsigned n = 1; n <= OTP_DIGITS_MAX && at > 0; n++) {
		size_t before = step_back(answer, at);

		if (!is_digit(answer + before, at - before))
			break;
		at = before;
		if ((lengths >> n & 1) != 0)
			begin = at;
	}
	return begin;
}

/* Where a recovery code at the end begins. With its hyphen it cannot be taken for digits, nor they for it. */
static size_t find_recovery(const char *answer, size_t end)
{
	size_t at = end, hyphen = end;

	for (int i = 0; i < OTP_RECOVERY_GROUPED_LEN; i++) {
		if (at == 0)
			return end;
		at = step_back(answer, at);
		if (i == OTP_RECOVERY_LEN / 2)
			hyphen = at;
	}
	if (answer[hyphen] != '-' && strncmp(answer + hyphen, "\xef\xbc\x8d", 3) != 0) /* U+FF0D: full-width */
		return end;
	return otp_recovery_has_form(answer + at) ? at : end;
}

size_t division_find(const char *answer, size_t len, unsigned lengths)
{
	size_t at = find_digits(answer, len, lengths != 0 ? lengths : 1U << OTP_DIGITS_MIN);

	return at < len ? at : find_recovery(answer, len);
}
