/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_EXCHANGE_TEXT_H
#define OTP_EXCHANGE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How foreign text is looked at. NUL-terminated; the locale changes nothing (product §10.10). */

/* How many of its bytes are UTF-8 without control characters: what may end up on terminals and in logs. */
size_t otp_text_clean(const char *text);
bool otp_text_is_clean(const char *text);

/* What follows the prefix (in lower case) at the start of text, in either case, or NULL. */
const char *otp_text_after(const char *text, const char *prefix);

/* Whether the text is the word (in lower case), in either case. */
bool otp_text_is(const char *text, const char *word);

/* A decimal number without sign, of at most 18 digits; -1 for anything else. */
int64_t otp_text_number(const char *text);

/* The value of a hexadecimal digit of either case, or -1. */
int otp_text_hex_digit(char c);

#endif
