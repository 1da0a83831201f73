/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_PROOF_H
#define VIPOTP_COMMAND_PROOF_H

#include "account.h"

/*
 * A code that a token of the user shows now, which is demanded before what only its holder may do (product §5.7, §7.1).
 * It is used up, and a miss counts, like at a login.
 */
struct proof {
	const char *event;  /* in the log */
	const char *origin; /* where a failure came from, for the user's notice */
	const char *ended;  /* what is said where no more answers come */
};

/*
 * Ask until one is accepted. COMMAND_DONE, or it was said why not: COMMAND_REFUSED, COMMAND_THROTTLED, COMMAND_EXISTS
 * where no code would be.
 */
OTP_MUST_CHECK enum command_exit proof_demand(const struct command *command, const struct account *account,
                                              const struct proof *proof);

/* Say and log that a token of the user is locked. Always COMMAND_EXISTS. */
enum command_exit proof_refuse_locked(const struct account *account, const char *event);

#endif
