/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_AUDIT_H
#define VIPOTP_COMMAND_AUDIT_H

#include <stddef.h>
#include <stdint.h>

/*
 * The log of what administrators do, and users on their own accounts (product §6.9): one line to syslog's authpriv,
 * key=value, with the caller's uid and the uid that logged in, which survives su and sudo, or the user's name. A value
 * that holds more than plain characters stands in quotes, its quotes, backslashes, control characters and stray bytes
 * as \xNN: no value can look like another field or line.
 */
enum { AUDIT_LINE_MAX = 1024, AUDIT_REASON_MAX = 200 };

struct audit {
	char line[AUDIT_LINE_MAX];
	size_t used;
};

void audit_begin(struct audit *audit, const char *event);

/* Keys are literals of ours; a value of NULL leaves the field out. Never a code, key or password. */
void audit_add(struct audit *audit, const char *key, const char *value);
void audit_add_number(struct audit *audit, const char *key, int64_t value);

/* Add who did it, and send the line. */
void audit_send(struct audit *audit);

#endif
