/* SPDX-License-Identifier: BSD-2-Clause */
#include "account.h"
#include "caller.h"
#include "language/language.h"
#include "services.h"
#include "show.h"
#include "status_json.h"
#include "terminal/terminal.h"
#include "terminal/text.h"
#include "verb/process.h"
#include "verbs.h"

#include <inttypes.h>
#include <stdio.h>

/* What is stored of a user: tokens, their drift, failures, other codes; and where his tokens serve (product §3). */

enum { JSON };

static const struct verb_option options[] = {
    [JSON] = {"json", NULL, N_("one JSON object; an array of them without USER")},
};

static const char *const failures_titles[OTP_REACHES] = {
    [OTP_LOCAL] = N_("Failures, local"), [OTP_REMOTE] = N_("Failures, remote")};

enum { TOKEN_COLUMN = 17, USER_COLUMN = 19 };

/* A line of what is known of a token. */
static void print_line(const char *title, const char *text)
{
	(void)fputs("    ", stdout);
	text_column(stdout, title, TOKEN_COLUMN);
	(void)printf("%s\n", text);
}

static void print_text(const char *title, const char *text)
{
	char clean[SHOW_TEXT_MAX];

	if (*text == '\0')
		return;
	text_clean(text, false, clean, sizeof clean);
	print_line(title, clean);
}

static void print_time(const char *title, int64_t s)
{
	char when[SHOW_TIME_MAX];

	show_time(s, when);
	print_line(title, when);
}

static void print_number(const char *title, int64_t number)
{
	char text[24];

	(void)snprintf(text, sizeof text, "%" PRId64, number);
	print_line(title, text);
}

static void print_clock(const struct otp_clock *clock)
{
	char middle_text[SHOW_DURATION_MAX], width_text[SHOW_DURATION_MAX], text[SHOW_TEXT_MAX];
	int64_t middle, width;

	if (!show_clock(clock, &middle, &width)) {
		print_line(_("Clock"), _("not known yet"));
		return;
	}
	show_seconds(middle, true, middle_text);
	show_seconds(width, false, width_text);
	(void)snprintf(text, sizeof text, _("%s from this host's, give or take %s"), middle_text, width_text);
	print_line(_("Clock"), text);
}

static void print_token(const struct otp_token_report *token, const char *mark, const char *plain)
{
	char grouped[OTP_TOKEN_ID_GROUPED_LEN + 1], facts[SHOW_FACTS_MAX];
	bool enabled = token->status == OTP_TOKEN_ENABLED;

	otp_token_id_group(&token->id, grouped);
	show_facts(token, facts);
	(void)fputs("  ", stdout);
	(void)printf(_("Token %s: %s, %s%s%s\n"), grouped, facts, enabled ? "" : mark,
	             _(show_token_status(token->status)), enabled ? "" : plain);
	print_text(_("Reason"), token->reason);
	print_text(_("Label"), token->label);
	print_text(_("Issuer"), token->issuer);
	print_time(_("Enrolled"), token->enrolled_at);
	if (token->expires != 0)
		print_time(_("Expires"), token->expires);
	if (token->kind == OTP_TIME)
		print_clock(&token->clock);
	print_number(_("Next position"), token->next);
	print_number(_("Acceptable now"), token->acceptable);
}

/* A line of what is known of the user; what it says follows. */
static void print_title(const char *title)
{
	(void)fputs("  ", stdout);
	text_column(stdout, title, USER_COLUMN);
}

static void print_bucket(const char *title, const struct otp_bucket_report *bucket, const char *mark, const char *plain)
{
	char wait[SHOW_DURATION_MAX];

	show_duration(bucket->wait, wait);
	print_title(title);
	if (bucket->locked && bucket->wait > 0)
		(void)printf(_("%u (%u codes compared), %slocked%s, codes are not read for %s\n"), bucket->failures,
		             bucket->candidates, mark, plain, wait);
	else if (bucket->locked)
		(void)printf(_("%u (%u codes compared), %slocked%s\n"), bucket->failures, bucket->candidates, mark,
		             plain);
	else if (bucket->wait > 0)
		(void)printf(_("%u (%u codes compared), codes are not read for %s\n"), bucket->failures,
		             bucket->candidates, wait);
	else
		(void)printf(_("%u (%u codes compared)\n"), bucket->failures, bucket->candidates);
}

static void print_last_failure(const struct otp_user_report *report)
{
	char when[SHOW_TIME_MAX], origin[SHOW_TEXT_MAX];

	show_time(report->failed_at / 1000, when);
	text_clean(report->origin, false, origin, sizeof origin);
	print_title(_("Since last success"));
	if (*origin != '\0')
		(void)printf(_("%u failed, the last at %s from %s\n"), report->failures, when, origin);
	else
		(void)printf(_("%u failed, the last at %s\n"), report->failures, when);
}

static void print_spare(const struct otp_user_report *report)
{
	char when[SHOW_TIME_MAX];

	print_title(_("Recovery codes"));
	if (report->recovery_left > 0)
		(void)printf(_("%zu left\n"), report->recovery_left);
	else
		(void)puts(_("none"));
	if (report->temporary_until == 0)
		return;
	show_time(report->temporary_until, when);
	print_title(_("Temporary code"));
	(void)printf(_("until %s\n"), when);
}

