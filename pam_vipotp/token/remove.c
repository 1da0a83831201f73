/* SPDX-License-Identifier: BSD-2-Clause */
#include "language/language.h"
#include "terminal/terminal.h"
#include "terminal/text.h"
#include "token.h"
#include "verbs.h"

#include <stdio.h>

enum { YES };
enum { ANSWER_MAX = 16, QUESTION_MAX = 256 };

static const struct verb_option options[] = {
    [YES] = {"yes", NULL, N_("do not ask")},
};

static bool confirmed(const struct command *command, const struct otp_token_id *id)
{
	char question[QUESTION_MAX], answer[ANSWER_MAX], grouped[OTP_TOKEN_ID_GROUPED_LEN + 1];

	if (command->value[YES] != NULL)
		return true;
	otp_token_id_group(id, grouped);
	(void)snprintf(
	    question, sizeof question,
	    _("Remove token %s? Nothing brings it back, and where it is enrolled it must be released. [y/N] "),
	    grouped);
	return terminal_ask(question, answer, sizeof answer) == ANSWER_GIVEN && text_is_yes(answer);
}

/* The question is asked without the lock: an answer may take its time. */
static enum command_exit remove_token(const struct wallet *wallet, const struct otp_token_id *id)
{
	struct otp_error error = {.status = OTP_OK};
	struct held held;
	enum otp_status status = held_open(wallet, id, HELD_TO_CHANGE, &held, &error);

	if (status == OTP_OK) {
		status = held_remove(wallet, &held, &error);
		held_close(&held);
	}
	if (status != OTP_OK)
		return token_failed(&error);
	(void)printf(_("Token %s is removed.\n"), id->text);
	return COMMAND_DONE;
}

static enum command_exit run(struct command *command)
{
	struct otp_token_id id;
	struct wallet wallet;
	struct held held;
	enum command_exit result = token_open(command, HELD_TO_READ, &wallet, &held);

	if (result != COMMAND_DONE)
		return result;
	id = held.token.seed.id;
	held_close(&held);
	if (confirmed(command, &id)) {
		result = remove_token(&wallet, &id);
	} else {
		terminal_error(_("Nothing was removed."));
		result = COMMAND_REFUSED;
	}
	wallet_close(&wallet);
	return result;
}

const struct verb remove_verb = {
    .name = "remove",
    .operands = "TOKEN",
    .help = N_("remove a token for good"),
    .more = N_("Answer, unless --yes is given: y."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .least = 1,
    .most = 1,
    .run = run,
};
