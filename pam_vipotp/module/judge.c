/* SPDX-License-Identifier: BSD-2-Clause */
#include "judge.h"

#include "helper/client.h"

#include <time.h>
#include <unistd.h>

enum otp_status judge_open(const struct login *login, struct judge *judge, struct otp_error *error)
{
	const struct otp_places places = {login->settings.key_file, login->settings.store_dir};
	enum otp_status status;

	*judge = (struct judge){.by_helper = geteuid() != 0};
	if (judge->by_helper)
		return OTP_OK;
	status = otp_vault_open(&places, OTP_TO_JUDGE, &judge->vault, error);
	return status == OTP_E_NOT_FOUND ? OTP_OK : status;
}

void judge_close(struct judge *judge)
{
	otp_vault_close(&judge->vault);
}

enum otp_status judge_enrolled(const struct login *login, const struct judge *judge, bool *enrolled,
                               struct otp_error *error)
{
	*enrolled = false;
	if (!login->known)
		return OTP_OK;
	if (judge->by_helper)
		return client_enrolled(login->user, enrolled, error);
	return judge->vault == NULL ? OTP_OK : otp_login_enrolled(judge->vault, login->user, enrolled, error);
}

enum otp_status judge_lengths(const struct login *login, const struct judge *judge, unsigned *lengths,
                              struct otp_error *error)
{
	*lengths = 0;
	if (!login->known)
		return OTP_OK;
	if (judge->by_helper)
		return client_lengths(login->user, lengths, error);
	return judge->vault == NULL
	           ? OTP_OK
	           : otp_login_lengths(judge->vault, login->user, (int64_t)time(NULL) * 1000, lengths, error);
}

enum otp_status judge_answer(const struct login *login, const struct judge *judge, const struct otp_attempt *attempt,
                             struct otp_outcome *outcome, struct otp_error *error)
{
	*outcome = (struct otp_outcome){.verdict = OTP_UNENROLLED};
	if (!login->known)
		return OTP_OK;
	if (judge->by_helper) {
		const struct client_login request = {
		    .service = login->service,
		    .password = login_item(login->pamh, PAM_AUTHTOK),
		    .attempt = attempt,
		};

		return client_login(&request, outcome, error);
	}
	if (judge->vault == NULL)
		return OTP_OK;
	return otp_login(judge->vault, &login->settings.limits, attempt, outcome, error);
}
