/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_CALLER_H
#define VIPOTP_COMMAND_CALLER_H

#include "otp.h"

/*
 * Who reads what a verb prints: root, who can do what he is advised to do; or a user, for whom vipotp-helper runs it on
 * his own account, and who has to turn to root (product §6.8). One per process, as the language is.
 */
struct caller {
	uint32_t uid; /* never 0 */
	char name[OTP_USER_MAX + 1];
};

/* From now on this user. Borrows caller for good. */
void caller_begin(const struct caller *caller);

/* NULL: root. */
const struct caller *caller_user(void);

/* The setting `contact`, which caller_refer shows. Borrowed for good; "" for none. */
void caller_contact(const char *contact);

/* Say on standard error, to a user, that an administrator can help him, and how to find him. */
void caller_refer(void);

#endif
