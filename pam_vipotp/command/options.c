/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"

#include <getopt.h>
#include <string.h>

enum { FIRST = 256, HELP = 1024, CONFIG, VERSION, WORD = 1 /* getopt's, for an operand */, TYPED_MAX = 24 };

static size_t least_of(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* How many letters to insert, drop or change (Levenshtein), by rows. Names longer than TYPED_MAX are never near. */
static size_t distance(const char *a, const char *b)
{
	size_t row[TYPED_MAX + 1], len = strlen(b);

	if (len > TYPED_MAX || strlen(a) > TYPED_MAX)
		return TYPED_MAX;
	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			size_t above = row[j];

			row[j] = least_of(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[len];
}

const char *options_nearest(const char *typed, const char *const *names)
{
	const char *nearest = NULL;
	size_t best = strlen(typed) <= 4 ? 2 : 3; /* below this */

	for (; *names != NULL; names++) {
		size_t d = distance(typed, *names);

		if (d < best) {
			best = d;
			nearest = *names;
		}
	}
	return nearest;
}

enum command_exit options_read_global(struct command *command, int argc, char **argv, int *rest, bool *version)
{
	static const struct option known[] = {{"config", required_argument, NULL, CONFIG},
	                                      {"help", no_argument, NULL, HELP},
	                                      {"version", no_argument, NULL, VERSION},
	                                      {NULL, 0, NULL, 0}};
	int found;

	opterr = 0;
	while ((found = getopt_long(argc, argv, "+:", known, NULL)) != -1) {
		if (found == CONFIG)
			command->config = optarg;
		else if (found == HELP)
			command->help = true;
		else if (found == VERSION)
			*version = true;
		else if (found == ':')
			return command_usage(command, "The option --config needs a FILE.");
		else if (optopt >= FIRST)
			return command_usage(command, "The option \"%s\" takes no argument.", argv[optind - 1]);
		else if (optopt != 0)
			return command_usage(
			    command, "The option \"-%c\" is not known; options have two dashes and a name.", optopt);
		else
			return command_usage(command, "The option \"%s\" is not known before the verb.",
			                     argv[optind - 1]);
	}
	*rest = optind;
	return COMMAND_DONE;
}

static void list_options(const struct verb *verb, struct option known[VERB_OPTIONS_MAX + 3])
{
	size_t n = 0;

	for (; n < verb->n_options; n++)
		known[n] = (struct option){verb->options[n].name,
		                           verb->options[n].argument != NULL ? required_argument : no_argument, NULL,
		                           FIRST + (int)n};
	known[n++] = (struct option){"config", required_argument, NULL, CONFIG};
	known[n++] = (struct option){"help", no_argument, NULL, HELP};
	known[n] = (struct option){NULL, 0, NULL, 0};
}

static enum command_exit refuse_unknown(const struct command *command, const char *typed)
{
	const char *names[VERB_OPTIONS_MAX + 3], *nearest;
	size_t n = 0;

	for (; n < command->verb->n_options; n++)
		names[n] = command->verb->options[n].name;
	names[n++] = "config";
	names[n++] = "help";
	names[n] = NULL;
	nearest = options_nearest(typed + strspn(typed, "-"), names);
	if (nearest != NULL)
		return command_usage(command, "The option \"%s\" is not known. Did you mean --%s?", typed, nearest);
	return command_usage(command, "The option \"%s\" is not known.", typed);
}

static enum command_exit take_operand(struct command *command, const char *word)
{
	if (command->operands == command->verb->most)
		return command_usage(command, "\"%s\" is one word too many.", word);
	command->operand[command->operands++] = word;
	return COMMAND_DONE;
}

static enum command_exit take_option(struct command *command, int found, const char *argument)
{
	const char **value = &command->value[found - FIRST];

	if (*value != NULL)
		return command_usage(command, "The option --%s is given twice.",
		                     command->verb->options[found - FIRST].name);
	*value = argument != NULL ? argument : "";
	return COMMAND_DONE;
}

/* One finding of getopt. optopt tells the option whose argument is missing or needless, 0 an unknown one. */
static enum command_exit take(struct command *command, int found, const char *typed)
{
	if (found == WORD)
		return take_operand(command, optarg);
	if (found == HELP)
		command->help = true;
	else if (found == CONFIG)
		command->config = optarg;
	else if (found == ':')
		return command_usage(command, "The option \"%s\" needs an argument.", typed);
	else if (found == '?' && optopt >= FIRST)
		return command_usage(command, "The option \"%s\" takes no argument.", typed);
	else if (found == '?' && optopt != 0)
		return command_usage(command, "The option \"-%c\" is not known; options have two dashes and a name.",
		                     optopt);
	else if (found == '?')
		return refuse_unknown(command, typed);
	else
		return take_option(command, found, optarg);
	return COMMAND_DONE;
}

enum command_exit options_read_verb(struct command *command, int argc, char **argv)
{
	struct option known[VERB_OPTIONS_MAX + 3];
	enum command_exit result = COMMAND_DONE;
	int found;

	list_options(command->verb, known);
	opterr = 0;
	optind = 0; /* glibc: begin anew */
	/* "-": operands come in order, so that POSIXLY_CORRECT changes nothing. */
	while (result == COMMAND_DONE && (found = getopt_long(argc, argv, "-:", known, NULL)) != -1)
		result = take(command, found, argv[optind - 1]);
	for (; result == COMMAND_DONE && optind < argc; optind++)
		result = take_operand(command, argv[optind]);
	if (result == COMMAND_DONE && !command->help && command->operands < command->verb->least)
		return command_usage(command, "%s is missing.", command->verb->operands);
	return result;
}
