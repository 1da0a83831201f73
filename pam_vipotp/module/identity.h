/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_IDENTITY_H
#define VIPOTP_IDENTITY_H

#include "login.h"

/*
 * Who logs in: login->user, uid and known, from PAM_USER, in its canonical spelling (product §6.1). PAM_USER itself is
 * never changed. A name that nobody has is no failure. OTP_E_IO: the account database cannot be asked; OTP_E_NOMEM.
 */
OTP_MUST_CHECK enum otp_status identity_of_user(struct login *login, struct otp_error *error);

/*
 * The same of the invoking user, for identity = "caller" (product §6.7). OTP_E_INVALID: PAM_RUSER is not set, or not
 * the name of the process's real uid.
 */
OTP_MUST_CHECK enum otp_status identity_of_caller(struct login *login, struct otp_error *error);

#endif
