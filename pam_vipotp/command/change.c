/* SPDX-License-Identifier: BSD-2-Clause */
#include "change.h"

static const char *done(enum otp_change change)
{
	switch (change) {
	case OTP_LOCK:
		return "locked";
	case OTP_UNLOCK:
		return "unlocked";
	case OTP_DISABLE:
		return "disabled";
	case OTP_ENABLE:
		return "enabled";
	}
	return "changed";
}

enum command_exit change_state(struct target *target, enum otp_change change, const char *why)
{
	struct otp_vault *vault = target->command->host->vault;
	const char *user = target->account.name;
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status;

	if (*user != '\0')
		status = otp_change_user(vault, user, target->token, change, why, &target->changed, &error);
	else
		status = otp_change_stocked(vault, target->token, change, why, &error);
	if (status == OTP_E_STATE)
		return target_refuse_state(target);
	if (status != OTP_OK)
		return target_failed(target, &error);
	target_record(target, done(change), "0000");
	return COMMAND_DONE;
}
