/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_TOKEN_VERBS_H
#define VIPOTP_TOKEN_VERBS_H

#include "verb/verb.h"

/* One file per verb; what it does and takes stands at the end of it. */
extern const struct verb new_verb;
extern const struct verb show_verb;
extern const struct verb next_verb;
extern const struct verb watch_verb;
extern const struct verb uri_verb;
extern const struct verb list_verb;
extern const struct verb import_verb;
extern const struct verb export_verb;
extern const struct verb remove_verb;

/* What "help" tells besides them, as the menu of VIP Access Desktop has it. */
enum { TOPICS = 5 };
extern const struct verb_topic topics[TOPICS];

#endif
