/* SPDX-License-Identifier: BSD-2-Clause */
#include "proof.h"

#include "audit.h"
#include "caller.h"
#include "dialogue.h"
#include "language/language.h"
#include "verb/process.h"

#include <string.h>

static void record(const struct account *account, const char *event, const struct otp_outcome *outcome,
                   const char *verdict, const char *code)
{
	struct audit audit;

	audit_begin(&audit, event);
	audit_add(&audit, "user", account->name);
	audit_add(&audit, "token", *outcome->token.text != '\0' ? outcome->token.text : NULL);
	audit_add(&audit, "verdict", verdict);
	audit_add(&audit, "error", code);
	audit_send(&audit);
}

enum command_exit proof_refuse_locked(const struct account *account, const char *event)
{
	const struct otp_outcome none = {.verdict = OTP_STOPPED};

	record(account, event, &none, "locked", "4990");
	if (caller_user() != NULL) {
		terminal_error(_("A token of yours is locked (error 4990)."));
		caller_refer();
	} else {
		terminal_error(_("A token of %s is locked (error 4990). Unlock it with \"vipotp unlock %s\"."),
		               account->name, account->name);
	}
	return COMMAND_EXISTS;
}

static enum command_exit refuse_disabled(const struct account *account, const struct proof *proof,
                                         const struct otp_outcome *outcome)
{
	record(account, proof->event, outcome, "disabled", "4993");
	if (caller_user() != NULL) {
		terminal_error(_("No token of yours is enabled (error 4993)."));
		caller_refer();
	} else {
		terminal_error(_("No token of %s is enabled (error 4993). Release them with \"vipotp release %s\"."),
		               account->name, account->name);
	}
	return COMMAND_EXISTS;
}

static enum command_exit accepted(const struct account *account, const struct proof *proof,
                                  const struct otp_outcome *outcome)
{
	dialogue_failures(outcome);
	if (outcome->way == OTP_BY_TOKEN) {
		record(account, proof->event, outcome, "accepted", "0000");
		return COMMAND_DONE;
	}
	record(account, proof->event, outcome, "refused", "49b5");
	terminal_say(_("This was no code of a token. Only one of those will do here."));
	return COMMAND_REFUSED;
}

/* COMMAND_REFUSED: the code was read and refused, another may be tried. */
static enum command_exit judged(const struct account *account, const struct proof *proof,
                                const struct otp_outcome *outcome)
{
	switch (outcome->verdict) {
	case OTP_ACCEPTED:
		return accepted(account, proof, outcome);
	case OTP_WAITING:
	case OTP_LOCKED:
		record(account, proof->event, outcome, outcome->verdict == OTP_LOCKED ? "locked" : "waiting",
		       outcome->verdict == OTP_LOCKED ? "4990" : NULL);
		return dialogue_throttled(account->name, outcome->verdict, outcome->wait);
	case OTP_DISABLED:
		return refuse_disabled(account, proof, outcome);
	case OTP_STOPPED:
		return proof_refuse_locked(account, proof->event);
	case OTP_MALFORMED:
	case OTP_EMPTY:
		dialogue_malformed(0);
		return COMMAND_REFUSED;
	default:
		record(account, proof->event, outcome, "refused", "49b5");
		if (caller_user() != NULL)
			terminal_say(_("This is no code that your token shows now (error 49b5)."));
		else
			terminal_say(_("This is no code that the present token of %s shows now (error 49b5)."),
			             account->name);
		return COMMAND_REFUSED;
	}
}

enum command_exit proof_demand(const struct command *command, const struct account *account, const struct proof *proof)
{
	char typed[OTP_CODE_TYPED_MAX + 1];
	struct otp_outcome outcome;
	struct otp_error error = {.status = OTP_OK};
	enum command_exit result = COMMAND_REFUSED;
	enum answer answer;

	while (result == COMMAND_REFUSED &&
	       (answer = terminal_ask(_("Code of the present token: "), typed, sizeof typed)) != ANSWER_NONE) {
		/* A recovery code is worth more than a refusal: it is not used up here. */
		const struct otp_attempt attempt = {
		    .user = account->name,
		    .uid = account->uid,
		    .typed = answer == ANSWER_GIVEN && !otp_recovery_has_form(typed) ? typed : "?",
		    .reach = OTP_LOCAL,
		    .origin = proof->origin,
		    .clock = process_now};

		if (otp_login(command->host->vault, &command->host->settings.limits, &attempt, &outcome, &error) !=
		    OTP_OK)
			result = command_failed(&error);
		else if (outcome.verdict == OTP_UNENROLLED)
			result = account_unenrolled(account);
		else
			result = judged(account, proof, &outcome);
		explicit_bzero(typed, sizeof typed);
	}
	if (result == COMMAND_REFUSED)
		terminal_error("%s", proof->ended);
	return result;
}
