/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_ENROLMENT_H
#define VIPOTP_ENROLMENT_H

#include "login.h"

/*
 * Enrolment inside a login, or by chauthtok (product §6.4): token ID, OTP1, OTP2. A new soft token in the place of the
 * ID where the user is invited, or the settings have enroll_open. Nothing is bound on any failure.
 */

/* PAM_SUCCESS: bound and durable. Else PAM_AUTH_ERR, PAM_CONV_ERR, PAM_AUTHINFO_UNAVAIL, PAM_BUF_ERR: told and logged.
 */
int enrolment(const struct login *login);

#endif
