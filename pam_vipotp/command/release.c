/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit.h"
#include "consent.h"
#include "language/language.h"
#include "target.h"
#include "verbs.h"

#include <stdio.h>

/* Unbind a user's token, so that another can be enrolled (product §3, the service administrator's part). */

enum { TOKEN, REASON, YES };

static const struct verb_option options[] = {
    [TOKEN] = {"token", "ID", N_("this token alone, not all of the user's")},
    [REASON] = {"reason", "TEXT", N_("why, for the log")},
    [YES] = {"yes", NULL, N_("do not ask")},
};

static enum command_exit release(struct target *target)
{
	const char *user = target->account.name;
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status =
	    otp_release(target->command->host->vault, user, target->token, &target->changed, &error);

	if (status == OTP_E_NOT_FOUND)
		return account_unenrolled(&target->account);
	if (status != OTP_OK)
		return target_failed(target, &error);
	target_record(target, "released", "0000");
	if (target->changed == 1)
		(void)printf(_("1 token of %s is released. It is in the inventory and can be enrolled again.\n"), user);
	else
		(void)printf(_("%zu tokens of %s are released. They are in the inventory and can be enrolled again.\n"),
		             target->changed, user);
	return COMMAND_DONE;
}

static enum command_exit run(struct command *command)
{
	const char *const *value = command->value;
	struct target target;
	enum command_exit result = target_begin(command, "release", value[REASON], AUDIT_REASON_MAX, &target);

	if (result == COMMAND_DONE && value[TOKEN] != NULL)
		result = target_read_id(&target, value[TOKEN]);
	if (result != COMMAND_DONE || (result = target_find_user(&target, command->operand[0])) != COMMAND_DONE)
		return result;
	if (target.token == NULL
	        ? !consent_given(value[YES], _("Release all tokens from %s? [y/N] "), target.account.name)
	        : !consent_given(value[YES], _("Release token %s from %s? [y/N] "), target.grouped,
	                         target.account.name))
		return COMMAND_REFUSED;
	return release(&target);
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