static void print_services(const struct services *services)
{
	print_title(_("Services"));
	for (size_t i = 0; i < services->n; i++)
		(void)printf("%s%s", i > 0 ? ", " : "", services->name[i]);
	(void)puts(services->n == 0 ? _("none names pam_vipotp") : "");
}

static void print_user(const struct otp_user_report *report, const struct services *services)
{
	bool colours = terminal_colours(stdout);
	const char *mark = colours ? "\033[1;31m" : "", *plain = colours ? "\033[0m" : "";
	char when[SHOW_TIME_MAX], user[3 * OTP_USER_MAX + 1];

	text_clean(report->user, false, user, sizeof user);
	(void)printf(_("%s (uid %u)\n"), user, report->uid);
	for (size_t i = 0; i < report->n; i++)
		print_token(&report->token[i], mark, plain);
	for (size_t reach = 0; reach < OTP_REACHES; reach++)
		print_bucket(_(failures_titles[reach]), &report->bucket[reach], mark, plain);
	if (report->failures > 0)
		print_last_failure(report);
	show_time(report->accepted_at / 1000, when);
	print_title(_("Last success"));
	(void)printf("%s\n", when);
	print_spare(report);
	print_services(services);
}

struct pass {
	struct command *command;
	struct json json;
	struct services services;
	size_t shown;
	enum command_exit result; /* of the records that could not be read */
};

static enum otp_status show_user(void *arg, const char *user)
{
	struct pass *pass = arg;
	struct otp_user_report report;
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status = otp_user_report(pass->command->host->vault, &pass->command->host->settings.limits,
	                                         user, process_now(), &report, &error);

	if (status == OTP_E_NOT_FOUND) /* released since the listing began */
		return OTP_OK;
	if (status != OTP_OK) {
		pass->result = command_failed(&error);
		return OTP_OK;
	}
	if (pass->command->value[JSON] != NULL)
		status_json(&pass->json, &report, &pass->services);
	else {
		if (pass->shown > 0)
			(void)putchar('\n');
		print_user(&report, &pass->services);
	}
	pass->shown++;
	return ferror(stdout) ? OTP_E_IO : OTP_OK;
}

/* A damaged record is told and does not hide the others. */
static enum command_exit show_all(struct command *command)
{
	struct pass pass = {.command = command};
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status = OTP_OK;
	bool json = command->value[JSON] != NULL;

	pass.result = services_read(&pass.services);
	json_begin(&pass.json, stdout);
	if (json)
		json_open_array(&pass.json, NULL);
	if (command->host->vault != NULL)
		status = otp_each_user(command->host->vault, show_user, &pass, &error);
	if (json)
		json_close_array(&pass.json);
	if (status != OTP_OK && !ferror(stdout))
		pass.result = command_failed(&error);
	if (pass.shown == 0 && pass.result == COMMAND_DONE && !json)
		terminal_error(_("Nobody is enrolled on this host. Begin with \"vipotp enroll USER\"."));
	return pass.result;
}

/* What root must know of the account: the record may be of another one. */
static void tell_account(const struct account *account, const struct otp_user_report *report)
{
	if (!account->exists)
		terminal_error(_("There is no account %s any more. \"vipotp release %s\" frees its tokens."),
		               account->name, account->name);
	else if (account->uid != report->uid)
		terminal_error(
		    _("The account %s has uid %u now, so its codes are refused. Release its tokens and enrol them "
		      "again."),
		    account->name, account->uid);
}

static enum command_exit show_one(struct command *command)
{
	struct account account;
	struct otp_user_report report;
	struct otp_error error = {.status = OTP_OK};
	struct services services;
	struct json json;
	enum otp_status status = OTP_E_NOT_FOUND;
	enum command_exit result;

	if ((result = account_named(command, false, &account)) != COMMAND_DONE)
		return result;
	if (command->host->vault != NULL)
		status = otp_user_report(command->host->vault, &command->host->settings.limits, account.name,
		                         process_now(), &report, &error);
	if (status != OTP_OK)
		return status == OTP_E_NOT_FOUND ? account_unenrolled(&account) : command_failed(&error);
	if ((result = account_owns(&account, report.uid)) != COMMAND_DONE)
		return result;
	result = services_read(&services);
	json_begin(&json, stdout);
	if (command->value[JSON] != NULL)
		status_json(&json, &report, &services);
	else
		print_user(&report, &services);
	tell_account(&account, &report);
	return result;
}

static enum command_exit run(struct command *command)
{
	enum command_exit result = command_open(command, OTP_TO_JUDGE);

	if (result != COMMAND_DONE)
		return result;
	return command->operands == 0 && caller_user() == NULL ? show_all(command) : show_one(command);
}

const struct verb status_verb = {
    .name = "status",
    .operands = "[USER]",
    .help = N_("tokens, drift, failures and services of one user or of all"),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .most = 1,
    .own = OWN_FREELY,
    .own_options = 1u << JSON,
    .own_help = N_("your tokens, their drift, your failures, and where the tokens serve"),
    .run = run,
};
