/* SPDX-License-Identifier: BSD-2-Clause */
#include "admission.h"

#include "exempt.h"
#include "journal.h"
#include "notice.h"
#include "remember.h"

#include <stdio.h>
#include <syslog.h>
#include <time.h>

enum { REASON_MAX = 300 };

/* Whether the time until which the unenrolled pass has not come. */
static bool is_early(const struct login *login)
{
	return (int64_t)time(NULL) < login->settings.enroll_by;
}

static enum otp_status decide_unenrolled(const struct login *login, const struct judge *judge, bool aloud,
                                         enum admission *admission, struct otp_error *error)
{
	bool enrolled = true;
	enum otp_status status;

	if (!login->known || (login->settings.unenrolled == UNENROLLED_DENY && !is_early(login)))
		return OTP_OK;
	if ((status = judge_enrolled(login, judge, &enrolled, error)) != OTP_OK || enrolled)
		return status;
	if (is_early(login)) {
		*admission = ADMISSION_PASS;
		if (aloud) {
			journal_event(login, LOG_NOTICE, "ignored",
			              "not enrolled, and enroll_by lets the unenrolled pass until then");
			notice_enroll_by(login);
		}
	} else if (login->settings.unenrolled == UNENROLLED_IGNORE) {
		*admission = ADMISSION_PASS;
		if (aloud)
			journal_event(login, LOG_NOTICE, "ignored",
			              "not enrolled, and the policy lets the unenrolled pass");
	} else {
		*admission = ADMISSION_ENROLL;
	}
	return OTP_OK;
}

enum otp_status admission_decide(const struct login *login, struct judge *judge, bool aloud, enum admission *admission,
                                 struct otp_error *error)
{
	char reason[REASON_MAX];
	bool holds = false;
	enum otp_status status;

	*admission = ADMISSION_CODE;
	if ((status = exempt_holds(login, &holds, reason, sizeof reason, error)) != OTP_OK)
		return status;
	if (holds) {
		*admission = ADMISSION_PASS;
		if (aloud)
			journal_event(login, LOG_NOTICE, "exempt", reason);
		return OTP_OK;
	}
	if ((status = judge_open(login, judge, error)) != OTP_OK)
		return status;
	if ((status = remember_holds(login, judge->vault, &holds, reason, sizeof reason, error)) != OTP_OK)
		return status;
	if (holds) {
		*admission = ADMISSION_PASS;
		if (aloud)
			journal_event(login, LOG_NOTICE, "remembered", reason);
		return OTP_OK;
	}
	return decide_unenrolled(login, judge, aloud, admission, error);
}
