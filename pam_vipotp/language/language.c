/* SPDX-License-Identifier: BSD-2-Clause */
#include "language.h"

#include "catalogue.h"

static enum language in_force = LANGUAGE_ENGLISH;

void language_use(enum language language)
{
	in_force = language == LANGUAGE_AUTO ? LANGUAGE_ENGLISH : language;
}

enum language language_used(void)
{
	return in_force;
}

const char *language_in(enum language language, const char *english)
{
	const char *text = language == LANGUAGE_JAPANESE ? catalogue_find(catalogue_ja, english) : NULL;

	return text != NULL ? text : english;
}

const char *language_text(const char *english)
{
	return language_in(in_force, english);
}
