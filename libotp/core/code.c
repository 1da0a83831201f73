/* SPDX-License-Identifier: BSD-2-Clause */
#include "code.h"

#include "hotp.h"

#include <string.h>

enum { NOT_A_DIGIT = -1, SEPARATOR = -2 };

/* Bytes of the UTF-8 character at s that we know; its digit, SEPARATOR or NOT_A_DIGIT in *meaning. */
static size_t read_character(const char *s, int *meaning)
{
	static const char *const separators[] = {" ",
	                                         "\t",
	                                         "-",
	                                         "\xe3\x80\x80" /* ideographic space */,
	                                         "\xef\xbc\x8d" /* full-width hyphen */,
	                                         "\xc2\xa0" /* no-break space */,
	                                         "\xe2\x80\x90" /* hyphen */,
	                                         "\xe2\x80\x91" /* no-break hyphen */};

	if (*s >= '0' && *s <= '9') {
		*meaning = *s - '0';
		return 1;
	}
	if (strncmp(s, "\xef\xbc", 2) == 0 && (uint8_t)s[2] >= 0x90 && (uint8_t)s[2] <= 0x99) { /* U+FF10 to U+FF19 */
		*meaning = (uint8_t)s[2] - 0x90;
		return 3;
	}
	for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
		size_t len = strlen(separators[i]);

		if (strncmp(s, separators[i], len) == 0) {
			*meaning = SEPARATOR;
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

	if (strnlen(typed, OTP_CODE_TYPED_MAX + 1) > OTP_CODE_TYPED_MAX)
		return OTP_CODE_MALFORMED;
	for (const char *s = typed; *s != '\0';) {
		s += read_character(s, &meaning);
		if (meaning == SEPARATOR)
			continue;
		if (meaning == NOT_A_DIGIT || digits == OTP_DIGITS_MAX)
			return OTP_CODE_MALFORMED;
		value = value * 10 + (uint32_t)meaning;
		digits++;
	}
	if (digits == 0)
		return strchr(typed, '-') == NULL ? OTP_CODE_EMPTY : OTP_CODE_MALFORMED;
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
