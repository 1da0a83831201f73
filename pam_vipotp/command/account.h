/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_ACCOUNT_H
#define VIPOTP_COMMAND_ACCOUNT_H

#include "command.h"

/* The user whom a verb is about. */
struct account {
	char name[OTP_USER_MAX + 1]; /* canonical if the account exists, else as typed */
	uint32_t uid;                /* 0 if it does not exist */
	bool exists;                 /* a record may outlive its account: it can still be looked at and released */
};

/* Look an account up. COMMAND_NOT_FOUND for a name that is no name, COMMAND_UNAVAILABLE: both have been said. */
OTP_MUST_CHECK enum command_exit account_find(const char *typed, struct account *account);

/* The same, and it must exist. COMMAND_NOT_FOUND, said. */
OTP_MUST_CHECK enum command_exit account_require(const char *typed, struct account *account);

/*
 * Of a verb that is for one's own account too: the user who is its operand, or, without one, the caller's own account,
 * which is the only one that a user may name. must_exist as account_require. COMMAND_UNAVAILABLE: another's, said.
 */
OTP_MUST_CHECK enum command_exit account_named(const struct command *command, bool must_exist, struct account *account);

/* Whether a user, who is not root, names another account than his own; then that was said. */
OTP_MUST_CHECK bool account_is_foreign(const struct command *command, uint32_t uid, const char *name);

/* Refuse a user a record of this uid if it is of an account before his that had the same name; said. */
OTP_MUST_CHECK enum command_exit account_owns(const struct account *account, uint32_t uid);

/* Say that there is no enrolment, or no such user at all. Always COMMAND_NOT_FOUND. */
enum command_exit account_unenrolled(const struct account *account);

#endif
