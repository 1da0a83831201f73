/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_REPLACE_H
#define VIPOTP_COMMAND_REPLACE_H

#include "account.h"

/*
 * Whether a user's token may be replaced by another one (product §7.1, policy `replace`): with "code" a code of the
 * present token is asked for and used up, like at a login. COMMAND_DONE: it may. *how is what enrolment then does, also
 * for a user who has none. Else it was said why not.
 */
OTP_MUST_CHECK enum command_exit replace_permitted(const struct command *command, const struct account *account,
                                                   enum otp_enroll_how *how);

/* Whether a further token may be added to a user's: root may; a user after a code as above, if he has a token. */
OTP_MUST_CHECK enum command_exit replace_addable(const struct command *command, const struct account *account,
                                                 const struct otp_enrolment *enrolment);

#endif
