/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit.h"
#include "consent.h"
#include "language/language.h"
#include "show.h"
#include "target.h"
#include "terminal/terminal.h"
#include "verb/process.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>

/* Codes for the day on which the token is lost (product §5.7). */

enum { REASON, YES, JSON };

static const struct verb_option options[] = {
    [REASON] = {"reason", "TEXT", N_("why, for the log")},
    [YES] = {"yes", NULL, N_("do not ask whether the codes that are left shall die")},
    [JSON] = {"json", NULL, N_("one JSON object")},
};

static void print_json(const char *user, const struct otp_spare_code codes[OTP_RECOVERY_MAX])
{
	char grouped[OTP_RECOVERY_GROUPED_LEN + 1];
	struct json json;

	json_begin(&json, stdout);
	json_open_object(&json, NULL);
	json_string(&json, "user", user);
	json_open_array(&json, "codes");
	for (size_t i = 0; i < OTP_RECOVERY_MAX; i++) {
		otp_recovery_group(&codes[i], grouped);
		json_string(&json, NULL, grouped);
	}
	json_close_array(&json);
	json_close_object(&json);
	explicit_bzero(grouped, sizeof grouped);
}

static void print(const char *user, const struct otp_spare_code codes[OTP_RECOVERY_MAX])
{
	char grouped[OTP_RECOVERY_GROUPED_LEN + 1];

	(void)printf(_("Recovery codes of %s, each for one login without the token. They are shown this once:\n"),
	             user);
	for (size_t i = 0; i < OTP_RECOVERY_MAX; i++) {
		otp_recovery_group(&codes[i], grouped);
		(void)printf("  %s%s", grouped, i % 2 == 1 ? "\n" : "  ");
	}
	explicit_bzero(grouped, sizeof grouped);
}

static enum command_exit renew(const struct target *target)
{
	const char *user = target->account.name;
	struct otp_spare_code codes[OTP_RECOVERY_MAX];
	struct otp_error error = {.status = OTP_OK};
	enum command_exit result;

	if (otp_codes_renew(target->command->host->vault, user, codes, &error) != OTP_OK)
		return target_failed(target, &error);
	target_record(target, "made", "0000");
	if (target->command->value[JSON] != NULL)
		print_json(user, codes);
	else
		print(user, codes);
	explicit_bzero(codes, sizeof codes);
	if ((result = process_flush()) != COMMAND_DONE)
		terminal_error(_("The codes were made, but not shown. Make new ones."));
	return result;
}

static enum command_exit run(struct command *command)
{
	const char *const *value = command->value;
	struct target target;
	enum command_exit result = target_begin(command, "recovery", value[REASON], AUDIT_REASON_MAX, &target);

	if (result != COMMAND_DONE || (result = target_find_user(&target, command->operand[0])) != COMMAND_DONE)
		return result;
	if (target.user.recovery_left > 0 &&
	    !consent_given(value[YES], _("%s has %zu recovery codes left. Make new ones, and let those die? [y/N] "),
	                   target.account.name, target.user.recovery_left))
		return COMMAND_REFUSED;
	return renew(&target);
}

const struct verb recovery_verb = {
    .name = "recovery",
    .operands = "USER",
    .help = N_("make ten codes for logins without the token, in the place of all before"),
    .more = N_("Answer, if codes are left and --yes is not given: y. The codes are shown once."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .least = 1,
    .most = 1,
    .run = run,
};
