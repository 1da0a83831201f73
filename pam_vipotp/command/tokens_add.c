/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit.h"
#include "language/language.h"
#include "source.h"
#include "terminal/terminal.h"
#include "verb/facts.h"
#include "verb/process.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>

/* Put a token into the inventory, where it waits to be enrolled. */

enum { ID, KIND, DIGITS, DIGEST, PERIOD, COUNTER, LABEL, ISSUER, HEX, KEY_FILE, URI, URI_FILE };

static const struct verb_option options[] = {
    [ID] = {"id", "ID", N_("the ID printed on the token; a random one without it")},
    [KIND] = {"kind", "KIND", N_("time or event, where the ID does not tell (time)")},
    [DIGITS] = {"digits", "N", N_("digits of a code, 6 to 8 (6)")},
    [DIGEST] = {"digest", "NAME", N_("SHA1, SHA256 or SHA512 (SHA1)")},
    [PERIOD] = {"period", "SECONDS", N_("of a time token: how long a code is shown, 15 to 300 (30)")},
    [COUNTER] = {"counter", "N", N_("of an event token: the next counter (0)")},
    [LABEL] = {"label", "TEXT", N_("the name of the account")},
    [ISSUER] = {"issuer", "TEXT", N_("the name of the service")},
    [HEX] = {"hex", NULL, N_("the key is written in hexadecimal digits, not base32")},
    [KEY_FILE] = {"key-file", "FILE", N_("read the key from the first line of a file that only root can read")},
    [URI] = {"uri", NULL, N_("take everything from an otpauth URI, the first line of standard input")},
    [URI_FILE] = {"uri-file", "FILE", N_("take it from the first line of a file that only root can read")},
};

static struct facts facts_of(const struct command *command)
{
	const char *const *value = command->value;

	return (struct facts){.digits = value[DIGITS],
	                      .digest = value[DIGEST],
	                      .period = value[PERIOD],
	                      .counter = value[COUNTER],
	                      .label = value[LABEL],
	                      .issuer = value[ISSUER]};
}

/* What the options say together: a URI brings its facts, and its key is no key file's. */
static enum command_exit check_sources(const struct command *command, bool uri)
{
	const char *const *value = command->value;
	const struct facts facts = facts_of(command);
	const char *given = facts_first_given(&facts);

	if (value[URI] != NULL && value[URI_FILE] != NULL)
		return verb_usage(command, _("Give one of --uri and --uri-file."));
	if (!uri)
		return COMMAND_DONE;
	if (given == NULL)
		given = value[KIND] != NULL       ? "kind"
		        : value[HEX] != NULL      ? "hex"
		        : value[KEY_FILE] != NULL ? "key-file"
		                                  : NULL;
	if (given != NULL)
		return verb_usage(command, _("--%s does not go with a URI, which tells it itself."), given);
	return COMMAND_DONE;
}

/* The kind that the option or the ID tells; both may, and then agree. */
static enum command_exit choose_kind(const struct command *command, const struct otp_token_id *id, enum otp_kind *kind)
{
	const char *given = command->value[KIND];
	enum otp_kind printed = id != NULL ? otp_token_id_kind(id) : OTP_KIND_UNKNOWN;

	*kind = given != NULL ? facts_kind(given) : printed;
	if (given != NULL && *kind == OTP_KIND_UNKNOWN)
		return verb_usage(command, _("--kind must be time or event, not \"%s\"."), given);
	if (printed != OTP_KIND_UNKNOWN && *kind != printed)
		return verb_usage(command, _("The token %s is no %s token; its ID says so."), id->text,
		                  _(facts_kind_word(*kind)));
	if (*kind == OTP_KIND_UNKNOWN && id != NULL)
		return verb_usage(
		    command, _("The ID %s does not tell the token's kind. Add --kind time or --kind event."), id->text);
	if (*kind == OTP_KIND_UNKNOWN)
		*kind = OTP_TIME;
	return COMMAND_DONE;
}

