/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_UNENROLLED_H
#define VIPOTP_COMMAND_UNENROLLED_H

#include "command.h"

/*
 * Print the accounts of the host that can log in and have no token, and until when they are invited: root, and those of
 * people, whose uids begin at UID_MIN of login.defs(5). The vault must be open to inspect, or NULL.
 */
OTP_MUST_CHECK enum command_exit unenrolled_list(struct command *command, bool in_json);

#endif
