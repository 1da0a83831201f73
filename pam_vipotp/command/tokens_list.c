/* SPDX-License-Identifier: BSD-2-Clause */
#include "language/language.h"
#include "show.h"
#include "terminal/terminal.h"
#include "terminal/text.h"
#include "verbs.h"

#include <stdio.h>

/* The inventory, a line per token, as it is read. */

enum { FREE, BOUND, RESERVED, DISABLED, JSON };
enum { PLACE_COLUMN = 23 };

static const struct verb_option options[] = {
    [FREE] = {"free", NULL, N_("only tokens that anybody may enrol")},
    [BOUND] = {"bound", NULL, N_("only tokens that are bound to a user")},
    [RESERVED] = {"reserved", NULL, N_("only tokens that wait for a user")},
    [DISABLED] = {"disabled", NULL, N_("only tokens that are disabled")},
    [JSON] = {"json", NULL, N_("a JSON array")},
};

struct pass {
	struct command *command;
	struct json json;
	bool in_json;
	enum command_exit result; /* of the records that could not be read */
};

/* Whether the token is among those that were asked for. */
static bool wanted(const struct command *command, const struct otp_token_report *token)
{
	const char *const *value = command->value;
	bool bound = token->owner[0] != '\0', reserved = !bound && token->reserved[0] != '\0';

	if (value[DISABLED] != NULL && token->status != OTP_TOKEN_DISABLED)
		return false;
	if (value[FREE] != NULL)
		return !bound && !reserved && token->status == OTP_TOKEN_NEW;
	return (value[BOUND] == NULL || bound) && (value[RESERVED] == NULL || reserved);
}

static void json_name(struct json *json, const char *name, const char *value)
{
	if (*value != '\0')
		json_string(json, name, value);
	else
		json_null(json, name);
}

static void print_place(const struct otp_token_report *token)
{
	char user[3 * OTP_USER_MAX + 1], place[sizeof user + 32];

	text_clean(token->owner[0] != '\0' ? token->owner : token->reserved, false, user, sizeof user);
	if (token->owner[0] != '\0')
		(void)snprintf(place, sizeof place, _("of %s"), user);
	else if (token->reserved[0] != '\0')
		(void)snprintf(place, sizeof place, _("for %s"), user);
	else
		(void)snprintf(place, sizeof place, "%s", _("free"));
	text_column(stdout, place, PLACE_COLUMN);
}

static void print_row(struct pass *pass, const struct otp_token_report *token)
{
	char grouped[OTP_TOKEN_ID_GROUPED_LEN + 1], label[SHOW_TEXT_MAX], reason[SHOW_TEXT_MAX], facts[SHOW_FACTS_MAX];
	bool stopped = token->status == OTP_TOKEN_DISABLED || token->status == OTP_TOKEN_LOCKED;

	if (pass->in_json) {
		json_open_object(&pass->json, NULL);
		show_json_facts(&pass->json, token);
		json_string(&pass->json, "reason", token->reason);
		json_name(&pass->json, "owner", token->owner);
		json_name(&pass->json, "reserved", token->reserved);
		json_close_object(&pass->json);
		return;
	}
	otp_token_id_group(&token->id, grouped);
	text_clean(token->label, false, label, sizeof label);
	text_clean(token->reason, false, reason, sizeof reason);
	show_facts(token, facts);
	(void)printf("%s  ", grouped);
	print_place(token);
	(void)printf(" %s%s%s", facts, *label != '\0' ? "  " : "", label);
	if (stopped)
		(void)printf("  %s%s%s%s", _(show_token_status(token->status)), *reason != '\0' ? " (" : "", reason,
		             *reason != '\0' ? ")" : "");
	(void)putchar('\n');
}

static enum otp_status list_token(void *arg, const char *name)
{
	struct pass *pass = arg;
	struct otp_token_report report;
	struct otp_token_id id;
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status = otp_token_id_parse(name, &id);

	if (status != OTP_OK)
		(void)otp_fail(&error, OTP_E_CORRUPT, "the inventory holds \"%s\", which is no token ID", name);
	else
		status = otp_token_report(pass->command->host->vault, &id, &report, &error);
	if (status == OTP_OK && wanted(pass->command, &report))
		print_row(pass, &report);
	else if (status != OTP_OK && status != OTP_E_NOT_FOUND) /* that: gone since the listing began */
		pass->result = command_failed(&error);
	return ferror(stdout) ? OTP_E_IO : OTP_OK;
}

static enum command_exit run(struct command *command)
{
	const char *const *value = command->value;
	struct pass pass = {.command = command, .in_json = value[JSON] != NULL};
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status = OTP_OK;
	enum command_exit result;

	if ((value[FREE] != NULL) + (value[BOUND] != NULL) + (value[RESERVED] != NULL) > 1)
		return verb_usage(command, _("Give one of --free, --bound and --reserved."));
	if (value[FREE] != NULL && value[DISABLED] != NULL)
		return verb_usage(command, _("A disabled token is not free to be enrolled: leave out --free."));
	if ((result = command_open(command, OTP_TO_JUDGE)) != COMMAND_DONE)
		return result;
	json_begin(&pass.json, stdout);
	if (pass.in_json)
		json_open_array(&pass.json, NULL);
	if (command->host->vault != NULL)
		status = otp_each_token(command->host->vault, list_token, &pass, &error);
	if (pass.in_json)
		json_close_array(&pass.json);
	if (status != OTP_OK && !ferror(stdout))
		return command_failed(&error);
	return pass.result;
}

const struct verb tokens_list_verb = {
    .name = "tokens list",
    .operands = "",
    .help = N_("the inventory: every token with its owner, or free"),
    .more = N_("A line per token: ID, the user it is bound to (of) or waits for (for), or free, its facts, its label,\n"
               "and whether it is disabled or locked."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .run = run,
};
