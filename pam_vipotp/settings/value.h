/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_SETTINGS_VALUE_H
#define VIPOTP_SETTINGS_VALUE_H

#include "keys.h"
#include "place.h"

#include <libconfig.h>

/* Where a setting stands. Borrows file. */
struct place value_place(const config_setting_t *setting, const char *file);

/* The name of a setting; "" for one in a list, and for one for whose name libconfig found no memory. */
const char *value_name(const config_setting_t *setting);

/* Whether a text can be shown on terminals and in the log: UTF-8 (RFC 3629) without control characters. */
bool value_is_plain(const char *text);

/* Refuse a setting that has no business in a group: say where it has, or what was probably meant. OTP_E_INVALID. */
OTP_MUST_CHECK enum otp_status value_refuse_unknown(const config_setting_t *setting, unsigned group, const char *file,
                                                    struct otp_error *error);

/* Give the key's field its default. */
void value_normal(const struct keys_entry *entry, struct settings *settings);

/*
 * Give the key's field the value of a setting. OTP_E_INVALID: wrong type or out of range; *error names file, line and
 * key and says what is allowed.
 */
OTP_MUST_CHECK enum otp_status value_set(const struct keys_entry *entry, const config_setting_t *setting,
                                         const char *file, struct settings *settings, struct otp_error *error);

#endif
