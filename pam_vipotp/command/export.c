/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit.h"
#include "language/language.h"
#include "source.h"
#include "terminal/terminal.h"
#include "verb/facts.h"
#include "verb/process.h"
#include "verbs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Every token with its key, for another host or system: as CSV, or under a passphrase as PSKC (product §7.6). */

enum { SEALED, PASSPHRASE_FILE, REASON, YES };
enum { PASSPHRASE_MAX = 1024 };

static const struct verb_option options[] = {
    [SEALED] = {"sealed", NULL, N_("PSKC with the keys encrypted under a passphrase, not CSV")},
    [PASSPHRASE_FILE] = {"passphrase-file", "FILE", N_("with --sealed: the passphrase is the first line of this file")},
    [REASON] = {"reason", "TEXT", N_("why, for the log")},
    [YES] = {"yes", NULL, N_("keys in the clear also onto a terminal, or into a file that others can read")},
};

struct pass {
	const char *passphrase;         /* NULL: CSV */
	struct otp_pskc_writer *writer; /* NULL before the first token */
	struct otp_error error;
	size_t tokens;
};

static bool to_output(void *arg, const char *text, size_t len)
{
	(void)arg;
	return fwrite(text, 1, len, stdout) == len;
}

static enum otp_status print_csv(const struct pass *pass, const struct otp_seed *seed)
{
	char line[OTP_CSV_LINE_MAX];

	if (pass->tokens == 0)
		(void)fputs(otp_csv_header(), stdout);
	otp_csv_print(seed, line);
	(void)fputs(line, stdout);
	explicit_bzero(line, sizeof line);
	return ferror(stdout) != 0 ? OTP_E_IO : OTP_OK;
}

static enum otp_status print_pskc(struct pass *pass, const struct otp_seed *seed)
{
	enum otp_status status = OTP_OK;

	if (pass->writer == NULL)
		status = otp_pskc_begin(pass->passphrase, to_output, NULL, &pass->writer);
	return status == OTP_OK ? otp_pskc_token(pass->writer, seed) : status;
}

static enum otp_status print_token(void *arg, const struct otp_seed *seed)
{
	struct pass *pass = arg;
	enum otp_status status = pass->passphrase != NULL ? print_pskc(pass, seed) : print_csv(pass, seed);

	if (status != OTP_OK)
		return otp_fail(&pass->error, status, "token %s cannot be written: %s", seed->id.text,
		                otp_status_text(status));
	pass->tokens++;
	return OTP_OK;
}

/* Keys in the clear belong neither on a screen nor where others can read them. COMMAND_UNAVAILABLE, said. */
static enum command_exit check_output(const struct command *command)
{
	struct stat st;

	if (command->value[SEALED] != NULL || command->value[YES] != NULL)
		return COMMAND_DONE;
	if (isatty(STDOUT_FILENO) == 1)
		terminal_error(_("Standard output is a terminal, which would show every key. Lead it into a file, seal "
		                 "it with --sealed, or add --yes."));
	else if (fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077) != 0)
		terminal_error(_("Standard output is a file that others can read. Say \"umask 077\" before it is made, "
		                 "seal the keys with --sealed, or add --yes."));
	else
		return COMMAND_DONE;
	return COMMAND_UNAVAILABLE;
}

/* Twice where a person types: nobody could read what a slip of the finger sealed. */
static enum command_exit ask_passphrase(char passphrase[PASSPHRASE_MAX])
{
	char again[PASSPHRASE_MAX];
	enum command_exit result = COMMAND_DONE;

	switch (terminal_ask_hidden(_("Passphrase (not shown): "), passphrase, PASSPHRASE_MAX)) {
	case ANSWER_GIVEN:
		break;
	case ANSWER_UNREADABLE:
		terminal_error(_("The line is too long or holds a zero byte."));
		return COMMAND_USAGE;
	case ANSWER_NONE:
		terminal_error(_("The dialogue was ended. Nothing was exported."));
		return COMMAND_REFUSED;
	}
	if (terminal_interactive() &&
	    (terminal_ask_hidden(_("The same again: "), again, sizeof again) != ANSWER_GIVEN ||
	     strcmp(passphrase, again) != 0)) {
		terminal_error(_("The two are not the same. Nothing was exported."));
		result = COMMAND_REFUSED;
	}
	explicit_bzero(again, sizeof again);
	return result;
}

