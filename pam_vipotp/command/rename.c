/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit.h"
#include "consent.h"
#include "language/language.h"
#include "target.h"
#include "terminal/terminal.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>

/* Follow an account that has another name now, with the same uid. */

enum { REASON, YES };

static const struct verb_option options[] = {
    [REASON] = {"reason", "TEXT", N_("why, for the log")},
    [YES] = {"yes", NULL, N_("do not ask")},
};

static void record(const struct target *target, const struct account *to, const char *verdict, const char *code)
{
	struct audit audit;

	audit_begin(&audit, target->event);
	audit_add(&audit, "user", target->account.name);
	audit_add(&audit, "to", to->name);
	audit_add(&audit, "verdict", verdict);
	audit_add(&audit, "error", code);
	audit_add(&audit, "reason", target->reason);
	audit_send(&audit);
}

/* Say why not. */
static enum command_exit refuse(const struct target *target, const struct account *to, const struct otp_error *error)
{
	const char *from = target->account.name;

	switch (error->status) {
	case OTP_E_NOT_FOUND:
		record(target, to, "refused", "6008");
		terminal_error(_("%s has no token here (error 6008), so there is nothing to rename."), from);
		return COMMAND_NOT_FOUND;
	case OTP_E_EXISTS:
		record(target, to, "exists", NULL);
		terminal_error(_("%s has tokens already. Release those first, with \"vipotp release %s\"."), to->name,
		               to->name);
		return COMMAND_EXISTS;
	case OTP_E_FOREIGN:
		record(target, to, "foreign", NULL);
		terminal_error(_("%s was enrolled with another uid than that of %s, which is %u: it is not the same "
		                 "account."),
		               from, to->name, to->uid);
		return COMMAND_UNAVAILABLE;
	default:
		record(target, to, "error", NULL);
		return command_failed(error);
	}
}

static enum command_exit run(struct command *command)
{
	struct target target;
	struct account to;
	struct otp_error error = {.status = OTP_E_NOT_FOUND};
	enum command_exit result = target_begin(command, "rename", command->value[REASON], AUDIT_REASON_MAX, &target);

	if (result != COMMAND_DONE || (result = account_find(command->operand[0], &target.account)) != COMMAND_DONE ||
	    (result = account_require(command->operand[1], &to)) != COMMAND_DONE)
		return result;
	if (strcmp(target.account.name, to.name) == 0)
		return verb_usage(command, _("\"%s\" is the old name and the new one."), to.name);
	if ((result = command_open(command, OTP_TO_JUDGE)) != COMMAND_DONE)
		return result;
	if (command->host->vault == NULL)
		return refuse(&target, &to, &error);
	if (!consent_given(command->value[YES], _("Give everything of %s to %s? [y/N] "), target.account.name, to.name))
		return COMMAND_REFUSED;
	if (otp_rename(command->host->vault, target.account.name, to.name, to.uid, &error) != OTP_OK)
		return refuse(&target, &to, &error);
	record(&target, &to, "renamed", "0000");
	(void)printf(_("Everything of %s is %s's now: tokens, recovery codes and failures.\n"), target.account.name,
	             to.name);
	return COMMAND_DONE;
}

const struct verb rename_verb = {
    .name = "rename",
    .operands = "OLD NEW",
    .help = N_("follow an account that has another name now"),
    .more = N_("Answer, unless --yes is given: y. The account NEW must exist, with the uid that OLD had."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .least = 2,
    .most = 2,
    .run = run,
};
