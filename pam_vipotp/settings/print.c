/* SPDX-License-Identifier: BSD-2-Clause */
#include "print.h"

#include "keys.h"

#include <inttypes.h>

static void print_text(FILE *out, const char *text)
{
	(void)fputc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			(void)fputc('\\', out);
		(void)fputc(*text, out);
	}
	(void)fputc('"', out);
}

static void print_value(FILE *out, const struct keys_entry *entry, const struct settings *settings)
{
	bool kept = entry->offset != KEYS_NO_FIELD;
	const char *field = (const char *)settings + (kept ? entry->offset : 0);
	int choice = 0;

	switch (entry->type) {
	case KEYS_NUMBER:
		(void)fprintf(out, "%" PRId64, *(const int64_t *)(const void *)field / entry->scale);
		break;
	case KEYS_CHOICE:
		if (kept)
			choice = *(const int *)(const void *)field;
		print_text(out, entry->choices[choice]);
		break;
	case KEYS_TEXT:
	case KEYS_PATH:
		print_text(out, field);
		break;
	case KEYS_SWITCH:
		(void)fputs(*(const bool *)(const void *)field ? "true" : "false", out);
		break;
	case KEYS_DATE:
	case KEYS_SPAN:
		(void)fputs("\"\"", out);
		break;
	}
}

static void print_keys(FILE *out, unsigned group, const char *indent, const struct settings *settings)
{
	struct keys_entry entry;

	for (size_t i = 0; keys_get(i, &entry); i++) {
		if ((entry.groups & group) == 0)
			continue;
		(void)fprintf(out, "%s%s = ", indent, entry.name);
		print_value(out, &entry, settings);
		(void)fputs(";\n", out);
	}
}

enum otp_status settings_print(FILE *out, const struct settings *settings)
{
	static const unsigned groups[] = {KEYS_POLICY, KEYS_STORE};

	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
		(void)fprintf(out, "%s = {\n", keys_group_name(groups[i]));
		print_keys(out, groups[i], "\t", settings);
		(void)fputs("};\n", out);
	}
	print_keys(out, KEYS_TOP, "", settings);
	return ferror(out) ? OTP_E_IO : OTP_OK;
}
