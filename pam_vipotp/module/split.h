/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_SPLIT_H
#define VIPOTP_SPLIT_H

#include "judge.h"

/*
 * Clients with one field (product §6.3). Listed before the module that checks the password, this one asks for password
 * and code in one answer, hands the password on in PAM_AUTHTOK and keeps the code; listed again behind it, it judges
 * that code. So a wrong password burns no code, and charges nobody.
 */

/* The code that the first listing kept in this transaction, or NULL: then this is the first listing. */
const char *split_kept(const struct login *login);

/* Forget it, wiped. */
void split_forget(const struct login *login);

/*
 * The first listing: ask, divide, hand on, keep. PAM_IGNORE; PAM_CONV_ERR, PAM_BUF_ERR. whole: the answer is all
 * password, since the user has no code to give.
 */
int split_ask(const struct login *login, const struct judge *judge, bool whole);

#endif
