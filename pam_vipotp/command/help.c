/* SPDX-License-Identifier: BSD-2-Clause */
#include "help.h"

#include <string.h>

enum { VERB_COLUMN = 26, OPTION_COLUMN = 24 };

static void option(FILE *out, const struct verb_option *option)
{
	const char *argument = option->argument != NULL ? option->argument : "";
	int used = fprintf(out, "  --%s%s%s", option->name, *argument != '\0' ? " " : "", argument);

	(void)fprintf(out, "%*s%s\n", used < OPTION_COLUMN - 2 ? OPTION_COLUMN - used : 2, "", option->help);
}

void help_overview(FILE *out, const struct verb *const *verbs)
{
	static const struct verb_option everywhere[] = {
	    {"config", "FILE", "the settings file, instead of " SETTINGS_FILE},
	    {"help", NULL, "what a verb does and which options it has"},
	    {"version", NULL, "the version"},
	};

	(void)fputs("Usage: vipotp [--config FILE] VERB [OPTION]...\n"
	            "Look after the one-time passwords of this host's users.\n\nVerbs:\n",
	            out);
	for (; *verbs != NULL; verbs++) {
		int used = fprintf(out, "  %s %s", (*verbs)->name, (*verbs)->operands);

		(void)fprintf(out, "%*s%s\n", used < VERB_COLUMN - 2 ? VERB_COLUMN - used : 2, "", (*verbs)->help);
	}
	(void)fputs("\nOptions of every verb:\n", out);
	for (size_t i = 0; i < sizeof everywhere / sizeof *everywhere; i++)
		option(out, &everywhere[i]);
	(void)fputs("\nAnswers, keys and URIs are read from standard input, a line each. See vipotp(1).\n", out);
}

void help_verb(FILE *out, const struct verb *verb)
{
	(void)fprintf(out, "Usage: vipotp %s%s%s%s\n", verb->name, *verb->operands != '\0' ? " " : "", verb->operands,
	              verb->n_options > 0 ? " [OPTION]..." : "");
	(void)fprintf(out, "%s\n", verb->help);
	if (verb->more != NULL)
		(void)fprintf(out, "\n%s\n", verb->more);
	if (verb->n_options > 0)
		(void)fputs("\nOptions:\n", out);
	for (size_t i = 0; i < verb->n_options; i++)
		option(out, &verb->options[i]);
}
