/* SPDX-License-Identifier: BSD-2-Clause */
#include "enrolment.h"

#include "converse.h"
#include "enrolment_ask.h"
#include "journal.h"
#include "new_token.h"
#include "notice.h"
#include "outcome.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX_LEN = 512 };

/* One dialogue. The seed is all zero but for a new token, which is in no store until it is bound. */
struct job {
	const struct login *login;
	struct otp_enrolment binding;
	struct otp_seed seed;
	struct enrolment_form form;
};

bool enrolment_allowed(const struct login *login)
{
	return login->known && login->proven && login->settings.identity == IDENTITY_USER && geteuid() == 0;
}

enum otp_status enrolment_vault(const struct login *login, enum otp_purpose purpose, struct otp_vault **vault,
                                struct otp_error *error)
{
	const struct otp_places places = {login->settings.key_file, login->settings.store_dir};

	return otp_vault_open(&places, purpose, vault, error);
}

/* ---- how it can end without a token -------------------------------------------------------------------- */

/* Which words of the log go with an error, and with VIP's code where there is one. False: nothing was decided. */
static bool find_words(enum otp_status status, const char **verdict, const char **code)
{
	static const struct {
		enum otp_status status;
		const char *verdict, *code;
	} words[] = {
	    {OTP_E_NOT_FOUND, "unknown", "6004"}, {OTP_E_BOUND, "bound", "-"},   {OTP_E_RESERVED, "reserved", "-"},
	    {OTP_E_STATE, "disabled", "4993"},    {OTP_E_EXISTS, "exists", "-"},
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (words[i].status != status)
			continue;
		*verdict = words[i].verdict;
		*code = words[i].code;
		return true;
	}
	*verdict = "unavailable";
	*code = "-";
	return false;
}

/* Write the line of an error that ends or hinders the dialogue. The PAM code that goes with it. */
static int record_error(const struct job *job, enum otp_status status, const struct otp_error *error)
{
	const char *verdict, *code;
	bool decided = find_words(status, &verdict, &code);
	const struct otp_token_id *token = job->binding.token.text[0] != '\0' ? &job->binding.token : NULL;

	journal_enrolment(job->login, token, verdict, code, NULL, error->what);
	return decided ? PAM_AUTH_ERR : outcome_code(status, OTP_REFUSED);
}

/* ---- which token --------------------------------------------------------------------------------------- */

/* Whether this token could be bound, and what its codes look like. Before there is a store, any ID is unknown. */
static enum otp_status check(struct job *job, struct otp_error *error)
{
	struct otp_vault *vault = NULL;
	struct otp_token_report report = {.period = 0};
	enum otp_status status = enrolment_vault(job->login, OTP_TO_INSPECT, &vault, error);

	if (status == OTP_OK)
		status = otp_enroll_check(vault, &job->binding, &job->form.digits, &job->form.kind, error);
	if (status == OTP_OK)
		status = otp_token_report(vault, &job->binding.token, &report, error);
	job->form.period = report.period;
	otp_vault_close(&vault);
	return status;
}

/* Whether the user may make himself a token now: it was so decided for all, or he is invited. */
static bool may_make(const struct login *login)
{
	struct otp_vault *vault = NULL;
	struct otp_error error = {.status = OTP_OK};
	int64_t expires;
	enum otp_status status;

	if (login->settings.enroll_open)
		return true;
	if ((status = enrolment_vault(login, OTP_TO_INSPECT, &vault, &error)) == OTP_OK)
		status = otp_invitation(vault, login->user, login->uid, (int64_t)time(NULL) * 1000, &expires, &error);
	if (status != OTP_OK && status != OTP_E_NOT_FOUND)
		journal_enrolment(login, NULL, "unavailable", "-", NULL, error.what);
	otp_vault_close(&vault);
	return status == OTP_OK;
}

static int make(struct job *job)
{
	struct otp_vault *vault = NULL;
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status = enrolment_vault(job->login, OTP_TO_INSPECT, &vault, &error);

	if (status == OTP_OK || status == OTP_E_NOT_FOUND)
		status = new_token_make(job->login, vault, &job->seed, &error);
	otp_vault_close(&vault);
	if (status != OTP_OK)
		return record_error(job, status, &error);
	job->binding.token = job->seed.id;
	job->binding.seed = &job->seed;
	job->form = (struct enrolment_form){
	    .kind = job->seed.kind, .digits = job->seed.digits, .period = job->seed.period, .app = true};
	return PAM_SUCCESS;
}

/* Whatever it is about an ID that is not to be had: one text, for whoever asks may not be whose token it is. */
static int choose(struct job *job)
{
	bool optional = may_make(job->login);
	unsigned tries = ENROLMENT_TRIES;
	int result = PAM_AUTH_ERR;

	enrolment_tell(job->login, job->binding.how == OTP_ENROLL_FIRST
	                               ? N_("You have no token yet, and one is needed here. Enrol it now: enter the "
	                                    "token ID that is printed on it.")
	                               : N_("Enrol the new token: enter the token ID that is printed on it."));
	if (optional)
		enrolment_tell(job->login, N_("Leave the line empty to make a token for an app on your phone."));
	while (tries > 0) {
		struct otp_error error = {.status = OTP_OK};
		enum otp_status status;

		result = enrolment_ask_id(job->login, optional, &tries, &job->binding.token);
		if (result == PAM_SUCCESS && job->binding.token.text[0] == '\0')
			return make(job);
		if (result != PAM_SUCCESS || (status = check(job, &error)) == OTP_OK)
			return result;
		result = record_error(job, status, &error);
		if (result != PAM_AUTH_ERR || status == OTP_E_EXISTS)
			return result;
		notice_miss(job->login, N_("This token cannot be enrolled (error 6004). Check its token ID."));
	}
	return result;
}

