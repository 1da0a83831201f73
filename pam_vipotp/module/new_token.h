/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_NEW_TOKEN_H
#define VIPOTP_NEW_TOKEN_H

#include "login.h"

/* A token made in a login, for an app (product §6.4). */

/*
 * A time token with a random key and an ID that is new here, named after user and host. vault NULL: there is no store
 * yet. The caller ends it with otp_seed_wipe.
 */
OTP_MUST_CHECK enum otp_status new_token_make(const struct login *login, struct otp_vault *vault, struct otp_seed *seed,
                                              struct otp_error *error);

/*
 * The question for its first code, with all that the user needs to set the app up: QR code, URI, key and ID. Begins
 * with a new line, since clients put words of their own before a prompt. It holds the key: the caller ends it with
 * new_token_forget. NULL: no memory. Without a QR code it is good all the same; that is logged.
 */
char *new_token_prompt(const struct login *login, const struct otp_seed *seed);

/* Wipe and free; NULL is allowed inside. */
void new_token_forget(char **prompt);

#endif
