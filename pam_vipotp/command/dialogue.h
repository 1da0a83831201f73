/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_DIALOGUE_H
#define VIPOTP_COMMAND_DIALOGUE_H

#include "command.h"
#include "terminal/terminal.h"

/* The questions that enrolment, reset and test share (product §7.1 to §7.3). */

/* Which codes are asked for. */
struct dialogue_form {
	const char *first, *second; /* the questions */
	const char *button;         /* the hint about the 30 seconds; NULL for that of enrolment */
	const char *again;          /* what is said to the first code come again; NULL for that of enrolment */
	enum otp_kind kind;
	unsigned digits;
	unsigned period; /* s; time tokens */
};

/* Ask for a token's printed ID until it is well-formed; a malformed one is told with error 6004. */
OTP_MUST_CHECK enum answer dialogue_id(const char *question, struct otp_token_id *id);

/* Ask for one code until it has the digits. The code and the moment it came, ms. The caller wipes *code. */
OTP_MUST_CHECK enum answer dialogue_code(const char *question, unsigned digits, struct otp_code *code, int64_t *at);

/*
 * Ask for two consecutive codes, with the hint between them. Equal ones: the second is asked for again, because a
 * token never shows one twice in a row (the seed). The caller wipes *pair in either case.
 */
OTP_MUST_CHECK enum answer dialogue_pair(const struct dialogue_form *form, struct otp_pair *pair);

/* "The security code is a 6-digit number." 0: the user has tokens of several lengths. */
void dialogue_malformed(unsigned digits);

/* To a user whose code was accepted: what failed since the last one (product §5.6), which now begins anew. */
void dialogue_failures(const struct otp_outcome *outcome);

/* Say that codes are refused unread, for how long, and what ends it. Always COMMAND_THROTTLED. */
enum command_exit dialogue_throttled(const char *user, enum otp_verdict verdict, int64_t wait);

#endif
