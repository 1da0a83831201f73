/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_FLOW_LOGIN_H
#define OTP_FLOW_LOGIN_H

#include "../policy/judge.h"
#include "vault.h"

/* One answer to the prompt. */
struct otp_attempt {
	const char *user;     /* canonical name */
	uint32_t uid;         /* must be the record's */
	const char *typed;    /* UTF-8, NUL-terminated; the caller wipes it */
	enum otp_reach reach; /* which throttle bucket */
	const char *origin;   /* PAM_RHOST or the terminal, for the owner's notice; may be "" */
	/*
	 * Tells the time, ms since the epoch. Asked when the record is locked, so that everything it holds lies in the
	 * past: of many attempts at once the later ones meet the wait that the earlier ones earned. NULL: it is now.
	 */
	int64_t (*clock)(void);
	int64_t now;
	/*
	 * For the answer to the prompt for the next code (product §5.3): the answer before it in the same dialogue,
	 * which was not accepted, and its outcome's `at`. The caller wipes it.
	 */
	const char *first; /* NULL: this is the first answer */
	int64_t first_at;
};

enum { OTP_GENERATION_LEN = 16 };

struct otp_outcome {
	enum otp_verdict verdict;
	int64_t at;                /* ms: when it was judged */
	enum otp_way way;          /* accepted */
	struct otp_token_id token; /* a token's code was accepted or replayed; else "" */
	size_t recovery_left;      /* unspent recovery codes, after this attempt */
	int64_t temporary_until; /* s: the end of the temporary code that is in force after this attempt; 0: none is */
	int64_t ahead;           /* as in struct otp_judgement */
	/* Of the bucket, after this attempt, and whatever was typed: */
	int64_t wait;             /* ms until the next code is read; 0: none */
	bool locked;              /* only what unlocks is read (otp_judge_next, recovery codes) */
	uint32_t bucket_failures; /* counted */
	/* Accepted only: what failed since the success before (product §5.6). */
	uint32_t failures;
	int64_t failed_at; /* ms */
	char origin[OTP_TEXT_MAX + 1];
	uint8_t generation[OTP_GENERATION_LEN]; /* of the record that accepted it: for otp_remember */
};

/*
 * Judge a login and make the resulting state durable. OTP_OK only if there is a verdict and the state that goes
 * with it will survive a power cut; then and only then may the caller answer with it. A user without a record is
 * OTP_OK with OTP_UNENROLLED. Any other status: nothing was decided, deny (PAM_AUTHINFO_UNAVAIL; OTP_E_NOMEM:
 * PAM_BUF_ERR).
 */
OTP_MUST_CHECK enum otp_status otp_login(struct otp_vault *vault, const struct otp_limits *limits,
                                         const struct otp_attempt *attempt, struct otp_outcome *outcome,
                                         struct otp_error *error);

/*
 * How long the codes are that a user may give at now (ms): bit n of *lengths stands for n digits, of an enabled token
 * or of a temporary code in force. 0: there are none, or the user has no record. OTP_OK, or why it is not known.
 */
OTP_MUST_CHECK enum otp_status otp_login_lengths(struct otp_vault *vault, const char *user, int64_t now,
                                                 unsigned *lengths, struct otp_error *error);

/* Whether a user has a record. Its content is not looked at. OTP_OK, or why it is not known. */
OTP_MUST_CHECK enum otp_status otp_login_enrolled(struct otp_vault *vault, const char *user, bool *enrolled,
                                                  struct otp_error *error);

#endif
