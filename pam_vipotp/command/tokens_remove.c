/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit.h"
#include "consent.h"
#include "language/language.h"
#include "target.h"
#include "verbs.h"

#include <stdio.h>

/* Forget a token for good. */

enum { REASON, YES };

static const struct verb_option options[] = {
    [REASON] = {"reason", "TEXT", N_("why, for the log")},
    [YES] = {"yes", NULL, N_("do not ask")},
};

static enum command_exit run(struct command *command)
{
	const char *const *value = command->value;
	struct target target;
	struct otp_error error = {.status = OTP_OK};
	enum command_exit result = target_begin(command, "tokens-remove", value[REASON], AUDIT_REASON_MAX, &target);

	if (result != COMMAND_DONE || (result = target_read_id(&target, command->operand[0])) != COMMAND_DONE ||
	    (result = target_find_token(&target, true)) != COMMAND_DONE)
		return result;
	if (target.stocked.owner[0] != '\0')
		return target_refuse_bound(&target);
	if (!consent_given(value[YES], _("Remove token %s and its key for good? [y/N] "), target.grouped))
		return COMMAND_REFUSED;
	if (otp_token_remove(command->host->vault, target.token, &error) != OTP_OK)
		return target_failed(&target, &error);
	target_record(&target, "removed", "0000");
	(void)printf(_("Token %s is removed.\n"), target.grouped);
	return COMMAND_DONE;
}

const struct verb tokens_remove_verb = {
    .name = "tokens remove",
    .operands = "ID",
    .help = N_("forget a token that is bound to nobody, its key with it"),
    .more = N_("Answer, unless --yes is given: y. A copy of the key, if there is none elsewhere, is lost."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .least = 1,
    .most = 1,
    .run = run,
};
