/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_EXEMPT_H
#define VIPOTP_EXEMPT_H

#include "login.h"

/*
 * Whether a rule of the settings exempts this login from codes (product §6.5); reason says by what, for the log. Nobody
 * is exempt whom the account database does not know. Networks are matched on a numeric PAM_RHOST alone: no name is ever
 * looked up. OTP_E_IO, OTP_E_NOMEM: the groups cannot be told, where they count.
 */
OTP_MUST_CHECK enum otp_status exempt_holds(const struct login *login, bool *holds, char *reason, size_t size,
                                            struct otp_error *error);

#endif
