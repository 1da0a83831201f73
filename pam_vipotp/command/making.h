/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_MAKING_H
#define VIPOTP_COMMAND_MAKING_H

#include "account.h"

/*
 * Whether somebody may bring a token of his own making: root may; a user who was invited, or any user with the setting
 * enroll_open (product §6.4). COMMAND_DONE: he may; else it was said why not.
 */
OTP_MUST_CHECK enum command_exit making_permitted(const struct command *command, const struct account *account);

#endif
