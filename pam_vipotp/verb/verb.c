/* SPDX-License-Identifier: BSD-2-Clause */
#include "verb.h"

#include "help.h"
#include "language/language.h"
#include "options.h"
#include "terminal/terminal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 48, MESSAGE_MAX = 512 };

enum command_exit verb_usage(const struct command *command, const char *format, ...)
{
	char message[MESSAGE_MAX];
	const char *program = command->program->name;
	va_list args;

	va_start(args, format);
	(void)vsnprintf(message, sizeof message, format, args);
	va_end(args);
	terminal_error("%s", message);
	if (command->verb != NULL)
		terminal_error(_("See \"%s %s --help\"."), program, command->verb->name);
	else
		terminal_error(_("See \"%s --help\"."), program);
	return COMMAND_USAGE;
}

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
static const struct verb *find(const struct program *program, const char *word, const char *next, bool *group)
{
	const char *second;

	*group = false;
	for (const struct verb *const *verb = program->verbs; *verb != NULL; verb++) {
		if (!begins_with(*verb, word, &second))
			continue;
		if (second == NULL || (next != NULL && strcmp(second, next) == 0))
			return *verb;
		*group = true;
	}
	return strcmp(word, help_verb.name) == 0 ? &help_verb : NULL;
}

/* What may stand in the word's place, ended by NULL: second words of its group, or verbs and, after help, topics. */
static void list_words(const struct command *command, const char *group, const char *names[WORDS_MAX])
{
	const struct program *program = command->program;
	const char *second;
	size_t n = 0;

	for (const struct verb *const *verb = program->verbs; *verb != NULL && n < WORDS_MAX - 2; verb++)
		if (group == NULL)
			names[n++] = (*verb)->name;
		else if (begins_with(*verb, group, &second))
			names[n++] = second;
	if (group == NULL)
		names[n++] = help_verb.name;
	for (size_t i = 0; group == NULL && command->verb != NULL && i < program->n_topics && n < WORDS_MAX - 1; i++)
		names[n++] = program->topics[i].name;
	names[n] = NULL;
}

static enum command_exit refuse_word(struct command *command, const char *word, const char *next, bool group)
{
	const char *names[WORDS_MAX], *nearest;
	bool topic = command->verb != NULL && command->program->n_topics > 0;

	list_words(command, group ? word : NULL, names);
	command->verb = NULL;
	if (group && next == NULL)
		return verb_usage(command, _("\"%s\" needs a second word, such as \"%s %s\"."), word, word, names[0]);
	nearest = options_nearest(group ? next : word, names);
	if (group && nearest != NULL)
		return verb_usage(command, _("There is no verb \"%s %s\". Did you mean \"%s %s\"?"), word, next, word,
		                  nearest);
	if (group)
		return verb_usage(command, _("There is no verb \"%s %s\"."), word, next);
	if (topic && nearest != NULL)
		return verb_usage(command, _("There is no verb or topic \"%s\". Did you mean \"%s\"?"), word, nearest);
	if (topic)
		return verb_usage(command, _("There is no verb or topic \"%s\"."), word);
	if (nearest != NULL)
		return verb_usage(command, _("There is no verb \"%s\". Did you mean \"%s\"?"), word, nearest);
	return verb_usage(command, _("There is no verb \"%s\"."), word);
}

static void tell_group(const struct command *command, const char *word)
{
	const struct program *program = command->program;
	const char *second;
	bool first = true;

	for (const struct verb *const *verb = program->verbs; *verb != NULL; verb++) {
		if (!begins_with(*verb, word, &second))
			continue;
		if (!first)
			(void)putchar('\n');
		help_of_verb(stdout, program, *verb, command->own);
		first = false;
	}
}

/* The verb help itself, whose operands are read. */
static enum command_exit tell(struct command *command)
{
	const struct program *program = command->program;
	const char *word = command->operand[0];
	const struct verb *verb;
	bool group;

	if (command->operands == 0) {
		help_overview(stdout, program, command->own);
		return COMMAND_DONE;
	}
	verb = find(program, word, command->operand[1], &group);
	if (verb != NULL)
		help_of_verb(stdout, program, verb, command->own);
	else if (group && command->operands == 1)
		tell_group(command, word);
	else if (group || !help_topic(stdout, program, word))
		return refuse_word(command, word, command->operand[1], group);
	return COMMAND_DONE;
}

/* A user has given an option of a verb for users that is root's all the same. */
static enum command_exit check_own_options(const struct command *command)
{
	const struct verb *verb = command->verb;

	for (size_t i = 0; command->own && verb->own != OWN_NOT && i < verb->n_options; i++)
		if (command->value[i] != NULL && (verb->own_options >> i & 1) == 0) {
			terminal_error(_("Only root may give --%s."), verb->options[i].name);
			return COMMAND_UNAVAILABLE;
		}
	return COMMAND_DONE;
}

static enum command_exit read_verb(struct command *command, int argc, char **argv, bool *ready)
{
	const char *next = argc > 1 ? argv[1] : NULL;
	int words;
	bool group;
	enum command_exit result;
	const struct verb *verb = find(command->program, argv[0], next, &group);

	if (verb == NULL && group && next != NULL && strcmp(next, "--help") == 0) {
		tell_group(command, argv[0]);
		return COMMAND_DONE;
	}
	if (verb == NULL)
		return refuse_word(command, argv[0], next, group);
	command->verb = verb;
	words = strchr(verb->name, ' ') != NULL ? 2 : 1;
	if ((result = options_read_verb(command, argc - words + 1, argv + words - 1)) != COMMAND_DONE)
		return result;
	if (command->help)
		help_of_verb(stdout, command->program, verb, command->own);
	else if (verb == &help_verb)
		return tell(command);
	else
		*ready = (result = check_own_options(command)) == COMMAND_DONE;
	return result;
}

enum command_exit verb_read(struct command *command, int argc, char **argv, bool *ready)
{
	enum command_exit result;
	bool version = false;
	int rest = 0;

	*ready = false;
	result = options_read_global(command, argc, argv, &rest, &version);
	if (command->program->speak != NULL)
		command->program->speak(command);
	if (result != COMMAND_DONE)
		return result;
	if (version)
		(void)printf("%s (%s) %s\n", command->program->name, PACKAGE_NAME, PACKAGE_VERSION);
	else if (command->help)
		help_overview(stdout, command->program, command->own);
	else if (rest == argc)
		return verb_usage(command, _("A verb is missing."));
	else
		return read_verb(command, argc - rest, argv + rest, ready);
	return COMMAND_DONE;
}
