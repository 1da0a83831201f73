/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_CORE_BASE32_H
#define OTP_CORE_BASE32_H

#include "../error.h"

#include <stddef.h>
#include <stdint.h>

/* Characters of len bytes in base32 without padding, NUL not counted. */
#define OTP_BASE32_LEN(len) (((len)*8 + 4) / 5)

/* RFC 4648 §6 without padding. text has room for OTP_BASE32_LEN(len) + 1. */
void otp_base32_encode(const uint8_t *bytes, size_t len, char *text);

/*
 * Read base32 as people and apps write it: either case, blanks and hyphens, with or without padding at
 * the end. *len goes in as the room in bytes and comes out as what was read. OTP_E_INVALID for a character
 * outside the alphabet, a length that no byte string has, or bits left over; OTP_E_LIMIT if it does not fit.
 */
OTP_MUST_CHECK enum otp_status otp_base32_decode(const char *text, uint8_t *bytes, size_t *len);

#endif
