/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_JUDGE_H
#define VIPOTP_JUDGE_H

#include "login.h"

/*
 * Who judges: where the process is root's, libotp on the vault; elsewhere, as in a screen locker, vipotp-helper, which
 * does the same for the caller's own account (product §6.8).
 */
struct judge {
	struct otp_vault *vault; /* NULL: by_helper, or nobody is enrolled on this host */
	bool by_helper;
};

/*
 * Key and stores, if the process is root's. A host on which nobody is enrolled has neither; that is no failure. The
 * caller ends it with judge_close in either case.
 */
OTP_MUST_CHECK enum otp_status judge_open(const struct login *login, struct judge *judge, struct otp_error *error);
void judge_close(struct judge *judge);

/* As otp_login_enrolled; a user who does not exist is not enrolled. */
OTP_MUST_CHECK enum otp_status judge_enrolled(const struct login *login, const struct judge *judge, bool *enrolled,
                                              struct otp_error *error);

/* As otp_login_lengths, now; 0 for a user who does not exist. */
OTP_MUST_CHECK enum otp_status judge_lengths(const struct login *login, const struct judge *judge, unsigned *lengths,
                                             struct otp_error *error);

/* As otp_login; OTP_UNENROLLED for a user who does not exist. */
OTP_MUST_CHECK enum otp_status judge_answer(const struct login *login, const struct judge *judge,
                                            const struct otp_attempt *attempt, struct otp_outcome *outcome,
                                            struct otp_error *error);

#endif
