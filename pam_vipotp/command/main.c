/* SPDX-License-Identifier: BSD-2-Clause */
#include "help.h"
#include "options.h"
#include "terminal/terminal.h"
#include "verbs.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { OUTPUT_BUFFER = 16384, WORDS_MAX = 32 };

static enum command_exit run_help(struct command *command);

static const struct verb help_verb_itself = {
    .name = "help",
    .operands = "[VERB]",
    .help = "what a verb does and which options it has",
    .most = 2,
    .anyone = true,
    .run = run_help,
};

/* The table of verbs, in the order of the help text. */
static const struct verb *const verbs[] = {
    &enroll_verb, &test_verb,   &reset_verb,      &status_verb,      &list_verb,        &release_verb,
    &unlock_verb, &config_verb, &tokens_add_verb, &tokens_list_verb, &help_verb_itself, NULL,
};

/* Whether a verb's name is this word, or begins with it and a blank; then *second is its second word. */
static bool begins_with(const struct verb *verb, const char *word, const char **second)
{
	size_t len = strlen(word);

	if (len == 0 || strncmp(verb->name, word, len) != 0)
		return false;
	*second = verb->name[len] == ' ' ? verb->name + len + 1 : NULL;
	return verb->name[len] == ' ' || verb->name[len] == '\0';
}

/* *group: the word alone names no verb, but begins some. */
static const struct verb *find(const char *word, const char *next, bool *group)
{
	const char *second;

	*group = false;
	for (const struct verb *const *verb = verbs; *verb != NULL; verb++) {
		if (!begins_with(*verb, word, &second))
			continue;
		if (second == NULL || (next != NULL && strcmp(second, next) == 0))
			return *verb;
		*group = true;
	}
	return NULL;
}

static enum command_exit refuse_verb(const struct command *command, const char *word, const char *next, bool group)
{
	const char *names[WORDS_MAX], *second, *nearest;
	size_t n = 0;

	for (const struct verb *const *verb = verbs; *verb != NULL && n < WORDS_MAX - 1; verb++)
		if (!group)
			names[n++] = (*verb)->name;
		else if (begins_with(*verb, word, &second))
			names[n++] = second;
	names[n] = NULL;
	if (group && next == NULL)
		return command_usage(command, "\"%s\" needs a second word, such as \"%s %s\".", word, word, names[0]);
	nearest = options_nearest(group ? next : word, names);
	if (group && nearest != NULL)
		return command_usage(command, "There is no verb \"%s %s\". Did you mean \"%s %s\"?", word, next, word,
		                     nearest);
	if (group)
		return command_usage(command, "There is no verb \"%s %s\".", word, next);
	if (nearest != NULL)
		return command_usage(command, "There is no verb \"%s\". Did you mean \"%s\"?", word, nearest);
	return command_usage(command, "There is no verb \"%s\".", word);
}

static void help_group(const char *word)
{
	const char *second;
	bool first = true;

	for (const struct verb *const *verb = verbs; *verb != NULL; verb++) {
		if (!begins_with(*verb, word, &second))
			continue;
		if (!first)
			(void)putchar('\n');
		help_verb(stdout, *verb);
		first = false;
	}
}

static enum command_exit run_help(struct command *command)
{
	const char *word = command->operand[0];
	bool group;

	if (command->operands == 0) {
		help_overview(stdout, verbs);
		return COMMAND_DONE;
	}
	command->verb = find(word, command->operand[1], &group);
	if (command->verb != NULL)
		help_verb(stdout, command->verb);
	else if (group && command->operands == 1)
		help_group(word);
	else
		return refuse_verb(command, word, command->operand[1], group);
	return COMMAND_DONE;
}

static enum command_exit run_verb(struct command *command, int argc, char **argv)
{
	const char *next = argc > 1 ? argv[1] : NULL;
	int words;
	bool group;
	enum command_exit result;

	command->verb = find(argv[0], next, &group);
	if (command->verb == NULL && group && next != NULL && strcmp(next, "--help") == 0) {
		help_group(argv[0]);
		return COMMAND_DONE;
	}
	if (command->verb == NULL)
		return refuse_verb(command, argv[0], next, group);
	words = strchr(command->verb->name, ' ') != NULL ? 2 : 1;
	if ((result = options_read_verb(command, argc - words + 1, argv + words - 1)) != COMMAND_DONE)
		return result;
	if (command->help) {
		help_verb(stdout, command->verb);
		return COMMAND_DONE;
	}
	if (!command->verb->anyone && geteuid() != 0) {
		terminal_error("Only root may do this. Run it as root, for instance through sudo.");
		return COMMAND_UNAVAILABLE;
	}
	return command->verb->run(command);
}

/*
 * Keys pass through this process: no core, no debugger of the same user. A reader that leaves early is a write error.
 * A standard stream that the caller closed must not become the number of a record's descriptor; what replaces it
 * reads as empty, and refuses writes so that lost output shows.
 */
static void prepare_process(void)
{
	static const struct rlimit none = {0, 0};
	int fd;

	do
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		abort();
	(void)close(fd);
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)signal(SIGPIPE, SIG_IGN);
}

int main(int argc, char **argv)
{
	static char output[OUTPUT_BUFFER]; /* ours, so that a key printed through it can be wiped */
	struct command command = {.verb = NULL};
	enum command_exit result, flushed;
	bool version = false;
	int rest = 0;

	prepare_process();
	(void)setvbuf(stdout, output, isatty(STDOUT_FILENO) == 1 ? _IOLBF : _IOFBF, sizeof output);
	result = options_read_global(&command, argc, argv, &rest, &version);
	if (result == COMMAND_DONE && version)
		(void)printf("vipotp (%s) %s\n", PACKAGE_NAME, PACKAGE_VERSION);
	else if (result == COMMAND_DONE && command.help)
		help_overview(stdout, verbs);
	else if (result == COMMAND_DONE && rest == argc)
		result = command_usage(&command, "A verb is missing.");
	else if (result == COMMAND_DONE)
		result = run_verb(&command, argc - rest, argv + rest);
	otp_vault_close(&command.vault);
	flushed = command_flush();
	explicit_bzero(output, sizeof output);
	return (int)(flushed == COMMAND_DONE ? result : flushed);
}
