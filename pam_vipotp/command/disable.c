/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit.h"
#include "change.h"
#include "consent.h"
#include "language/language.h"
#include "verbs.h"

#include <stdio.h>

/* A token that is lost, stolen or broken, and one that was found again (product §4.2). */

enum { TOKEN, REASON, YES };

static const struct verb_option disable_options[] = {
    [TOKEN] = {"token", "ID", N_("this token alone; without USER also one of the inventory")},
    [REASON] = {"reason", "TEXT", N_("why, such as lost or stolen; is kept with the token")},
    [YES] = {"yes", NULL, N_("do not ask")},
};

static const struct verb_option enable_options[] = {
    [TOKEN] = {"token", "ID", N_("this token alone; without USER also one of the inventory")},
    [REASON] = {"reason", "TEXT", N_("why, for the log")},
    [YES] = {"yes", NULL, N_("do not ask")},
};

static enum command_exit find(struct command *command, const char *event, size_t reason_max, struct target *target)
{
	const char *token = command->value[TOKEN];
	enum command_exit result = target_begin(command, event, command->value[REASON], reason_max, target);

	if (result == COMMAND_DONE && command->operands == 0 && token == NULL)
		return verb_usage(command, _("Name a user, or a token with --token."));
	if (result == COMMAND_DONE && token != NULL)
		result = target_read_id(target, token);
	if (result != COMMAND_DONE)
		return result;
	return command->operands > 0 ? target_find_user(target, command->operand[0]) : target_find_token(target, false);
}

static bool disable_meant(const struct target *target)
{
	const char *yes = target->command->value[YES], *user = target->account.name;

	if (target->token == NULL)
		return consent_given(yes, _("Disable all tokens of %s? [y/N] "), user);
	if (*user == '\0')
		return consent_given(yes, _("Disable token %s of the inventory? [y/N] "), target->grouped);
	return consent_given(yes, _("Disable token %s of %s? [y/N] "), target->grouped, user);
}

static enum command_exit run_disable(struct command *command)
{
	const char *reason = command->value[REASON];
	struct target target;
	enum command_exit result;

	if (reason == NULL || *reason == '\0')
		return verb_usage(command, _("--reason is missing: say why, such as lost or stolen."));
	if ((result = find(command, "disable", OTP_TEXT_MAX, &target)) != COMMAND_DONE)
		return result;
	if (!disable_meant(&target))
		return COMMAND_REFUSED;
	if ((result = change_state(&target, OTP_DISABLE, reason)) != COMMAND_DONE)
		return result;
	if (target.account.name[0] == '\0')
		(void)printf(_("Token %s is disabled; nobody can enrol it.\n"), target.grouped);
	else if (target.changed == 1)
		(void)printf(_("1 token of %s is disabled. \"vipotp tempcode %s\" makes a code for the time without "
		               "it.\n"),
		             target.account.name, target.account.name);
	else
		(void)printf(_("%zu tokens of %s are disabled. \"vipotp tempcode %s\" makes a code for the time "
		               "without them.\n"),
		             target.changed, target.account.name, target.account.name);
	return COMMAND_DONE;
}

static bool enable_meant(const struct target *target)
{
	const char *yes = target->command->value[YES], *user = target->account.name;

	if (target->token == NULL)
		return consent_given(yes, _("Enable all disabled tokens of %s? [y/N] "), user);
	if (*user == '\0')
		return consent_given(yes, _("Enable token %s of the inventory? [y/N] "), target->grouped);
	return consent_given(yes, _("Enable token %s of %s? [y/N] "), target->grouped, user);
}

static enum command_exit run_enable(struct command *command)
{
	struct target target;
	enum command_exit result = find(command, "enable", AUDIT_REASON_MAX, &target);

	if (result != COMMAND_DONE)
		return result;
	if (!enable_meant(&target))
		return COMMAND_REFUSED;
	if ((result = change_state(&target, OTP_ENABLE, NULL)) != COMMAND_DONE)
		return result;
	if (target.account.name[0] == '\0')
		(void)printf(_("Token %s is enabled. It is in the inventory and can be enrolled.\n"), target.grouped);
	else if (target.changed == 1)
		(void)printf(_("1 token of %s is enabled.\n"), target.account.name);
	else
		(void)printf(_("%zu tokens of %s are enabled.\n"), target.changed, target.account.name);
	return COMMAND_DONE;
}

const struct verb disable_verb = {
    .name = "disable",
    .operands = "[USER]",
    .help = N_("refuse the codes of tokens that are lost, stolen or broken"),
    .more = N_("Name a user, a token with --token, or both. Answer, unless --yes is given: y. Recovery and temporary\n"
               "codes of the user still work."),
    .options = disable_options,
    .n_options = sizeof disable_options / sizeof *disable_options,
    .most = 1,
    .run = run_disable,
};

const struct verb enable_verb = {
    .name = "enable",
    .operands = "[USER]",
    .help = N_("accept the codes of disabled tokens again"),
    .more = N_("Name a user, a token with --token, or both. Answer, unless --yes is given: y."),
    .options = enable_options,
    .n_options = sizeof enable_options / sizeof *enable_options,
    .most = 1,
    .run = run_enable,
};
