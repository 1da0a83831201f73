/* SPDX-License-Identifier: BSD-2-Clause */
#include "converse.h"

#include <stdlib.h>
#include <string.h>

/* By hand, for pam_prompt(3) makes a copy of the text, which may hold a key, and does not wipe all of it. */
static int converse(pam_handle_t *pamh, int style, const char *text, struct pam_response **response)
{
	const struct pam_message message = {style, text};
	const struct pam_message *messages = &message;
	const void *item = NULL;
	const struct pam_conv *conversation;

	*response = NULL;
	if (pam_get_item(pamh, PAM_CONV, &item) != PAM_SUCCESS || item == NULL)
		return PAM_CONV_ERR;
	conversation = item;
	if (conversation->conv == NULL)
		return PAM_CONV_ERR;
	return conversation->conv(1, &messages, response, conversation->appdata_ptr);
}

int converse_ask(pam_handle_t *pamh, const char *prompt, bool echo, struct answer *answer)
{
	struct pam_response *response;
	int result = converse(pamh, echo ? PAM_PROMPT_ECHO_ON : PAM_PROMPT_ECHO_OFF, prompt, &response);

	*answer = (struct answer){NULL, 0};
	if (response != NULL && response->resp != NULL)
		*answer = (struct answer){response->resp, strlen(response->resp)};
	free(response);
	if (result == PAM_SUCCESS && answer->text != NULL)
		return PAM_SUCCESS;
	answer_wipe(answer);
	return result == PAM_BUF_ERR ? PAM_BUF_ERR : PAM_CONV_ERR;
}

void converse_tell(pam_handle_t *pamh, int style, const char *line)
{
	struct pam_response *response;
	struct answer none = {NULL, 0};

	(void)converse(pamh, style, line, &response);
	if (response != NULL && response->resp != NULL)
		none = (struct answer){response->resp, strlen(response->resp)};
	free(response);
	answer_wipe(&none);
}

void answer_wipe(struct answer *answer)
{
	if (answer->text != NULL)
		explicit_bzero(answer->text, answer->len);
	free(answer->text);
	*answer = (struct answer){NULL, 0};
}
