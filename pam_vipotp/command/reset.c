/* SPDX-License-Identifier: BSD-2-Clause */
#include "account.h"
#include "audit.h"
#include "caller.h"
#include "dialogue.h"
#include "language/language.h"
#include "show.h"
#include "verb/process.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>

/* The token reset page as a dialogue (product §7.3): credential ID, two codes, and from the ID again after a failure.
 */

enum { REWIND };

static const struct verb_option options[] = {
    [REWIND] = {"rewind", NULL, N_("let a time token go back behind codes that it has used, after a clock fault")},
};

struct job {
	struct command *command;
	struct account account;
	struct otp_token_id id;
	bool rewind;
};

static void record(const struct job *job, const char *verdict, const char *error)
{
	struct audit audit;

	audit_begin(&audit, "reset");
	audit_add(&audit, "user", job->account.name);
	audit_add(&audit, "token", job->id.text);
	audit_add(&audit, "verdict", verdict);
	audit_add(&audit, "error", error);
	audit_add(&audit, "rewind", job->rewind ? "yes" : NULL);
	audit_send(&audit);
}

/* The failure page; more is said below its message, or NULL. */
static void page(const struct job *job, const char *code, const char *message, const char *more)
{
	char grouped[OTP_TOKEN_ID_GROUPED_LEN + 1];

	otp_token_id_group(&job->id, grouped);
	terminal_say(_("The token reset failed."));
	terminal_say(_("Credential ID: %s"), grouped);
	terminal_say(_("Error code: %s"), code);
	terminal_say(_("Error message: %s"), message);
	if (more != NULL)
		terminal_say("%s", more);
	terminal_say(_("Start again from the credential ID."));
}

/* The seed's message for wrong codes is the one about their form. */
static const char *wrong_codes(unsigned digits)
{
	switch (digits) {
	case 7:
		return _("The security code is a 7-digit number.");
	case 8:
		return _("The security code is an 8-digit number.");
	default:
		return _("The security code is a 6-digit number.");
	}
}

/*
 * The token of this ID among the user's, or NULL, said: 6004 for an ID unknown here, 6007 for one that is not his; to a
 * user one text for both, since which IDs there are is not for him to know.
 */
static const struct otp_token_report *find(const struct job *job, const struct otp_user_report *report)
{
	struct otp_token_report known;
	struct otp_error error;
	bool unknown;

	for (size_t i = 0; i < report->n; i++)
		if (otp_token_id_equal(&report->token[i].id, &job->id))
			return &report->token[i];
	unknown = otp_token_report(job->command->host->vault, &job->id, &known, &error) == OTP_E_NOT_FOUND;
	record(job, "refused", unknown ? "6004" : "6007");
	if (caller_user() != NULL)
		terminal_say(
		    _("This is the credential ID of no token of yours (error 6007). Compare it with the one on "
		      "the token."));
	else if (unknown)
		terminal_say(
		    _("This credential ID is not known here (error 6004). Compare it with the one on the token."));
	else
		terminal_say(_("The token of this credential ID is not bound to %s (error 6007)."), job->account.name);
	return NULL;
}

/* COMMAND_REFUSED: start again from the ID. */
static enum command_exit judged(const struct job *job, const struct otp_token_report *token,
                                const struct otp_judgement *judgement)
{
	switch (judgement->verdict) {
	case OTP_ACCEPTED:
		record(job, "accepted", "0000");
		(void)puts(_("The token has been reset. It works as usual from the next time on."));
		return COMMAND_DONE;
	case OTP_WAITING:
	case OTP_LOCKED:
		record(job, judgement->verdict == OTP_LOCKED ? "locked" : "waiting",
		       judgement->verdict == OTP_LOCKED ? "4990" : NULL);
		return dialogue_throttled(job->account.name, judgement->verdict, judgement->wait);
	case OTP_DISABLED:
		record(job, "disabled", "4993");
		page(job, "4993", _("The token is disabled."), NULL);
		return COMMAND_REFUSED;
	case OTP_STOPPED:
		record(job, "locked", "4990");
		page(job, "4990", _("The token is locked."), NULL);
		return COMMAND_REFUSED;
	default:
		record(job, "refused", "49b5");
		page(job, "49b5", wrong_codes(token->digits),
		     _("These are not two consecutive codes of this token. Make new codes and enter those."));
		return COMMAND_REFUSED;
	}
}

