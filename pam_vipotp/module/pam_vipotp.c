/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The PAM module. MUST, each with a test in tests/module:
 *  - PAM_SUCCESS only after an accepted code whose state is durable; every other path starts from a denial;
 *  - PAM_IGNORE only by policy, never because something failed;
 *  - whoever asks is prompted, whether he exists, is enrolled, locked or neither;
 *  - the host process is left as it was: locale, signals, umask, descriptors, environment, syslog.
 */

#include "account.h"
#include "admission.h"
#include "attempt.h"
#include "chauthtok.h"
#include "enrolment.h"
#include "identity.h"
#include "journal.h"
#include "split.h"

#include <security/pam_ext.h>
#include <stdint.h>
#include <string.h>
#include <syslog.h>

#define EXPORTED __attribute__((visibility("default")))

/* Set when a code was accepted in this transaction; the account phase looks for it. */
static const char accepted_mark[] = "vipotp_accepted";

static bool is_proven(const struct login *login)
{
	const char *methods = pam_getenv(login->pamh, "SSH_AUTH_INFO_0");

	if (methods != NULL && strncmp(methods, "publickey ", strlen("publickey ")) == 0)
		return true;
	return *login_item(login->pamh, PAM_AUTHTOK) != '\0' && !attempt_takes_first_pass(login);
}

/* Arguments, settings, user. Also after a failure *login is good enough to prompt and to log. */
static enum otp_status prepare(struct login *login, int flags, int argc, const char **argv, struct otp_error *error)
{
	char complaint[128];
	bool understood = arguments_read(argc, argv, &login->arguments, complaint, sizeof complaint);
	enum otp_status status, loaded;

	login->service = login_item(login->pamh, PAM_SERVICE);
	login->rhost = login_item(login->pamh, PAM_RHOST);
	login->tty = login_item(login->pamh, PAM_TTY);
	login->mute = login->arguments.quiet || ((unsigned)flags & PAM_SILENT) != 0;
	if ((status = identity_of_user(login, error)) == OTP_OK && !understood)
		status = otp_fail(error, OTP_E_INVALID, "%s", complaint);
	/* Also when the account cannot be told: prompts and delay are then those of every refusal. */
	loaded = understood ? settings_read(login->arguments.config, login->service, &login->settings,
	                                    status == OTP_OK ? error : NULL)
	                    : OTP_E_INVALID;
	if (loaded != OTP_OK)
		settings_normal(&login->settings);
	if (status == OTP_OK)
		status = loaded;
	if (status == OTP_OK && login->settings.identity == IDENTITY_CALLER)
		status = identity_of_caller(login, error);
	if (login->arguments.nullok && status == OTP_OK)
		login->settings.unenrolled = UNENROLLED_IGNORE;
	login->proven = is_proven(login);
	return status;
}

/* Nobody passes unasked but by policy. With split the answer may be there already: password and code came as one. */
static int demand(const struct login *login, struct judge *judge, enum admission admission, enum otp_status status,
                  struct otp_error *error)
{
	int result = PAM_IGNORE;

	if (admission == ADMISSION_ENROLL && enrolment_allowed(login)) {
		judge_close(judge); /* the dialogue may take minutes */
		result = enrolment_in_login(login);
	} else if (admission != ADMISSION_PASS) {
		result = attempt(login, judge, status, error);
	}
	split_forget(login->pamh);
	return result;
}

static int authenticate(struct login *login, int flags, int argc, const char **argv)
{
	struct judge judge = {.vault = NULL};
	struct otp_error error = {0};
	enum admission admission = ADMISSION_CODE;
	int result = PAM_AUTH_ERR;
	enum otp_status status = prepare(login, flags, argc, argv, &error);
	bool first = login->arguments.split && split_is_first(login);

	(void)pam_fail_delay(login->pamh, (unsigned)(login->settings.fail_delay * 1000));
	if (status == OTP_OK)
		status = admission_decide(login, &judge, !first, &admission, &error);
	journal_debug(login, "user known: %d, enrolled somewhere: %d, status: %s", login->known, judge.vault != NULL,
	              otp_status_text(status));
	if (status != OTP_OK)
		admission = ADMISSION_CODE;
	result = first ? split_ask(login, &judge, admission, status, &error)
	               : demand(login, &judge, admission, status, &error);
	judge_close(&judge);
	return result;
}

EXPORTED int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct login login = {.pamh = pamh};
	int result = authenticate(&login, flags, argc, argv);
	void *mark = result == PAM_SUCCESS ? (void *)(uintptr_t)accepted_mark : NULL;

	if (pam_set_data(pamh, accepted_mark, mark, NULL) != PAM_SUCCESS && result == PAM_SUCCESS)
		result = PAM_BUF_ERR;
	return result;
}

EXPORTED int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_SUCCESS; /* there is nothing to set; the stack's verdict was authenticate's */
}

/* The password phase of a service whose passwords are our tokens (product §6.4). */
EXPORTED int pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct login login = {.pamh = pamh};
	struct otp_error error = {0};
	enum otp_status status = prepare(&login, flags, argc, argv, &error);

	return chauthtok(&login, flags, status, &error);
}

EXPORTED int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct login login = {.pamh = pamh};
	struct otp_error error = {0};
	const void *mark = NULL;
	enum otp_status status;

	if (pam_get_data(pamh, accepted_mark, &mark) == PAM_SUCCESS && mark != NULL)
		return PAM_SUCCESS;
	status = prepare(&login, flags, argc, argv, &error);
	if (split_kept(pamh) != NULL) {
		journal_event(&login, LOG_ERR, "unavailable",
		              "a code was asked for and never judged: the second line with split is missing");
		return PAM_AUTH_ERR;
	}
	return account(&login, status, &error);
}
