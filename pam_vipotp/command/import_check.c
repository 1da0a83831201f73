/* SPDX-License-Identifier: BSD-2-Clause */
#include "import.h"
#include "language/language.h"
#include "terminal/progress.h"
#include "terminal/terminal.h"
#include "verb/facts.h"
#include "verb/process.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/*
 * The first reading: everything that could keep a token out is found here, before anything is stored. A token that
 * cannot come in is told of and left out of the plan, and the reading goes on, so that one run tells of many mistakes.
 */

enum { MISTAKES_MAX = 20, NAMES_MAX = 100, SENTENCE_MAX = 768 };

struct check {
	struct import *import;
	struct otp_vault *vault; /* NULL: nothing is stored here */
	struct progress progress;
	unsigned long line;
	size_t mistakes;
	enum command_exit result; /* of the first mistake */
	bool stopped;             /* it makes no sense to read on, and it was said why */
};

/* Always false, as the functions below for a token that cannot come in. */
static bool count(struct check *check, enum command_exit result)
{
	if (check->mistakes++ == 0)
		check->result = result;
	if (check->mistakes >= MISTAKES_MAX && !check->stopped) {
		check->stopped = true;
		terminal_error(_("These are %d mistakes; more were not looked for."), MISTAKES_MAX);
	}
	return false;
}

