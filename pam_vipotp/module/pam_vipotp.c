/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The PAM module. MUST, each with a test in tests/module:
 *  - PAM_SUCCESS only after an accepted code whose state is durable; every other path starts from a denial;
 *  - PAM_IGNORE only by policy, never because something failed;
 *  - whoever asks is prompted, whether he exists, is enrolled, locked or neither;
 *  - the host process is left as it was: locale, signals, umask, descriptors, environment, syslog.
 */

#include "converse.h"
#include "journal.h"
#include "login.h"
#include "notice.h"
#include "outcome.h"

#include <errno.h>
#include <pwd.h>
#include <security/pam_ext.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#define EXPORTED __attribute__((visibility("default")))

enum { PASSWD_BUFFER = 16384 };

/* Set when a code was accepted in this transaction; the account phase looks for it. */
static const char accepted_mark[] = "vipotp_accepted";

static const char *item(pam_handle_t *pamh, int type)
{
	const void *value = NULL;

	return pam_get_item(pamh, type, &value) == PAM_SUCCESS && value != NULL ? value : "";
}

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

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

	login->service = item(login->pamh, PAM_SERVICE);
	login->rhost = item(login->pamh, PAM_RHOST);
	login->tty = item(login->pamh, PAM_TTY);
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

/* The one line, the words for the user, the PAM code. */
static int conclude(const struct login *login, enum otp_status status, const struct otp_outcome *outcome,
                    const struct otp_error *error)
{
	int result = outcome_code(status, outcome->verdict);

	journal_attempt(login, status, outcome, status != OTP_OK ? error : NULL);
	if (result == PAM_SUCCESS)
		notice_success(login, outcome);
	else if (status == OTP_OK && outcome->verdict == OTP_REPLAYED)
		notice_refusal(login, N_("This security code was used already. Wait for the next one."));
	else
		notice_refusal(login, N_("Authentication error."));
	return result;
}

/* Judge one answer. vault NULL: nobody is enrolled. status: what went wrong before the answer came. */
static int judge(const struct login *login, struct otp_vault *vault, const char *typed, enum otp_status status,
                 struct otp_error *error)
{
	struct otp_outcome outcome = {.verdict = OTP_UNENROLLED};
	const struct otp_attempt attempt = {
	    .user = login->user,
	    .uid = login->uid,
	    .typed = typed,
	    .reach = *login->rhost != '\0' ? OTP_REMOTE : OTP_LOCAL,
	    .origin = *login->rhost != '\0' ? login->rhost : login->tty,
	    .clock = now_ms,
	};

	if (status == OTP_OK && vault != NULL && login->known)
		status = otp_login(vault, &login->settings.limits, &attempt, &outcome, error);
	return conclude(login, status, &outcome, error);
}

/* An answer that is the password is a slip, not a guess (product §5.5). */
static bool is_password(const struct login *login, const struct answer *answer)
{
	const char *password = item(login->pamh, PAM_AUTHTOK);

	return answer->len > 0 && strcmp(password, answer->text) == 0;
}

/* What an administrator wrote is shown as it is; the default is a text of ours. */
static const char *prompt_of(const struct login *login)
{
	static const char normal[] = N_("Security code: ");

	if (login->arguments.prompt != NULL)
		return login->arguments.prompt;
	return strcmp(login->settings.prompt, normal) == 0 ? login_text(login, normal) : login->settings.prompt;
}

static int ask_and_judge(const struct login *login, struct otp_vault *vault, enum otp_status status,
                         struct otp_error *error)
{
	struct answer answer;
	int result = converse_ask(login->pamh, prompt_of(login), login->arguments.echo, &answer);

	if (result != PAM_SUCCESS) {
		journal_event(login, LOG_NOTICE, "aborted", "the conversation failed or was aborted");
		return result;
	}
	if (status == OTP_OK && is_password(login, &answer)) {
		journal_event(login, LOG_NOTICE, "password", "the answer was the password");
		notice_refusal(login, N_("That was the password, not the security code."));
		result = PAM_AUTH_ERR;
	} else {
		result = judge(login, vault, answer.text, status, error);
	}
	answer_wipe(&answer);
	return result;
}

static bool has_form_of_digits(const char *typed)
{
	struct otp_code code = {0, 0};
	bool has = otp_code_parse(typed, &code) == OTP_CODE_WELL_FORMED;

	explicit_bzero(&code, sizeof code);
	return has;
}

static bool has_form_of_recovery(const char *typed)
{
	struct otp_spare_code code;
	bool has = otp_recovery_parse(typed, &code) == OTP_OK;

	explicit_bzero(&code, sizeof code);
	return has;
}

/*
 * Whether it is rather a code than a password. Ten letters are as likely a password, which must not be charged to its
 * owner as a wrong recovery code at each login; with the hyphen that is shown in a recovery code they are taken for
 * one.
 */
static bool is_likely_code(const char *typed)
{
	return has_form_of_digits(typed) || (has_form_of_recovery(typed) && strchr(typed, '-') != NULL);
}

/*
 * Judge the answer that an earlier module left in PAM_AUTHTOK. A code does not stay there; but with try_first_pass a
 * refused one may be a password that later modules want.
 */
static int judge_first_pass(const struct login *login, struct otp_vault *vault, enum otp_status status,
                            struct otp_error *error)
{
	const char *typed = item(login->pamh, PAM_AUTHTOK);
	bool is_code = has_form_of_digits(typed) || has_form_of_recovery(typed);
	int result = judge(login, vault, typed, status, error);

	if ((result == PAM_SUCCESS || (is_code && login->arguments.use_first_pass)) &&
	    pam_set_item(login->pamh, PAM_AUTHTOK, NULL) != PAM_SUCCESS)
		result = PAM_AUTH_ERR;
	return result;
}

/* With use_first_pass what is in PAM_AUTHTOK is the only answer, with try_first_pass the first if it may be a code. */
static int obtain_verdict(const struct login *login, struct otp_vault *vault, enum otp_status status,
                          struct otp_error *error)
{
	int result = PAM_AUTH_ERR;

	if (login->arguments.use_first_pass)
		return judge_first_pass(login, vault, status, error);
	if (login->arguments.try_first_pass && is_likely_code(item(login->pamh, PAM_AUTHTOK)))
		result = judge_first_pass(login, vault, status, error);
	return result == PAM_SUCCESS ? PAM_SUCCESS : ask_and_judge(login, vault, status, error);
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
		result = obtain_verdict(login, vault, status, &error);
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
