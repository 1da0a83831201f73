/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_SERVE_H
#define VIPOTP_COMMAND_SERVE_H

#include "caller.h"
#include "command.h"

/*
 * vipotp(1) for somebody who is not root and acts on his own account alone (product §6.8). Both sides read the same
 * command line by the same tables: the caller's vipotp, which asks for the password and relays, and vipotp-helper,
 * which does the work as root.
 */

/*
 * The first word of a relayed command line may be this and a letter for each thing that holds: somebody types the
 * answers, standard output is shown on a terminal, it may have colours.
 */
#define SERVE_TERMINAL "--terminal="
enum serve_terminal { SERVE_TYPED = 't', SERVE_SHOWN = 's', SERVE_COLOURS = 'c' };

enum { SERVE_PATIENCE = 120 }; /* s that an answer is waited for */

/* In vipotp-helper: whether the verb on this command line judges codes, so that the caller's password must be right. */
bool serve_wants_password(int argc, char **argv);

/*
 * In vipotp-helper: run the command line for the caller, whose password was right if it is wanted. The standard streams
 * are his, and texts are in the language in force. Settings: config, or the default file if NULL; he cannot choose
 * them. Once in a process, which ends with it; all output is written.
 */
OTP_MUST_CHECK enum command_exit serve(int argc, char **argv, const struct caller *caller, const char *config);

/* In vipotp, without root's rights: have the helper run what is in command, and be its terminal. */
OTP_MUST_CHECK enum command_exit relay(const struct command *command);

#endif
