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

static void tell_contact(const struct login *login)
{
	if (login->proven && *login->settings.contact != '\0')
		tell(login, PAM_ERROR_MSG, login->settings.contact);
}

void notice_refusal(const struct login *login, const char *line)
{
	tell(login, PAM_ERROR_MSG, login_text(login, line));
	tell_contact(login);
}

/*
 * In the largest unit that the wait fills, rounded up: whoever comes back then is heard. One literal for each case, so
 * that every language can have its own grammar.
 */
static void print_wait(const struct login *login, int64_t ms, char line[LINE_MAX_LEN])
{
	unsigned seconds = (unsigned)((ms + 999) / 1000), minutes = (seconds + 59) / 60, hours = (minutes + 59) / 60;
	const char *one = NULL;

	if (seconds == 1)
		one = N_("There were too many wrong security codes. Wait 1 second before the next one.");
	else if (seconds < 60)
		(void)snprintf(
		    line, LINE_MAX_LEN,
		    login_text(login,
		               N_("There were too many wrong security codes. Wait %u seconds before the next one.")),
		    seconds);
	else if (minutes == 1)
		one = N_("There were too many wrong security codes. Wait 1 minute before the next one.");
	else if (minutes < 60)
		(void)snprintf(
		    line, LINE_MAX_LEN,
		    login_text(login,
		               N_("There were too many wrong security codes. Wait %u minutes before the next one.")),
		    minutes);
	else if (hours == 1)
		one = N_("There were too many wrong security codes. Wait 1 hour before the next one.");
	else
		(void)snprintf(
		    line, LINE_MAX_LEN,
		    login_text(login,
		               N_("There were too many wrong security codes. Wait %u hours before the next one.")),
		    hours);
	if (one != NULL)
		(void)snprintf(line, LINE_MAX_LEN, "%s", login_text(login, one));
}

static void tell_wait(const struct login *login, int64_t ms)
{
	char line[LINE_MAX_LEN];

	print_wait(login, ms, line);
	tell(login, PAM_ERROR_MSG, line);
}

static void tell_lock(const struct login *login)
{
	char line[LINE_MAX_LEN];

	(void)snprintf(line, sizeof line,
	               login_text(login, N_("There were too many wrong security codes, and this way in is locked. A "
	                                    "recovery code opens it, or the administrator with \"vipotp unlock %s\".")),
	               login->user);
	tell(login, PAM_ERROR_MSG, line);
}

static const char *used_already(const struct login *login)
{
	return login_text(login, N_("This security code was used already. Wait for the next one."));
}

void notice_refused(const struct login *login, const struct otp_outcome *outcome)
{
	if (login->proven && outcome->verdict == OTP_REPLAYED)
		tell(login, PAM_ERROR_MSG, used_already(login));
	else
		tell(login, PAM_ERROR_MSG, login_text(login, N_("Authentication error.")));
	if (login->proven && outcome->locked)
		tell_lock(login);
	if (login->proven && outcome->wait > 0)
		tell_wait(login, outcome->wait);
	tell_contact(login);
}

void notice_missed(const struct login *login, const struct otp_outcome *outcome)
{
	bool unread = outcome->wait > 0 && outcome->verdict != OTP_REFUSED;

	if (login->proven && outcome->verdict == OTP_REPLAYED)
		tell(login, PAM_ERROR_MSG, used_already(login));
	else if (login->proven && unread)
		tell_wait(login, outcome->wait);
	else
		tell(login, PAM_ERROR_MSG, login_text(login, N_("Not accepted. Wait for the next security code.")));
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
	if (login->settings.unenrolled == UNENROLLED_ENROLL)
		(void)snprintf(line, sizeof line,
		               login_text(login, N_("From %s on a security code is asked for here. At your first login "
		                                    "then you enrol a token; with \"vipotp enroll\" you can do it "
		                                    "before.")),
		               when);
	else
		(void)snprintf(line, sizeof line,
		               login_text(login, N_("From %s on a security code is asked for here. Enrol a token "
		                                    "before, with \"vipotp enroll\".")),
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
		(void)snprintf(line, sizeof line, "%s",
		               login_text(login, N_("That was your last recovery code. Make new ones with \"vipotp "
		                                    "recovery\".")));
	else if (left == 1)
		(void)snprintf(
		    line, sizeof line, "%s",
		    login_text(login, N_("That recovery code is used up; you have 1 left. Make new ones with "
		                         "\"vipotp recovery\".")));
	else if (left <= RECOVERY_FEW)
		(void)snprintf(line, sizeof line,
		               login_text(login, N_("That recovery code is used up; you have %u left. Make new ones "
		                                    "with \"vipotp recovery\".")),
		               left);
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
