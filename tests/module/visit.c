/* SPDX-License-Identifier: BSD-2-Clause */
#include "visit.h"

#include <ctype.h>
#include <errno.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { HUGE_ANSWER = 1024 * 1024 };

static const char *const code_names[VISIT_CODES] = {
    "PAM_SUCCESS",
    "PAM_OPEN_ERR",
    "PAM_SYMBOL_ERR",
    "PAM_SERVICE_ERR",
    "PAM_SYSTEM_ERR",
    "PAM_BUF_ERR",
    "PAM_PERM_DENIED",
    "PAM_AUTH_ERR",
    "PAM_CRED_INSUFFICIENT",
    "PAM_AUTHINFO_UNAVAIL",
    "PAM_USER_UNKNOWN",
    "PAM_MAXTRIES",
    "PAM_NEW_AUTHTOK_REQD",
    "PAM_ACCT_EXPIRED",
    "PAM_SESSION_ERR",
    "PAM_CRED_UNAVAIL",
    "PAM_CRED_EXPIRED",
    "PAM_CRED_ERR",
    "PAM_NO_MODULE_DATA",
    "PAM_CONV_ERR",
    "PAM_AUTHTOK_ERR",
    "PAM_AUTHTOK_RECOVERY_ERR",
    "PAM_AUTHTOK_LOCK_BUSY",
    "PAM_AUTHTOK_DISABLE_AGING",
    "PAM_TRY_AGAIN",
    "PAM_IGNORE",
    "PAM_ABORT",
    "PAM_AUTHTOK_EXPIRED",
    "PAM_MODULE_UNKNOWN",
    "PAM_BAD_ITEM",
    "PAM_CONV_AGAIN",
    "PAM_INCOMPLETE",
};

const char *visit_code_name(int code)
{
	return code >= 0 && code < VISIT_CODES ? code_names[code] : "unknown";
}

void visit_unable(const char *what)
{
	(void)fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(errno));
	exit(VISIT_UNABLE);
}

/* ---- the conversation ---- */

static void tell_quoted(FILE *told, const char *what, const char *text)
{
	(void)fprintf(told, "%s \"", what);
	for (; *text != '\0'; text++)
		if (iscntrl((unsigned char)*text))
			(void)fprintf(told, "\\x%02x", (unsigned char)*text);
		else
			(void)fprintf(told, strchr("\"\\", *text) != NULL ? "\\%c" : "%c", *text);
	(void)fputs("\"\n", told);
}

/* Say that we have been asked, and return when everybody has been, or is gone. */
static void wait_for_the_others(struct barrier *barrier)
{
	char byte;

	if (barrier == NULL || barrier->go < 0)
		return;
	(void)close(barrier->ready);
	while (read(barrier->go, &byte, 1) < 0 && errno == EINTR)
		continue;
	(void)close(barrier->go);
	barrier->ready = barrier->go = -1;
}

/* What the command prints when it has read the prompt, as somebody who makes a code of a key that is shown to him. */
static char *ask_command(const char *command, const char *prompt)
{
	enum { PROMPT = 9 }; /* a descriptor */
	int fd = memfd_create("prompt", 0);
	char *line = NULL, *reply = NULL;
	FILE *output;

	if (fd < 0 || write(fd, prompt, strlen(prompt)) != (ssize_t)strlen(prompt) || lseek(fd, 0, SEEK_SET) != 0 ||
	    dup2(fd, PROMPT) != PROMPT || close(fd) != 0 || asprintf(&line, "{ %s; } <&%d", command, PROMPT) < 0 ||
	    (output = popen(line, "re")) == NULL)
		visit_unable(command);
	if (fscanf(output, "%m[^\n]", &reply) != 1)
		reply = strdup("");
	(void)pclose(output);
	(void)close(PROMPT);
	free(line);
	return reply;
}

/* *reply stays NULL for an answer without a text. PAM_CONV_ERR: the prompt is aborted. */
static int answer_prompt(struct visit *visit, const char *prompt, char **reply)
{
	static const char shell[] = "%sh ";
	const char *answer;

	wait_for_the_others(visit->barrier);
	if (visit->n_answers == 0)
		return PAM_CONV_ERR;
	answer = *visit->answers++;
	visit->n_answers--;
	if (strcmp(answer, "%abort") == 0)
		return PAM_CONV_ERR;
	if (strcmp(answer, "%kill") == 0)
		(void)raise(SIGKILL);
	if (strcmp(answer, "%null") == 0 || strcmp(answer, "%none") == 0)
		return PAM_SUCCESS;
	if (strncmp(answer, shell, strlen(shell)) == 0) {
		*reply = ask_command(answer + strlen(shell), prompt);
	} else if (strcmp(answer, "%huge") == 0) {
		if ((*reply = calloc(1, HUGE_ANSWER + 1)) != NULL)
			memset(*reply, '1', HUGE_ANSWER);
	} else {
		*reply = strdup(answer);
	}
	return *reply != NULL ? PAM_SUCCESS : PAM_BUF_ERR;
}

