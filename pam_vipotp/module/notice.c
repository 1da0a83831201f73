/* SPDX-License-Identifier: BSD-2-Clause */
#include "notice.h"

#include "converse.h"
#include "journal.h"

#include <stdio.h>
#include <time.h>

enum { LINE_MAX_LEN = 512 };

static void tell(const struct login *login, int style, const char *line)
{
	if (!login->mute)
		converse_tell(login->pamh, style, line);
}

void notice_refusal(const struct login *login, const char *line)
{
	tell(login, PAM_ERROR_MSG, line);
	if (*login->settings.contact != '\0')
		tell(login, PAM_ERROR_MSG, login->settings.contact);
}

/* UTC: the host process's TZ is the caller's choice. */
void notice_failures(const struct login *login, const struct otp_outcome *outcome)
{
	char line[LINE_MAX_LEN], when[32], origin[JOURNAL_WORD_MAX];
	time_t seconds = (time_t)(outcome->failed_at / 1000);
	struct tm tm;

	if (outcome->failures == 0)
		return;
	if (gmtime_r(&seconds, &tm) == NULL || strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S UTC", &tm) == 0)
		when[0] = '\0';
	(void)snprintf(line, sizeof line, "%u wrong security code%s since your last login, the last one %s%s%s.",
	               outcome->failures, outcome->failures == 1 ? "" : "s", when,
	               *outcome->origin != '\0' ? " from " : "",
	               *outcome->origin != '\0' ? journal_word(outcome->origin, origin) : "");
	tell(login, PAM_TEXT_INFO, line);
}
