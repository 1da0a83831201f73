/* SPDX-License-Identifier: BSD-2-Clause */
#include "language/language.h"
#include "show.h"
#include "terminal/terminal.h"
#include "terminal/text.h"
#include "verb/facts.h"
#include "verb/process.h"
#include "verbs.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One line per user, as it is read: a host may have a million. */

enum { UNENROLLED, JSON };
enum { FIRST_PERSON = 1000 /* the first uid that is a person's, as useradd gives them */ };

static const struct verb_option options[] = {
    [UNENROLLED] = {"unenrolled", NULL,
                    N_("accounts that can log in and have no token: root, and those from uid 1000")},
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
	return N_("disabled");
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

	if (status == OTP_OK)
		print_row(pass, &report);
	else if (status != OTP_E_NOT_FOUND) /* that: released since the listing began */
		pass->result = command_failed(&error);
	return ferror(stdout) ? OTP_E_IO : OTP_OK;
}

/* An empty shell is /bin/sh, as login(1) has it. One that only says no is none, whatever /etc/shells lists. */
static bool can_log_in(const struct passwd *account)
{
	const char *slash = strrchr(account->pw_shell, '/');
	const char *shell = slash != NULL ? slash + 1 : account->pw_shell;

	if (account->pw_uid != 0 && account->pw_uid < FIRST_PERSON)
		return false;
	return strcmp(shell, "nologin") != 0 && strcmp(shell, "false") != 0;
}

static void list_account(struct pass *pass, const struct passwd *account)
{
	struct otp_error error = {.status = OTP_OK};
	char user[3 * OTP_USER_MAX + 1];
	bool enrolled = false;

	if (pass->command->host->vault != NULL &&
	    otp_login_enrolled(pass->command->host->vault, account->pw_name, &enrolled, &error) != OTP_OK) {
		pass->result = command_failed(&error);
		return;
	}
	if (enrolled)
		return;
	if (pass->in_json) {
		json_open_object(&pass->json, NULL);
		json_string(&pass->json, "user", account->pw_name);
		json_number(&pass->json, "uid", account->pw_uid);
		json_string(&pass->json, "shell", account->pw_shell);
		json_close_object(&pass->json);
		return;
	}
	text_clean(account->pw_name, false, user, sizeof user);
	(void)printf("%s\n", user);
}

static void list_unenrolled(struct pass *pass)
{
	const struct passwd *account;

	setpwent();
	while (errno = 0, (account = getpwent()) != NULL && !ferror(stdout))
		if (can_log_in(account))
			list_account(pass, account);
	if (account == NULL && errno != 0 && errno != ENOENT) {
		terminal_error(_("Cannot read the list of accounts: %s."), strerror(errno));
		pass->result = COMMAND_UNAVAILABLE;
	}
	endpwent();
}

static enum command_exit run(struct command *command)
{
	struct pass pass = {.command = command, .in_json = command->value[JSON] != NULL};
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status = OTP_OK;
	enum command_exit result = command_open(command, OTP_TO_JUDGE);

	if (result != COMMAND_DONE)
		return result;
	json_begin(&pass.json, stdout);
	if (pass.in_json)
		json_open_array(&pass.json, NULL);
	else if (command->value[UNENROLLED] == NULL && isatty(STDOUT_FILENO) == 1)
		print_columns(_("USER"), _("TOKENS"), _("KIND"), _("STATE"), _("LAST SUCCESS"));
	if (command->value[UNENROLLED] != NULL)
		list_unenrolled(&pass);
	else if (command->host->vault != NULL)
		status = otp_each_user(command->host->vault, list_enrolled, &pass, &error);
	if (pass.in_json)
		json_close_array(&pass.json);
	if (status != OTP_OK && !ferror(stdout))
		return command_failed(&error);
	return pass.result;
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
