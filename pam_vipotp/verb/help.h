/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_VERB_HELP_H
#define VIPOTP_VERB_HELP_H

#include "verb.h"

#include <stdio.h>

/* The help texts, printed from the same tables that the command line is read with. */

/* The verb that every program has; verb_read runs it. */
extern const struct verb help_verb;

/* All verbs, the options that every verb has, and the topics. own: for a user, with what is root's apart. */
void help_overview(FILE *out, const struct program *program, bool own);

/* One verb and its options. own: for a user, with what he may do of it. */
void help_of_verb(FILE *out, const struct program *program, const struct verb *verb, bool own);

/* One topic. False: there is none of this name. */
bool help_topic(FILE *out, const struct program *program, const char *name);

#endif
