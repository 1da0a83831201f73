/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_PRESENT_H
#define VIPOTP_COMMAND_PRESENT_H

#include "command.h"

/* Show a new token on standard output, for whoever sets up the app: ID, key, URI on a line of its own, QR code. */

/* Whether when is NULL or one of always, never and auto. COMMAND_USAGE, said. */
OTP_MUST_CHECK enum command_exit present_check(const struct command *command, const char *when);

/* when: whether to draw the QR code. COMMAND_UNAVAILABLE, said: not all of it could be written. */
OTP_MUST_CHECK enum command_exit present_token(const struct command *command, const struct otp_seed *seed,
                                               const char *when);

#endif
