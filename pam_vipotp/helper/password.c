/* SPDX-License-Identifier: BSD-2-Clause */
#include "password.h"

#include "channel.h"
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SERVICE "vipotp"

/* The first hidden prompt is answered, by the password; who asks for more must not be in this service's file. */
struct reply {
	const char *password;
	bool given;
};

static int answer_prompt(struct reply *reply, const struct pam_message *message, struct pam_response *response)
{
	if (message->msg_style == PAM_TEXT_INFO || message->msg_style == PAM_ERROR_MSG)
		return PAM_SUCCESS;
	if (message->msg_style != PAM_PROMPT_ECHO_OFF || reply->given)
		return PAM_CONV_ERR;
	reply->given = true;
	response->resp = strdup(reply->password);
	return response->resp != NULL ? PAM_SUCCESS : PAM_BUF_ERR;
}

static int converse(int n, const struct pam_message **messages, struct pam_response **responses, void *arg)
{
	struct pam_response *response = n > 0 && n <= PAM_MAX_NUM_MSG ? calloc((size_t)n, sizeof *response) : NULL;
	int result = response != NULL ? PAM_SUCCESS : PAM_BUF_ERR;

	for (int i = 0; result == PAM_SUCCESS && i < n; i++)
		result = answer_prompt(arg, messages[i], &response[i]);
	if (result == PAM_SUCCESS) {
		*responses = response;
		return PAM_SUCCESS;
	}
	for (int i = 0; response != NULL && i < n; i++)
		if (response[i].resp != NULL) {
			explicit_bzero(response[i].resp, strlen(response[i].resp));
			free(response[i].resp);
		}
	free(response);
	return result;
}

/* A module may have put another name in the user's place; then it is not his password that was right. */
static bool is_still(pam_handle_t *pamh, const char *user)
{
	const void *name = NULL;

	return pam_get_item(pamh, PAM_USER, &name) == PAM_SUCCESS && name != NULL && strcmp(name, user) == 0;
}

/* A password that has run out is still the right one: whether it opens anything is the caller's own stack's business.
 */
static int authenticate(const char *user, const char *password)
{
	struct reply reply = {.password = password};
	const struct pam_conv conversation = {converse, &reply};
	pam_handle_t *pamh = NULL;
	int result = pam_start(SERVICE, user, &conversation, &pamh);

	if (result != PAM_SUCCESS)
		return result;
	if ((result = pam_set_item(pamh, PAM_RUSER, user)) == PAM_SUCCESS &&
	    (result = pam_authenticate(pamh, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK)) == PAM_SUCCESS &&
	    (result = pam_acct_mgmt(pamh, PAM_SILENT)) == PAM_NEW_AUTHTOK_REQD)
		result = PAM_SUCCESS;
	if (result == PAM_SUCCESS && !is_still(pamh, user))
		result = PAM_PERM_DENIED;
	return pam_end(pamh, result) == PAM_SUCCESS ? result : PAM_SYSTEM_ERR;
}

/* libpam would take the service `other` for a file that is missing, and nobody knows what that lets through. */
static bool is_set_up(void)
{
	return access("/etc/pam.d/" SERVICE, R_OK) == 0 || access("/usr/lib/pam.d/" SERVICE, R_OK) == 0;
}

/* The answer goes out by the pipe and not as an exit status, which a module could cause as well. */
static _Noreturn void check_here(int to, int parent, const char *user, const char *password)
{
	int result;

	if (!confine_child(parent))
		_exit(1);
	result = authenticate(user, password);
	_exit(write(to, &result, sizeof result) == sizeof result ? 0 : 1);
}

static enum otp_status judge(int result, bool *right, struct otp_error *error)
{
	switch (result) {
	case PAM_SUCCESS:
		*right = true;
		return OTP_OK;
	case PAM_AUTH_ERR:
	case PAM_USER_UNKNOWN:
	case PAM_MAXTRIES:
	case PAM_PERM_DENIED:
	case PAM_ACCT_EXPIRED:
		return OTP_OK;
	default:
		errno = 0;
		return otp_fail(error, OTP_E_IO, "PAM service " SERVICE ": %s", pam_strerror(NULL, result));
	}
}

static enum otp_status wait_for(int from, int64_t deadline, bool *right, struct otp_error *error)
{
	int result;
	ssize_t got;

	if (!channel_wait(from, POLLIN, deadline))
		return otp_fail(error, OTP_E_IO, "PAM service " SERVICE ": no answer in time");
	got = read(from, &result, sizeof result);
	if (got != sizeof result)
		return otp_fail(error, OTP_E_IO, "PAM service " SERVICE ": it ended without an answer");
	return judge(result, right, error);
}

enum otp_status password_check(const char *user, const char *password, int64_t deadline, bool *right,
                               struct otp_error *error)
{
	int ends[2], parent = getpid();
	enum otp_status status;
	pid_t child;

	*right = false;
	if (!is_set_up())
		return otp_fail(error, OTP_E_IO, "/etc/pam.d/" SERVICE ": it is missing; see vipotp-helper(8)");
	if (pipe2(ends, O_CLOEXEC) != 0)
		return otp_fail(error, OTP_E_IO, "PAM service " SERVICE ": %s", strerror(errno));
	child = fork();
	if (child == 0)
		check_here(ends[1], parent, user, password);
	(void)close(ends[1]);
	if (child < 0) {
		status = otp_fail(error, OTP_E_IO, "PAM service " SERVICE ": %s", strerror(errno));
	} else {
		status = wait_for(ends[0], deadline, right, error);
		(void)kill(child, SIGKILL);
		while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
			continue;
	}
	(void)close(ends[0]);
	return status;
}
