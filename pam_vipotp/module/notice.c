/* SPDX-License-Identifier: BSD-2-Clause */
#include "notice.h"

#include "converse.h"
#include "journal.h"

#include <stdio.h>
#include <time.h>

enum { LINE_MAX_LEN = 512, WHEN_MAX = 32 };

/* So few recovery codes are left that the user is told how to get new ones (product §5.7). */
enum { RECOVERY_FEW = 2 };

static void tell(const struct login *login, int style, const char *line)
{
	if (!login->mute)
		converse_tell(login->pamh, style, line);
}

void notice_refusal(const struct login *login, const char *line)
{
	tell(login, PAM_ERROR_MSG, login_text(login, line));
	if (*login->settings.contact != '\0')
		tell(login, PAM_ERROR_MSG, login->settings.contact);
}

void notice_miss(const struct login *login, const char *line)
{
	tell(login, PAM_ERROR_MSG, login_text(login, line));
}

/* One literal for each case, so that every language can have its own grammar. */
static void print_failures(const struct login *login, unsigned failures, const char *when, const char *origin,
                           char line[LINE_MAX_LEN])
{
	if (failures == 1 && origin != NULL)
		(void)snprintf(
		    line, LINE_MAX_LEN,
		    login_text(login, N_("%u wrong security code since your last login, the last one %s from %s.")),
		    failures, when, origin);
	else if (failures == 1)
		(void)snprintf(line, LINE_MAX_LEN,
		               login_text(login, N_("%u wrong security code since your last login, the last one %s.")),
		               failures, when);
	else if (origin != NULL)
		(void)snprintf(
		    line, LINE_MAX_LEN,
		    login_text(login, N_("%u wrong security codes since your last login, the last one %s from %s.")),
		    failures, when, origin);
	else
		(void)snprintf(line, LINE_MAX_LEN,
		               login_text(login, N_("%u wrong security codes since your last login, the last one %s.")),
		               failures, when);
}

/* UTC: the host process's TZ is the caller's choice. */
static void print_time(int64_t seconds, char when[WHEN_MAX])
{
	time_t clock = (time_t)seconds;
	struct tm tm;

	if (gmtime_r(&clock, &tm) == NULL || strftime(when, WHEN_MAX, "%Y-%m-%d %H:%M:%S UTC", &tm) == 0)
		when[0] = '\0';
}

void notice_enroll_by(const struct login *login)
{
	char line[LINE_MAX_LEN], when[WHEN_MAX];

	print_time(login->settings.enroll_by, when);
	(void)snprintf(line, sizeof line,
	               login_text(login, N_("From %s on a security code is asked for here. Enrol a token before, with "
	                                    "\"vipotp enroll\".")),
	               when);
	tell(login, PAM_TEXT_INFO, line);
}

static void tell_failures(const struct login *login, const struct otp_outcome *outcome)
{
	char line[LINE_MAX_LEN], when[WHEN_MAX], word[JOURNAL_WORD_MAX];

	if (outcome->failures == 0)
		return;
	print_time(outcome->failed_at / 1000, when);
	print_failures(login, outcome->failures, when,
	               *outcome->origin != '\0' ? journal_word(outcome->origin, word) : NULL, line);
	tell(login, PAM_TEXT_INFO, line);
}

static void tell_recovery(const struct login *login, const struct otp_outcome *outcome)
{
	char line[LINE_MAX_LEN];
	unsigned left = (unsigned)outcome->recovery_left;

	if (left == 0)
		(void)snprintf(line, sizeof line,
		               login_text(login, N_("That was your last recovery code. The administrator makes new "
		                                    "ones with \"vipotp recovery %s\".")),
		               login->user);
	else if (left == 1)
		(void)snprintf(line, sizeof line,
		               login_text(login, N_("That recovery code is used up; you have 1 left. The administrator "
		                                    "makes new ones with \"vipotp recovery %s\".")),
		               login->user);
	else if (left <= RECOVERY_FEW)
		(void)snprintf(line, sizeof line,
		               login_text(login, N_("That recovery code is used up; you have %u left. The "
		                                    "administrator makes new ones with \"vipotp recovery %s\".")),
		               left, login->user);
	else
		(void)snprintf(line, sizeof line,
		               login_text(login, N_("That recovery code is used up; you have %u left.")), left);
	tell(login, PAM_TEXT_INFO, line);
}

static void tell_temporary(const struct login *login, const struct otp_outcome *outcome)
{
	char line[LINE_MAX_LEN], when[WHEN_MAX];

	if (outcome->temporary_until == 0) {
		tell(login, PAM_TEXT_INFO, login_text(login, N_("That was your temporary code. It is used up now.")));
		return;
	}
	print_time(outcome->temporary_until, when);
	(void)snprintf(line, sizeof line,
	               login_text(login, N_("That was your temporary code. It is good until %s, or until you log in "
	                                    "with a token.")),
	               when);
	tell(login, PAM_TEXT_INFO, line);
}

void notice_success(const struct login *login, const struct otp_outcome *outcome)
{
	if (outcome->way == OTP_BY_RECOVERY)
		tell_recovery(login, outcome);
	else if (outcome->way == OTP_BY_TEMPORARY)
		tell_temporary(login, outcome);
	tell_failures(login, outcome);
}
