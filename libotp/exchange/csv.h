/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_EXCHANGE_CSV_H
#define OTP_EXCHANGE_CSV_H

#include "foreign.h"

/*
 * Tokens as comma-separated values (RFC 4180, UTF-8), a line each; quoted texts end on their line. The first line names
 * the columns, in any order:
 *
 *   id       the token ID; empty: the token has none yet
 *   kind     time or event; empty: what the ID's prefix tells
 *   key      base32, or
 *   key_hex  hexadecimal
 *   digits   6, 7 or 8; empty: 6
 *   digest   SHA1, SHA256 or SHA512; empty: SHA1
 *   period   a time token's, in seconds; empty: 30
 *   counter  an event token's next counter; a time token's lowest step that may still be accepted; empty: 0
 *   user     for whom the token is reserved; empty: nobody
 *   label, issuer
 *   expires  a date (2027-12-31) or a moment (2027-12-31T23:59:59Z); empty: never
 *
 * id and one of key and key_hex must be there, the others need not. An ID that comes twice is an error.
 */
otp_foreign_reader otp_csv_read;
bool otp_csv_looks_like(const struct otp_foreign *file);

enum { OTP_CSV_LINE_MAX = 1280 }; /* bytes with LF and NUL */

/* The line with the columns' names, and a seed's line; otp_csv_read reads back what was printed. The key is in it. */
const char *otp_csv_header(void);
void otp_csv_print(const struct otp_seed *seed, char line[OTP_CSV_LINE_MAX]);

#endif
