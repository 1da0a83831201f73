/* SPDX-License-Identifier: BSD-2-Clause */
#include "arguments.h"

#include <stdio.h>
#include <string.h>

/* name ends in '=' where a value follows: then text is its place, else flag is. */
struct option {
	const char *name;
	size_t text, flag;
};

#define FLAG(field) 0, offsetof(struct arguments, field)
#define TEXT(field) offsetof(struct arguments, field), 0

static const struct option options[] = {
    {"config=", TEXT(config)},
    {"prompt=", TEXT(prompt)},
    {"authtok_prompt=", TEXT(prompt)},
    {"debug", FLAG(debug)},
    {"nullok", FLAG(nullok)},
    {"echo", FLAG(echo)},
    {"echo_verification_code", FLAG(echo)},
    {"quiet", FLAG(quiet)},
    {"try_first_pass", FLAG(try_first_pass)},
    {"use_first_pass", FLAG(use_first_pass)},
    {"split", FLAG(split)},
};

static const struct option *find(const char *argument)
{
	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		size_t len = strlen(options[i].name);
		bool takes_value = options[i].name[len - 1] == '=';

		if (takes_value ? strncmp(argument, options[i].name, len) == 0 : strcmp(argument, options[i].name) == 0)
			return &options[i];
	}
	return NULL;
}

static bool read_one(const char *argument, struct arguments *arguments, char *complaint, size_t size)
{
	const struct option *option = find(argument);
	const char *value;

	if (strcmp(argument, "forward_pass") == 0)
		(void)snprintf(complaint, size,
		               "option forward_pass is not supported: what it did is what split is for");
	else if (option == NULL)
		(void)snprintf(complaint, size, "unknown option \"%.64s\": see pam_vipotp(8)", argument);
	if (option == NULL)
		return false;
	value = argument + strlen(option->name);
	if (value[-1] != '=') {
		*(bool *)(void *)((char *)arguments + option->flag) = true;
		return true;
	}
	if (*value == '\0') {
		(void)snprintf(complaint, size, "option %s lacks its value", option->name);
		return false;
	}
	*(const char **)(void *)((char *)arguments + option->text) = value;
	return true;
}

bool arguments_read(int argc, const char **argv, struct arguments *arguments, char *complaint, size_t complaint_size)
{
	*arguments = (struct arguments){0};
	for (int i = 0; i < argc; i++)
		if (!read_one(argv[i], arguments, complaint, complaint_size))
			return false;
	if (arguments->config != NULL && *arguments->config != '/') {
		(void)snprintf(complaint, complaint_size, "option config= needs an absolute path");
		return false;
	}
	if (arguments->try_first_pass && arguments->use_first_pass) {
		(void)snprintf(complaint, complaint_size,
		               "options try_first_pass and use_first_pass exclude each other");
		return false;
	}
	if (arguments->split && (arguments->try_first_pass || arguments->use_first_pass)) {
		(void)snprintf(complaint, complaint_size,
		               "option split has its code already: take try_first_pass and use_first_pass away");
		return false;
	}
	return true;
}
