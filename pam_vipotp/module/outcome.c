/* SPDX-License-Identifier: BSD-2-Clause */
#include "outcome.h"

#include <security/pam_modules.h>

int outcome_code(enum otp_status status, enum otp_verdict verdict)
{
	if (status == OTP_E_NOMEM)
		return PAM_BUF_ERR;
	if (status != OTP_OK)
		return PAM_AUTHINFO_UNAVAIL;
	switch (verdict) {
	case OTP_ACCEPTED:
		return PAM_SUCCESS;
	case OTP_REFUSED:
	case OTP_REPLAYED:
	case OTP_EQUAL_CODES:
	case OTP_EMPTY:
	case OTP_MALFORMED:
	case OTP_WAITING:
	case OTP_LOCKED:
	case OTP_DISABLED:
	case OTP_STOPPED:
	case OTP_UNENROLLED:
		return PAM_AUTH_ERR;
	}
	return PAM_AUTH_ERR;
}

const char *outcome_word(enum otp_status status, enum otp_verdict verdict)
{
	return status == OTP_OK ? otp_verdict_word(verdict) : "unavailable";
}

const char *outcome_error(enum otp_status status, enum otp_verdict verdict, bool known)
{
	if (status != OTP_OK)
		return "-";
	switch (verdict) {
	case OTP_ACCEPTED:
		return "0000";
	case OTP_REFUSED:
	case OTP_REPLAYED:
		return "49b5";
	case OTP_DISABLED:
		return "4993";
	case OTP_STOPPED:
		return "4990";
	case OTP_UNENROLLED:
		return known ? "6008" : "6003";
	case OTP_EQUAL_CODES:
	case OTP_EMPTY:
	case OTP_MALFORMED:
	case OTP_WAITING:
	case OTP_LOCKED:
		return "-";
	}
	return "-";
}
