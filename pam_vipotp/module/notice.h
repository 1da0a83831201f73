/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_NOTICE_H
#define VIPOTP_NOTICE_H

#include "login.h"

/* What the user reads besides the prompt; nothing where PAM_SILENT or option quiet asks for nothing. */

/* A refusal, marked N_, and whom to ask about it if the settings say so. */
void notice_refusal(const struct login *login, const char *line);

/* The answer was not accepted, and the next code is asked for. */
void notice_miss(const struct login *login, const char *line);

/* The user passes without a token, which he will need from enroll_by on; how to get one. */
void notice_enroll_by(const struct login *login);

/*
 * After a success: that it was not a token's code, and what is left then (product §5.7); how many wrong codes there
 * were since the one before, when and from where (product §5.6).
 */
void notice_success(const struct login *login, const struct otp_outcome *outcome);

#endif
