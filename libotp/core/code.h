/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_CORE_CODE_H
#define OTP_CORE_CODE_H

#include <stddef.h>
#include <stdint.h>

/*
 * A code as typed: the digits' value and how many there were. 012345 and 12345 differ, and a code of
 * six digits never equals one of eight.
 */
struct otp_code {
	uint32_t value;
	uint8_t digits;
};

enum otp_code_form {
	OTP_CODE_EMPTY,       /* nothing but blanks */
	OTP_CODE_MALFORMED,   /* anything else than 6 to 8 digits */
	OTP_CODE_WELL_FORMED, /* 6 to 8 digits */
	OTP_CODE_RECOVERY,    /* a recovery code; told by otp_recovery_parse */
};

enum { OTP_CODE_TYPED_MAX = 128 }; /* bytes; a longer answer is malformed */

/*
 * Read what a person typed (UTF-8, NUL-terminated): ASCII and full-width digits, with blanks (also the
 * ideographic one) anywhere and hyphens between them (product §5.8). *code is set for OTP_CODE_WELL_FORMED only;
 * OTP_CODE_RECOVERY is never returned.
 */
enum otp_code_form otp_code_parse(const char *typed, struct otp_code *code);

/* All ones if a == b, else 0, without a branch on either. */
uint32_t otp_code_mask(uint32_t a, uint32_t b);

#endif
