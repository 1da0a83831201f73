/* SPDX-License-Identifier: BSD-2-Clause */
#include "code.h"

#include "hotp.h"
#include "typed.h"

#include <stdbool.h>
#include <string.h>

enum otp_code_form otp_code_parse(const char *typed, struct otp_code *code)
{
	uint32_t value = 0;
	uint8_t digits = 0;
	char c;
	bool hyphen = false; /* the last character but blanks: a digit must follow */

	if (strnlen(typed, OTP_CODE_TYPED_MAX + 1) > OTP_CODE_TYPED_MAX)
		return OTP_CODE_MALFORMED;
	while ((c = otp_typed_next(&typed)) != '\0') {
		if (c == ' ')
			continue;
		hyphen = c == '-';
		if (hyphen && digits > 0)
			continue;
		if (c < '0' || c > '9' || digits == OTP_DIGITS_MAX)
			return OTP_CODE_MALFORMED;
		value = value * 10 + (uint32_t)(c - '0');
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
