/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_IDENTITY_H
#define VIPOTP_IDENTITY_H

#include "login.h"

/*
 * Who logs in: login->user, uid, gid and known, from PAM_USER, in its canonical spelling (product §6.1). PAM_USER
 * itself is never changed. A name that nobody has is no failure. OTP_E_IO: the account database cannot be asked;
 * OTP_E_NOMEM.
 */
OTP_MUST_CHECK enum otp_status identity_of_user(struct login *login, struct otp_error *error);

/*
 * The same of the invoking user, for identity = "caller" (product §6.7): su's, where PAM_USER is the target.
 * login->rhost is set. OTP_E_INVALID: PAM_RUSER is not set, is not the name of the process's real uid, or PAM_RHOST is
 * set too, so that the caller is on another host; OTP_E_IO, OTP_E_NOMEM. After a failure the login is PAM_USER's as
 * before.
 */
OTP_MUST_CHECK enum otp_status identity_of_caller(struct login *login, struct otp_error *error);

#endif
