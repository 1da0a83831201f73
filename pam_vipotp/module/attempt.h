/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_ATTEMPT_H
#define VIPOTP_ATTEMPT_H

#include "judge.h"

/*
 * Whether what an earlier module left in PAM_AUTHTOK is judged: with use_first_pass in any case and alone, with
 * try_first_pass if it has the form of a code. Then it is no sign of a right password.
 */
bool attempt_takes_first_pass(const struct login *login);

/*
 * Get an answer, judge it, log it, tell the user, and give the PAM code. status:
 * what went wrong before; then the same is asked and said as ever, and the answer is no success whatever it is.
 */
int attempt(const struct login *login, const struct judge *judge, enum otp_status status, struct otp_error *error);

#endif
