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

/*
 * Where one code of a user stands (product §7.2). No right code is ever shown. For root nothing is changed; to a user
 * it is like a login: the code is used up, and a miss counts, or the verb would be a place to guess at.
 */

/* The digits of the user's codes; 0 if the tokens differ. */
static unsigned digits_of(const struct otp_user_report *report)
{
	unsigned digits = report->n > 0 ? report->token[0].digits : 0;

	for (size_t i = 1; i < report->n; i++)
		if (report->token[i].digits != digits)
			return 0;
	return digits;
}

static bool some_token_has(const struct otp_user_report *report, unsigned digits)
{
	for (size_t i = 0; i < report->n; i++)
		if (report->token[i].digits == digits)
			return true;
	return false;
}

/* Ask until the answer has the form of a code of this user. */
static enum answer ask_code(const struct otp_user_report *report, char *typed, size_t size)
{
	struct otp_code code;
	enum answer answer;

	while ((answer = terminal_ask(_("Security code: "), typed, size)) != ANSWER_NONE) {
		if (answer == ANSWER_GIVEN && otp_code_parse(typed, &code) == OTP_CODE_WELL_FORMED &&
		    some_token_has(report, code.digits))
			break;
		dialogue_malformed(digits_of(report));
	}
	explicit_bzero(&code, sizeof code);
	return answer;
}

static const struct otp_token_report *token_of(const struct otp_user_report *report, const struct otp_token_id *id)
{
	for (size_t i = 0; i < report->n; i++)
		if (otp_token_id_equal(&report->token[i].id, id))
			return &report->token[i];
	return NULL;
}

/* How far the code is from the one that was expected, in the token's own terms. */
static void print_distance(const struct otp_token_report *token, int64_t distance)
{
	char seconds[SHOW_DURATION_MAX];

	if (token->kind == OTP_TIME) {
		show_seconds(distance * token->period * 1000, true, seconds);
		(void)printf(_("Offset in steps: %+lld (%s)\n"), (long long)distance, seconds);
	} else {
		(void)printf(_("Offset in codes: %+lld\n"), (long long)distance);
	}
}

static void record(const struct account *account, const char *verdict, const char *error, const struct otp_assay *assay,
                   const struct otp_token_report *token)
{
	struct audit audit;

	audit_begin(&audit, "test");
	audit_add(&audit, "user", account->name);
	audit_add(&audit, "token", token != NULL ? token->id.text : NULL);
	audit_add(&audit, "verdict", verdict);
	audit_add(&audit, "error", error);
	if (token != NULL)
		audit_add_number(&audit, "offset", assay->distance);
	audit_send(&audit);
}

/* Why no code of the user can work. COMMAND_DONE: one can. */
static enum command_exit check_states(const struct account *account, const struct otp_user_report *report)
{
	const struct otp_assay none = {.tier = OTP_TIER_FAILS};
	bool locked = false;

	for (size_t i = 0; i < report->n; i++) {
		if (report->token[i].status == OTP_TOKEN_ENABLED)
			return COMMAND_DONE;
		locked = locked || report->token[i].status == OTP_TOKEN_LOCKED;
	}
	record(account, locked ? "locked" : "disabled", locked ? "4990" : "4993", &none, NULL);
	if (caller_user() != NULL) {
		(void)puts(locked ? _("No code works: a token of yours is locked (error 4990).")
		                  : _("No code works: no token of yours is enabled (error 4993)."));
		caller_refer();
	} else if (locked)
		(void)printf(_("No code works: a token of %s is locked (error 4990).\n"), account->name);
	else
		(void)printf(_("No code works: no token of %s is enabled (error 4993).\n"), account->name);
	return COMMAND_REFUSED;
}

static enum command_exit answer(const struct account *account, const struct otp_assay *assay,
                                const struct otp_token_report *token)
{
	char grouped[OTP_TOKEN_ID_GROUPED_LEN + 1] = "";

	if (token != NULL)
		otp_token_id_group(&token->id, grouped);
	if (assay->used && token != NULL) {
		record(account, "replayed", "49b5", assay, token);
		(void)printf(_("The code was used already (error 49b5). A code of token %s works once.\n"), grouped);
		return COMMAND_REFUSED;
	}
	if (assay->tier == OTP_TIER_FAILS || token == NULL) {
		record(account, "refused", "49b5", assay, NULL);
		(void)printf(
		    _("The code belongs to no enabled token of %s, or is out of reach (error 49b5, tier 3).\n"),
		    account->name);
		return COMMAND_REFUSED;
	}
	if (assay->tier == OTP_TIER_RESET) {
		record(account, "needs-reset", "4923", assay, token);
		(void)printf(
		    _("The code is one of token %s, which has run away: it needs a reset (error 4923, tier 2).\n"),
		    grouped);
		print_distance(token, assay->distance);
		return COMMAND_REFUSED;
	}
	record(account, "works", "0000", assay, token);
	(void)printf(_("The code of token %s works (tier 1).\n"), grouped);
	print_distance(token, assay->distance);
	return COMMAND_DONE;
}

static void record_own(const struct account *account, const struct otp_outcome *outcome, const char *verdict,
                       const char *error)
{
	struct audit audit;

	audit_begin(&audit, "test");
	audit_add(&audit, "user", account->name);
	audit_add(&audit, "token", *outcome->token.text != '\0' ? outcome->token.text : NULL);
	audit_add(&audit, "verdict", verdict);
	audit_add(&audit, "error", error);
	audit_add_number(&audit, "failures", outcome->bucket_failures);
	audit_send(&audit);
}

