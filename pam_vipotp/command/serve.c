/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve.h"

#include "language/language.h"
#include "terminal/terminal.h"
#include "verb/process.h"
#include "verbs.h"

#include <stdlib.h>
#include <string.h>

/*
 * The verbs that act on one's own account, and no others: whatever a command line says, nothing else is run for users.
 * Options before the verb are none; those of a verb that are root's are refused by the verb's own table.
 */
static const struct verb *const verbs[] = {
    &enroll_verb, &test_verb, &reset_verb, &status_verb, &recovery_verb, NULL,
};

static const struct program program = {
    .name = "vipotp",
    .purpose = N_("Look after the one-time passwords of this host's users."),
    .closing = N_("Answers, keys and URIs are read from standard input, a line each. See vipotp(1)."),
    .operands = "[VERB]",
    .verbs = verbs,
};

static bool tells_of_terminal(int argc, char **argv)
{
	return argc > 1 && strncmp(argv[1], SERVE_TERMINAL, sizeof SERVE_TERMINAL - 1) == 0;
}

/* The verb must stand first: serve, which reads the rest, then cannot come to another one than was looked at here. */
bool serve_wants_password(int argc, char **argv)
{
	int at = tells_of_terminal(argc, argv) ? 2 : 1;

	for (size_t i = 0; at < argc && verbs[i] != NULL; i++)
		if (strcmp(argv[at], verbs[i]->name) == 0)
			return verbs[i]->own != OWN_FREELY;
	return true;
}

/* The environment is empty here, so that settings would choose the language over the caller's head. */
static void keep_language(void)
{
	(void)setenv("LANG", language_used() == LANGUAGE_JAPANESE ? "ja" : "en", 1);
}

static void look_at_terminal(int *argc, char **argv)
{
	struct terminal_far far = {.patience = SERVE_PATIENCE, .late = _("No answer came in time.")};

	if (tells_of_terminal(*argc, argv)) {
		const char *facts = argv[1] + sizeof SERVE_TERMINAL - 1;

		far.typed = strchr(facts, SERVE_TYPED) != NULL;
		far.shown = strchr(facts, SERVE_SHOWN) != NULL;
		far.colours = strchr(facts, SERVE_COLOURS) != NULL;
		memmove(argv + 1, argv + 2, (size_t)(*argc - 1) * sizeof *argv); /* with the NULL behind them */
		(*argc)--;
	}
	terminal_be_far(&far);
}

enum command_exit serve(int argc, char **argv, const struct caller *caller, const char *config)
{
	struct host host = {.vault = NULL};
	struct command command = {.program = &program, .own = true, .host = &host};
	enum command_exit result;
	bool ready;

	keep_language();
	process_begin();
	terminal_program(program.name);
	caller_begin(caller);
	look_at_terminal(&argc, argv);
	result = verb_read(&command, argc, argv, &ready);
	if (ready && (command.verb->own == OWN_NOT || caller->uid == 0))
		result = COMMAND_UNAVAILABLE;
	else if (ready) {
		command.common[COMMON_CONFIG] = config;
		result = command.verb->run(&command);
	}
	otp_vault_close(&host.vault);
	return (enum command_exit)process_end(result);
}
