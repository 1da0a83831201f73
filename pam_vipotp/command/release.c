/* SPDX-License-Identifier: BSD-2-Clause */
#include "account.h"
#include "audit.h"
#include "language/language.h"
#include "terminal/terminal.h"
#include "terminal/text.h"
#include "verb/facts.h"
#include "verb/process.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>

/* Unbind a user's token, so that another can be enrolled (product §3, the service administrator's part). */

enum { TOKEN, REASON, YES };

static const struct verb_option options[] = {
    [TOKEN] = {"token", "ID", N_("this token alone, not all of the user's")},
    [REASON] = {"reason", "TEXT", N_("why, for the log")},
    [YES] = {"yes", NULL, N_("do not ask")},
};

/* Whether the administrator means it. */
static bool confirmed(const struct command *command, const struct account *account, const struct otp_token_id *token)
{
	char question[512], typed[32], grouped[OTP_TOKEN_ID_GROUPED_LEN + 1];

	if (command->value[YES] != NULL)
		return true;
	if (token != NULL) {
		otp_token_id_group(token, grouped);
		(void)snprintf(question, sizeof question, _("Release token %s from %s? [y/N] "), grouped,
		               account->name);
	} else {
		(void)snprintf(question, sizeof question, _("Release all tokens from %s? [y/N] "), account->name);
	}
	return terminal_ask(question, typed, sizeof typed) == ANSWER_GIVEN && text_is_yes(typed);
}

/* What the user has, before the question and for the log. COMMAND_NOT_FOUND, said: not enrolled, or not his token. */
static enum command_exit look(struct command *command, const struct account *account, const struct otp_token_id *token)
{
	struct otp_user_report report;
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status = OTP_E_NOT_FOUND;

	if (command->host->vault != NULL)
		status = otp_user_report(command->host->vault, &command->host->settings.limits, account->name,
		                         process_now(), &report, &error);
	if (status == OTP_E_NOT_FOUND)
		return account_unenrolled(account);
	if (status != OTP_OK)
		return command_failed(&error);
	for (size_t i = 0; token != NULL && i < report.n; i++)
		if (otp_token_id_equal(&report.token[i].id, token))
			return COMMAND_DONE;
	if (token == NULL)
		return COMMAND_DONE;
	terminal_error(_("%s has no token %s (error 6007). See \"vipotp status %s\"."), account->name, token->text,
	               account->name);
	return COMMAND_NOT_FOUND;
}

static enum command_exit release(struct command *command, const struct account *account,
                                 const struct otp_token_id *token)
{
	struct otp_error error = {.status = OTP_OK};
	struct audit audit;
	size_t released = 0;
	enum otp_status status = otp_release(command->host->vault, account->name, token, &released, &error);

	audit_begin(&audit, "release");
	audit_add(&audit, "user", account->name);
	audit_add(&audit, "token", token != NULL ? token->text : NULL);
	audit_add(&audit, "verdict", status == OTP_OK ? "released" : "error");
	audit_add_number(&audit, "tokens", (int64_t)released);
	audit_add(&audit, "reason", command->value[REASON]);
	audit_send(&audit);
	if (status == OTP_E_NOT_FOUND)
		return account_unenrolled(account);
	if (status != OTP_OK)
		return command_failed(&error);
	if (released == 1)
		(void)printf(_("1 token of %s is released. It is in the inventory and can be enrolled again.\n"),
		             account->name);
	else
		(void)printf(_("%zu tokens of %s are released. They are in the inventory and can be enrolled again.\n"),
		             released, account->name);
	return COMMAND_DONE;
}

static enum command_exit run(struct command *command)
{
	const char *const *value = command->value;
	struct otp_token_id id, *token = NULL;
	struct account account;
	enum command_exit result;

	if (value[TOKEN] != NULL && otp_token_id_parse(value[TOKEN], token = &id) != OTP_OK)
		return verb_usage(command,
		                  _("\"%s\" is no token ID (error 6004); it has 12 characters, such as VSST12345678."),
		                  value[TOKEN]);
	if (value[REASON] != NULL &&
	    (result = facts_check_text(command, "reason", value[REASON], AUDIT_REASON_MAX)) != COMMAND_DONE)
		return result;
	if ((result = account_find(command->operand[0], &account)) != COMMAND_DONE ||
	    (result = command_open(command, OTP_TO_JUDGE)) != COMMAND_DONE ||
	    (result = look(command, &account, token)) != COMMAND_DONE)
		return result;
	if (!confirmed(command, &account, token)) {
		terminal_error(_("Nothing was released."));
		return COMMAND_REFUSED;
	}
	return release(command, &account, token);
}

const struct verb release_verb = {
    .name = "release",
    .operands = "USER",
    .help = N_("unbind a user's tokens, so that others can be enrolled"),
    .more = N_("Answer, unless --yes is given: y. Used codes stay used."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .least = 1,
    .most = 1,
    .run = run,
};
