/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_ATTEMPT_H
#define VIPOTP_ATTEMPT_H

#include "login.h"

/*
 * Get an answer, judge it, log it, tell the user, and give the PAM code. vault NULL: nobody is enrolled here. status:
 * what went wrong before; then the same is asked and said as ever, and the answer is no success whatever it is.
 */
int attempt(const struct login *login, struct otp_vault *vault, enum otp_status status, struct otp_error *error);

#endif
