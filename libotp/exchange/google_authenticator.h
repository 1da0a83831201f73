/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_EXCHANGE_GOOGLE_AUTHENTICATOR_H
#define OTP_EXCHANGE_GOOGLE_AUTHENTICATOR_H

#include "foreign.h"

/*
 * ~/.google_authenticator of pam_google_authenticator: one user's token, SHA-1 and 6 digits, and what happened to it.
 * The file does not say whose it is. First the key in base32; then options, each after a quote and a blank; then
 * emergency codes of eight digits, which become seed->scratch:
 *
 *   TOTP_AUTH               a time token, unless the next one is there
 *   HOTP_COUNTER n          an event token; n is its next counter
 *   STEP_SIZE n             the period
 *   DISALLOW_REUSE n n …    steps that were used: the next one is after the highest of them
 *   TIME_SKEW n             by how many steps the token is before the host: seed->skew
 *   WINDOW_SIZE, RATE_LIMIT, RESETTING_TIME_SKEW, LAST0 to LAST9   of no use here
 *
 * Without DISALLOW_REUSE the file does not tell which code was used last, and the token counts as never used.
 */
otp_foreign_reader otp_google_authenticator_read;
bool otp_google_authenticator_looks_like(const struct otp_foreign *file);

#endif
