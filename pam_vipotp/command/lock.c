/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit.h"
#include "change.h"
#include "consent.h"
#include "language/language.h"
#include "verbs.h"

#include <stdio.h>

/* Stop a user's tokens while something is looked into, and let them work again (product §4.2, §5.6). */

enum { TOKEN, REASON, YES };

static const struct verb_option lock_options[] = {
    [TOKEN] = {"token", "ID", N_("this token alone, not all of the user's")},
    [REASON] = {"reason", "TEXT", N_("why, for the log")},
    [YES] = {"yes", NULL, N_("do not ask")},
};

static const struct verb_option unlock_options[] = {
    [TOKEN] = {"token", "ID", N_("this token alone; the failures stay counted")},
    [REASON] = {"reason", "TEXT", N_("why, for the log")},
    [YES] = {"yes", NULL, N_("do not ask")},
};

static enum command_exit find(struct command *command, const char *event, struct target *target)
{
	const char *const *value = command->value;
	enum command_exit result = target_begin(command, event, value[REASON], AUDIT_REASON_MAX, target);

	if (result == COMMAND_DONE && value[TOKEN] != NULL)
		result = target_read_id(target, value[TOKEN]);
	return result == COMMAND_DONE ? target_find_user(target, command->operand[0]) : result;
}

static enum command_exit run_lock(struct command *command)
{
	const char *yes = command->value[YES];
	struct target target;
	enum command_exit result = find(command, "lock", &target);
	const char *user = target.account.name;

	if (result != COMMAND_DONE)
		return result;
	if (target.token == NULL ? !consent_given(yes, _("Lock all tokens of %s? [y/N] "), user)
	                         : !consent_given(yes, _("Lock token %s of %s? [y/N] "), target.grouped, user))
		return COMMAND_REFUSED;
	if ((result = change_state(&target, OTP_LOCK, NULL)) != COMMAND_DONE)
		return result;
	if (target.changed == 1)
		(void)printf(_("1 token of %s is locked, and no recovery or temporary code of %s is accepted, until "
		               "\"vipotp unlock %s\".\n"),
		             user, user, user);
	else
		(void)printf(
		    _("%zu tokens of %s are locked, and no recovery or temporary code of %s is accepted, until "
		      "\"vipotp unlock %s\".\n"),
		    target.changed, user, user, user);
	return COMMAND_DONE;
}

/* The user's failures are cleared, and every token of his that is locked is unlocked. */
static enum command_exit unlock_user(const struct target *target)
{
	const char *user = target->account.name;
	struct otp_error error = {.status = OTP_OK};
	bool was_locked = false;

	if (!consent_given(target->command->value[YES], _("Unlock %s and clear the failures counted so far? [y/N] "),
	                   user))
		return COMMAND_REFUSED;
	if (otp_unlock(target->command->host->vault, user, &was_locked, &error) != OTP_OK)
		return target_failed(target, &error);
	target_record(target, was_locked ? "unlocked" : "cleared", "0000");
	if (was_locked)
		(void)printf(_("%s is unlocked; the failures counted so far are cleared.\n"), user);
	else
		(void)printf(_("%s was not locked; the failures counted so far are cleared.\n"), user);
	return COMMAND_DONE;
}

static enum command_exit run_unlock(struct command *command)
{
	struct target target;
	enum command_exit result = find(command, "unlock", &target);

	if (result != COMMAND_DONE)
		return result;
	if (target.token == NULL)
		return unlock_user(&target);
	if (!consent_given(command->value[YES], _("Unlock token %s of %s? [y/N] "), target.grouped,
	                   target.account.name))
		return COMMAND_REFUSED;
	result = change_state(&target, OTP_UNLOCK, NULL);
	if (result == COMMAND_DONE)
		(void)printf(_("Token %s of %s is unlocked.\n"), target.grouped, target.account.name);
	return result;
}

const struct verb lock_verb = {
    .name = "lock",
    .operands = "USER",
    .help = N_("refuse the codes of a user's tokens until they are unlocked"),
    .more = N_("Answer, unless --yes is given: y. Recovery and temporary codes are refused as well."),
    .options = lock_options,
    .n_options = sizeof lock_options / sizeof *lock_options,
    .least = 1,
    .most = 1,
    .run = run_lock,
};

const struct verb unlock_verb = {
    .name = "unlock",
    .operands = "USER",
    .help = N_("lift a user's locks, and the wait that failures brought upon him"),
    .more = N_("Answer, unless --yes is given: y."),
    .options = unlock_options,
    .n_options = sizeof unlock_options / sizeof *unlock_options,
    .least = 1,
    .most = 1,
    .run = run_unlock,
};
