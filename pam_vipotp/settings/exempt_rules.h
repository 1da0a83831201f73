/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_SETTINGS_EXEMPT_RULES_H
#define VIPOTP_SETTINGS_EXEMPT_RULES_H

#include "settings.h"

#include <libconfig.h>

/*
 * The rules of the setting `exempt`, a group or a list of groups, each a rule. OTP_E_INVALID: *error names file, line
 * and key and says how to mend it.
 */
OTP_MUST_CHECK enum otp_status exempt_rules_set(const config_setting_t *setting, const char *file,
                                                struct exempt_rules *rules, struct otp_error *error);

#endif
