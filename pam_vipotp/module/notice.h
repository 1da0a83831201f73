/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_NOTICE_H
#define VIPOTP_NOTICE_H

#include "login.h"

/* What the user reads besides the prompt; nothing where PAM_SILENT or option quiet asks for nothing. */

/* A refusal, marked N_, and after a right first factor whom to ask about it, if the settings say so. */
void notice_refusal(const struct login *login, const char *line);

/*
 * The refusal of an answer that was judged. Before a right first factor it has one text whatever the outcome. After it,
 * it tells what the owner needs and the state of his throttle alone decides: that his last code came again, that he has
 * to wait, and how long, that this way in is locked, and who opens it. It never tells what only the enrolled have
 * before failures earned them a wait, so nothing of the form of an answer nor of disabled tokens; nor anything that
 * depends on how near a code was (product §5.3).
 */
void notice_refused(const struct login *login, const struct otp_outcome *outcome);

/*
 * The same where the next code is asked for. A wait that the answer itself earned is not told: its pair is read in it.
 * Neither is a lock, which a pair opens. What is told is a wait in which the next code would not be read either.
 */
void notice_missed(const struct login *login, const struct otp_outcome *outcome);

/* An answer was not accepted, and is asked for again. */
void notice_miss(const struct login *login, const char *line);

/* The user passes without a token, which he will need from enroll_by on; how to get one. */
void notice_enroll_by(const struct login *login);

/*
 * After a success: that it was not a token's code, and what is left then (product §5.7); how many wrong codes there
 * were since the one before, when and from where (product §5.6).
 */
void notice_success(const struct login *login, const struct otp_outcome *outcome);

#endif
