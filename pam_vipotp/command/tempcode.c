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
#include <string.h>

/* A code for somebody whose token is not at hand (product §5.7). */

enum { FOR, REUSABLE, CANCEL, REASON, YES, JSON };

static const struct verb_option options[] = {
    [FOR] = {"for", "TIME", N_("how long it can be used: 30m, 12h or 2d, at most 30d (1d)")},
    [REUSABLE] = {"reusable", NULL, N_("for any number of logins, not for one")},
    [CANCEL] = {"cancel", NULL, N_("end the code that is in force")},
    [REASON] = {"reason", "TEXT", N_("why, for the log")},
    [YES] = {"yes", NULL, N_("do not ask")},
    [JSON] = {"json", NULL, N_("one JSON object")},
};

/* COMMAND_USAGE, said and logged. */
static enum command_exit check_duration(const struct target *target, int64_t seconds)
{
	if (seconds > 0 && seconds <= (int64_t)OTP_TEMPORARY_DAYS_MAX * DURATION_DAY)
		return COMMAND_DONE;
	target_record(target, "refused", "4953");
	return verb_usage(target->command, _("A temporary code lives from 1 minute to %d days (error 4953)."),
	                  OTP_TEMPORARY_DAYS_MAX);
}

static enum command_exit cancel(const struct target *target)
{
	const char *user = target->account.name;
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status;

	if (!consent_given(target->command->value[YES], _("End the temporary code of %s? [y/N] "), user))
		return COMMAND_REFUSED;
	status = otp_codes_end(target->command->host->vault, user, process_now(), &error);
	if (status == OTP_E_STATE) {
		terminal_error(_("%s has no temporary code."), user);
		target_record(target, "refused", NULL);
		return COMMAND_NOT_FOUND;
	}
	if (status != OTP_OK)
		return target_failed(target, &error);
	target_record(target, "cancelled", "0000");
	(void)printf(_("The temporary code of %s is not accepted any more.\n"), user);
	return COMMAND_DONE;
}

static bool meant(const struct target *target, int64_t expires, bool once)
{
	const char *yes = target->command->value[YES], *user = target->account.name;
	char when[SHOW_TIME_MAX];

	show_time(expires, when);
	if (target->user.temporary_until != 0)
		return consent_given(yes, _("Replace the temporary code of %s by one until %s? [y/N] "), user, when);
	if (once)
		return consent_given(yes, _("Make a code for one login of %s until %s? [y/N] "), user, when);
	return consent_given(yes, _("Make a code for every login of %s until %s? [y/N] "), user, when);
}

static void print(const struct target *target, int64_t expires, bool once, const struct otp_spare_code *code)
{
	const char *user = target->account.name;
	char when[SHOW_TIME_MAX];
	struct json json;

	if (target->command->value[JSON] != NULL) {
		json_begin(&json, stdout);
		json_open_object(&json, NULL);
		json_string(&json, "user", user);
		json_string(&json, "code", code->text);
		show_json_time(&json, "until", expires);
		json_boolean(&json, "reusable", !once);
		json_close_object(&json);
		return;
	}
	show_time(expires, when);
	if (once)
		(void)printf(_("Temporary code of %s, for one login until %s:\n"), user, when);
	else
		(void)printf(_("Temporary code of %s, for every login until %s:\n"), user, when);
	(void)printf("  %.4s %s\n", code->text, code->text + 4);
}

static enum command_exit lend(const struct target *target, int64_t seconds)
{
	bool once = target->command->value[REUSABLE] == NULL;
	int64_t expires = process_now() / 1000 + seconds;
	struct otp_spare_code code;
	struct otp_error error = {.status = OTP_OK};
	enum command_exit result;
	enum otp_status status;

	if (!meant(target, expires, once))
		return COMMAND_REFUSED;
	expires = process_now() / 1000 + seconds; /* the question may have stood for a while */
	status = otp_codes_lend(target->command->host->vault, target->account.name, expires, once, &code, &error);
	if (status == OTP_E_STATE) {
		terminal_error(_("A token of %s is locked (error 4990), so no temporary code would be accepted. Unlock "
		                 "or disable it first."),
		               target->account.name);
		target_record(target, "refused", "4990");
		return COMMAND_EXISTS;
	}
	if (status != OTP_OK)
		return target_failed(target, &error);
	target_record(target, once ? "made" : "made-reusable", "0000");
	print(target, expires, once, &code);
	explicit_bzero(&code, sizeof code);
	if ((result = process_flush()) != COMMAND_DONE)
		terminal_error(_("The code was made, but not shown. Make another one."));
	return result;
}

static enum command_exit run(struct command *command)
{
	const char *const *value = command->value;
	struct target target;
	int64_t seconds = DURATION_DAY;
	enum command_exit result;

	if (value[CANCEL] != NULL && (value[FOR] != NULL || value[REUSABLE] != NULL || value[JSON] != NULL))
		return verb_usage(command, _("--cancel goes with --reason and --yes only."));
	if (value[FOR] != NULL && !duration_read(value[FOR], &seconds))
		return verb_usage(command, _("--for must be such as 30m, 12h or 2d, not \"%s\"."), value[FOR]);
	if ((result = target_begin(command, "tempcode", value[REASON], AUDIT_REASON_MAX, &target)) != COMMAND_DONE ||
	    (result = target_find_user(&target, command->operand[0])) != COMMAND_DONE ||
	    (result = check_duration(&target, seconds)) != COMMAND_DONE)
		return result;
	return value[CANCEL] != NULL ? cancel(&target) : lend(&target, seconds);
}

const struct verb tempcode_verb = {
    .name = "tempcode",
    .operands = "USER",
    .help = N_("make a code for a user whose token is not at hand"),
    .more =
	N_("Answer, unless --yes is given: y. The code is shown once. It dies when the user's token is used again."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .least = 1,
    .most = 1,
    .run = run,
};
