/* SPDX-License-Identifier: BSD-2-Clause */
#include "dialogue.h"

#include "caller.h"
#include "language/language.h"
#include "show.h"
#include "verb/process.h"

#include <string.h>

enum { ID_TYPED_MAX = 128 };

enum answer dialogue_id(const char *question, struct otp_token_id *id)
{
	char typed[ID_TYPED_MAX];
	enum answer answer;

	while ((answer = terminal_ask(question, typed, sizeof typed)) != ANSWER_NONE) {
		if (answer == ANSWER_GIVEN && otp_token_id_parse(typed, id) == OTP_OK)
			return ANSWER_GIVEN;
		terminal_say(
		    _("This is no credential ID (error 6004). It has 12 characters, such as VSST 1234 5678, and "
		      "is printed on the token."));
	}
	return answer;
}

void dialogue_malformed(unsigned digits)
{
	switch (digits) {
	case 6:
		terminal_say(_("The security code is a 6-digit number."));
		break;
	case 7:
		terminal_say(_("The security code is a 7-digit number."));
		break;
	case 8:
		terminal_say(_("The security code is an 8-digit number."));
		break;
	default:
		terminal_say(_("The security code is a number of 6 to 8 digits."));
		return;
	}
	terminal_say(_("Enter all %u digits, also when the token shows a 0 first."), digits);
}

enum answer dialogue_code(const char *question, unsigned digits, struct otp_code *code, int64_t *at)
{
	char typed[OTP_CODE_TYPED_MAX + 1];
	enum answer answer;

	while ((answer = terminal_ask(question, typed, sizeof typed)) != ANSWER_NONE) {
		*at = process_now();
		if (answer == ANSWER_GIVEN && otp_code_parse(typed, code) == OTP_CODE_WELL_FORMED &&
		    code->digits == digits)
			break;
		dialogue_malformed(digits);
	}
	explicit_bzero(typed, sizeof typed);
	return answer;
}

/* The seed's notes: the display must go dark first, and within 30 s the button only shows the old code again. */
static void say_how_to_go_on(const struct dialogue_form *form)
{
	if (form->kind == OTP_TIME)
		terminal_say(
		    _("Now wait until the display goes dark or changes, at most about %u seconds, and enter the next "
		      "code."),
		    form->period);
	else
		terminal_say(_("Now wait until the display goes dark, make the next code and enter it."));
	terminal_say("%s", form->button != NULL ? form->button
	                                        : _("A hardware token gives no new code for 30 seconds, however often "
	                                            "its button is pressed."));
}

enum answer dialogue_pair(const struct dialogue_form *form, struct otp_pair *pair)
{
	enum answer answer = dialogue_code(form->first, form->digits, &pair->first, &pair->first_at);

	if (answer == ANSWER_NONE)
		return answer;
	say_how_to_go_on(form);
	while ((answer = dialogue_code(form->second, form->digits, &pair->second, &pair->second_at)) != ANSWER_NONE) {
		if (pair->second.value != pair->first.value)
			return ANSWER_GIVEN;
		terminal_say("%s", form->again != NULL
		                       ? form->again
		                       : _("This is the first code again. The two are never the same: wait "
		                           "until the display shows another one."));
	}
	return answer;
}

void dialogue_failures(const struct otp_outcome *outcome)
{
	char when[SHOW_TIME_MAX];

	if (caller_user() == NULL || outcome->failures == 0)
		return;
	show_time(outcome->failed_at / 1000, when);
	if (*outcome->origin != '\0')
		terminal_say(_("Failures since your last success: %u, the last at %s from %s."), outcome->failures,
		             when, outcome->origin);
	else
		terminal_say(_("Failures since your last success: %u, the last at %s."), outcome->failures, when);
}

static void tell_throttled_user(enum otp_verdict verdict, const char *duration)
{
	if (verdict != OTP_LOCKED) {
		terminal_error(_("There were too many failures: your codes are not read for %s. Wait so long."),
		               duration);
		return;
	}
	terminal_error(_("You are locked after too many failures (error 4990). Two codes of your token lift it, with "
	                 "\"vipotp reset\"."));
	caller_refer();
}

enum command_exit dialogue_throttled(const char *user, enum otp_verdict verdict, int64_t wait)
{
	char duration[SHOW_DURATION_MAX];

	show_duration(wait, duration);
	if (caller_user() != NULL)
		tell_throttled_user(verdict, duration);
	else if (verdict == OTP_LOCKED)
		terminal_error(
		    _("%s is locked after too many failures (error 4990). Lift it with \"vipotp unlock %s\"."), user,
		    user);
	else
		terminal_error(_("There were too many failures: codes of %s are not read for %s. Wait, or lift it with "
		                 "\"vipotp unlock %s\"."),
		               user, duration, user);
	return COMMAND_THROTTLED;
}
