/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_VERB_OPTIONS_H
#define VIPOTP_VERB_OPTIONS_H

#include "verb.h"

/* The command line, read once against the verb's own table; the program's common options and --help fit every verb. */

/* What stands before the verb. *rest: the index of the verb in argv, or argc. */
OTP_MUST_CHECK enum command_exit options_read_global(struct command *command, int argc, char **argv, int *rest,
                                                     bool *version);

/*
 * What stands behind the verb, argv[0] being its last word: fills value, operand, common and help. Said on standard
 * error: an unknown option, one given twice, a missing or needless argument, too few or too many operands.
 */
OTP_MUST_CHECK enum command_exit options_read_verb(struct command *command, int argc, char **argv);

/* The name that was probably meant, or NULL. names ends in NULL. */
const char *options_nearest(const char *typed, const char *const *names);

#endif