static enum command_exit read_passphrase(const struct command *command, char passphrase[PASSPHRASE_MAX])
{
	const char *file = command->value[PASSPHRASE_FILE];
	enum command_exit result =
	    file != NULL ? source_line(file, passphrase, PASSPHRASE_MAX) : ask_passphrase(passphrase);

	if (result != COMMAND_DONE || *passphrase != '\0')
		return result;
	terminal_error(_("The passphrase is empty. Nothing was exported."));
	return COMMAND_USAGE;
}

static void record(const struct command *command, const struct pass *pass, const char *verdict)
{
	struct audit audit;

	audit_begin(&audit, "export");
	audit_add(&audit, "verdict", verdict);
	audit_add_number(&audit, "tokens", (int64_t)pass->tokens);
	audit_add(&audit, "sealed", pass->passphrase != NULL ? "yes" : "no");
	audit_add(&audit, "reason", command->value[REASON]);
	audit_send(&audit);
}

static enum command_exit incomplete(const struct command *command, const struct pass *pass)
{
	record(command, pass, "error");
	terminal_error(_("The export is not complete. Do not use it."));
	return COMMAND_UNAVAILABLE;
}

static enum command_exit export_all(struct command *command, struct pass *pass)
{
	enum otp_status status = OTP_OK;

	if (command->host->vault != NULL)
		status = otp_export(command->host->vault, print_token, pass, &pass->error);
	if (status == OTP_OK && pass->writer != NULL && (status = otp_pskc_end(pass->writer)) != OTP_OK)
		(void)otp_fail(&pass->error, status, "the file's end cannot be written");
	otp_pskc_free(&pass->writer);
	if (status != OTP_OK)
		(void)command_failed(&pass->error);
	if (status != OTP_OK || process_flush() != COMMAND_DONE)
		return incomplete(command, pass);
	if (pass->tokens == 0) {
		terminal_error(_("There is no token on this host."));
		return COMMAND_NOT_FOUND;
	}
	record(command, pass, "exported");
	if (pass->passphrase == NULL)
		terminal_say(_("The keys are in the clear: whoever reads them has the tokens."));
	if (pass->tokens == 1)
		terminal_say(_("1 token is exported. Recovery codes are not: they cannot be."));
	else
		terminal_say(_("%zu tokens are exported. Recovery codes are not: they cannot be."), pass->tokens);
	return COMMAND_DONE;
}

static enum command_exit run(struct command *command)
{
	const char *const *value = command->value;
	char passphrase[PASSPHRASE_MAX] = "";
	struct pass pass = {.passphrase = value[SEALED] != NULL ? passphrase : NULL};
	enum command_exit result;

	if (value[PASSPHRASE_FILE] != NULL && value[SEALED] == NULL)
		return verb_usage(command, _("--passphrase-file goes with --sealed only."));
	if (value[REASON] != NULL &&
	    (result = facts_check_text(command, "reason", value[REASON], AUDIT_REASON_MAX)) != COMMAND_DONE)
		return result;
	if ((result = check_output(command)) != COMMAND_DONE ||
	    (result = command_open(command, OTP_TO_JUDGE)) != COMMAND_DONE)
		return result;
	if (value[SEALED] != NULL)
		result = read_passphrase(command, passphrase);
	if (result == COMMAND_DONE)
		result = export_all(command, &pass);
	explicit_bzero(passphrase, sizeof passphrase);
	return result;
}

const struct verb export_verb = {
    .name = "export",
    .operands = "",
    .help = N_("write every token with its key to standard output"),
    .more = N_("CSV with the keys in the clear; or, with --sealed, PSKC. Answer, with --sealed: the passphrase, on a\n"
               "terminal twice. What is written can be read by \"vipotp tokens import\"."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .run = run,
};
