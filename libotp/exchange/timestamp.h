/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_EXCHANGE_TIMESTAMP_H
#define OTP_EXCHANGE_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

enum { OTP_TIMESTAMP_LEN = 20 }; /* "2027-12-31T23:59:59Z" */

/*
 * Read "2027-12-31T23:59:59" at the start of text, from 1970 on, as seconds since the epoch if it were UTC. What
 * follows it, or NULL if it is no moment.
 */
const char *otp_timestamp_civil(const char *text, int64_t *seconds);

/*
 * Read RFC 3339: the above, perhaps a fraction of a second, which is forgotten, and Z or an offset such as +09:00. A
 * date alone is the last second of that day, in UTC. false for anything else, and for what lies before 1970.
 */
bool otp_timestamp_parse(const char *text, int64_t *seconds);

/* In UTC. seconds: from 0 to the year 9999, else text is "". */
void otp_timestamp_print(int64_t seconds, char text[OTP_TIMESTAMP_LEN + 1]);

#endif
