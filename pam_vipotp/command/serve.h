/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_SERVE_H
#define VIPOTP_COMMAND_SERVE_H

#include "command.h"

/*
 * vipotp(1) for somebody who is not root and acts on his own account alone (product §6.8). Both sides read the same
 * command line by the same tables: the caller's vipotp, which asks for the password and relays, and vipotp-helper, which
 * does the work as root.
 */

struct caller {
	uint32_t uid; /* never 0 */
	char name[OTP_USER_MAX + 1];
};

/* In vipotp-helper: whether the verb on this command line judges codes, so that the caller's password must be right. */
bool serve_wants_password(int argc, char **argv);

/*
 * In vipotp-helper: run the command line for the caller, whose password was right if it is wanted. The standard streams
 * are his. Settings: config, or the default file if NULL; he cannot choose them.
 */
OTP_MUST_CHECK enum command_exit serve(int argc, char **argv, const struct caller *caller, const char *config);

/* In vipotp, without root's rights: have the helper run the command line, and be its terminal. */
OTP_MUST_CHECK enum command_exit relay(const struct command *command, int argc, char **argv);

#endif
