/* SPDX-License-Identifier: BSD-2-Clause */
#include "chauthtok.h"

#include "converse.h"
#include "enrolment.h"
#include "enrolment_ask.h"
#include "journal.h"
#include "notice.h"
#include "outcome.h"

#include <security/pam_appl.h>
#include <string.h>
#include <unistd.h>

/* As vipotp-helper checks passwords (conf/pam.d/vipotp). */
#define SERVICE "vipotp"

/* Whether the user has a token, and whether one of his is locked, which only an administrator ends. */
static enum otp_status look(const struct login *login, bool *enrolled, bool *locked, struct otp_error *error)
{
	struct otp_vault *vault = NULL;
	struct otp_user_report report;
	enum otp_status status = enrolment_vault(login, OTP_TO_INSPECT, &vault, error);

	*enrolled = *locked = false;
	if (status == OTP_OK)
		status = otp_login_enrolled(vault, login->user, enrolled, error);
	if (status == OTP_OK && *enrolled)
		status = otp_user_report(vault, &login->settings.limits, login->user, login_now(), &report, error);
	for (size_t i = 0; status == OTP_OK && *enrolled && i < report.n; i++)
		*locked = *locked || report.token[i].status == OTP_TOKEN_LOCKED;
	otp_vault_close(&vault);
	return status == OTP_E_NOT_FOUND ? OTP_OK : status;
}

/* ---- a code of the present token ------------------------------------------------------------------------ */

static enum otp_status judge_code(const struct login *login, const char *typed, struct otp_outcome *outcome,
                                  struct otp_error *error)
{
	const struct otp_attempt attempt = {
	    .user = login->user,
	    .uid = login->uid,
	    /* A recovery code is worth more than a refusal: it is not used up here. */
	    .typed = otp_recovery_has_form(typed) ? "?" : typed,
	    .reach = *login->rhost != '\0' ? OTP_REMOTE : OTP_LOCAL,
	    .origin = *login->rhost != '\0' ? login->rhost : login->tty,
	    .clock = login_now,
	};
	struct otp_vault *vault = NULL;
	enum otp_status status = enrolment_vault(login, OTP_TO_JUDGE, &vault, error);

	if (status == OTP_OK)
		status = otp_login(vault, &login->settings.limits, &attempt, outcome, error);
	otp_vault_close(&vault);
	return status;
}

/* Ask once. PAM_SUCCESS: it was a token's own code; *again: another one may be tried. */
static int ask_code(const struct login *login, bool *again)
{
	struct answer answer;
	struct otp_outcome outcome = {.verdict = OTP_REFUSED};
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status;
	int result = converse_ask(login->pamh, login_text(login, N_("Code of the present token: ")),
	                          login->arguments.echo, &answer);

	*again = false;
	if (result != PAM_SUCCESS) {
		journal_enrolment(login, NULL, "aborted", "-", NULL, "the conversation failed or was aborted");
		return result;
	}
	status = judge_code(login, answer.text, &outcome, &error);
	answer_wipe(&answer);
	if (outcome.verdict == OTP_ACCEPTED && outcome.way != OTP_BY_TOKEN)
		outcome.verdict = OTP_REFUSED; /* a temporary code says nothing of the token */
	journal_attempt(login, status, &outcome, status != OTP_OK ? &error : NULL);
	*again = status == OTP_OK && outcome.verdict != OTP_WAITING && outcome.verdict != OTP_LOCKED;
	if (status == OTP_OK && outcome.verdict != OTP_ACCEPTED)
		notice_miss(login, N_("This is no code that your present token shows now (error 49b5)."));
	return outcome_code(status, outcome.verdict);
}

/* PAM_SUCCESS: the token may be replaced. */
static int permit(const struct login *login)
{
	bool again = true;
	int result = PAM_AUTH_ERR;

	enrolment_tell(login, N_("You have a token. A code of it is needed to replace it."));
	for (int i = 0; i < ENROLMENT_TRIES && again && result != PAM_SUCCESS; i++)
		result = ask_code(login, &again);
	if (result != PAM_SUCCESS && result != PAM_CONV_ERR)
		notice_refusal(login, N_("The dialogue was ended. Nothing was bound."));
	return result;
}

