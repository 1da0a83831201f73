/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_TOKEN_H
#define VIPOTP_TOKEN_H

#include "held.h"
#include "verb/verb.h"

/* What the verbs of `vipotp-token` share. */

/* Say on standard error what failed; the exit code that goes with it. */
enum command_exit token_failed(const struct otp_error *error);

/*
 * Find the token that a person means: by its ID however typed, by its label, or the only one there is (typed NULL).
 * OTP_E_NOT_FOUND; OTP_E_INVALID if it may be several.
 */
OTP_MUST_CHECK enum otp_status token_find(const struct wallet *wallet, const char *typed, struct otp_token_id *id,
                                          struct otp_error *error);

/*
 * The token that the verb's operand means, open and locked, and its wallet. On COMMAND_DONE the caller closes both;
 * else nothing is open, and it has been said.
 */
OTP_MUST_CHECK enum command_exit token_open(const struct command *command, enum held_purpose purpose,
                                            struct wallet *wallet, struct held *held);

/* Add a new token to the wallet, which is made if it is missing, and print its ID. All has been said. */
OTP_MUST_CHECK enum command_exit token_add(struct soft_token *token);

#endif
