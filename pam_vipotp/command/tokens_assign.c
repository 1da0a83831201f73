/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit.h"
#include "consent.h"
#include "language/language.h"
#include "target.h"
#include "verbs.h"

#include <stdio.h>

/* Keep a token of the inventory for one user, who enrols it himself at a login (product §6.4). */

enum { NOBODY, REASON, YES };

static const struct verb_option options[] = {
    [NOBODY] = {"nobody", NULL, N_("for nobody any more: anybody may enrol it")},
    [REASON] = {"reason", "TEXT", N_("why, for the log")},
    [YES] = {"yes", NULL, N_("do not ask")},
};

static bool meant(const struct target *target, const char *user)
{
	const char *yes = target->command->value[YES];

	if (*user == '\0')
		return consent_given(yes, _("Reserve token %s for nobody? [y/N] "), target->grouped);
	if (target->stocked.reserved[0] != '\0')
		return consent_given(yes, _("Reserve token %s for %s, no longer for %s? [y/N] "), target->grouped, user,
		                     target->stocked.reserved);
	return consent_given(yes, _("Reserve token %s for %s? [y/N] "), target->grouped, user);
}

static enum command_exit assign(struct target *target)
{
	const char *user = target->account.name;
	struct otp_error error = {.status = OTP_OK};

	if (!meant(target, user))
		return COMMAND_REFUSED;
	if (otp_token_assign(target->command->host->vault, target->token, user, &error) != OTP_OK)
		return target_failed(target, &error);
	target_record(target, *user != '\0' ? "reserved" : "freed", "0000");
	if (*user != '\0')
		(void)printf(_("Token %s is reserved for %s.\n"), target->grouped, user);
	else
		(void)printf(_("Token %s is reserved for nobody.\n"), target->grouped);
	return COMMAND_DONE;
}

static enum command_exit run(struct command *command)
{
	const char *const *value = command->value;
	struct account account = {.name = ""};
	struct target target;
	enum command_exit result;

	if ((command->operands == 2) == (value[NOBODY] != NULL))
		return verb_usage(command, _("Name either a user or --nobody."));
	if ((result = target_begin(command, "tokens-assign", value[REASON], AUDIT_REASON_MAX, &target)) !=
	        COMMAND_DONE ||
	    (result = target_read_id(&target, command->operand[0])) != COMMAND_DONE)
		return result;
	if (command->operands == 2 && (result = account_require(command->operand[1], &account)) != COMMAND_DONE)
		return result;
	if ((result = target_find_token(&target, false)) != COMMAND_DONE)
		return result;
	if (target.stocked.owner[0] != '\0')
		return target_refuse_bound(&target);
	target.account = account;
	return assign(&target);
}

const struct verb tokens_assign_verb = {
    .name = "tokens assign",
    .operands = "ID [USER]",
    .help = N_("reserve a token of the inventory for a user"),
    .more = N_("Answer, unless --yes is given: y. Then nobody else can enrol it."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .least = 1,
    .most = 2,
    .run = run,
};
