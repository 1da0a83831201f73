/* SPDX-License-Identifier: BSD-2-Clause */
#include "import.h"

#include "account.h"
#include "audit.h"
#include "consent.h"
#include "language/language.h"
#include "load.h"
#include "source.h"
#include "terminal/terminal.h"
#include "verb/facts.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>

/* Tokens from files of other systems (product §7.6): each file comes in whole or not at all. */

enum { FORMAT, USER, BIND, DRY_RUN, PASSPHRASE_FILE, KEY_FILE, REASON, YES };
enum { FORMATS_MAX = 256, PASSPHRASE_MAX = 1024 };

static const struct verb_option options[] = {
    [FORMAT] = {"format", "NAME", N_("the files' format, where it is not told by their content")},
    [USER] = {"user", "USER", N_("whose the tokens are, where the file does not say")},
    [BIND] = {"bind", NULL, N_("bind each token whose user is known to him at once, without two codes")},
    [DRY_RUN] = {"dry-run", NULL, N_("look through the files and store nothing")},
    [PASSPHRASE_FILE] = {"passphrase-file", "FILE", N_("PSKC: the passphrase is the first line of this file")},
    [KEY_FILE] = {"key-file", "FILE", N_("PSKC: the pre-shared key, in hexadecimal digits, is its first line")},
    [REASON] = {"reason", "TEXT", N_("why, for the log")},
    [YES] = {"yes", NULL, N_("with --bind: do not ask")},
};

/* What the command line says of all files. */
struct order {
	struct command *command;
	const struct otp_format *format; /* NULL: each file tells */
	struct account owner;            /* name "": the files tell */
	struct otp_secret key;
	char passphrase[PASSPHRASE_MAX];
	bool asked; /* for passphrase or key */
	bool bind, dry_run;
};

enum command_exit import_failed(const struct import *import, unsigned long line, const struct otp_error *error)
{
	struct otp_error placed = *error;

	(void)otp_foreign_fail(&import->file, line, &placed, "%s", error->what);
	placed.status = error->status;
	return command_failed(&placed);
}

/* "otpauth, vipaccess, ..." */
static void list_formats(char text[FORMATS_MAX])
{
	size_t len = 0;

	text[0] = '\0';
	for (const struct otp_format *format = otp_formats; format->name != NULL && len < FORMATS_MAX; format++)
		len += (size_t)snprintf(text + len, FORMATS_MAX - len, "%s%s", len > 0 ? ", " : "", format->name);
}

/* ---- the command line ------------------------------------------------------------------------------------------- */

static bool is_standard_input(const char *file)
{
	return file == NULL || strcmp(file, "-") == 0;
}

static enum command_exit check_options(const struct command *command, struct order *order)
{
	const char *const *value = command->value;
	char formats[FORMATS_MAX];
	bool input = command->operands == 0;

	for (size_t i = 0; i < command->operands; i++)
		input = input || is_standard_input(command->operand[i]);
	order->bind = value[BIND] != NULL;
	order->dry_run = value[DRY_RUN] != NULL;
	if (value[FORMAT] != NULL && (order->format = otp_format_named(value[FORMAT])) == NULL) {
		list_formats(formats);
		return verb_usage(command, _("There is no format \"%s\". There are %s."), value[FORMAT], formats);
	}
	if (value[PASSPHRASE_FILE] != NULL && value[KEY_FILE] != NULL)
		return verb_usage(command, _("Give one of --passphrase-file and --key-file."));
	if (order->bind && !order->dry_run && input && value[YES] == NULL)
		return verb_usage(
		    command, _("Tokens come from standard input, where no answer can stand. Add --yes to bind them."));
	if (value[REASON] != NULL)
		return facts_check_text(command, "reason", value[REASON], AUDIT_REASON_MAX);
	return COMMAND_DONE;
}

/* A user may be named before his account exists, but not be bound to anything. */
static enum command_exit find_owner(struct order *order)
{
	const char *user = order->command->value[USER];

	if (user == NULL)
		return COMMAND_DONE;
	return order->bind ? account_require(user, &order->owner) : account_find(user, &order->owner);
}

static enum command_exit read_secrets(struct order *order)
{
	const char *const *value = order->command->value;

	if (value[PASSPHRASE_FILE] != NULL)
		return source_line(value[PASSPHRASE_FILE], order->passphrase, sizeof order->passphrase);
	if (value[KEY_FILE] != NULL)
		return source_key(value[KEY_FILE], true, &order->key);
	return COMMAND_DONE;
}

/* ---- one file --------------------------------------------------------------------------------------------------- */

static void record(const struct import *import, enum command_exit result)
{
	bool done = result == COMMAND_DONE;
	struct audit audit;

	audit_begin(&audit, "tokens-import");
	audit_add(&audit, "file", import->file.where);
	audit_add(&audit, "format", import->format->name);
	audit_add(&audit, "verdict", done ? "imported" : result == COMMAND_UNAVAILABLE ? "error" : "refused");
	audit_add_number(&audit, "imported", done ? (int64_t)import->fresh : 0);
	audit_add_number(&audit, "known", done ? (int64_t)import->known : 0);
	audit_add_number(&audit, "bound", done ? (int64_t)import->bindings : 0);
	audit_add(&audit, "reason", import->command->value[REASON]);
	audit_send(&audit);
}

static enum command_exit choose_format(const struct order *order, struct import *import)
{
	char formats[FORMATS_MAX];

