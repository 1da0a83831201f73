/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_VERBS_H
#define VIPOTP_COMMAND_VERBS_H

#include "command.h"

/* One file per verb or pair of verbs; what each does and takes stands at the end of it. */
extern const struct verb enroll_verb;
extern const struct verb test_verb;
extern const struct verb reset_verb;
extern const struct verb status_verb;
extern const struct verb list_verb;
extern const struct verb release_verb;
extern const struct verb lock_verb;
extern const struct verb unlock_verb;
extern const struct verb disable_verb;
extern const struct verb enable_verb;
extern const struct verb recovery_verb;
extern const struct verb tempcode_verb;
extern const struct verb invite_verb;
extern const struct verb rename_verb;
extern const struct verb forget_verb;
extern const struct verb export_verb;
extern const struct verb tokens_add_verb;
extern const struct verb tokens_assign_verb;
extern const struct verb tokens_import_verb;
extern const struct verb tokens_list_verb;
extern const struct verb tokens_remove_verb;
extern const struct verb config_verb;

#endif
