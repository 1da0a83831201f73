/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit.h"
#include "consent.h"
#include "language/language.h"
#include "target.h"
#include "terminal/progress.h"
#include "terminal/terminal.h"
#include "verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* End remembered logins, so that the next ones ask for a code (product §6.6). */

enum { ALL, REASON, YES };

static const struct verb_option options[] = {
    [ALL] = {"all", NULL, N_("of every user; takes the place of USER")},
    [REASON] = {"reason", "TEXT", N_("why, for the log")},
    [YES] = {"yes", NULL, N_("do not ask")},
};

static enum command_exit forget_user(struct target *target)
{
	const char *user = target->account.name;
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status;

	if (!consent_given(target->command->value[YES], _("Forget the remembered logins of %s? [y/N] "), user))
		return COMMAND_REFUSED;
	status = otp_forget(target->command->host->vault, SETTINGS_RUN_DIR, user, &error);
	if (status == OTP_E_NOT_FOUND)
		return account_unenrolled(&target->account);
	if (status != OTP_OK)
		return target_failed(target, &error);
	target_record(target, "forgotten", "0000");
	(void)printf(_("No login of %s is remembered any more: the next one asks for a code.\n"), user);
	return COMMAND_DONE;
}

/* ---- every user ---------------------------------------------------------------------------------------------- */

/*
 * Names, each with its NUL, one after another: all of them before the first is touched, since a directory that changes
 * while it is listed may show a name twice.
 */
struct names {
	char *text;
	size_t len, room, n;
};

static enum otp_status collect(void *arg, const char *name)
{
	struct names *names = arg;
	size_t len = strlen(name) + 1;

	if (names->len + len > names->room) {
		size_t room = 2 * names->room + len;
		char *text = realloc(names->text, room);

		if (text == NULL)
			return OTP_E_NOMEM;
		names->text = text;
		names->room = room;
	}
	memcpy(names->text + names->len, name, len);
	names->len += len;
	names->n++;
	return OTP_OK;
}

/* One who is released meanwhile is none any more. Another one's failure must not keep the rest remembered. */
static size_t forget_each(struct target *target, const struct names *names, enum command_exit *result)
{
	struct progress progress;
	const char *user = names->text;
	size_t forgotten = 0;

	progress_begin(&progress, _("Forgetting"), names->n);
	for (size_t i = 0; i < names->n; i++, user += strlen(user) + 1) {
		struct otp_error error = {.status = OTP_OK};
		enum otp_status status = otp_forget(target->command->host->vault, SETTINGS_RUN_DIR, user, &error);

		if (status == OTP_OK) {
			forgotten++;
		} else if (status != OTP_E_NOT_FOUND) {
			progress_hide(&progress);
			(void)snprintf(target->account.name, sizeof target->account.name, "%s", user);
			*result = target_failed(target, &error);
			target->account.name[0] = '\0';
		}
		progress_at(&progress, i + 1);
	}
	progress_hide(&progress);
	return forgotten;
}

static void record_all(const struct target *target, size_t forgotten)
{
	struct audit audit;

	audit_begin(&audit, target->event);
	audit_add_number(&audit, "users", (int64_t)forgotten);
	audit_add(&audit, "verdict", "forgotten");
	audit_add(&audit, "error", "0000");
	audit_add(&audit, "reason", target->reason);
	audit_send(&audit);
}

static enum command_exit forget_all(struct target *target)
{
	struct otp_vault *vault = target->command->host->vault;
	struct names names = {.text = NULL};
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status = OTP_OK;
	enum command_exit result = COMMAND_DONE;
	size_t forgotten;

	if (!consent_given(target->command->value[YES], _("Forget the remembered logins of all users? [y/N] ")))
		return COMMAND_REFUSED;
	if (vault != NULL && (status = otp_each_user(vault, collect, &names, &error)) != OTP_OK) {
		error.status = status;
		result = target_failed(target, &error);
		goto out;
	}
	forgotten = forget_each(target, &names, &result);
	record_all(target, forgotten);
	if (result == COMMAND_DONE)
		(void)printf(_("No login is remembered any more: the next one of every user asks for a code.\n"));
out:
	free(names.text);
	return result;
}

static enum command_exit run(struct command *command)
{
	const char *const *value = command->value;
	struct target target;
	enum command_exit result = target_begin(command, "forget", value[REASON], AUDIT_REASON_MAX, &target);

	if (result != COMMAND_DONE)
		return result;
	if ((command->operands == 0) == (value[ALL] == NULL))
		return verb_usage(command, _("Name a user, or all with --all."));
	if (value[ALL] == NULL) {
		result = target_find_user(&target, command->operand[0]);
		return result == COMMAND_DONE ? forget_user(&target) : result;
	}
	result = command_open(command, OTP_TO_JUDGE);
	return result == COMMAND_DONE ? forget_all(&target) : result;
}

const struct verb forget_verb = {
    .name = "forget",
    .operands = "[USER]",
    .help = N_("end remembered logins, so that the next ones ask for a code"),
    .more = N_("Name a user, or all with --all. Answer, unless --yes is given: y. Logins are remembered where the\n"
               "setting `remember` says so."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .most = 1,
    .run = run,
};
