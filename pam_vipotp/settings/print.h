/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_SETTINGS_PRINT_H
#define VIPOTP_SETTINGS_PRINT_H

#include "settings.h"

#include <stdio.h>

/*
 * Write every effective value in the syntax of vipotp.conf(5): settings_read of what is written gives the same values.
 * OTP_E_IO if out cannot be written; what it still buffers is the caller's to flush and check.
 */
OTP_MUST_CHECK enum otp_status settings_print(FILE *out, const struct settings *settings);

#endif