/* It works or it does not: how far off it is would help somebody who guesses. */
static enum command_exit refuse_own(const struct account *account, const struct otp_outcome *outcome)
{
	char duration[SHOW_DURATION_MAX];

	record_own(account, outcome, "refused", "49b5");
	(void)puts(
	    _("The code does not work (error 49b5). If that goes on, bring the token back into step with \"vipotp "
	      "reset\"."));
	if (outcome->wait > 0) {
		show_duration(outcome->wait, duration);
		(void)printf(_("It was counted as a failure: your codes are not read for %s now.\n"), duration);
	} else {
		(void)puts(_("It was counted as a failure."));
	}
	return COMMAND_REFUSED;
}

static enum command_exit accept_own(const struct account *account, const struct otp_outcome *outcome)
{
	char grouped[OTP_TOKEN_ID_GROUPED_LEN + 1];

	record_own(account, outcome, "works", "0000");
	otp_token_id_group(&outcome->token, grouped);
	if (outcome->way == OTP_BY_TOKEN)
		(void)printf(_("The code of token %s works. It is used up now: a login needs the next one.\n"),
		             grouped);
	else
		(void)puts(_("The code works, but it is no token's. It may be used up now."));
	dialogue_failures(outcome);
	return COMMAND_DONE;
}

static enum command_exit answer_own(const struct account *account, const struct otp_outcome *outcome)
{
	switch (outcome->verdict) {
	case OTP_ACCEPTED:
		return accept_own(account, outcome);
	case OTP_REPLAYED:
		record_own(account, outcome, "replayed", "49b5");
		(void)puts(_("The code was used already (error 49b5). Each works once: wait for the next one."));
		return COMMAND_REFUSED;
	case OTP_WAITING:
	case OTP_LOCKED:
		record_own(account, outcome, outcome->verdict == OTP_LOCKED ? "locked" : "waiting",
		           outcome->verdict == OTP_LOCKED ? "4990" : NULL);
		return dialogue_throttled(account->name, outcome->verdict, outcome->wait);
	case OTP_UNENROLLED:
		return account_unenrolled(account);
	default:
		return refuse_own(account, outcome);
	}
}

static enum command_exit judge_own(const struct command *command, const struct account *account, const char *typed)
{
	const struct otp_attempt attempt = {.user = account->name,
	                                    .uid = account->uid,
	                                    .typed = typed,
	                                    .reach = OTP_LOCAL,
	                                    .origin = "vipotp test",
	                                    .clock = process_now};
	struct otp_outcome outcome;
	struct otp_error error = {.status = OTP_OK};

	if (otp_login(command->host->vault, &command->host->settings.limits, &attempt, &outcome, &error) != OTP_OK)
		return command_failed(&error);
	return answer_own(account, &outcome);
}

static enum command_exit judge(const struct command *command, const struct account *account,
                               const struct otp_user_report *report, const char *typed)
{
	struct otp_error error = {.status = OTP_OK};
	struct otp_assay assay;
	struct otp_token_id id;
	enum otp_code_form form;
	enum command_exit result;

	if (otp_test(command->host->vault, &command->host->settings.limits, account->name, typed, process_now(), &form,
	             &assay, &id, &error) != OTP_OK)
		return command_failed(&error);
	result = answer(account, &assay, token_of(report, &id));
	if (result == COMMAND_DONE && (report->bucket[OTP_LOCAL].locked || report->bucket[OTP_REMOTE].locked))
		terminal_say(_("But %s is locked after too many failures (error 4990). See \"vipotp status %s\"."),
		             account->name, account->name);
	return result;
}

static enum command_exit run(struct command *command)
{
	struct account account;
	struct otp_user_report report;
	struct otp_error error = {.status = OTP_OK};
	char typed[OTP_CODE_TYPED_MAX + 1];
	enum otp_status status;
	enum command_exit result;

	if ((result = account_named(command, false, &account)) != COMMAND_DONE ||
	    (result = command_open(command, OTP_TO_JUDGE)) != COMMAND_DONE)
		return result;
	if (command->host->vault == NULL)
		return account_unenrolled(&account);
	status = otp_user_report(command->host->vault, &command->host->settings.limits, account.name, process_now(),
	                         &report, &error);
	if (status != OTP_OK)
		return status == OTP_E_NOT_FOUND ? account_unenrolled(&account) : command_failed(&error);
	if ((result = account_owns(&account, report.uid)) != COMMAND_DONE ||
	    (result = check_states(&account, &report)) != COMMAND_DONE)
		return result;
	if (ask_code(&report, typed, sizeof typed) == ANSWER_NONE) {
		terminal_error(_("The dialogue was ended. Nothing was tested."));
		return COMMAND_REFUSED;
	}
	result = caller_user() != NULL ? judge_own(command, &account, typed) : judge(command, &account, &report, typed);
	explicit_bzero(typed, sizeof typed);
	return result;
}

const struct verb test_verb = {
    .name = "test",
    .operands = "[USER]",
    .help = N_("say whether a code works, needs a reset or fails; changes nothing"),
    .more = N_("Answer: the security code. Exit 0 if a login would accept it now, 1 otherwise."),
    .most = 1,
    .own = OWN_BY_PASSWORD,
    .own_help = N_("say whether a code works; it is used up, and a miss counts"),
    .own_more = N_("Answers, a line each: your password, the security code. Exit 0 if it works, 1 otherwise."),
    .run = run,
};
