/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_CHANGE_H
#define VIPOTP_COMMAND_CHANGE_H

#include "target.h"

/*
 * Change the state of the tokens of a target that was found (libotp's flow/states.h has the transitions). why: for
 * OTP_DISABLE, is stored; else NULL. target->changed: how many. Said and logged: COMMAND_EXISTS with 4990 or 4993.
 */
OTP_MUST_CHECK enum command_exit change_state(struct target *target, enum otp_change change, const char *why);

#endif
