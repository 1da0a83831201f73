/* SPDX-License-Identifier: BSD-2-Clause */
#include "account.h"

#include "exempt.h"
#include "journal.h"
#include "outcome.h"

#include <time.h>
#include <unistd.h>

enum { REASON_MAX = 300 };

/* Whether this user is to enrol a token now. */
static enum otp_status is_due(const struct login *login, bool *due, struct otp_error *error)
{
	struct judge judge = {.vault = NULL};
	char reason[REASON_MAX];
	bool exempt = false, enrolled = false;
	enum otp_status status;

	*due = false;
	if (!login->known || (int64_t)time(NULL) < login->settings.enroll_by)
		return OTP_OK;
	if ((status = exempt_holds(login, &exempt, reason, sizeof reason, error)) != OTP_OK || exempt)
		return status;
	if ((status = judge_open(login, &judge, error)) == OTP_OK)
		status = judge_enrolled(login, &judge, &enrolled, error);
	judge_close(&judge);
	*due = status == OTP_OK && !enrolled;
	return status;
}

int account(const struct login *login, enum otp_status status, struct otp_error *error)
{
	bool due = false;

	/* A process that is not root's could not enrol him (enrolment.h). */
	if (status == OTP_OK && (!login->settings.require_at_account || geteuid() != 0))
		return PAM_IGNORE;
	if (status == OTP_OK)
		status = is_due(login, &due, error);
	if (status != OTP_OK) {
		journal_enrolment(login, NULL, "unavailable", "-", NULL, error->what);
		return outcome_code(status, OTP_REFUSED);
	}
	if (due)
		journal_enrolment(login, NULL, "required", "6008", NULL, "");
	return due ? PAM_NEW_AUTHTOK_REQD : PAM_IGNORE;
}
