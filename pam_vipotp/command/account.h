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

/* Say that there is no enrolment, or no such user at all. Always COMMAND_NOT_FOUND. */
enum command_exit account_unenrolled(const struct account *account);

#endif
