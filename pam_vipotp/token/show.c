/* SPDX-License-Identifier: BSD-2-Clause */
#include "language/language.h"
#include "terminal/text.h"
#include "token.h"
#include "verb/process.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>

enum { CODE };

static const struct verb_option options[] = {
    [CODE] = {"code", NULL, N_("the code alone, for scripts")},
};

enum { TITLE_COLUMNS = 20 };

static void print_line(const char *title, const char *value)
{
	text_column(stdout, title, TITLE_COLUMNS);
	(void)printf("%s\n", value);
}

static void print_id(const struct otp_token_id *id)
{
	char grouped[OTP_TOKEN_ID_GROUPED_LEN + 1];

	otp_token_id_group(id, grouped);
	print_line(_("Token ID:"), grouped);
}

static void print(const struct soft_token *token, const char *code, int64_t now)
{
	char left[SOFT_TOKEN_LEFT_MAX];

	soft_token_left_text(soft_token_left(token, now), left);
	print_id(&token->seed.id);
	print_line(_("Security code:"), code);
	print_line(_("Changes in:"), left);
}

/* Never an event token's code: to look at one is to use it up, which is what "next" is for. */
static enum command_exit show_event(const struct command *command, const struct soft_token *token)
{
	if (command->value[CODE] != NULL)
		return verb_usage(command, _("%s is an event token: take its next code with \"vipotp-token next\"."),
		                  token->seed.id.text);
	print_id(&token->seed.id);
	print_line(_("Security code:"), _("take the next one with \"vipotp-token next\""));
	return COMMAND_DONE;
}

static enum command_exit show_time(const struct command *command, const struct soft_token *token)
{
	struct otp_error error = {.status = OTP_OK};
	char code[SOFT_TOKEN_CODE_LEN + 1];
	int64_t now = process_now();

	error.status = soft_token_code(&token->seed, soft_token_step(token, now), code);
	if (error.status != OTP_OK)
		return token_failed(&error);
	if (command->value[CODE] != NULL)
		(void)printf("%s\n", code);
	else
		print(token, code, now);
	explicit_bzero(code, sizeof code);
	return COMMAND_DONE;
}

static enum command_exit run(struct command *command)
{
	struct wallet wallet;
	struct held held;
	enum command_exit result = token_open(command, HELD_TO_READ, &wallet, &held);

	if (result != COMMAND_DONE)
		return result;
	if (held.token.seed.kind == OTP_EVENT)
		result = show_event(command, &held.token);
	else
		result = show_time(command, &held.token);
	held_close(&held);
	wallet_close(&wallet);
	return result;
}

const struct verb show_verb = {
    .name = "show",
    .operands = "[TOKEN]",
    .help = N_("a token's ID and, of a time token, its code"),
    .more = N_("TOKEN is an ID or a label; not needed where there is one token only."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .most = 1,
    .run = run,
};
