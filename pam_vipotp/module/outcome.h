/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_OUTCOME_H
#define VIPOTP_OUTCOME_H

#include "otp.h"

/* The PAM code of a login (product §6.2): the one switch from our words to PAM's. Nothing but OTP_ACCEPTED succeeds. */
int outcome_code(enum otp_status status, enum otp_verdict verdict);

/* The word that the log has for it. */
const char *outcome_word(enum otp_status status, enum otp_verdict verdict);

/* VIP's error code for it, where VIP documents one (product §7.4), or "-". known: the account exists. */
const char *outcome_error(enum otp_status status, enum otp_verdict verdict, bool known);

#endif
