/* SPDX-License-Identifier: BSD-2-Clause */
#include "language/language.h"
#include "terminal/terminal.h"
#include "verb/process.h"
#include "verb/speech.h"
#include "verbs.h"

#include <signal.h>

/* The table of verbs, in the order of the help text. */
static const struct verb *const verbs[] = {
    &new_verb, &show_verb,   &next_verb,   &watch_verb,  &list_verb,
    &uri_verb, &import_verb, &export_verb, &remove_verb, NULL,
};

static const struct program program = {
    .name = "vipotp-token",
    .purpose = N_("Make one-time passwords on this computer, without a key fob or a phone."),
    .closing = N_("Keys and URIs are read from standard input or a file. See vipotp-token(1)."),
    .operands = "[VERB | TOPIC]",
    .verbs = verbs,
    .topics = topics,
    .n_topics = TOPICS,
};

int main(int argc, char **argv)
{
	struct command command = {.program = &program};
	enum command_exit result;
	bool ready;

	process_begin();
	(void)signal(SIGXFSZ, SIG_IGN); /* a write beyond the limit fails, and is told */
	terminal_program(program.name);
	speech_choose(LANGUAGE_AUTO);
	result = verb_read(&command, argc, argv, &ready);
	if (ready)
		result = command.verb->run(&command);
	return process_end(result);
}
