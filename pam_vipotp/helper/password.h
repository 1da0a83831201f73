/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_HELPER_PASSWORD_H
#define VIPOTP_HELPER_PASSWORD_H

#include "otp.h"

/*
 * Whether it is the user's password, and his account may log in, by the PAM service `vipotp`. libpam and its modules
 * run in a process of their own, which is killed at the deadline (as in channel.h): what they do, keep or wait for
 * touches nothing else. OTP_OK and *right; or it could not be told: the service is not set up, or failed.
 */
OTP_MUST_CHECK enum otp_status password_check(const char *user, const char *password, int64_t deadline, bool *right,
                                              struct otp_error *error);

#endif
