/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit.h"

#include "caller.h"
#include "terminal/text.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

/* Append what fits whole; a field that does not fit is left out rather than cut. */
static void append(struct audit *audit, const char *field)
{
	size_t len = strlen(field);

	if (audit->used + len >= sizeof audit->line)
		return;
	memcpy(audit->line + audit->used, field, len + 1);
	audit->used += len;
}

static bool is_plain(const char *value)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:/@_+-";

	return *value != '\0' && value[strspn(value, plain)] == '\0';
}

static void quote(const char *value, char *quoted, size_t size)
{
	size_t used = 0;

	quoted[used++] = '"';
	while (*value != '\0' && used + sizeof "\\xNN\"" <= size) {
		size_t len = text_character(value);

		if (len == 0 || *value == '"' || *value == '\\' || text_is_control(value, len)) {
			used += (size_t)snprintf(quoted + used, size - used, "\\x%02x", (unsigned char)*value);
			value++;
		} else {
			memcpy(quoted + used, value, len);
			used += len;
			value += len;
		}
	}
	quoted[used++] = '"';
	quoted[used] = '\0';
}

void audit_begin(struct audit *audit, const char *event)
{
	audit->used = 0;
	audit->line[0] = '\0';
	append(audit, "event=");
	append(audit, event);
	audit_add(audit, "service", "vipotp");
}

void audit_add(struct audit *audit, const char *key, const char *value)
{
	char field[AUDIT_LINE_MAX], quoted[AUDIT_LINE_MAX];

	if (value == NULL)
		return;
	if (!is_plain(value)) {
		quote(value, quoted, sizeof quoted);
		value = quoted;
	}
	if ((size_t)snprintf(field, sizeof field, " %s=%s", key, value) < sizeof field)
		append(audit, field);
}

void audit_add_number(struct audit *audit, const char *key, int64_t value)
{
	char text[24];

	(void)snprintf(text, sizeof text, "%" PRId64, value);
	audit_add(audit, key, text);
}

/* The uid that logged in, "unset" for none (a daemon's child), "unknown" where the kernel does not keep it. */
static void login_uid(char *text, size_t size)
{
	int fd = open("/proc/self/loginuid", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);

	if (fd >= 0)
		(void)close(fd);
	text[n < 0 ? 0 : n] = '\0';
	if (n <= 0 || strspn(text, "0123456789") != (size_t)n)
		(void)snprintf(text, size, "unknown");
	else if (strcmp(text, "4294967295") == 0)
		(void)snprintf(text, size, "unset");
}

void audit_send(struct audit *audit)
{
	const struct caller *caller = caller_user();
	char who[16];

	audit_add_number(audit, "uid", caller != NULL ? caller->uid : getuid());
	if (caller == NULL) {
		login_uid(who, sizeof who);
		audit_add(audit, "loginuid", who);
	} else { /* that of the helper tells nothing */
		audit_add(audit, "caller", caller->name);
	}
	openlog("vipotp", LOG_PID, LOG_AUTHPRIV);
	syslog(LOG_NOTICE, "%s", audit->line);
	closelog();
}