__attribute__((format(printf, 3, 4))) static bool mistake(struct check *check, enum command_exit result,
                                                          const char *format, ...)
{
	char sentence[SENTENCE_MAX], placed[SETTINGS_PATH_MAX + SENTENCE_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(sentence, sizeof sentence, format, args);
	va_end(args);
	(void)snprintf(placed, sizeof placed, "%s:%lu: %s", check->import->file.where, check->line, sentence);
	progress_hide(&check->progress);
	terminal_error("%s", placed);
	return count(check, result);
}

/* The same for what the library says. */
static bool failed(struct check *check, const struct otp_error *error)
{
	enum command_exit result;

	progress_hide(&check->progress);
	result = import_failed(check->import, check->line, error);
	check->stopped = result == COMMAND_UNAVAILABLE;
	return count(check, result);
}

/* ---- whose it is ------------------------------------------------------------------------------------------------ */

static bool settle_owner(struct check *check, struct otp_seed *seed, struct import_user **user)
{
	const char *owner = check->import->owner;
	const char *typed = seed->user[0] != '\0' ? seed->user : owner;
	enum command_exit result;

	*user = NULL;
	if (typed == NULL)
		return true;
	if ((result = import_find_user(check->import, typed, user)) != COMMAND_DONE) {
		check->stopped = true;
		return count(check, result);
	}
	if (owner != NULL && strcmp((*user)->name, owner) != 0)
		return mistake(check, COMMAND_USAGE, _("The token is %s's, not %s's. Leave out --user."), (*user)->name,
		               owner);
	memset(seed->user, 0, sizeof seed->user);
	memcpy(seed->user, (*user)->name, strlen((*user)->name));
	return true;
}

/* ---- which it is ------------------------------------------------------------------------------------------------ */

/* OTP_E_EXISTS: another token has its ID here. Anything else but OTP_OK was said. */
static enum otp_status look_up(struct check *check, const struct otp_seed *seed, bool *known, struct otp_error *error)
{
	enum otp_status status = OTP_OK;

	*known = false;
	if (check->vault != NULL)
		status = otp_token_known(check->vault, seed, known, error);
	if (status != OTP_OK && status != OTP_E_EXISTS)
		(void)failed(check, error);
	return status;
}

static bool settle_named(struct check *check, const struct otp_seed *seed, bool *known)
{
	const struct import_token *before = import_find(check->import, &seed->id);
	enum otp_kind printed = otp_token_id_kind(&seed->id);
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status;

	if (printed != OTP_KIND_UNKNOWN && printed != seed->kind)
		return mistake(check, COMMAND_USAGE, _("The token %s is no %s token; its ID says so."), seed->id.text,
		               _(facts_kind_word(seed->kind)));
	if (before != NULL)
		return mistake(check, COMMAND_USAGE, _("The token %s is in line %lu already. Leave only one of them."),
		               seed->id.text, before->line);
	status = look_up(check, seed, known, &error);
	return status == OTP_E_EXISTS ? failed(check, &error) : status == OTP_OK;
}

/* The ID that goes with its key, or the first after it that no other token has. */
static bool settle_nameless(struct check *check, struct otp_seed *seed, uint64_t *mark, bool *known)
{
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status = otp_token_mark(check->vault, seed, mark);

	if (status == OTP_OK)
		status = otp_token_name(check->vault, seed);
	if (status != OTP_OK) {
		(void)otp_fail(&error, status, "the token cannot be given an ID: %s", otp_status_text(status));
		return failed(check, &error);
	}
	for (int i = 0; i < NAMES_MAX; i++, otp_token_name_next(seed)) {
		const struct import_token *before = import_find(check->import, &seed->id);

		if (before != NULL && before->mark == *mark)
			return mistake(check, COMMAND_USAGE,
			               _("The same key is in line %lu already. Leave only one of them."), before->line);
		if (before == NULL && (status = look_up(check, seed, known, &error)) != OTP_E_EXISTS)
			return status == OTP_OK;
	}
	return mistake(check, COMMAND_UNAVAILABLE, _("No free token ID was found. Write one into the file."));
}

/* ---- what is to be done ----------------------------------------------------------------------------------------- */

/* A token that is here already. */
static bool plan_known(struct check *check, const struct otp_seed *seed, const struct import_user *user,
                       struct import_token *plan)
{
	bool bind = check->import->bind && user != NULL;
	struct otp_token_report report;
	struct otp_error error = {.status = OTP_OK};

	plan->plan = IMPORT_NOTHING;
	if (otp_token_report(check->vault, &seed->id, &report, &error) != OTP_OK)
		return failed(check, &error);
	if (report.owner[0] != '\0' && bind && strcmp(report.owner, user->name) != 0)
		return mistake(check, COMMAND_EXISTS, _("The token %s is bound to %s. Release it there first."),
		               seed->id.text, report.owner);
	if (report.owner[0] != '\0')
		return true;
	/* Its owner went on using it elsewhere: here his codes of that time would be accepted once more. */
	if (seed->counter > report.next)
		return mistake(
		    check, COMMAND_EXISTS,
		    _("The token %s is in the inventory as it was before codes of it were used elsewhere. Remove it "
		      "first: vipotp tokens remove %s"),
		    seed->id.text, seed->id.text);
	plan->reserved = user != NULL && strcmp(report.reserved, user->name) == 0;
	plan->plan = bind ? IMPORT_BIND_STOCKED : IMPORT_NOTHING;
	return true;
}

/* How many tokens the user has, at his first in the file. */
static bool look_at_user(struct check *check, struct import_user *user)
{
	struct otp_user_report report = {.n = 0};
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status = OTP_E_NOT_FOUND;

	if (check->vault != NULL)
		status = otp_user_report(check->vault, &check->import->command->host->settings.limits, user->name,
		                         process_now(), &report, &error);
	if (status != OTP_OK && status != OTP_E_NOT_FOUND)
		return failed(check, &error);
	user->had = report.n;
	user->line = check->line;
	return true;
}

static bool plan_binding(struct check *check, const struct otp_seed *seed, struct import_user *user,
                         enum import_plan plan)
{
	struct otp_enrolment enrolment = {.user = user->name, .uid = user->uid, .token = seed->id};
	struct otp_error error = {.status = OTP_OK};
	uint8_t digits;
	enum otp_kind kind;

	if (!user->exists)
		return mistake(check, COMMAND_NOT_FOUND, _("There is no user \"%s\" on this host (error 6003)."),
		               user->name);
	if (user->gains == 0 && !look_at_user(check, user))
		return false;
	if (user->had + user->gains == OTP_TOKENS_MAX)
		return mistake(check, COMMAND_EXISTS, _("%s cannot have more than %d tokens."), user->name,
		               OTP_TOKENS_MAX);
	enrolment.seed = plan == IMPORT_BIND ? seed : NULL;
	enrolment.how = user->had > 0 ? OTP_ENROLL_ADD : OTP_ENROLL_FIRST;
	enrolment.pair.second_at = process_now();
	if (check->vault != NULL && otp_enroll_check(check->vault, &enrolment, &digits, &kind, &error) != OTP_OK)
		return failed(check, &error);
	user->gains++;
	return true;
}

static bool look_at(struct check *check, struct otp_seed *seed)
{
	struct import *import = check->import;
	struct import_token plan = {.line = check->line}, *token;
	struct otp_error error;
	bool known = false;

	if (!settle_owner(check, seed, &plan.user) ||
	    !(seed->id.text[0] != '\0' ? settle_named(check, seed, &known)
	                               : settle_nameless(check, seed, &plan.mark, &known)))
		return false;
	plan.plan = import->bind && plan.user != NULL ? IMPORT_BIND : IMPORT_ADD;
	if (known && !plan_known(check, seed, plan.user, &plan))
		return false;
	if (plan.plan >= IMPORT_BIND && !plan_binding(check, seed, plan.user, plan.plan))
		return false;
	if ((token = import_note(import, &seed->id)) == NULL) {
		(void)otp_fail(&error, OTP_E_NOMEM, "%s", otp_status_text(OTP_E_NOMEM));
		return failed(check, &error);
	}
	token->mark = plan.mark;
	token->line = plan.line;
	token->user = plan.user;
	token->plan = plan.plan;
	token->reserved = plan.reserved;
	*(known ? &import->known : &import->fresh) += 1;
	import->bindings += plan.plan >= IMPORT_BIND;
	import->steps += plan.plan != IMPORT_NOTHING;
	return true;
}

static enum otp_status visit(void *arg, const struct otp_seed *given, unsigned long line, struct otp_error *error)
{
	struct check *check = arg;
	struct otp_seed seed = *given;

	(void)error;
	check->line = line;
	progress_at(&check->progress, line);
	(void)look_at(check, &seed); /* a mistake is counted */
	otp_seed_wipe(&seed);
	return check->stopped ? OTP_E_INVALID : OTP_OK;
}

/*
 * Who is enrolled is not given further tokens without a word from him, unless all that he has is from this file: then
 * an import of it was interrupted.
 */
static void look_at_enrolled(struct check *check, const struct import_user *user)
{
	struct otp_user_report report;
	struct otp_error error = {.status = OTP_OK};

	check->line = user->line;
	if (otp_user_report(check->vault, &check->import->command->host->settings.limits, user->name, process_now(),
	                    &report, &error) != OTP_OK) {
		(void)failed(check, &error);
		return;
	}
	for (size_t i = 0; i < report.n; i++)
		if (import_find(check->import, &report.token[i].id) == NULL) {
			(void)mistake(check, COMMAND_EXISTS,
			              _("%s is enrolled already, with the token %s, which is not in this file. Release "
			                "it first: vipotp release %s"),
			              user->name, report.token[i].id.text, user->name);
			return;
		}
}

/* What a reader of formats says is complete but for the way to give a key. */
static enum command_exit unreadable(struct import *import, const struct otp_error *error)
{
	import->sealed = error->status == OTP_E_KEY_MISSING && import->may_ask;
	if (import->sealed)
		return COMMAND_USAGE;
	if (error->status != OTP_E_KEY_MISSING && error->status != OTP_E_KEY_WRONG)
		return command_failed(error);
	terminal_error("%s", error->what);
	terminal_error(_("The file's passphrase is given with --passphrase-file, its pre-shared key with --key-file."));
	return COMMAND_USAGE;
}

enum command_exit import_check(struct import *import)
{
	struct check check = {.import = import, .vault = import->command->host->vault};
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status;

	progress_begin(&check.progress, _("Checking"), import->lines);
	status = import->format->read(&import->file, visit, &check, &error);
	progress_hide(&check.progress);
	if (status != OTP_OK && !check.stopped)
		(void)count(&check, unreadable(import, &error));
	for (const struct import_user *user = import->users; user != NULL && check.mistakes == 0; user = user->next)
		if (user->had > 0 && user->gains > 0)
			look_at_enrolled(&check, user);
	return check.mistakes == 0 ? COMMAND_DONE : check.result;
}
