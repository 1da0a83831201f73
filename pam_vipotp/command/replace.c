/* SPDX-License-Identifier: BSD-2-Clause */
#include "replace.h"

#include "audit.h"
#include "dialogue.h"
#include "language/language.h"
#include "verb/process.h"

#include <string.h>

static void record(const struct account *account, const struct otp_outcome *outcome, const char *verdict,
                   const char *code)
{
	struct audit audit;

	audit_begin(&audit, "replace");
	audit_add(&audit, "user", account->name);
	audit_add(&audit, "token", *outcome->token.text != '\0' ? outcome->token.text : NULL);
	audit_add(&audit, "verdict", verdict);
	audit_add(&audit, "error", code);
	audit_send(&audit);
}

static enum command_exit refuse_locked(const struct account *account)
{
	const struct otp_outcome none = {.verdict = OTP_STOPPED};

	record(account, &none, "locked", "4990");
	terminal_error(_("A token of %s is locked (error 4990). Unlock it with \"vipotp unlock %s\"."), account->name,
	               account->name);
	return COMMAND_EXISTS;
}

/* A locked token is not replaced, so no code should be used up for it. */
static enum command_exit check_locked(const struct command *command, const struct account *account)
{
	struct otp_user_report report;
	struct otp_error error = {.status = OTP_OK};

	if (otp_user_report(command->host->vault, &command->host->settings.limits, account->name, process_now(),
	                    &report, &error) != OTP_OK)
		return command_failed(&error);
	for (size_t i = 0; i < report.n; i++)
		if (report.token[i].status == OTP_TOKEN_LOCKED)
			return refuse_locked(account);
	return COMMAND_DONE;
}

/* COMMAND_REFUSED: the code was read and refused, another may be tried. */
static enum command_exit judged(const struct account *account, const struct otp_outcome *outcome)
{
	switch (outcome->verdict) {
	case OTP_ACCEPTED:
		if (outcome->way == OTP_BY_TOKEN) {
			record(account, outcome, "accepted", "0000");
			return COMMAND_DONE;
		}
		record(account, outcome, "refused", "49b5");
		terminal_say(_("This was no code of a token. Only one of those lets the token be replaced."));
		return COMMAND_REFUSED;
	case OTP_WAITING:
	case OTP_LOCKED:
		record(account, outcome, outcome->verdict == OTP_LOCKED ? "locked" : "waiting",
		       outcome->verdict == OTP_LOCKED ? "4990" : NULL);
		return dialogue_throttled(account->name, outcome->verdict, outcome->wait);
	case OTP_DISABLED:
		record(account, outcome, "disabled", "4993");
		terminal_error(_("No token of %s is enabled (error 4993). Release them with \"vipotp release %s\"."),
		               account->name, account->name);
		return COMMAND_EXISTS;
	case OTP_STOPPED:
		return refuse_locked(account);
	case OTP_MALFORMED:
	case OTP_EMPTY:
		dialogue_malformed(0);
		return COMMAND_REFUSED;
	default:
		record(account, outcome, "refused", "49b5");
		terminal_say(_("This is no code that the present token of %s shows now (error 49b5)."), account->name);
		return COMMAND_REFUSED;
	}
}

/* A recovery code is worth more than a refusal: it is not used up here. */
static bool is_recovery(const char *typed)
{
	struct otp_spare_code code;
	bool is = otp_recovery_parse(typed, &code) == OTP_OK;

	explicit_bzero(&code, sizeof code);
	return is;
}

static enum command_exit prove(const struct command *command, const struct account *account)
{
	char typed[OTP_CODE_TYPED_MAX + 1];
	struct otp_outcome outcome;
	struct otp_error error = {.status = OTP_OK};
	enum command_exit result = COMMAND_REFUSED;
	enum answer answer;

	terminal_say(_("%s has a token. A code of it is needed to replace it."), account->name);
	while (result == COMMAND_REFUSED &&
	       (answer = terminal_ask(_("Code of the present token: "), typed, sizeof typed)) != ANSWER_NONE) {
		const struct otp_attempt attempt = {.user = account->name,
		                                    .uid = account->uid,
		                                    .typed =
		                                        answer == ANSWER_GIVEN && !is_recovery(typed) ? typed : "?",
		                                    .reach = OTP_LOCAL,
		                                    .origin = "vipotp enroll",
		                                    .clock = process_now};

		if (otp_login(command->host->vault, &command->host->settings.limits, &attempt, &outcome, &error) !=
		    OTP_OK)
			result = command_failed(&error);
		else
			result = judged(account, &outcome);
		explicit_bzero(typed, sizeof typed);
	}
	if (result == COMMAND_REFUSED)
		terminal_error(_("The dialogue was ended. Nothing was bound."));
	return result;
}

enum command_exit replace_permitted(const struct command *command, const struct account *account,
                                    enum otp_enroll_how *how)
{
	bool enrolled = false;
	struct otp_error error = {.status = OTP_OK};
	enum command_exit result;

	*how = OTP_ENROLL_FIRST;
	if (otp_login_enrolled(command->host->vault, account->name, &enrolled, &error) != OTP_OK)
		return command_failed(&error);
	if (!enrolled)
		return COMMAND_DONE;
	if (command->host->settings.replace == REPLACE_RELEASE) {
		terminal_error(
		    _("%s is enrolled already. Release the old token with \"vipotp release %s\", or add this one "
		      "with --add."),
		    account->name, account->name);
		return COMMAND_EXISTS;
	}
	*how = OTP_ENROLL_REPLACE;
	if ((result = check_locked(command, account)) != COMMAND_DONE)
		return result;
	return prove(command, account);
}