static int converse(int n, const struct pam_message **messages, struct pam_response **responses, void *data)
{
	static const char *const kinds[] = {[PAM_PROMPT_ECHO_OFF] = "hidden",
	                                    [PAM_PROMPT_ECHO_ON] = "shown",
	                                    [PAM_ERROR_MSG] = "error",
	                                    [PAM_TEXT_INFO] = "info"};
	struct visit *visit = data;
	bool none = visit->n_answers > 0 && strcmp(*visit->answers, "%none") == 0;
	struct pam_response *replies = calloc((size_t)n, sizeof *replies);
	int result = replies != NULL ? PAM_SUCCESS : PAM_BUF_ERR;

	for (int i = 0; i < n && result == PAM_SUCCESS; i++) {
		int style = messages[i]->msg_style;

		if (visit->told != NULL)
			tell_quoted(visit->told, kinds[style], messages[i]->msg);
		if (style == PAM_PROMPT_ECHO_OFF || style == PAM_PROMPT_ECHO_ON)
			result = answer_prompt(visit, messages[i]->msg, &replies[i].resp);
	}
	if (none || result != PAM_SUCCESS) {
		free(replies);
		replies = NULL;
	}
	*responses = replies;
	return result;
}

/* libpam calls this instead of sleeping. */
static void delayed(int result, unsigned microseconds, void *data)
{
	const struct visit *visit = data;

	(void)result;
	if (visit->told != NULL)
		(void)fprintf(visit->told, "delay %u\n", microseconds);
}

/* ---- one transaction ---- */

static pam_handle_t *start(struct visit *visit)
{
	const struct plan *plan = visit->plan;
	const struct pam_conv conv = {converse, visit};
	/* The only item that is a function. */
	const union {
		void (*function)(int, unsigned, void *);
		const void *item;
	} delay = {delayed};
	pam_handle_t *pamh = NULL;
	char *variable = NULL;

	if (pam_start_confdir(plan->service, visit->user, &conv, plan->confdir, &pamh) != PAM_SUCCESS)
		visit_unable("pam_start");
	if (pam_set_item(pamh, PAM_FAIL_DELAY, delay.item) != PAM_SUCCESS ||
	    (plan->rhost != NULL && pam_set_item(pamh, PAM_RHOST, plan->rhost) != PAM_SUCCESS) ||
	    (plan->tty != NULL && pam_set_item(pamh, PAM_TTY, plan->tty) != PAM_SUCCESS) ||
	    (plan->ruser != NULL && pam_set_item(pamh, PAM_RUSER, plan->ruser) != PAM_SUCCESS))
		visit_unable("pam_set_item");
	if (plan->authtok != NULL &&
	    (asprintf(&variable, "KNOCK_SET=%s", plan->authtok) < 0 || pam_putenv(pamh, variable) != PAM_SUCCESS))
		visit_unable("pam_putenv");
	free(variable);
	if (plan->variable != NULL && pam_putenv(pamh, plan->variable) != PAM_SUCCESS)
		visit_unable("pam_putenv");
	return pamh;
}

static int call(const struct visit *visit, pam_handle_t *pamh, const char *name, size_t len)
{
	static const struct {
		const char *name;
		int (*function)(pam_handle_t *pamh, int flags);
		int flags;
	} calls[] = {
	    {"authenticate", pam_authenticate, 0},
	    {"acct_mgmt", pam_acct_mgmt, 0},
	    {"setcred", pam_setcred, PAM_ESTABLISH_CRED},
	    {"chauthtok", pam_chauthtok, 0},
	    {"chauthtok_expired", pam_chauthtok, PAM_CHANGE_EXPIRED_AUTHTOK},
	};

	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		int result;

		if (strlen(calls[i].name) != len || strncmp(calls[i].name, name, len) != 0)
			continue;
		if (visit->harden != NULL)
			visit->harden(true);
		(void)getppid();
		result = calls[i].function(pamh, visit->plan->flags | calls[i].flags);
		(void)getppid();
		if (visit->harden != NULL)
			visit->harden(false);
		return result;
	}
	errno = EINVAL;
	visit_unable("-c");
}

static void tell_authtok(pam_handle_t *pamh, FILE *told)
{
	const char *seen = pam_getenv(pamh, "KNOCK_SEEN");

	if (seen == NULL)
		(void)fputs("authtok none\n", told);
	else
		tell_quoted(told, "authtok", seen);
}

int visit(struct visit *visit)
{
	pam_handle_t *pamh = start(visit);
	int worst = PAM_SUCCESS;
	size_t len;

	for (const char *name = visit->plan->calls; *name != '\0'; name += len + (name[len] == ',')) {
		int result;

		len = strcspn(name, ",");
		if ((result = call(visit, pamh, name, len)) != PAM_SUCCESS)
			worst = result;
		if (visit->told == NULL)
			continue;
		(void)fprintf(visit->told, "%.*s %s\n", (int)len, name, visit_code_name(result));
		if (visit->plan->witness && *name == 'a' && name[1] == 'u')
			tell_authtok(pamh, visit->told);
	}
	(void)pam_end(pamh, worst);
	return worst;
}

void visit_preload(const struct plan *plan)
{
	static struct visit nobody; /* what is started last stays, and its modules with it */

	nobody = (struct visit){.plan = plan, .user = "nobody"};
	(void)pam_authenticate(start(&nobody), 0);
}
