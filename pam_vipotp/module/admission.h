/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_ADMISSION_H
#define VIPOTP_ADMISSION_H

#include "judge.h"

/* What policy has for a login before a code is asked for. */
enum admission {
	ADMISSION_CODE = 0, /* a code is asked for, whoever it is */
	ADMISSION_PASS,     /* none is: PAM_IGNORE (product §6.2) */
	ADMISSION_ENROLL,   /* the user is unenrolled, and enrols in this login (product §6.4) */
};

/*
 * Exempt, remembered, unenrolled under a policy that lets those pass or enrol: in this order. Behind the first, which
 * needs no record, *judge is opened, so that an exempt way in stays one when the store is damaged; the caller closes
 * it. aloud: a pass is logged with its reason, and told where the user should know; it is not where another call of the
 * same attempt does that. Any failure: *admission is ADMISSION_CODE, and nobody passes.
 */
OTP_MUST_CHECK enum otp_status admission_decide(const struct login *login, struct judge *judge, bool aloud,
                                                enum admission *admission, struct otp_error *error);

#endif
