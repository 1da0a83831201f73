/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_EXCHANGE_LINES_H
#define OTP_EXCHANGE_LINES_H

#include "foreign.h"

enum { OTP_LINE_MAX = 4095 }; /* bytes of a line without its end */

/*
 * A file of text, line by line: each is a copy that the reader may cut into pieces. Whoever began reading ends it with
 * otp_lines_wipe, for the lines hold keys.
 */
struct otp_lines {
	const struct otp_foreign *file;
	struct otp_error *error; /* may be NULL */
	size_t at;               /* where the next line begins */
	unsigned long number;    /* of this line, from 1 */
	char text[OTP_LINE_MAX + 1];
};

void otp_lines_begin(struct otp_lines *lines, const struct otp_foreign *file, struct otp_error *error);

/*
 * The next line, without its LF or CRLF, and without a byte order mark before the first. false after the last, with
 * *status OTP_OK, and for a line that is too long, or no UTF-8, or has control characters other than tabs, NUL among
 * them, with *status OTP_E_INVALID and *error.
 */
OTP_MUST_CHECK bool otp_lines_next(struct otp_lines *lines, enum otp_status *status);

/* The same, leaving out lines that are empty but for blanks and tabs. */
OTP_MUST_CHECK bool otp_lines_next_filled(struct otp_lines *lines, enum otp_status *status);

/* And those whose first other character is a #. */
OTP_MUST_CHECK bool otp_lines_next_uncommented(struct otp_lines *lines, enum otp_status *status);

/* "FILE:LINE: …" with this line, in *error. Returns OTP_E_INVALID. */
__attribute__((format(printf, 2, 3))) enum otp_status otp_lines_fail(const struct otp_lines *lines, const char *format,
                                                                     ...);

void otp_lines_wipe(struct otp_lines *lines);

#endif
