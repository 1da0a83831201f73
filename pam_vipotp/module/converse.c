/* SPDX-License-Identifier: BSD-2-Clause */
#include "converse.h"

#include <security/pam_ext.h>
#include <stdlib.h>
#include <string.h>

int converse_ask(pam_handle_t *pamh, const char *prompt, bool echo, struct answer *answer)
{
	int result;

	*answer = (struct answer){NULL, 0};
	result = pam_prompt(pamh, echo ? PAM_PROMPT_ECHO_ON : PAM_PROMPT_ECHO_OFF, &answer->text, "%s", prompt);
	if (answer->text != NULL)
		answer->len = strlen(answer->text);
	if (result == PAM_SUCCESS && answer->text != NULL)
		return PAM_SUCCESS;
	answer_wipe(answer);
	return result == PAM_BUF_ERR ? PAM_BUF_ERR : PAM_CONV_ERR;
}

void converse_tell(pam_handle_t *pamh, int style, const char *line)
{
	(void)pam_prompt(pamh, style, NULL, "%s", line);
}

void answer_wipe(struct answer *answer)
{
	if (answer->text != NULL)
		explicit_bzero(answer->text, answer->len);
	free(answer->text);
	*answer = (struct answer){NULL, 0};
}
