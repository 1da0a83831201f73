/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit.h"
#include "caller.h"
#include "consent.h"
#include "language/language.h"
#include "proof.h"
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

/* A user shows that the token is his before he gets what stands for it (product §5.7). */
static enum command_exit demand_code(const struct target *target)
{
	const struct proof proof = {
	    .event = "recovery",
	    .origin = "vipotp recovery",
	    .ended = _("The dialogue was ended. No codes were made."),
	};
	enum command_exit result = account_owns(&target->account, target->user.uid);

	if (result != COMMAND_DONE)
		return result;
	terminal_say(_("A code of your token is needed to make recovery codes."));
	return proof_demand(target->command, &target->account, &proof);
}

static bool consented(const struct target *target)
{
	const char *yes = target->command->value[YES];
	size_t left = target->user.recovery_left;

	if (left == 0)
		return true;
	if (caller_user() != NULL)
		return consent_given(
		    yes, _("You have %zu recovery codes left. Make new ones, and let those die? [y/N] "), left);
	return consent_given(yes, _("%s has %zu recovery codes left. Make new ones, and let those die? [y/N] "),
	                     target->account.name, left);
}

static enum command_exit run(struct command *command)
{
	const char *const *value = command->value;
	struct target target;
	enum command_exit result = target_begin(command, "recovery", value[REASON], AUDIT_REASON_MAX, &target);

	if (result != COMMAND_DONE || (result = target_find_user(&target, NULL)) != COMMAND_DONE ||
	    (caller_user() != NULL && (result = demand_code(&target)) != COMMAND_DONE))
		return result;
	return consented(&target) ? renew(&target) : COMMAND_REFUSED;
}

const struct verb recovery_verb = {
    .name = "recovery",
    .operands = "[USER]",
    .help = N_("make ten codes for logins without the token, in the place of all before"),
    .more = N_("Answer, if codes are left and --yes is not given: y. The codes are shown once."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .most = 1,
    .own = OWN_BY_PASSWORD,
    .own_options = 1u << YES | 1u << JSON,
    .own_more =
	N_("Answers: your password, a code of your token, which is used up, and y if codes are left and --yes is\n"
           "not given. The codes are shown once."),
    .run = run,
};