static enum command_exit read_parts(const struct command *command, const struct otp_token_id *id, struct otp_seed *seed)
{
	const struct facts facts = facts_of(command);
	enum otp_kind kind;
	struct otp_error error;
	enum otp_status status;
	enum command_exit result;

	if ((result = choose_kind(command, id, &kind)) != COMMAND_DONE)
		return result;
	if ((status = otp_seed_random(kind, seed)) != OTP_OK) { /* for its defaults */
		(void)otp_fail(&error, status, "cannot make a token: %s", otp_status_text(status));
		return command_failed(&error);
	}
	if ((result = facts_read(command, &facts, seed)) != COMMAND_DONE)
		return result;
	return source_key(command->value[KEY_FILE], command->value[HEX] != NULL, &seed->secret);
}

/* Give the seed the ID that was asked for, its own, or a fresh one. */
static enum command_exit settle_id(const struct command *command, const struct otp_token_id *id, bool uri,
                                   struct otp_seed *seed)
{
	bool has_own = uri && seed->id.text[0] != '\0';

	if (id != NULL && has_own && !otp_token_id_equal(id, &seed->id))
		return verb_usage(command, _("The URI is that of token %s, not %s."), seed->id.text, id->text);
	if (id != NULL)
		seed->id = *id;
	else if (!has_own)
		return source_fresh_id(command->host->vault, seed);
	if (otp_token_id_kind(&seed->id) != OTP_KIND_UNKNOWN && otp_token_id_kind(&seed->id) != seed->kind)
		return verb_usage(command, _("The token %s is no %s token; its ID says so."), seed->id.text,
		                  _(facts_kind_word(seed->kind)));
	return COMMAND_DONE;
}

static enum command_exit add(struct command *command, const struct otp_seed *seed)
{
	char grouped[OTP_TOKEN_ID_GROUPED_LEN + 1];
	struct otp_error error = {.status = OTP_OK};
	struct audit audit;
	enum otp_status status = otp_token_add(command->host->vault, seed, process_now(), &error);

	audit_begin(&audit, "tokens-add");
	audit_add(&audit, "token", seed->id.text);
	audit_add(&audit, "kind", facts_kind_word(seed->kind));
	audit_add(&audit, "verdict", status == OTP_OK ? "added" : status == OTP_E_EXISTS ? "exists" : "error");
	audit_send(&audit);
	if (status == OTP_E_EXISTS) {
		terminal_error(_("The token %s is known on this host already. See \"vipotp tokens list\"."),
		               seed->id.text);
		return COMMAND_EXISTS;
	}
	if (status != OTP_OK)
		return command_failed(&error);
	otp_token_id_group(&seed->id, grouped);
	(void)printf(_("Token %s is in the inventory. Bind it with \"vipotp enroll USER --token %s\".\n"), grouped,
	             seed->id.text);
	return COMMAND_DONE;
}

static enum command_exit run(struct command *command)
{
	const char *const *value = command->value;
	bool uri = value[URI] != NULL || value[URI_FILE] != NULL;
	struct otp_token_id parsed, *id = NULL;
	struct otp_seed seed = {.kind = OTP_KIND_UNKNOWN};
	enum command_exit result;

	if ((result = check_sources(command, uri)) != COMMAND_DONE)
		return result;
	if (value[ID] != NULL && otp_token_id_parse(value[ID], id = &parsed) != OTP_OK)
		return verb_usage(command,
		                  _("\"%s\" is no token ID (error 6004); it has 12 characters, such as VSST12345678."),
		                  value[ID]);
	if ((result = command_open(command, OTP_TO_ADMINISTER)) != COMMAND_DONE)
		return result;
	result = uri ? source_uri(value[URI_FILE], &seed) : read_parts(command, id, &seed);
	if (result == COMMAND_DONE)
		result = settle_id(command, id, uri, &seed);
	if (result == COMMAND_DONE)
		result = add(command, &seed);
	otp_seed_wipe(&seed);
	return result;
}

const struct verb tokens_add_verb = {
    .name = "tokens add",
    .operands = "",
    .help = N_("put a token into the inventory"),
    .more = N_("Answer: the token's key, or with --uri its otpauth URI."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .run = run,
};
