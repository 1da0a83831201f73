/* SPDX-License-Identifier: BSD-2-Clause */
#include "account.h"
#include "audit.h"
#include "language/language.h"
#include "verb/facts.h"
#include "verbs.h"

#include <stdio.h>

/* Lift a user's lock and wait (product §5.6). */

enum { REASON };

static const struct verb_option options[] = {
    [REASON] = {"reason", "TEXT", N_("why, for the log")},
};

static enum command_exit run(struct command *command)
{
	const char *reason = command->value[REASON];
	struct account account;
	struct audit audit;
	struct otp_error error = {.status = OTP_OK};
	bool was_locked = false;
	enum otp_status status;
	enum command_exit result;

	if (reason != NULL && (result = facts_check_text(command, "reason", reason, AUDIT_REASON_MAX)) != COMMAND_DONE)
		return result;
	if ((result = account_find(command->operand[0], &account)) != COMMAND_DONE ||
	    (result = command_open(command, OTP_TO_JUDGE)) != COMMAND_DONE)
		return result;
	if (command->host->vault == NULL)
		return account_unenrolled(&account);
	status = otp_unlock(command->host->vault, account.name, &was_locked, &error);
	if (status == OTP_E_NOT_FOUND)
		return account_unenrolled(&account);
	audit_begin(&audit, "unlock");
	audit_add(&audit, "user", account.name);
	audit_add(&audit, "verdict", status != OTP_OK ? "error" : was_locked ? "unlocked" : "cleared");
	audit_add(&audit, "reason", reason);
	audit_send(&audit);
	if (status != OTP_OK)
		return command_failed(&error);
	if (was_locked)
		(void)printf(_("%s is unlocked; the failures counted so far are cleared.\n"), account.name);
	else
		(void)printf(_("%s was not locked; the failures counted so far are cleared.\n"), account.name);
	return COMMAND_DONE;
}

const struct verb unlock_verb = {
    .name = "unlock",
    .operands = "USER",
    .help = N_("lift the lock and the wait that failures brought upon a user"),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .least = 1,
    .most = 1,
    .run = run,
};
