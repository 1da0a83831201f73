/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_ENROLMENT_ASK_H
#define VIPOTP_ENROLMENT_ASK_H

#include "login.h"

/*
 * The questions of an enrolment, with what `vipotp enroll` says to the same answers. Each is asked three times at most.
 * PAM_SUCCESS with an answer; PAM_AUTH_ERR if none of them had its form, PAM_CONV_ERR, PAM_BUF_ERR: logged.
 */
enum { ENROLMENT_TRIES = 3 };

/* A line for the user, marked N_; nothing where he is to see no more than prompts. */
void enrolment_tell(const struct login *login, const char *line);

/* A token ID as typed. optional: the answer may be empty, then id->text is "". *tries counts down to 0. */
int enrolment_ask_id(const struct login *login, bool optional, unsigned *tries, struct otp_token_id *id);

/* Which codes are asked for. */
struct enrolment_form {
	const char *first; /* the question for OTP1; NULL: the usual one */
	enum otp_kind kind;
	uint8_t digits;
	uint16_t period; /* s; time tokens */
	bool app;        /* it has no button */
};

/*
 * Two consecutive codes: the first; then, after the hint, the second. One equal to the first is asked for again,
 * because a token never shows one twice in a row (the seed). The caller wipes *pair in either case.
 */
int enrolment_ask_first(const struct login *login, const struct enrolment_form *form, struct otp_pair *pair);
int enrolment_ask_second(const struct login *login, const struct enrolment_form *form, struct otp_pair *pair);

#endif
