/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_VERB_HELP_H
#define VIPOTP_VERB_HELP_H

#include "verb.h"

#include <stdio.h>

/* The help texts, printed from the same tables that the command line is read with. */

/* The verb that every program has; verb_read runs it. */
extern const struct verb help_verb;

/* All verbs, the options that every verb has, and the topics. */
void help_overview(FILE *out, const struct program *program);

/* One verb and its options. */
void help_of_verb(FILE *out, const struct program *program, const struct verb *verb);

/* One topic. False: there is none of this name. */
bool help_topic(FILE *out, const struct program *program, const char *name);

#endif
