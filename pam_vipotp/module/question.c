/* SPDX-License-Identifier: BSD-2-Clause */
#include "question.h"

#include "journal.h"

#include <string.h>
#include <syslog.h>

const char *question_first(const struct login *login, const char *english)
{
	static const char normal[] = N_("Security code: ");

	if (login->arguments.prompt != NULL)
		return login->arguments.prompt;
	return strcmp(login->settings.prompt, normal) == 0 ? login_text(login, english) : login->settings.prompt;
}

int question_ask(const struct login *login, const char *prompt, bool echo, struct answer *answer)
{
	int result = converse_ask(login->pamh, prompt, echo, answer);

	if (result != PAM_SUCCESS)
		journal_event(login, LOG_NOTICE, "aborted", "the conversation failed or was aborted");
	return result;
}
