/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit.h"
#include "consent.h"
#include "duration.h"
#include "language/language.h"
#include "show.h"
#include "target.h"
#include "terminal/terminal.h"
#include "verb/process.h"
#include "verbs.h"

#include <stdio.h>

/* Let a user make himself a token at his next login (product §6.4). */

enum { FOR, CANCEL, REASON, YES };
enum { DAYS = 7, DAYS_MAX = 365 };

static const struct verb_option options[] = {
    [FOR] = {"for", "TIME", N_("how long it can be used: 30m, 12h or 2d, at most 365d (7d)")},
    [CANCEL] = {"cancel", NULL, N_("take the invitation back")},
    [REASON] = {"reason", "TEXT", N_("why, for the log")},
    [YES] = {"yes", NULL, N_("do not ask")},
};

/* How long, s. COMMAND_USAGE, said. */
static enum command_exit read_duration(const struct command *command, int64_t *seconds)
{
	const char *text = command->value[FOR];

	*seconds = DAYS * DURATION_DAY;
	if (text != NULL && !duration_read(text, seconds))
		return verb_usage(command, _("--for must be such as 30m, 12h or 2d, not \"%s\"."), text);
	if (*seconds > 0 && *seconds <= (int64_t)DAYS_MAX * DURATION_DAY)
		return COMMAND_DONE;
	return verb_usage(command, _("An invitation lives from 1 minute to %d days."), DAYS_MAX);
}

static enum command_exit not_invited(const struct target *target)
{
	terminal_error(_("%s is not invited."), target->account.name);
	target_record(target, "refused", NULL);
	return COMMAND_NOT_FOUND;
}

static enum command_exit cancel(const struct target *target)
{
	struct otp_vault *vault = target->command->host->vault;
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status;

	if (vault == NULL)
		return not_invited(target);
	if (!consent_given(target->command->value[YES], _("Take the invitation of %s back? [y/N] "),
	                   target->account.name))
		return COMMAND_REFUSED;
	status = otp_uninvite(vault, target->account.name, &error);
	if (status == OTP_E_NOT_FOUND)
		return not_invited(target);
	if (status != OTP_OK)
		return target_failed(target, &error);
	target_record(target, "cancelled", "0000");
	(void)printf(_("The invitation of %s is taken back.\n"), target->account.name);
	return COMMAND_DONE;
}

static enum command_exit refuse_enrolled(const struct target *target)
{
	terminal_error(_("%s is enrolled already; an invitation is for a user without a token."), target->account.name);
	target_record(target, "exists", NULL);
	return COMMAND_EXISTS;
}

/* The vault is open to inspect; the store may not be there yet, and is made only when the question is answered. */
static bool is_enrolled(const struct target *target, struct otp_error *error)
{
	struct otp_vault *vault = target->command->host->vault;
	bool enrolled = false;

	error->status = vault == NULL ? OTP_OK : otp_login_enrolled(vault, target->account.name, &enrolled, error);
	return enrolled;
}

static enum command_exit invite(struct target *target, int64_t seconds)
{
	const char *user = target->account.name;
	int64_t expires = process_now() / 1000 + seconds;
	char when[SHOW_TIME_MAX];
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status;
	enum command_exit result;

	if (is_enrolled(target, &error))
		return refuse_enrolled(target);
	if (error.status != OTP_OK)
		return target_failed(target, &error);
	show_time(expires, when);
	if (!consent_given(target->command->value[YES], _("Let %s make a token of his own until %s? [y/N] "), user,
	                   when))
		return COMMAND_REFUSED;
	otp_vault_close(&target->command->host->vault);
	if ((result = command_open(target->command, OTP_TO_ADMINISTER)) != COMMAND_DONE)
		return result;
	expires = process_now() / 1000 + seconds; /* the question may have stood for a while */
	show_time(expires, when);
	status = otp_invite(target->command->host->vault, user, target->account.uid, expires, &error);
	if (status == OTP_E_EXISTS)
		return refuse_enrolled(target);
	if (status != OTP_OK)
		return target_failed(target, &error);
	target_record(target, "invited", "0000");
	(void)printf(_("%s is invited until %s.\n"), user, when);
	return COMMAND_DONE;
}

static enum command_exit run(struct command *command)
{
	const char *const *value = command->value;
	struct target target;
	int64_t seconds;
	enum command_exit result;

	if (value[CANCEL] != NULL && value[FOR] != NULL)
		return verb_usage(command, _("--cancel goes with --reason and --yes only."));
	if ((result = read_duration(command, &seconds)) != COMMAND_DONE ||
	    (result = target_begin(command, "invite", value[REASON], AUDIT_REASON_MAX, &target)) != COMMAND_DONE)
		return result;
	/* An account that is gone can still be uninvited. */
	result = value[CANCEL] != NULL ? account_find(command->operand[0], &target.account)
	                               : account_require(command->operand[0], &target.account);
	if (result != COMMAND_DONE || (result = command_open(command, OTP_TO_INSPECT)) != COMMAND_DONE)
		return result;
	return value[CANCEL] != NULL ? cancel(&target) : invite(&target, seconds);
}

const struct verb invite_verb = {
    .name = "invite",
    .operands = "USER",
    .help = N_("let a user who has no token make one of his own, once"),
    .more = N_("Answer, unless --yes is given: y."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .least = 1,
    .most = 1,
    .run = run,
};
