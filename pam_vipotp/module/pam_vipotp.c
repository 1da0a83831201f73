/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The PAM module. MUST, each with a test in tests/module:
 *  - PAM_SUCCESS only after an accepted code whose state is durable; every other path starts from a denial;
 *  - PAM_IGNORE only by policy, never because something failed;
 *  - whoever asks is prompted, whether he exists, is enrolled, locked or neither;
 *  - the host process is left as it was: locale, signals, umask, descriptors, environment, syslog.
 */

#include "attempt.h"
#include "journal.h"

#include <errno.h>
#include <pwd.h>
#include <security/pam_ext.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#define EXPORTED __attribute__((visibility("default")))

enum { PASSWD_BUFFER = 16384 };

/* Set when a code was accepted in this transaction; the account phase looks for it. */
static const char accepted_mark[] = "vipotp_accepted";

/* The account: canonical name and uid. PAM_USER itself is never changed. OTP_E_IO if the database cannot be asked. */
static enum otp_status resolve_user(struct login *login, struct otp_error *error)
{
	char *buffer = malloc(PASSWD_BUFFER);
	const char *typed = NULL;
	struct passwd entry, *found = NULL;
	enum otp_status status = OTP_OK;
	int failed;

	if (buffer == NULL)
		return otp_fail(error, OTP_E_NOMEM, "out of memory");
	if (pam_get_user(login->pamh, &typed, NULL) != PAM_SUCCESS || typed == NULL)
		typed = "";
	(void)snprintf(login->user, sizeof login->user, "%s", typed);
	failed = getpwnam_r(typed, &entry, buffer, PASSWD_BUFFER, &found);
	if (found != NULL && strlen(found->pw_name) <= OTP_USER_MAX) {
		(void)snprintf(login->user, sizeof login->user, "%s", found->pw_name);
		login->uid = found->pw_uid;
		login->known = true;
	} else if (failed != 0 && failed != ENOENT && failed != ESRCH) {
		errno = failed;
		status = otp_fail(error, OTP_E_IO, "the account database cannot be asked: %s", strerror(failed));
	}
	free(buffer);
	return status;
}

/* Arguments, settings, user. Also after a failure *login is good enough to prompt and to log. */
static enum otp_status prepare(struct login *login, int flags, int argc, const char **argv, struct otp_error *error)
{
	char complaint[128];
	bool understood = arguments_read(argc, argv, &login->arguments, complaint, sizeof complaint);
	enum otp_status status;

	login->service = login_item(login->pamh, PAM_SERVICE);
	login->rhost = login_item(login->pamh, PAM_RHOST);
	login->tty = login_item(login->pamh, PAM_TTY);
	login->mute = login->arguments.quiet || ((unsigned)flags & PAM_SILENT) != 0;
	settings_normal(&login->settings);
	if ((status = resolve_user(login, error)) == OTP_OK && !understood)
		status = otp_fail(error, OTP_E_INVALID, "%s", complaint);
	if (status == OTP_OK &&
	    (status = settings_read(login->arguments.config, login->service, &login->settings, error)) != OTP_OK)
		settings_normal(&login->settings);
	if (login->arguments.nullok && status == OTP_OK)
		login->settings.unenrolled = UNENROLLED_IGNORE;
	return status;
}

/* Key and stores. A host on which nobody is enrolled has neither: *vault is NULL then, and that is no failure. */
static enum otp_status open_vault(const struct login *login, struct otp_vault **vault, struct otp_error *error)
{
	const struct otp_places places = {login->settings.key_file, login->settings.store_dir};
	enum otp_status status = otp_vault_open(&places, OTP_TO_JUDGE, vault, error);

	return status == OTP_E_NOT_FOUND ? OTP_OK : status;
}

/* Whether policy lets this user pass because he has no token. */
static enum otp_status may_pass(const struct login *login, struct otp_vault *vault, bool *pass, struct otp_error *error)
{
	bool enrolled = false;
	enum otp_status status = OTP_OK;

	*pass = false;
	if (login->settings.unenrolled != UNENROLLED_IGNORE || !login->known)
		return OTP_OK;
	if (vault != NULL)
		status = otp_login_enrolled(vault, login->user, &enrolled, error);
	*pass = status == OTP_OK && !enrolled;
	return status;
}

static int authenticate(struct login *login, int flags, int argc, const char **argv)
{
	struct otp_vault *vault = NULL;
	struct otp_error error = {0};
	bool pass = false;
	int result = PAM_AUTH_ERR;
	enum otp_status status = prepare(login, flags, argc, argv, &error);

	(void)pam_fail_delay(login->pamh, (unsigned)(login->settings.fail_delay * 1000));
	if (status == OTP_OK && (status = open_vault(login, &vault, &error)) == OTP_OK)
		status = may_pass(login, vault, &pass, &error);
	journal_debug(login, "user known: %d, enrolled somewhere: %d, status: %s", login->known, vault != NULL,
	              otp_status_text(status));
	if (pass) {
		journal_event(login, LOG_NOTICE, "ignored", "not enrolled, and the policy lets the unenrolled pass");
		result = PAM_IGNORE;
	} else {
		result = attempt(login, vault, status, &error);
	}
	otp_vault_close(&vault);
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

EXPORTED int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	const void *mark = NULL;

	(void)flags;
	(void)argc;
	(void)argv;
	if (pam_get_data(pamh, accepted_mark, &mark) == PAM_SUCCESS && mark != NULL)
		return PAM_SUCCESS;
	return PAM_IGNORE;
}
