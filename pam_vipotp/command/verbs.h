/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_VERBS_H
#define VIPOTP_COMMAND_VERBS_H

#include "command.h"

/* One file per verb; what it does and takes stands at the end of it. */
extern const struct verb enroll_verb;
extern const struct verb test_verb;
extern const struct verb reset_verb;
extern const struct verb status_verb;
extern const struct verb list_verb;
extern const struct verb release_verb;
extern const struct verb unlock_verb;
extern const struct verb tokens_add_verb;
extern const struct verb tokens_list_verb;
extern const struct verb config_verb;

#endif
