/* SPDX-License-Identifier: BSD-2-Clause */
#include "speech.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool is(const char *name, size_t len, const char *wanted)
{
	return len == strlen(wanted) && strncmp(name, wanted, len) == 0;
}

/* Of a locale's name of len bytes, such as ja_JP.UTF-8. AUTO: none of ours. */
static enum language language_of(const char *name, size_t len)
{
	size_t word = 0;

	while (word < len && strchr("_.@", name[word]) == NULL)
		word++;
	if (is(name, word, "ja"))
		return LANGUAGE_JAPANESE;
	return is(name, word, "en") || is(name, len, "C") || is(name, len, "POSIX") ? LANGUAGE_ENGLISH : LANGUAGE_AUTO;
}

/* The first language of ours in a list with colons. */
static enum language language_in_list(const char *list)
{
	enum language language = LANGUAGE_AUTO;

	while (language == LANGUAGE_AUTO && *list != '\0') {
		size_t len = strcspn(list, ":");

		language = language_of(list, len);
		list += len + (list[len] == ':');
	}
	return language;
}

static const char *first_set(const char *const *names)
{
	for (; *names != NULL; names++) {
		const char *value = getenv(*names);

		if (value != NULL && *value != '\0')
			return value;
	}
	return "";
}

static enum language named_by_environment(void)
{
	static const char *const locales[] = {"LC_ALL", "LC_MESSAGES", "LANG", NULL};
	static const char *const lists[] = {"LANGUAGE", NULL};
	const char *locale = first_set(locales);
	enum language language = LANGUAGE_AUTO;

	if (strcmp(locale, "C") != 0 && strcmp(locale, "POSIX") != 0)
		language = language_in_list(first_set(lists));
	if (language == LANGUAGE_AUTO)
		language = language_of(locale, strlen(locale));
	/* A language that we do not have is one all the same. */
	if (language == LANGUAGE_AUTO && *locale != '\0' && strncmp(locale, "C.", 2) != 0)
		language = LANGUAGE_ENGLISH;
	return language;
}

void speech_choose(enum language setting)
{
	enum language named = named_by_environment();

	language_use(named != LANGUAGE_AUTO ? named : setting);
}
