/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_SETTINGS_SCAN_H
#define VIPOTP_SETTINGS_SCAN_H

#include "place.h"

/*
 * A look at the file's text before libconfig parses it, because libconfig 1.5
 *  - takes integers modulo 2^32 without a word;
 *  - ends a file silently at a comment or string that is never closed;
 *  - opens whatever file an @include names;
 *  - drops a \x00 from a string;
 *  - does not free a string that stands where none may;
 *  - gives syntax errors a line, but no key.
 * Nothing here decides what a setting means.
 */

/*
 * Take the comments out, in place; every word stays in its line. libconfig spends 20 ns on each of their characters,
 * in every login. text is NUL-terminated.
 */
void scan_strip(char *text);

/*
 * Refuse what libconfig would read differently from what stands there. text is NUL-terminated. OTP_E_INVALID; *error
 * names file, line, key.
 */
OTP_MUST_CHECK enum otp_status scan_check(const char *text, const char *file, struct otp_error *error);

/* Say what libconfig found wrong in a line, and the key. OTP_E_INVALID. */
OTP_MUST_CHECK enum otp_status scan_refuse(const char *text, const char *file, unsigned line, struct otp_error *error);

#endif
