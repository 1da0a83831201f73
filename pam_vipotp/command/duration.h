/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_DURATION_H
#define VIPOTP_COMMAND_DURATION_H

#include <stdbool.h>
#include <stdint.h>

enum { DURATION_MINUTE = 60, DURATION_HOUR = 3600, DURATION_DAY = 86400 }; /* s */

/*
 * Read "30m", "12h" or "2d": a whole number of minutes, hours or days, in s. What is too large for the sum becomes
 * INT64_MAX. False: it is none.
 */
bool duration_read(const char *text, int64_t *seconds);

#endif
