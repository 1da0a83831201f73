/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_ENROLMENT_H
#define VIPOTP_ENROLMENT_H

#include "login.h"

/*
 * Enrolment inside a login, or by chauthtok (product §6.4): token ID, OTP1, OTP2. In the place of the ID a new token
 * for an app, where the user is invited or the settings have enroll_open. Nothing is bound on any failure, and no vault
 * is open while the user is asked: the dialogue may take minutes.
 */

/*
 * Whether this login may enrol its user: only behind a right first factor of his own, which under identity = "caller"
 * is another user's, and only in a process of root's. A screen locker is no place for it.
 */
bool enrolment_allowed(const struct login *login);

/*
 * PAM_SUCCESS: bound and durable. PAM_AUTH_ERR, PAM_CONV_ERR, PAM_AUTHINFO_UNAVAIL, PAM_BUF_ERR: it was not; told and
 * logged. how is OTP_ENROLL_FIRST or OTP_ENROLL_REPLACE.
 */
int enrolment(const struct login *login, enum otp_enroll_how how);

/* The same of a user without a token, in his login: PAM_MAXTRIES if he is to log in anew, with the token. */
int enrolment_in_login(const struct login *login);

/* As otp_vault_open with the places of the settings. */
OTP_MUST_CHECK enum otp_status enrolment_vault(const struct login *login, enum otp_purpose purpose,
                                               struct otp_vault **vault, struct otp_error *error);

#endif