/* ---- two codes ----------------------------------------------------------------------------------------- */

/* The write that counts. An invitation that ended in the meantime is none. */
static int bind(struct job *job, struct otp_judgement *judgement)
{
	struct otp_vault *vault = NULL;
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status;

	if (job->binding.seed != NULL && !may_make(job->login)) {
		journal_enrolment(job->login, &job->binding.token, "uninvited", "-", NULL, "");
		return PAM_AUTH_ERR;
	}
	if ((status = enrolment_vault(job->login, OTP_TO_ADMINISTER, &vault, &error)) == OTP_OK)
		status = otp_enroll(vault, &job->login->settings.limits, &job->binding, judgement, &error);
	otp_vault_close(&vault);
	return status == OTP_OK ? PAM_SUCCESS : record_error(job, status, &error);
}

/* PAM_SUCCESS: bound. *again: another pair may be tried. */
static int judged(const struct job *job, const struct otp_judgement *judgement, bool *again)
{
	*again = false;
	switch (judgement->verdict) {
	case OTP_ACCEPTED:
		journal_enrolment(job->login, &job->binding.token, "accepted", "0000", judgement, "");
		return PAM_SUCCESS;
	case OTP_WAITING:
		journal_enrolment(job->login, &job->binding.token, "throttled", "-", NULL, "");
		notice_miss(job->login, N_("There were too many failures with this token. Its codes are not read for "
		                           "some time."));
		return PAM_AUTH_ERR;
	default:
		journal_enrolment(job->login, &job->binding.token, "wrong", "49b5", NULL, "");
		notice_miss(job->login,
		            N_("These are not two consecutive codes of this token (error 49b5). Nothing was bound."));
		*again = true;
		return PAM_AUTH_ERR;
	}
}

/* With the key, once. */
static int ask_first(struct job *job, bool show)
{
	char *prompt = NULL;
	int result;

	if (show && (prompt = new_token_prompt(job->login, &job->seed)) == NULL)
		return PAM_BUF_ERR;
	job->form.first = prompt;
	result = enrolment_ask_first(job->login, &job->form, &job->binding.pair);
	job->form.first = NULL;
	new_token_forget(&prompt);
	return result;
}

static int prove(struct job *job)
{
	struct otp_judgement judgement;
	bool again = true;
	int result = PAM_AUTH_ERR;

	enrolment_tell(job->login, N_("Enter two codes that the token shows one right after the other."));
	for (int i = 0; i < ENROLMENT_TRIES && again; i++) {
		again = false;
		result = ask_first(job, i == 0 && job->binding.seed != NULL);
		if (result == PAM_SUCCESS)
			result = enrolment_ask_second(job->login, &job->form, &job->binding.pair);
		if (result == PAM_SUCCESS && (result = bind(job, &judgement)) == PAM_SUCCESS)
			result = judged(job, &judgement, &again);
		explicit_bzero(&job->binding.pair, sizeof job->binding.pair);
	}
	return result;
}

/* ---- all of it ----------------------------------------------------------------------------------------- */

/* To whom the token belongs now, and what comes next. */
static void tell_success(const struct job *job, bool logout)
{
	char line[LINE_MAX_LEN], id[OTP_TOKEN_ID_GROUPED_LEN + 1];

	otp_token_id_group(&job->binding.token, id);
	if (logout)
		(void)snprintf(
		    line, sizeof line,
		    login_text(job->login, N_("The token %s is enrolled. Log in again now, with a code of it.")), id);
	else
		(void)snprintf(
		    line, sizeof line,
		    login_text(job->login, N_("The token %s is enrolled. Its codes are demanded from the next "
		                              "login on.")),
		    id);
	if (!job->login->mute)
		converse_tell(job->login->pamh, PAM_TEXT_INFO, line);
}

static int enrol(const struct login *login, enum otp_enroll_how how, bool logout)
{
	struct job job = {
	    .login = login,
	    .binding = {.user = login->user, .uid = login->uid, .how = how},
	};
	int result = choose(&job);

	if (result == PAM_SUCCESS)
		result = prove(&job);
	if (result == PAM_SUCCESS)
		tell_success(&job, logout);
	else if (result != PAM_CONV_ERR)
		notice_refusal(login, N_("The dialogue was ended. Nothing was bound."));
	otp_seed_wipe(&job.seed);
	return result;
}

int enrolment(const struct login *login, enum otp_enroll_how how)
{
	return enrol(login, how, false);
}

int enrolment_in_login(const struct login *login)
{
	bool logout = login->settings.after_enroll == AFTER_LOGOUT;
	int result = enrol(login, OTP_ENROLL_FIRST, logout);

	return result == PAM_SUCCESS && logout ? PAM_MAXTRIES : result;
}
