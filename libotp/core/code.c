/* SPDX-License-Identifier: BSD-2-Clause */
#include "code.h"

#include "hotp.h"

#include <stdbool.h>
#include <string.h>

enum { NOT_A_DIGIT = -1, BLANK = -2, HYPHEN = -3 };

/* Bytes of the UTF-8 character at s that we know; its digit, BLANK, HYPHEN or NOT_A_DIGIT in *meaning. */
static size_t read_character(const char *s, int *meaning)
{
	static const struct {
		const char *text;
		int meaning;
	} separators[] = {{" ", BLANK},
	                  {"\t", BLANK},
	                  {"-", HYPHEN},
	                  {"\xe3\x80\x80", BLANK},  /* ideographic space */
	                  {"\xc2\xa0", BLANK},      /* no-break space */
	                  {"\xef\xbc\x8d", HYPHEN}, /* full-width hyphen */
	                  {"\xe2\x80\x90", HYPHEN}, /* hyphen */
	                  {"\xe2\x80\x91", HYPHEN} /* no-break hyphen */};

	if (*s >= '0' && *s <= '9') {
		*meaning = *s - '0';
		return 1;
	}
	if (strncmp(s, "\xef\xbc", 2) == 0 && (uint8_t)s[2] >= 0x90 && (uint8_t)s[2] <= 0x99) { /* U+FF10 to U+FF19 */
		*meaning = (uint8_t)s[2] - 0x90;
		return 3;
	}
	for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
		size_t len = strlen(separators[i].text);

		if (strncmp(s, separators[i].text, len) == 0) {
			*meaning = separators[i].meaning;
			return len;
		}
	}
	*meaning = NOT_A_DIGIT;
	return 1;
}

enum otp_code_form otp_code_parse(const char *typed, struct otp_code *code)
{
	uint32_t value = 0;
	uint8_t digits = 0;
	int meaning;
	bool hyphen = false; /* the last character but blanks: a digit must follow */

	if (strnlen(typed, OTP_CODE_TYPED_MAX + 1) > OTP_CODE_TYPED_MAX)
		return OTP_CODE_MALFORMED;
	for (const char *s = typed; *s != '\0';) {
		s += read_character(s, &meaning);
		if (meaning == BLANK)
			continue;
		if (meaning == NOT_A_DIGIT || (meaning == HYPHEN && digits == 0) ||
		    (meaning != HYPHEN && digits == OTP_DIGITS_MAX))
			return OTP_CODE_MALFORMED;
		hyphen = meaning == HYPHEN;
		if (hyphen)
			continue;
		value = value * 10 + (uint32_t)meaning;
		digits++;
	}
	if (digits == 0)
		return OTP_CODE_EMPTY;
	if (hyphen)
		return OTP_CODE_MALFORMED;
	if (digits < OTP_DIGITS_MIN)
		return OTP_CODE_MALFORMED;
	code->value = value;
	code->digits = digits;
	return OTP_CODE_WELL_FORMED;
}

uint32_t otp_code_mask(uint32_t a, uint32_t b)
{
	uint64_t difference = a ^ b;

	return (uint32_t)((difference - 1) >> 32);
}
