/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_HELP_H
#define VIPOTP_COMMAND_HELP_H

#include "command.h"

#include <stdio.h>

/* The help texts, printed from the same tables that the command line is read with. */

/* All verbs and the options that every verb has. verbs ends in NULL. */
void help_overview(FILE *out, const struct verb *const *verbs);

/* One verb and its options. */
void help_verb(FILE *out, const struct verb *verb);

#endif