	if (import->file.len == 0) {
		terminal_error(_("%s is empty."), import->file.where);
		return COMMAND_USAGE;
	}
	import->format = order->format != NULL ? order->format : otp_format_of(&import->file);
	if (import->format == NULL) {
		list_formats(formats);
		terminal_error(_("%s is of no format that is known. Name it with --format: %s."), import->file.where,
		               formats);
		return COMMAND_USAGE;
	}
	if (import->bind && import->format->one_user && import->owner == NULL) {
		terminal_error(_("%s does not say whose token it is. Add --user."), import->file.where);
		return COMMAND_USAGE;
	}
	return COMMAND_DONE;
}

/* Once for all files. False: none was given. */
static bool ask_passphrase(struct order *order, struct import *import)
{
	struct otp_secret *key = &order->key;

	import->may_ask = false;
	if (terminal_ask_hidden(_("Passphrase, or key in hexadecimal digits (not shown): "), order->passphrase,
	                        sizeof order->passphrase) != ANSWER_GIVEN)
		return false;
	order->asked = true;
	import->file.passphrase = order->passphrase;
	if (source_decode_hex(order->passphrase, key) == OTP_OK && key->len > 0) {
		import->file.key = key->bytes;
		import->file.key_len = key->len;
	}
	return true;
}

static enum command_exit check(struct order *order, struct import *import)
{
	enum command_exit result;

	import_begin(import);
	result = import_check(import);
	if (!import->sealed)
		return result;
	if (!ask_passphrase(order, import)) {
		terminal_error(_("The input ended. Nothing was changed."));
		return COMMAND_REFUSED;
	}
	import_end(import);
	import_begin(import);
	return import_check(import);
}

static enum command_exit store(struct import *import)
{
	const char *yes = import->command->value[YES];
	enum command_exit result;

	if (import->bindings > 0 &&
	    !consent_given(yes, _("Bind %zu tokens of %s to their users, without two codes of each? [y/N] "),
	                   import->bindings, import->file.where))
		return COMMAND_REFUSED;
	if ((result = import_store(import)) == COMMAND_DONE)
		(void)printf(_("%s: %zu imported, %zu known already, %zu bound.\n"), import->file.where, import->fresh,
		             import->known, import->bindings);
	return result;
}

static enum command_exit take_in(struct order *order, struct import *import)
{
	enum command_exit result = choose_format(order, import);

	if (result != COMMAND_DONE)
		return result;
	if ((result = check(order, import)) == COMMAND_DONE && !order->dry_run)
		result = store(import);
	else if (result == COMMAND_DONE)
		(void)printf(_("%s: %zu to be imported, %zu known already, %zu to be bound. Nothing was stored.\n"),
		             import->file.where, import->fresh, import->known, import->bindings);
	if (!order->dry_run)
		record(import, result);
	import_end(import);
	return result;
}

static size_t count_lines(const struct load *load)
{
	size_t lines = 0;

	for (const char *at = load->text; (at = memchr(at, '\n', load->len - (size_t)(at - load->text))) != NULL; at++)
		lines++;
	return lines;
}

/* file NULL: standard input. */
static enum command_exit import_file(struct order *order, const char *file)
{
	const char *const *given = order->command->value;
	struct load load;
	struct import import = {.command = order->command,
	                        .owner = order->owner.name[0] != '\0' ? order->owner.name : NULL,
	                        .bind = order->bind};
	enum command_exit result = load_file(file, &load);

	if (result == COMMAND_DONE) {
		import.file = (struct otp_foreign){
		    .where = file != NULL ? file : _("standard input"),
		    .text = load.text,
		    .len = load.len,
		    .key = order->key.len > 0 ? order->key.bytes : NULL,
		    .key_len = order->key.len,
		    .passphrase = given[PASSPHRASE_FILE] != NULL || order->asked ? order->passphrase : NULL,
		};
		import.may_ask =
		    file != NULL && given[PASSPHRASE_FILE] == NULL && given[KEY_FILE] == NULL && !order->asked;
		import.lines = count_lines(&load);
		result = take_in(order, &import);
	}
	load_wipe(&load);
	return result;
}

/* Each file for itself; the exit code is that of the first that did not come in. */
static enum command_exit import_files(struct order *order)
{
	const struct command *command = order->command;
	enum command_exit first = COMMAND_DONE;

	for (size_t i = 0; i < command->operands || i == 0; i++) {
		const char *file = is_standard_input(command->operand[i]) ? NULL : command->operand[i];
		enum command_exit result = import_file(order, file);

		if (first == COMMAND_DONE)
			first = result;
	}
	return first;
}

static enum command_exit run(struct command *command)
{
	struct order order = {.command = command};
	enum command_exit result;

	if ((result = check_options(command, &order)) == COMMAND_DONE &&
	    (result = find_owner(&order)) == COMMAND_DONE &&
	    (result = command_open(command, order.dry_run ? OTP_TO_JUDGE : OTP_TO_ADMINISTER)) == COMMAND_DONE &&
	    (result = read_secrets(&order)) == COMMAND_DONE)
		result = import_files(&order);
	otp_secret_wipe(&order.key);
	explicit_bzero(order.passphrase, sizeof order.passphrase);
	return result;
}

const struct verb tokens_import_verb = {
    .name = "tokens import",
    .operands = "[FILE]...",
    .help = N_("bring in the tokens of other systems"),
    .more = N_("Formats: otpauth URIs, .vipaccess, PSKC, CSV, .google_authenticator, users.oath; see "
               "vipotp-import(5).\nA file that has a mistake is left out whole. Without FILE, standard input is read.\n"
               "With --bind the word of the system that a token comes from stands for the two codes: use it only for\n"
               "files that only root could have changed. Answer then, unless --yes is given: y."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .most = VERB_OPERANDS_MAX,
    .run = run,
};
