/* SPDX-License-Identifier: BSD-2-Clause */
#include "account.h"
#include "helper/client.h"
#include "helper/protocol.h"
#include "language/language.h"
#include "pump.h"
#include "serve.h"
#include "source.h"
#include "terminal/terminal.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The caller's side of a verb that vipotp-helper runs for him (product §6.8). */

enum { WORDS_MAX = 3 + 2 * VERB_OPTIONS_MAX + VERB_OPERANDS_MAX };

/* The command line as the helper gets it: made anew from what was understood, with nothing before the verb. */
struct line {
	int argc;
	char *argv[WORDS_MAX + 1];
	char text[PROTOCOL_PACKET_MAX];
	size_t used;
	bool whole; /* all of it fits */
};

static void add(struct line *line, const char *start, const char *end)
{
	size_t len = strlen(start) + strlen(end) + 1;

	line->whole = line->whole && len <= sizeof line->text - line->used;
	if (!line->whole)
		return;
	line->argv[line->argc++] = line->text + line->used;
	(void)snprintf(line->text + line->used, len, "%s%s", start, end);
	line->used += len;
}

static void compose(const struct command *command, struct line *line)
{
	const struct verb *verb = command->verb;
	char facts[4];
	size_t n = 0;

	if (terminal_interactive())
		facts[n++] = SERVE_TYPED;
	if (terminal_shown())
		facts[n++] = SERVE_SHOWN;
	if (terminal_colours(stdout))
		facts[n++] = SERVE_COLOURS;
	facts[n] = '\0';
	*line = (struct line){.whole = true};
	add(line, command->program->name, "");
	add(line, SERVE_TERMINAL, facts);
	add(line, verb->name, "");
	for (size_t i = 0; i < verb->n_options; i++) {
		if (command->value[i] == NULL)
			continue;
		add(line, "--", verb->options[i].name);
		if (verb->options[i].argument != NULL)
			add(line, command->value[i], "");
	}
	for (size_t i = 0; i < command->operands; i++)
		add(line, command->operand[i], "");
}

/* What can be refused without the helper: what it would refuse after the password only. */
static enum command_exit check(const struct command *command)
{
	const struct passwd *entry;
	char name[OTP_USER_MAX + 1];

	if (command->common[COMMON_CONFIG] != NULL) {
		terminal_error(_("Only root may give --%s."), command->program->common[COMMON_CONFIG].name);
		return COMMAND_UNAVAILABLE;
	}
	errno = 0;
	entry = getpwuid(geteuid());
	if (entry == NULL || strlen(entry->pw_name) > OTP_USER_MAX) {
		terminal_error(_("Your uid %u has no account on this host."), (unsigned)geteuid());
		return COMMAND_NOT_FOUND;
	}
	memcpy(name, entry->pw_name, strlen(entry->pw_name) + 1); /* the next look-up takes its place */
	return account_is_foreign(command, geteuid(), name) ? COMMAND_UNAVAILABLE : COMMAND_DONE;
}

static enum command_exit failed(const struct otp_error *error)
{
	switch (error->status) {
	case OTP_E_STATE:
		terminal_error(_("The password is wrong."));
		return COMMAND_REFUSED;
	case OTP_E_BUSY:
		terminal_error(_("vipotp-helper has too much to do just now. Try again."));
		return COMMAND_UNAVAILABLE;
	case OTP_E_IO:
		terminal_error("%s", error->what);
		terminal_error(
		    _("The service that does this for users, vipotp-helper, is not there or cannot work. Ask your "
		      "administrator to start it: \"systemctl enable --now vipotp-helper.socket\". Root needs no "
		      "service: \"sudo vipotp\"."));
		break;
	default:
		terminal_error("%s", error->what);
		terminal_error(_("vipotp-helper could not do it. Ask your administrator."));
		break;
	}
	return COMMAND_UNAVAILABLE;
}

/* The password, where the verb wants it; "" where not. */
static enum command_exit ask_password(const struct line *line, char *password, size_t size)
{
	char *argv[WORDS_MAX + 1];

	memcpy(argv, line->argv, sizeof argv);
	*password = '\0';
	if (!serve_wants_password(line->argc, argv))
		return COMMAND_DONE;
	return source_hidden(_("Your password: "), password, size);
}

static enum command_exit converse(const struct line *line, char *password)
{
	const char *language = language_used() == LANGUAGE_JAPANESE ? "ja" : "en";
	struct client_session session;
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status = client_session_begin(line->argc, line->argv, password, language, &session, &error);
	enum command_exit pumped;
	int code;

	if (status != OTP_OK)
		return failed(&error);
	pumped = pump(session.stream);
	code = client_session_end(&session);
	if (pumped != COMMAND_DONE)
		return pumped;
	if (code >= COMMAND_DONE && code <= COMMAND_THROTTLED)
		return (enum command_exit)code;
	terminal_error(_("vipotp-helper ended the dialogue."));
	return COMMAND_UNAVAILABLE;
}

enum command_exit relay(const struct command *command)
{
	struct line line;
	char password[PROTOCOL_TEXT_MAX];
	enum command_exit result = check(command);

	if (result != COMMAND_DONE)
		return result;
	compose(command, &line);
	if (!line.whole)
		return verb_usage(command, _("The command line is too long."));
	result = ask_password(&line, password, sizeof password);
	if (result == COMMAND_DONE)
		result = converse(&line, password);
	explicit_bzero(password, sizeof password);
	return result;
}
