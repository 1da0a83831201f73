/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_EXCHANGE_USERSFILE_H
#define OTP_EXCHANGE_USERSFILE_H

#include "foreign.h"

/*
 * pam_oath's file of users, a line for each token; what is in brackets comes with the first login:
 *
 *   TYPE USER PIN KEY [COUNTER [CODE TIME]]
 *
 *   TYPE     HOTP or HOTP/E: an event token; HOTP/T30 or HOTP/T60: a time token; /6, /7 or /8 after these: the digits
 *   PIN      - or +; a PIN that is typed before the code has no counterpart here and is refused
 *   KEY      hexadecimal, SHA-1
 *   COUNTER  of an event token: the last used one, if a CODE follows, else the next; of a time token: meaningless
 *   CODE     the last that was accepted
 *   TIME     when that was, in the local time of its host: 2026-12-31T23:59:59L
 *
 * Which step a time token's CODE belonged to is found by computing codes; where its time zone leaves a doubt, the step
 * nearest to a whole quarter of an hour from TIME is taken. Lines that begin with # are passed over.
 */
otp_foreign_reader otp_usersfile_read;
bool otp_usersfile_looks_like(const struct otp_foreign *file);

#endif
