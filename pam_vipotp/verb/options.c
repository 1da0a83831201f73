/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"

#include "language/language.h"
#include "language/nearest.h"

#include <getopt.h>
#include <string.h>

enum { OWN = 256, COMMON = 512, HELP = 1024, VERSION, WORD = 1 /* getopt's, for an operand */ };
enum { KNOWN_MAX = VERB_OPTIONS_MAX + VERB_COMMON_MAX + 3 };

const char *options_nearest(const char *typed, const char *const *names)
{
	struct nearest nearest = nearest_begin(typed);

	for (; *names != NULL; names++)
		nearest_offer(&nearest, *names);
	return nearest.name;
}

/* Append options to what getopt knows, numbered from first on. */
static size_t append(struct option *known, size_t n, const struct verb_option *options, size_t count, int first)
{
	for (size_t i = 0; i < count; i++)
		known[n++] =
		    (struct option){options[i].name, options[i].argument != NULL ? required_argument : no_argument,
		                    NULL, first + (int)i};
	return n;
}

/* The options in force: before the verb the common ones and --version, after it its own and the common ones. */
static void list_options(const struct command *command, struct option known[KNOWN_MAX])
{
	const struct program *program = command->program;
	const struct verb *verb = command->verb;
	size_t n = 0;

	if (verb != NULL)
		n = append(known, n, verb->options, verb->n_options, OWN);
	n = append(known, n, program->common, program->n_common, COMMON);
	known[n++] = (struct option){"help", no_argument, NULL, HELP};
	if (verb == NULL)
		known[n++] = (struct option){"version", no_argument, NULL, VERSION};
	known[n] = (struct option){NULL, 0, NULL, 0};
}

static enum command_exit refuse_unknown(const struct command *command, const char *typed)
{
	struct option known[KNOWN_MAX];
	const char *names[KNOWN_MAX], *nearest;
	size_t n = 0;

	if (command->verb == NULL)
		return verb_usage(command, _("The option \"%s\" is not known before the verb."), typed);
	list_options(command, known);
	for (; known[n].name != NULL; n++)
		names[n] = known[n].name;
	names[n] = NULL;
	nearest = options_nearest(typed + strspn(typed, "-"), names);
	if (nearest != NULL)
		return verb_usage(command, _("The option \"%s\" is not known. Did you mean --%s?"), typed, nearest);
	return verb_usage(command, _("The option \"%s\" is not known."), typed);
}

static enum command_exit take_operand(struct command *command, const char *word)
{
	if (command->operands == command->verb->most)
		return verb_usage(command, _("\"%s\" is one word too many."), word);
	command->operand[command->operands++] = word;
	return COMMAND_DONE;
}

static enum command_exit take_option(struct command *command, int found, const char *argument)
{
	const char **value = &command->value[found - OWN];

	if (*value != NULL)
		return verb_usage(command, _("The option --%s is given twice."),
		                  command->verb->options[found - OWN].name);
	*value = argument != NULL ? argument : "";
	return COMMAND_DONE;
}

/* One finding of getopt. optopt tells the option whose argument is missing or needless, 0 an unknown one. */
static enum command_exit take(struct command *command, int found, const char *typed)
{
	if (found == WORD)
		return take_operand(command, optarg);
	if (found == ':')
		return verb_usage(command, _("The option \"%s\" needs an argument."), typed);
	if (found == '?' && optopt >= OWN)
		return verb_usage(command, _("The option \"%s\" takes no argument."), typed);
	if (found == '?' && optopt != 0)
		return verb_usage(command, _("The option \"-%c\" is not known; options have two dashes and a name."),
		                  optopt);
	if (found == '?')
		return refuse_unknown(command, typed);
	if (found == HELP)
		command->help = true;
	else if (found >= COMMON)
		command->common[found - COMMON] = optarg != NULL ? optarg : "";
	else
		return take_option(command, found, optarg);
	return COMMAND_DONE;
}

enum command_exit options_read_global(struct command *command, int argc, char **argv, int *rest, bool *version)
{
	struct option known[KNOWN_MAX];
	enum command_exit result = COMMAND_DONE;
	int found;

	list_options(command, known);
	opterr = 0;
	optind = 0; /* glibc: begin anew */
	while (result == COMMAND_DONE && (found = getopt_long(argc, argv, "+:", known, NULL)) != -1)
		if (found == VERSION)
			*version = true;
		else
			result = take(command, found, argv[optind - 1]);
	*rest = optind;
	return result;
}

enum command_exit options_read_verb(struct command *command, int argc, char **argv)
{
	struct option known[KNOWN_MAX];
	enum command_exit result = COMMAND_DONE;
	int found;

	list_options(command, known);
	opterr = 0;
	optind = 0; /* glibc: begin anew */
	/* "-": operands come in order, so that POSIXLY_CORRECT changes nothing. */
	while (result == COMMAND_DONE && (found = getopt_long(argc, argv, "-:", known, NULL)) != -1)
		result = take(command, found, argv[optind - 1]);
	for (; result == COMMAND_DONE && optind < argc; optind++)
		result = take_operand(command, argv[optind]);
	if (result == COMMAND_DONE && !command->help && command->operands < command->verb->least)
		return verb_usage(command, _("%s is missing."), command->verb->operands);
	return result;
}
