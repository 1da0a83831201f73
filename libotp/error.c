/* SPDX-License-Identifier: BSD-2-Clause */
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

enum otp_status otp_fail(struct otp_error *error, enum otp_status status, const char *format, ...)
{
	int errnum = errno;
	va_list args;

	if (error != NULL) {
		error->status = status;
		error->errnum = status == OTP_E_IO ? errnum : 0;
		va_start(args, format);
		(void)vsnprintf(error->what, sizeof error->what, format, args);
		va_end(args);
	}
	return status;
}

const char *otp_status_text(enum otp_status status)
{
	switch (status) {
	case OTP_OK:
		return "success";
	case OTP_E_NOMEM:
		return "out of memory";
	case OTP_E_CRYPTO:
		return "the cryptographic library failed";
	case OTP_E_INVALID:
		return "not understood";
	case OTP_E_LIMIT:
		return "more than fits";
	case OTP_E_NOT_FOUND:
		return "not found";
	case OTP_E_EXISTS:
		return "exists already";
	case OTP_E_BOUND:
		return "the token is bound to a user";
	case OTP_E_RESERVED:
		return "the token is reserved for another user";
	case OTP_E_STATE:
		return "the token's state does not allow it";
	case OTP_E_CHANGED:
		return "changed meanwhile";
	case OTP_E_FOREIGN:
		return "belongs to another uid";
	case OTP_E_IO:
		return "input or output failed";
	case OTP_E_BUSY:
		return "locked by another process for too long";
	case OTP_E_UNSAFE:
		return "unsafe owner, mode or type";
	case OTP_E_CORRUPT:
		return "damaged";
	case OTP_E_KEY_MISSING:
		return "the sealing key is missing";
	case OTP_E_KEY_WRONG:
		return "sealed under another key";
	}
	return "unknown";
}