/* ---- all of it ------------------------------------------------------------------------------------------ */

/*
 * Root; or the user himself, through a program that has root's rights. Under the flag for what has expired anybody, for
 * his application has just authenticated him as the user, as su does.
 */
static bool may_call(const struct login *login, bool expired)
{
	return geteuid() == 0 && (getuid() == 0 || getuid() == login->uid || expired);
}

/* Whether whoever sits there has the password, where no application is known to have asked for it. */
static bool has_password(const struct login *login)
{
	const void *conversation = NULL;
	pam_handle_t *pamh = NULL;
	int result, silent = login->mute ? (int)PAM_SILENT : 0;

	if (getuid() == 0 || getuid() != login->uid)
		return true;
	/* Without a file of that name libpam would take the service `other`. */
	if ((access("/etc/pam.d/" SERVICE, R_OK) != 0 && access("/usr/lib/pam.d/" SERVICE, R_OK) != 0) ||
	    pam_get_item(login->pamh, PAM_CONV, &conversation) != PAM_SUCCESS ||
	    pam_start(SERVICE, login->user, conversation, &pamh) != PAM_SUCCESS)
		return false;
	if ((result = pam_authenticate(pamh, silent)) == PAM_SUCCESS)
		result = pam_acct_mgmt(pamh, silent);
	(void)pam_end(pamh, result);
	return result == PAM_SUCCESS;
}

/* What can be told before anything is asked. PAM_SUCCESS: go on. */
static int precheck(const struct login *login, bool expired, bool enrolled, bool locked)
{
	if (enrolled && expired)
		return PAM_IGNORE; /* it was another module's password that expired */
	if (enrolled && login->settings.replace == REPLACE_RELEASE) {
		journal_enrolment(login, NULL, "exists", "-", NULL, "");
		notice_refusal(login, N_("You have a token already. The administrator releases it before you can enrol "
		                         "another one."));
		return PAM_AUTHTOK_ERR;
	}
	if (locked) {
		journal_enrolment(login, NULL, "stopped", "4990", NULL, "");
		notice_refusal(login, N_("The dialogue was ended. Nothing was bound."));
		return PAM_AUTHTOK_ERR;
	}
	return PAM_SUCCESS;
}

int chauthtok(const struct login *login, int flags, enum otp_status status, const struct otp_error *error)
{
	bool prelim = ((unsigned)flags & PAM_PRELIM_CHECK) != 0;
	bool expired = ((unsigned)flags & PAM_CHANGE_EXPIRED_AUTHTOK) != 0;
	bool enrolled = false, locked = false;
	struct otp_error found = *error;
	int result;

	if (status == OTP_OK && !login->known)
		return PAM_USER_UNKNOWN;
	if (status == OTP_OK && !may_call(login, expired))
		return PAM_PERM_DENIED;
	if (status == OTP_OK)
		status = look(login, &enrolled, &locked, &found);
	if (status != OTP_OK) {
		journal_enrolment(login, NULL, "unavailable", "-", NULL, found.what);
		return prelim ? PAM_TRY_AGAIN : PAM_AUTHTOK_ERR;
	}
	if ((result = precheck(login, expired, enrolled, locked)) != PAM_SUCCESS || prelim)
		return result;
	if (!has_password(login)) {
		journal_enrolment(login, NULL, "denied", "-", NULL,
		                  "the password was not given, by the PAM service vipotp");
		notice_refusal(login, N_("Authentication error."));
		return PAM_AUTHTOK_ERR;
	}
	if (enrolled && permit(login) != PAM_SUCCESS)
		return PAM_AUTHTOK_ERR;
	result = enrolment(login, enrolled ? OTP_ENROLL_REPLACE : OTP_ENROLL_FIRST);
	return result == PAM_SUCCESS ? PAM_SUCCESS : PAM_AUTHTOK_ERR;
}
