/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_TARGET_H
#define VIPOTP_COMMAND_TARGET_H

#include "account.h"

/*
 * What an administrator's verb changes: a user, one of his tokens, or a token of the inventory. Looked up, refused and
 * logged in the same way by every verb (product §6.9, §7.4).
 */
struct target {
	struct command *command;
	const char *event;                          /* in the log */
	const char *reason;                         /* in the log; NULL: none */
	struct account account;                     /* name "": of a token that nobody has */
	const struct otp_token_id *token;           /* NULL: all of the user's */
	struct otp_token_id id;                     /* token points here */
	struct otp_user_report user;                /* of account; n is 0 if its name is "" */
	struct otp_token_report stocked;            /* of token, if it was looked up in the inventory */
	char grouped[OTP_TOKEN_ID_GROUPED_LEN + 1]; /* of token */
	size_t changed;                             /* tokens, for the log; 0: not counted */
};

/* Begin with the verb and its reason, which may be NULL; at most so many bytes of it. COMMAND_USAGE, said. */
OTP_MUST_CHECK enum command_exit target_begin(struct command *command, const char *event, const char *reason,
                                              size_t most, struct target *target);

/* Read the token's ID as typed. COMMAND_USAGE, said with error 6004. */
OTP_MUST_CHECK enum command_exit target_read_id(struct target *target, const char *typed);

/*
 * Look a user up, and the token that was read, which must be his. typed NULL: of account_named. Opens the vault. Said:
 * COMMAND_NOT_FOUND with 6003, 6008 or 6007.
 */
OTP_MUST_CHECK enum command_exit target_find_user(struct target *target, const char *typed);

/*
 * Look the token that was read up in the inventory; if it is bound, its owner is the user. Opens the vault. Said:
 * COMMAND_NOT_FOUND with 6004. damaged: one whose record cannot be used is found, too.
 */
OTP_MUST_CHECK enum command_exit target_find_token(struct target *target, bool damaged);

/* Log it. code: one of VIP's, or NULL. */
void target_record(const struct target *target, const char *verdict, const char *code);

/* Say what failed and log it. */
enum command_exit target_failed(const struct target *target, const struct otp_error *error);

/* Say and log that the state of the token, or of all of them, does not allow it: 4990, 4993. Always COMMAND_EXISTS. */
enum command_exit target_refuse_state(const struct target *target);

/* Say and log that the token is bound to a user. Always COMMAND_EXISTS. */
enum command_exit target_refuse_bound(const struct target *target);

#endif
