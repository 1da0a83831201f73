/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_FLOW_RENAME_H
#define OTP_FLOW_RENAME_H

#include "vault.h"

#include <stdint.h>

/*
 * Follow the renaming of an account: everything of old_name, keys, positions, failures and recovery codes, becomes
 * new_name's. uid is new_name's and must be the record's. Interrupted, the tokens are old_name's still, or new_name's,
 * or in the inventory with their positions, reserved for new_name; never two people's. OTP_E_NOT_FOUND: old_name is not
 * enrolled; OTP_E_EXISTS: new_name is; OTP_E_FOREIGN: another uid; OTP_E_LIMIT.
 */
OTP_MUST_CHECK enum otp_status otp_rename(struct otp_vault *vault, const char *old_name, const char *new_name,
                                          uint32_t uid, struct otp_error *error);

#endif
