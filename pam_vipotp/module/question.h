/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_QUESTION_H
#define VIPOTP_QUESTION_H

#include "converse.h"
#include "login.h"

/*
 * What the first question of a call reads: option prompt=, or the prompt of the settings, as an administrator wrote
 * them; where neither says anything, this text of ours, marked N_.
 */
const char *question_first(const struct login *login, const char *english);

/* As converse_ask; that there is no answer is logged. The caller wipes *answer in either case. */
int question_ask(const struct login *login, const char *prompt, bool echo, struct answer *answer);

#endif
