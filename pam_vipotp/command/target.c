/* SPDX-License-Identifier: BSD-2-Clause */
#include "target.h"

#include "audit.h"
#include "language/language.h"
#include "terminal/terminal.h"
#include "verb/facts.h"
#include "verb/process.h"

#include <string.h>

enum command_exit target_begin(struct command *command, const char *event, const char *reason, size_t most,
                               struct target *target)
{
	memset(target, 0, sizeof *target);
	target->command = command;
	target->event = event;
	target->reason = reason;
	return reason == NULL ? COMMAND_DONE : facts_check_text(command, "reason", reason, most);
}

enum command_exit target_read_id(struct target *target, const char *typed)
{
	if (otp_token_id_parse(typed, &target->id) != OTP_OK)
		return verb_usage(target->command,
		                  _("\"%s\" is no token ID (error 6004); it has 12 characters, such as VSST12345678."),
		                  typed);
	target->token = &target->id;
	otp_token_id_group(target->token, target->grouped);
	return COMMAND_DONE;
}

static enum command_exit refuse(const struct target *target, const char *code)
{
	target_record(target, "refused", code);
	return COMMAND_NOT_FOUND;
}

/* The tokens of target->account. */
static enum command_exit load_user(struct target *target)
{
	struct host *host = target->command->host;
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status = OTP_E_NOT_FOUND;

	if (host->vault != NULL)
		status = otp_user_report(host->vault, &host->settings.limits, target->account.name, process_now(),
		                         &target->user, &error);
	if (status == OTP_E_NOT_FOUND) {
		(void)account_unenrolled(&target->account);
		if (target->account.exists)
			return refuse(target, "6008");
		target->account.name[0] = '\0'; /* what is no name may be a password */
		return refuse(target, "6003");
	}
	return status == OTP_OK ? COMMAND_DONE : target_failed(target, &error);
}

static bool has_token(const struct otp_user_report *user, const struct otp_token_id *token)
{
	for (size_t i = 0; i < user->n; i++)
		if (otp_token_id_equal(&user->token[i].id, token))
			return true;
	return false;
}

enum command_exit target_find_user(struct target *target, const char *typed)
{
	enum command_exit result;

	result = typed != NULL ? account_find(typed, &target->account)
	                       : account_named(target->command, false, &target->account);
	if (result != COMMAND_DONE || (result = command_open(target->command, OTP_TO_JUDGE)) != COMMAND_DONE ||
	    (result = load_user(target)) != COMMAND_DONE)
		return result;
	if (target->token == NULL || has_token(&target->user, target->token))
		return COMMAND_DONE;
	terminal_error(_("%s has no token %s (error 6007). See \"vipotp status %s\"."), target->account.name,
	               target->token->text, target->account.name);
	return refuse(target, "6007");
}

enum command_exit target_find_token(struct target *target, bool damaged)
{
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status = OTP_E_NOT_FOUND;
	enum command_exit result = command_open(target->command, OTP_TO_JUDGE);

	if (result != COMMAND_DONE)
		return result;
	if (target->command->host->vault != NULL)
		status = otp_token_report(target->command->host->vault, target->token, &target->stocked, &error);
	if (status == OTP_E_NOT_FOUND) {
		terminal_error(_("There is no token %s here (error 6004). See \"vipotp tokens list\"."),
		               target->token->text);
		return refuse(target, "6004");
	}
	if (status == OTP_E_CORRUPT && damaged)
		return COMMAND_DONE;
	if (status != OTP_OK)
		return target_failed(target, &error);
	if (target->stocked.owner[0] == '\0')
		return COMMAND_DONE;
	if ((result = account_find(target->stocked.owner, &target->account)) != COMMAND_DONE)
		return result;
	return load_user(target);
}

void target_record(const struct target *target, const char *verdict, const char *code)
{
	struct audit audit;

	audit_begin(&audit, target->event);
	audit_add(&audit, "user", target->account.name[0] != '\0' ? target->account.name : NULL);
	audit_add(&audit, "token", target->token != NULL ? target->token->text : NULL);
	audit_add(&audit, "verdict", verdict);
	audit_add(&audit, "error", code);
	if (target->changed > 0)
		audit_add_number(&audit, "tokens", (int64_t)target->changed);
	audit_add(&audit, "reason", target->reason);
	audit_send(&audit);
}

enum command_exit target_failed(const struct target *target, const struct otp_error *error)
{
	target_record(target, "error", NULL);
	return command_failed(error);
}

/* The token that stands in the way, if it is one; else OTP_TOKEN_DISABLED if all are, or 0. */
static int state_of(const struct target *target, const char **id)
{
	const struct otp_user_report *user = &target->user;

	*id = target->token != NULL ? target->token->text : user->token[0].id.text;
	if (user->n == 0)
		return (int)target->stocked.status;
	for (size_t i = 0; target->token != NULL && i < user->n; i++)
		if (otp_token_id_equal(&user->token[i].id, target->token))
			return (int)user->token[i].status;
	if (user->n == 1)
		return (int)user->token[0].status;
	*id = NULL;
	for (size_t i = 0; i < user->n; i++)
		if (user->token[i].status != OTP_TOKEN_DISABLED)
			return 0;
	return OTP_TOKEN_DISABLED;
}

enum command_exit target_refuse_state(const struct target *target)
{
	const char *id;
	int state = state_of(target, &id);

	if (id == NULL && state == OTP_TOKEN_DISABLED)
		terminal_error(_("All tokens of %s are disabled (error 4993). See \"vipotp status %s\"."),
		               target->account.name, target->account.name);
	else if (id == NULL)
		terminal_error(_("No token of %s is in a state that allows it (error 4990). See \"vipotp status %s\"."),
		               target->account.name, target->account.name);
	else if (state == OTP_TOKEN_DISABLED)
		terminal_error(_("The token %s is disabled (error 4993)."), id);
	else if (state == OTP_TOKEN_LOCKED)
		terminal_error(_("The token %s is locked (error 4990)."), id);
	else if (state == OTP_TOKEN_ENABLED)
		terminal_error(_("The token %s is enabled (error 4990)."), id);
	else
		terminal_error(_("The token %s is new, in the inventory (error 4990)."), id);
	target_record(target, "refused", state == OTP_TOKEN_DISABLED ? "4993" : "4990");
	return COMMAND_EXISTS;
}

enum command_exit target_refuse_bound(const struct target *target)
{
	terminal_error(_("The token %s is bound to %s. Release it there first, with \"vipotp release %s --token %s\"."),
	               target->token->text, target->stocked.owner, target->stocked.owner, target->token->text);
	target_record(target, "bound", NULL);
	return COMMAND_EXISTS;
}
