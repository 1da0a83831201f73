/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_ACCOUNT_H
#define VIPOTP_ACCOUNT_H

#include "judge.h"

/*
 * The account phase of a login in which no code was accepted (product §6.2, §6.4): PAM_IGNORE; under
 * require_at_account PAM_NEW_AUTHTOK_REQD for a user who is known, has no token, is not exempt, and has no time left.
 * PAM_AUTHINFO_UNAVAIL, PAM_BUF_ERR where that cannot be told: logged. status: what went wrong before.
 */
int account(const struct login *login, enum otp_status status, struct otp_error *error);

#endif
