/* SPDX-License-Identifier: BSD-2-Clause */
#include "enrolment_ask.h"

#include "converse.h"
#include "journal.h"
#include "notice.h"

#include <stdio.h>
#include <string.h>

enum { LINE_MAX_LEN = 512 };

void enrolment_tell(const struct login *login, const char *line)
{
	if (!login->mute)
		converse_tell(login->pamh, PAM_TEXT_INFO, login_text(login, line));
}

/* As converse_ask; that there is no answer is logged. The caller wipes *answer in either case. */
static int ask(const struct login *login, const char *prompt, bool echo, struct answer *answer)
{
	int result = converse_ask(login->pamh, prompt, echo, answer);

	if (result != PAM_SUCCESS)
		journal_enrolment(login, NULL, "aborted", "-", NULL, "the conversation failed or was aborted");
	return result;
}

static int too_many(const struct login *login)
{
	journal_enrolment(login, NULL, "malformed", "-", NULL, "no answer had the form that was asked for");
	return PAM_AUTH_ERR;
}

static bool is_blank(const struct answer *answer)
{
	return answer->text[strspn(answer->text, " \t")] == '\0';
}

int enrolment_ask_id(const struct login *login, bool optional, unsigned *tries, struct otp_token_id *id)
{
	while (*tries > 0) {
		struct answer answer;
		int result = ask(login, login_text(login, N_("Token ID: ")), true, &answer);
		bool good;

		if (result != PAM_SUCCESS)
			return result;
		(*tries)--;
		id->text[0] = '\0';
		good = (optional && is_blank(&answer)) || otp_token_id_parse(answer.text, id) == OTP_OK;
		answer_wipe(&answer);
		if (good)
			return PAM_SUCCESS;
		notice_miss(login,
		            N_("This is no credential ID (error 6004). It has 12 characters, such as VSST 1234 5678, "
		               "and is printed on the token."));
	}
	return too_many(login);
}

/* The seed's words, and its note on leading zeros. */
static void tell_malformed(const struct login *login, unsigned digits)
{
	char line[LINE_MAX_LEN];

	if (digits == 6)
		notice_miss(login, N_("The security code is a 6-digit number."));
	else if (digits == 7)
		notice_miss(login, N_("The security code is a 7-digit number."));
	else
		notice_miss(login, N_("The security code is an 8-digit number."));
	(void)snprintf(line, sizeof line,
	               login_text(login, N_("Enter all %u digits, also when the token shows a 0 first.")), digits);
	if (!login->mute)
		converse_tell(login->pamh, PAM_TEXT_INFO, line);
}

/* One code. *tries counts down to 0. */
static int ask_code(const struct login *login, const char *prompt, const char *again, unsigned digits, unsigned *tries,
                    struct otp_code *code, int64_t *at)
{
	for (; *tries > 0; prompt = again) {
		struct answer answer;
		int result = ask(login, prompt, login->arguments.echo, &answer);
		bool good;

		if (result != PAM_SUCCESS)
			return result;
		(*tries)--;
		*at = login_now();
		good = otp_code_parse(answer.text, code) == OTP_CODE_WELL_FORMED && code->digits == digits;
		answer_wipe(&answer);
		if (good)
			return PAM_SUCCESS;
		tell_malformed(login, digits);
	}
	return too_many(login);
}

/* The seed's notes: the display must go dark first, and within 30 s the button only shows the old code again. */
static void tell_how_to_go_on(const struct login *login, const struct enrolment_form *form)
{
	char line[LINE_MAX_LEN];

	if (login->mute)
		return;
	if (form->kind == OTP_TIME)
		(void)snprintf(line, sizeof line,
		               login_text(login, N_("Now wait until the display goes dark or changes, at most about %u "
		                                    "seconds, and enter the next code.")),
		               (unsigned)form->period);
	else
		(void)snprintf(line, sizeof line, "%s",
		               login_text(login, N_("Now wait until the display goes dark, make the next code and "
		                                    "enter it.")));
	converse_tell(login->pamh, PAM_TEXT_INFO, line);
	if (!form->app)
		enrolment_tell(login, N_("A hardware token gives no new code for 30 seconds, however often its button "
		                         "is pressed."));
}

int enrolment_ask_first(const struct login *login, const struct enrolment_form *form, struct otp_pair *pair)
{
	const char *usual = login_text(login, N_("One-time password 1 (OTP1): "));
	unsigned tries = ENROLMENT_TRIES;

	return ask_code(login, form->first != NULL ? form->first : usual, usual, form->digits, &tries, &pair->first,
	                &pair->first_at);
}

int enrolment_ask_second(const struct login *login, const struct enrolment_form *form, struct otp_pair *pair)
{
	const char *prompt = login_text(login, N_("One-time password 2 (OTP2): "));
	unsigned tries = ENROLMENT_TRIES;
	int result;

	tell_how_to_go_on(login, form);
	while ((result = ask_code(login, prompt, prompt, form->digits, &tries, &pair->second, &pair->second_at)) ==
	       PAM_SUCCESS) {
		if (pair->second.value != pair->first.value)
			return PAM_SUCCESS;
		notice_miss(login, N_("This is the first code again. The two are never the same: wait until the "
		                      "display shows another one."));
	}
	return result;
}
