/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_SOURCE_H
#define VIPOTP_COMMAND_SOURCE_H

#include "command.h"

/*
 * Where a token's key comes from: the first line of standard input, or of a file that only root can read (product §10
 * rule 5), never the command line. The caller wipes what is read with otp_seed_wipe or otp_secret_wipe, in either case.
 * Whatever goes wrong has been said: COMMAND_USAGE for what is not understood, COMMAND_REFUSED if the input ends,
 * COMMAND_NOT_FOUND and COMMAND_UNAVAILABLE for a file.
 */

/* The first line of a file, without its end. The caller wipes it. */
OTP_MUST_CHECK enum command_exit source_line(const char *file, char *line, size_t size);

/* What is typed without being shown, or the next line of standard input. The caller wipes it. */
OTP_MUST_CHECK enum command_exit source_hidden(const char *question, char *line, size_t size);

/* An otpauth URI. file NULL: standard input. seed->id is "" if the URI names no token. */
OTP_MUST_CHECK enum command_exit source_uri(const char *file, struct otp_seed *seed);

/* A key in base32, or in hexadecimal digits. file NULL: standard input. */
OTP_MUST_CHECK enum command_exit source_key(const char *file, bool hex, struct otp_secret *secret);

/*
 * Hexadecimal digits in pairs, blanks, colons and hyphens anywhere. OTP_E_INVALID, OTP_E_LIMIT. *secret is zero before;
 * the caller wipes it.
 */
OTP_MUST_CHECK enum otp_status source_decode_hex(const char *text, struct otp_secret *secret);

/* Give a seed a random ID of our own that is not in the inventory. */
OTP_MUST_CHECK enum command_exit source_fresh_id(struct otp_vault *vault, struct otp_seed *seed);

#endif
