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

/* Whether a user may run it, on his own account where there is one to be named. */
static bool is_for_users(const struct verb *verb)
{
	return verb->anyone || verb->own != OWN_NOT;
}

static const char *operands_of(const struct program *program, const struct verb *verb)
{
	return verb == &help_verb ? program->operands : verb->operands;
}

/* What the verb does, for whoever asks. */
static const char *help_for(const struct verb *verb, bool own)
{
	return own && verb->own_help != NULL ? verb->own_help : verb->help;
}

static const char *more_for(const struct verb *verb, bool own)
{
	return own && verb->own_more != NULL ? verb->own_more : verb->more;
}

/* Whether option i of the verb is shown to whoever asks; of a verb that is root's, a user is shown them all. */
static bool shows_option(const struct verb *verb, size_t i, bool own)
{
	return !own || verb->own == OWN_NOT || (verb->own_options >> i & 1) != 0;
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

static void list_verbs(FILE *out, const struct program *program, bool own, bool for_users)
{
	for (const struct verb *const *verb = program->verbs; *verb != NULL; verb++)
		if (!own || is_for_users(*verb) == for_users)
			line(out, (*verb)->name, (*verb)->operands, help_for(*verb, own));
}

void help_overview(FILE *out, const struct program *program, bool own)
{
	static const struct verb_option everywhere[] = {
	    {"help", NULL, N_("what a verb does and which options it has")},
	    {"version", NULL, N_("the version")},
	};

	usage(out, program);
	(void)fprintf(out, "\n%s\n", own ? _("Verbs for you:") : _("Verbs:"));
	list_verbs(out, program, own, true);
	line(out, help_verb.name, program->operands, help_verb.help);
	if (own) {
		(void)fprintf(out, "\n%s\n", _("Verbs for root:"));
		list_verbs(out, program, own, false);
	}
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

static void list_options(FILE *out, const struct verb *verb, bool own)
{
	bool first = true;

	for (size_t i = 0; i < verb->n_options; i++) {
		if (!shows_option(verb, i, own))
			continue;
		if (first)
			(void)fprintf(out, "\n%s\n", _("Options:"));
		first = false;
		option(out, &verb->options[i]);
	}
}

void help_of_verb(FILE *out, const struct program *program, const struct verb *verb, bool own)
{
	const char *operands = operands_of(program, verb), *more = more_for(verb, own);
	bool options = false;

	for (size_t i = 0; i < verb->n_options; i++)
		options = options || shows_option(verb, i, own);
	(void)fprintf(out, _("Usage: %s"), program->name);
	(void)fprintf(out, " %s%s%s%s\n%s\n", verb->name, *operands != '\0' ? " " : "", operands,
	              options ? " [OPTION]..." : "", _(help_for(verb, own)));
	if (own && !is_for_users(verb))
		(void)fprintf(out, "%s\n", _("Only root may do this."));
	if (more != NULL)
		(void)fprintf(out, "\n%s\n", _(more));
	list_options(out, verb, own);
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
