/* SPDX-License-Identifier: BSD-2-Clause */
#include "help.h"

#include "language/language.h"

#include <string.h>

enum { VERB_COLUMN = 28, OPTION_COLUMN = 24 };

const struct verb help_verb = {
    .name = "help",
    .help = N_("what a verb does and which options it has"),
    .most = 2,
    .anyone = true,
};

static const char *operands_of(const struct program *program, const struct verb *verb)
{
	return verb == &help_verb ? program->operands : verb->operands;
}

static void option(FILE *out, const struct verb_option *option)
{
	const char *argument = option->argument != NULL ? option->argument : "";
	int used = fprintf(out, "  --%s%s%s", option->name, *argument != '\0' ? " " : "", argument);

	(void)fprintf(out, "%*s%s\n", used < OPTION_COLUMN - 2 ? OPTION_COLUMN - used : 2, "", _(option->help));
}

static void line(FILE *out, const char *name, const char *operands, const char *help)
{
	int used = fprintf(out, "  %s %s", name, operands);

	(void)fprintf(out, "%*s%s\n", used < VERB_COLUMN - 2 ? VERB_COLUMN - used : 2, "", _(help));
}

static void usage(FILE *out, const struct program *program)
{
	(void)fprintf(out, _("Usage: %s"), program->name);
	for (size_t i = 0; i < program->n_common; i++)
		(void)fprintf(out, " [--%s%s%s]", program->common[i].name,
		              program->common[i].argument != NULL ? " " : "",
		              program->common[i].argument != NULL ? program->common[i].argument : "");
	(void)fprintf(out, " VERB [OPTION]...\n%s\n", _(program->purpose));
}

void help_overview(FILE *out, const struct program *program)
{
	static const struct verb_option everywhere[] = {
	    {"help", NULL, N_("what a verb does and which options it has")},
	    {"version", NULL, N_("the version")},
	};

	usage(out, program);
	(void)fprintf(out, "\n%s\n", _("Verbs:"));
	for (const struct verb *const *verb = program->verbs; *verb != NULL; verb++)
		line(out, (*verb)->name, (*verb)->operands, (*verb)->help);
	line(out, help_verb.name, program->operands, help_verb.help);
	(void)fprintf(out, "\n%s\n", _("Options of every verb:"));
	for (size_t i = 0; i < program->n_common; i++)
		option(out, &program->common[i]);
	for (size_t i = 0; i < sizeof everywhere / sizeof *everywhere; i++)
		option(out, &everywhere[i]);
	if (program->n_topics > 0)
		(void)fprintf(out, "\n%s\n", _("Topics of help:"));
	for (size_t i = 0; i < program->n_topics; i++)
		line(out, program->topics[i].name, "", program->topics[i].help);
	(void)fprintf(out, "\n%s\n", _(program->closing));
}

void help_of_verb(FILE *out, const struct program *program, const struct verb *verb)
{
	const char *operands = operands_of(program, verb);

	(void)fprintf(out, _("Usage: %s"), program->name);
	(void)fprintf(out, " %s%s%s%s\n%s\n", verb->name, *operands != '\0' ? " " : "", operands,
	              verb->n_options > 0 ? " [OPTION]..." : "", _(verb->help));
	if (verb->more != NULL)
		(void)fprintf(out, "\n%s\n", _(verb->more));
	if (verb->n_options > 0)
		(void)fprintf(out, "\n%s\n", _("Options:"));
	for (size_t i = 0; i < verb->n_options; i++)
		option(out, &verb->options[i]);
}

bool help_topic(FILE *out, const struct program *program, const char *name)
{
	for (size_t i = 0; i < program->n_topics; i++)
		if (strcmp(program->topics[i].name, name) == 0) {
			(void)fprintf(out, "%s\n", _(program->topics[i].text));
			return true;
		}
	return false;
}
