/* SPDX-License-Identifier: BSD-2-Clause */
#include "account.h"
#include "audit.h"
#include "dialogue.h"
#include "show.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>

/* The token reset page as a dialogue (product §7.3): credential ID, two codes, and from the ID again after a failure.
 */

enum { REWIND };

static const struct verb_option options[] = {
    [REWIND] = {"rewind", NULL, "let a time token go back behind codes that it has used, after a clock fault"},
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

/* The failure page. */
static void page(const struct job *job, const char *code, const char *message)
{
	char grouped[OTP_TOKEN_ID_GROUPED_LEN + 1];

	otp_token_id_group(&job->id, grouped);
	terminal_say("The token reset failed.");
	terminal_say("Credential ID: %s", grouped);
	terminal_say("Error code: %s", code);
	terminal_say("Error message: %s", message);
}

/* The seed's message for wrong codes is the one about their form; the second sentence says what else it can be. */
static const char *wrong_codes(unsigned digits)
{
	switch (digits) {
	case 7:
		return "The security code is a 7-digit number. These are not two consecutive codes of this token.";
	case 8:
		return "The security code is an 8-digit number. These are not two consecutive codes of this token.";
	default:
		return "The security code is a 6-digit number. These are not two consecutive codes of this token.";
	}
}

/* The token of this ID among the user's, or NULL, said: 6004 for an ID unknown here, 6007 for one that is not his. */
static const struct otp_token_report *find(const struct job *job, const struct otp_user_report *report)
{
	struct otp_token_report known;
	struct otp_error error;

	for (size_t i = 0; i < report->n; i++)
		if (otp_token_id_equal(&report->token[i].id, &job->id))
			return &report->token[i];
	if (otp_token_report(job->command->vault, &job->id, &known, &error) == OTP_E_NOT_FOUND) {
		record(job, "refused", "6004");
		terminal_say(
		    "This credential ID is not known here (error 6004). Compare it with the one on the token.");
	} else {
		record(job, "refused", "6007");
		terminal_say("The token of this credential ID is not bound to %s (error 6007).", job->account.name);
	}
	return NULL;
}

/* COMMAND_REFUSED: start again from the ID. */
static enum command_exit judged(const struct job *job, const struct otp_token_report *token,
                                const struct otp_judgement *judgement)
{
	switch (judgement->verdict) {
	case OTP_ACCEPTED:
		record(job, "accepted", "0000");
		(void)puts("The token has been reset. It works as usual from the next time on.");
		return COMMAND_DONE;
	case OTP_WAITING:
	case OTP_LOCKED:
		record(job, judgement->verdict == OTP_LOCKED ? "locked" : "waiting", NULL);
		return dialogue_throttled(job->account.name, judgement->verdict, judgement->wait);
	case OTP_DISABLED:
		record(job, "disabled", "4993");
		page(job, "4993", "The token is disabled.");
		return COMMAND_REFUSED;
	default:
		record(job, "refused", "49b5");
		page(job, "49b5", wrong_codes(token->digits));
		return COMMAND_REFUSED;
	}
}

/* Two codes of the token, judged. *ended: no more answers come. */
static enum command_exit prove(const struct job *job, const struct otp_token_report *token, bool *ended)
{
	const struct dialogue_form form = {"Security code 1: ", "Security code 2: ", token->kind, token->digits,
	                                   token->period};
	struct otp_judgement judgement;
	struct otp_error error = {.status = OTP_OK};
	struct otp_pair pair;
	enum otp_status status;

	*ended = dialogue_pair(&form, &pair) == ANSWER_NONE;
	if (*ended) {
		explicit_bzero(&pair, sizeof pair);
		return COMMAND_REFUSED;
	}
	status = otp_reset(job->command->vault, &job->command->settings.limits, job->account.name, &job->id, &pair,
	                   job->rewind, &judgement, &error);
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

	terminal_say("This resets a token of %s. Enter its credential ID, the 12 characters printed on it.",
	             job->account.name);
	while (!ended && dialogue_id("Credential ID: ", &job->id) == ANSWER_GIVEN) {
		struct otp_user_report report;
		struct otp_error error = {.status = OTP_OK};
		const struct otp_token_report *token;
		enum otp_status status = otp_user_report(job->command->vault, &job->command->settings.limits,
		                                         job->account.name, command_now(), &report, &error);

		if (status != OTP_OK)
			return status == OTP_E_NOT_FOUND ? account_unenrolled(&job->account) : command_failed(&error);
		if ((token = find(job, &report)) == NULL) {
			result = COMMAND_NOT_FOUND;
			continue;
		}
		result = prove(job, token, &ended);
		if (result != COMMAND_REFUSED)
			return result;
	}
	terminal_error("The dialogue was ended. The token was not reset.");
	return result;
}

static enum command_exit run(struct command *command)
{
	struct job job = {.command = command, .rewind = command->value[REWIND] != NULL};
	struct otp_error error = {.status = OTP_OK};
	bool enrolled = false;
	enum command_exit result;

	if ((result = account_find(command->operand[0], &job.account)) != COMMAND_DONE ||
	    (result = command_open(command, OTP_TO_JUDGE)) != COMMAND_DONE)
		return result;
	if (command->vault != NULL && otp_login_enrolled(command->vault, job.account.name, &enrolled, &error) != OTP_OK)
		return command_failed(&error);
	return enrolled ? converse(&job) : account_unenrolled(&job.account);
}

const struct verb reset_verb = {
    .name = "reset",
    .operands = "USER",
    .help = "bring a token back into step by two consecutive codes, and lift a lock",
    .more = "Answers, a line each: the credential ID, security code 1, security code 2. After a failure the\n"
	    "dialogue starts again from the credential ID.",
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .least = 1,
    .most = 1,
    .run = run,
};
