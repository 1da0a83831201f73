/* SPDX-License-Identifier: BSD-2-Clause */
#include "language/language.h"
#include "show.h"
#include "terminal/terminal.h"
#include "terminal/text.h"
#include "unenrolled.h"
#include "verb/facts.h"
#include "verb/process.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One line per user, as it is read: a host may have a million. */

enum { UNENROLLED, LOCKED, DISABLED, KIND, JSON };

static const struct verb_option options[] = {
    [UNENROLLED] = {"unenrolled", NULL, N_("accounts that can log in and have no token: root, and people")},
    [LOCKED] = {"locked", NULL, N_("only users who are locked")},
    [DISABLED] = {"disabled", NULL, N_("only users without a token that is enabled")},
    [KIND] = {"kind", "KIND", N_("only users with a token of this kind: time or event")},
    [JSON] = {"json", NULL, N_("a JSON array")},
};

struct pass {
	struct command *command;
	struct json json;
	bool in_json;
	enum command_exit result; /* of the records that could not be read */
};

static const char *kind_of(const struct otp_user_report *report)
{
	for (size_t i = 1; i < report->n; i++)
		if (report->token[i].kind != report->token[0].kind)
			return N_("mixed");
	return report->n > 0 ? facts_kind_word(report->token[0].kind) : N_("none");
}

static const char *state_of(const struct otp_user_report *report)
{
	if (report->bucket[OTP_LOCAL].locked || report->bucket[OTP_REMOTE].locked)
		return N_("locked");
	for (size_t i = 0; i < report->n; i++)
		if (report->token[i].status == OTP_TOKEN_ENABLED)
			return N_("enabled");
	for (size_t i = 0; i < report->n; i++)
		if (report->token[i].status == OTP_TOKEN_LOCKED)
			return N_("locked");
	return N_("disabled");
}

/* Whether the user is among those that were asked for. */
static bool wanted(const struct command *command, const struct otp_user_report *report)
{
	const char *const *value = command->value;
	const char *state = state_of(report);
	bool of_kind = value[KIND] == NULL;

	for (size_t i = 0; i < report->n && !of_kind; i++)
		of_kind = report->token[i].kind == facts_kind(value[KIND]);
	return of_kind && (value[LOCKED] == NULL || strcmp(state, "locked") == 0) &&
	       (value[DISABLED] == NULL || strcmp(state, "disabled") == 0);
}

/* Wide enough for the words of every language. */
static void print_columns(const char *user, const char *tokens, const char *kind, const char *state, const char *when)
{
	text_column(stdout, user, 20);
	(void)putchar(' ');
	text_column(stdout, tokens, 8);
	(void)putchar(' ');
	text_column(stdout, kind, 10);
	(void)putchar(' ');
	text_column(stdout, state, 8);
	(void)printf(" %s\n", when);
}

static void print_row(struct pass *pass, const struct otp_user_report *report)
{
	char when[SHOW_TIME_MAX], user[3 * OTP_USER_MAX + 1], tokens[24];

	if (pass->in_json) {
		json_open_object(&pass->json, NULL);
		json_string(&pass->json, "user", report->user);
		json_number(&pass->json, "tokens", (int64_t)report->n);
		json_string(&pass->json, "kind", kind_of(report));
		json_string(&pass->json, "state", state_of(report));
		show_json_time(&pass->json, "last_success", report->accepted_at / 1000);
		json_close_object(&pass->json);
		return;
	}
	text_clean(report->user, false, user, sizeof user);
	show_time(report->accepted_at / 1000, when);
	(void)snprintf(tokens, sizeof tokens, "%zu", report->n);
	print_columns(user, tokens, _(kind_of(report)), _(state_of(report)), when);
}

static enum otp_status list_enrolled(void *arg, const char *user)
{
	struct pass *pass = arg;
	struct otp_user_report report;
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status = otp_user_report(pass->command->host->vault, &pass->command->host->settings.limits,
	                                         user, process_now(), &report, &error);

	if (status == OTP_OK && wanted(pass->command, &report))
		print_row(pass, &report);
	else if (status != OTP_OK && status != OTP_E_NOT_FOUND) /* that: released since the listing began */
		pass->result = command_failed(&error);
	return ferror(stdout) ? OTP_E_IO : OTP_OK;
}

static enum command_exit list_all(struct command *command)
{
	struct pass pass = {.command = command, .in_json = command->value[JSON] != NULL};
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status = OTP_OK;

	json_begin(&pass.json, stdout);
	if (pass.in_json)
		json_open_array(&pass.json, NULL);
	else if (isatty(STDOUT_FILENO) == 1)
		print_columns(_("USER"), _("TOKENS"), _("KIND"), _("STATE"), _("LAST SUCCESS"));
	if (command->host->vault != NULL)
		status = otp_each_user(command->host->vault, list_enrolled, &pass, &error);
	if (pass.in_json)
		json_close_array(&pass.json);
	if (status != OTP_OK && !ferror(stdout))
		return command_failed(&error);
	return pass.result;
}

static enum command_exit run(struct command *command)
{
	const char *const *value = command->value;
	bool unenrolled = value[UNENROLLED] != NULL;
	enum command_exit result;

	if (unenrolled && (value[LOCKED] != NULL || value[DISABLED] != NULL || value[KIND] != NULL))
		return verb_usage(command, _("--unenrolled goes with --json only."));
	if (value[LOCKED] != NULL && value[DISABLED] != NULL)
		return verb_usage(command, _("Give one of --locked and --disabled."));
	if (value[KIND] != NULL && facts_kind(value[KIND]) == OTP_KIND_UNKNOWN)
		return verb_usage(command, _("--kind must be time or event, not \"%s\"."), value[KIND]);
	if ((result = command_open(command, unenrolled ? OTP_TO_INSPECT : OTP_TO_JUDGE)) != COMMAND_DONE)
		return result;
	return unenrolled ? unenrolled_list(command, value[JSON] != NULL) : list_all(command);
}

const struct verb list_verb = {
    .name = "list",
    .operands = "",
    .help = N_("the enrolled users, or those who should be"),
    .more = N_("A line per user: name, number of tokens, their kind (time, event or mixed), state (enabled,\n"
               "disabled or locked) and last success."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .run = run,
};
