/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_FLOW_ENROLL_H
#define OTP_FLOW_ENROLL_H

#include "../credential/seed.h"
#include "../policy/judge.h"
#include "vault.h"

/*
 * Bind a token to a user by two consecutive codes (product §5.4, §7.1). Interrupted at any point the token is bound
 * or not bound, never half: the user's record is what counts, and a token whose record in the inventory names an
 * owner without that token in his own record is free.
 */
enum otp_enroll_how {
	OTP_ENROLL_FIRST = 0, /* the user has no token */
	OTP_ENROLL_ADD,       /* a further one */
	OTP_ENROLL_REPLACE,   /* his tokens go back to the inventory when this one is bound */
};

struct otp_enrolment {
	const char *user; /* canonical name */
	uint32_t uid;
	struct otp_token_id token;   /* which token of the inventory, if seed is NULL */
	const struct otp_seed *seed; /* or a token that is stored nowhere yet; its ID must be new here */
	enum otp_enroll_how how;
	struct otp_pair pair;
};

/*
 * OTP_OK: judged; judgement->verdict is OTP_ACCEPTED (bound and durable), OTP_REFUSED, OTP_EQUAL_CODES, OTP_WAITING
 * or OTP_LOCKED (nothing bound). OTP_E_NOT_FOUND: no such token in the inventory. OTP_E_BOUND: it has an owner, named
 * in *error. OTP_E_RESERVED: it waits for another user. OTP_E_STATE: it is disabled; or one that would be replaced is
 * locked, which only an administrator ends. OTP_E_EXISTS: the user is enrolled and how is OTP_ENROLL_FIRST, or seed's
 * ID is taken. OTP_E_NOT_FOUND with the other two: the user is not enrolled. OTP_E_LIMIT: OTP_TOKENS_MAX. Others as
 * otp_login. That the user may replace his tokens is the caller's to know.
 */
OTP_MUST_CHECK enum otp_status otp_enroll(struct otp_vault *vault, const struct otp_limits *limits,
                                          const struct otp_enrolment *enrolment, struct otp_judgement *judgement,
                                          struct otp_error *error);

/*
 * Whether otp_enroll could bind this token to this user, before anybody is asked for codes: the same errors, and the
 * token's digits for the prompt. The pair is not looked at.
 */
OTP_MUST_CHECK enum otp_status otp_enroll_check(struct otp_vault *vault, const struct otp_enrolment *enrolment,
                                                uint8_t *digits, enum otp_kind *kind, struct otp_error *error);

/*
 * Bind a token that its owner used on another system up to now: that system's word stands for the two codes, and its
 * position goes on; where that of a time token is not known it starts with the code after the present one.
 * pair.second_at is now. The same errors.
 */
OTP_MUST_CHECK enum otp_status otp_enroll_migrated(struct otp_vault *vault, const struct otp_enrolment *enrolment,
                                                   struct otp_error *error);

#endif
