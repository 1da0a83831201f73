/* SPDX-License-Identifier: BSD-2-Clause */
#include "remember.h"

enum otp_status remember_holds(const struct login *login, struct otp_vault *vault, bool *holds, char *reason,
                               size_t size, struct otp_error *error)
{
	(void)login;
	(void)vault;
	(void)error;
	*holds = false;
	if (size > 0)
		reason[0] = '\0';
	return OTP_OK;
}

void remember_keep(const struct login *login, struct otp_vault *vault, const struct otp_outcome *outcome)
{
	(void)login;
	(void)vault;
	(void)outcome;
}
