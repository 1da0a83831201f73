/* SPDX-License-Identifier: BSD-2-Clause */
#include "client.h"

#include "protocol.h"

enum otp_status client_enrolled(uint32_t uid, bool *enrolled, struct otp_error *error)
{
	(void)uid;
	*enrolled = false;
	return otp_fail(error, OTP_E_IO, "%s: no service answers", PROTOCOL_SOCKET);
}

enum otp_status client_login(const struct client_login *request, struct otp_outcome *outcome, struct otp_error *error)
{
	(void)request;
	*outcome = (struct otp_outcome){.verdict = OTP_REFUSED};
	return otp_fail(error, OTP_E_IO, "%s: no service answers", PROTOCOL_SOCKET);
}
