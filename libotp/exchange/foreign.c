/* SPDX-License-Identifier: BSD-2-Clause */
#include "foreign.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { WHERE_SHOWN = 120 }; /* what follows must fit, too */

/* The file's whole name, or, of a very long one, its last part. */
static const char *shown(const char *where)
{
	const char *slash = strrchr(where, '/');

	return strlen(where) <= WHERE_SHOWN || slash == NULL ? where : slash + 1;
}

enum otp_status otp_foreign_fail(const struct otp_foreign *file, unsigned long line, struct otp_error *error,
                                 const char *format, ...)
{
	char what[OTP_ERROR_WHAT_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(what, sizeof what, format, args);
	va_end(args);
	return otp_fail(error, OTP_E_INVALID, "%s:%lu: %s", shown(file->where), line, what);
}

enum otp_status otp_foreign_unable(const struct otp_foreign *file, struct otp_error *error, enum otp_status status)
{
	return otp_fail(error, status, "%s: %s", shown(file->where), otp_status_text(status));
}
