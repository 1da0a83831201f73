/* SPDX-License-Identifier: BSD-2-Clause */
#include "take.h"

#include "language/language.h"

#include <string.h>

enum otp_status take_code(struct held *held, char code[SOFT_TOKEN_CODE_LEN + 1], struct otp_error *error)
{
	struct otp_seed *seed = &held->token.seed;
	enum otp_status status;

	if (seed->kind != OTP_EVENT)
		return otp_fail(error, OTP_E_INVALID, _("%s is a time token: its code changes by itself."),
		                seed->id.text);
	if (seed->counter >= OTP_COUNTER_MAX)
		return otp_fail(error, OTP_E_LIMIT, _("The token %s has no more codes."), seed->id.text);
	if ((status = soft_token_code(seed, seed->counter, code)) != OTP_OK)
		return otp_fail(error, status, _("The code could not be computed."));
	seed->counter++;
	if ((status = held_save(held, error)) != OTP_OK)
		explicit_bzero(code, SOFT_TOKEN_CODE_LEN + 1);
	return status;
}