/* Two codes of the token, judged. *ended: no more answers come. */
static enum command_exit prove(const struct job *job, const struct otp_token_report *token, bool *ended)
{
	const struct dialogue_form form = {
	    .first = _("Security code 1: "),
	    .second = _("Security code 2: "),
	    .button = _("For 30 seconds after security code 1, the button of a hardware token makes no new code, "
	                "however often it is pressed. Wait until the display goes dark, then press it again."),
	    .again = _("Security code 1 and security code 2 are never the same."),
	    .kind = token->kind,
	    .digits = token->digits,
	    .period = token->period,
	};
	char grouped[OTP_TOKEN_ID_GROUPED_LEN + 1];
	struct otp_judgement judgement;
	struct otp_error error = {.status = OTP_OK};
	struct otp_pair pair;
	enum otp_status status;

	otp_token_id_group(&job->id, grouped);
	terminal_say(_("Credential ID: %s"), grouped);
	terminal_say(_("Enter two security codes."));
	*ended = dialogue_pair(&form, &pair) == ANSWER_NONE;
	if (*ended) {
		explicit_bzero(&pair, sizeof pair);
		return COMMAND_REFUSED;
	}
	status = otp_reset(job->command->host->vault, &job->command->host->settings.limits, job->account.name, &job->id,
	                   &pair, job->rewind, &judgement, &error);
	explicit_bzero(&pair, sizeof pair);
	if (status == OTP_OK)
		return judged(job, token, &judgement);
	record(job, "error", NULL);
	*ended = true;
	return command_failed(&error);
}

/* The dialogue, until a pair is accepted, cannot be judged, or no more answers come. */
static enum command_exit converse(struct job *job)
{
	enum command_exit result = COMMAND_REFUSED;
	bool ended = false;

	terminal_say(_("This resets a token."));
	terminal_say(_("Enter the credential ID."));
	terminal_say(_("The 12 characters printed on the token are its credential ID."));
	while (!ended && dialogue_id(_("Credential ID: "), &job->id) == ANSWER_GIVEN) {
		struct otp_user_report report;
		struct otp_error error = {.status = OTP_OK};
		const struct otp_token_report *token;
		enum otp_status status =
		    otp_user_report(job->command->host->vault, &job->command->host->settings.limits, job->account.name,
		                    process_now(), &report, &error);

		if (status != OTP_OK)
			return status == OTP_E_NOT_FOUND ? account_unenrolled(&job->account) : command_failed(&error);
		if ((result = account_owns(&job->account, report.uid)) != COMMAND_DONE)
			return result;
		if ((token = find(job, &report)) == NULL) {
			result = COMMAND_NOT_FOUND;
			continue;
		}
		result = prove(job, token, &ended);
		if (result != COMMAND_REFUSED)
			return result;
	}
	terminal_error(_("The dialogue was ended. The token was not reset."));
	return result;
}

static enum command_exit run(struct command *command)
{
	struct job job = {.command = command, .rewind = command->value[REWIND] != NULL};
	struct otp_error error = {.status = OTP_OK};
	bool enrolled = false;
	enum command_exit result;

	if ((result = account_named(command, false, &job.account)) != COMMAND_DONE ||
	    (result = command_open(command, OTP_TO_JUDGE)) != COMMAND_DONE)
		return result;
	if (command->host->vault != NULL &&
	    otp_login_enrolled(command->host->vault, job.account.name, &enrolled, &error) != OTP_OK)
		return command_failed(&error);
	return enrolled ? converse(&job) : account_unenrolled(&job.account);
}

const struct verb reset_verb = {
    .name = "reset",
    .operands = "[USER]",
    .help = N_("bring a token back into step by two consecutive codes, and lift a lock"),
    .more = N_("Answers, a line each: the credential ID, security code 1, security code 2. After a failure the\n"
               "dialogue starts again from the credential ID."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .most = 1,
    .own = OWN_BY_PASSWORD,
    .own_more = N_("Answers, a line each: your password, the credential ID, security code 1, security code 2. After a\n"
                   "failure the dialogue starts again from the credential ID."),
    .run = run,
};
