/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_JOURNAL_H
#define VIPOTP_JOURNAL_H

#include "login.h"

/*
 * One line per attempt to authpriv (product §6.9), key=value. What comes from outside is cut and stripped of everything
 * that could end a value or a line. Never a code, key or password.
 */

/* An attempt that was judged, or could not be: error says why not, or is NULL. */
void journal_attempt(const struct login *login, enum otp_status status, const struct otp_outcome *outcome,
                     const struct otp_error *error);

/* A call that ended before there was anything to judge: a bypass, an abort, a user who does not exist. */
void journal_event(const struct login *login, int priority, const char *word, const char *reason);

/* What failed beside an attempt and decides nothing of it: event=WORD, and why. */
void journal_failure(const struct login *login, const char *event, const struct otp_error *error);

/*
 * A step of an enrolment in a login, in the account or the password phase. token: which one it is about, or NULL; code:
 * VIP's, or "-"; judgement: of codes that were accepted, else NULL; reason: a sentence, or "".
 */
void journal_enrolment(const struct login *login, const struct otp_token_id *token, const char *verdict,
                       const char *code, const struct otp_judgement *judgement, const char *reason);

enum { JOURNAL_WORD_MAX = 80 };

/* A value from outside as one word that can be printed anywhere: what is not plain ASCII becomes '?'; "-" for nothing.
 */
const char *journal_word(const char *value, char word[JOURNAL_WORD_MAX]);

/* Only with option debug. */
__attribute__((format(printf, 2, 3))) void journal_debug(const struct login *login, const char *format, ...);

#endif
