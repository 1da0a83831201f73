/* SPDX-License-Identifier: BSD-2-Clause */
#include "print.h"

#include "keys.h"
#include "when.h"

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
	char when[WHEN_TEXT_MAX] = "";
	int64_t value;
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
		if ((value = *(const int64_t *)(const void *)field) != 0)
			when_print_date(value, when);
		print_text(out, when);
		break;
	case KEYS_SPAN:
		if ((value = *(const int64_t *)(const void *)field) != 0)
			when_print_span(value / entry->scale, when);
		print_text(out, when);
		break;
	case KEYS_LIST:
		break; /* print_exempt */
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

static const char *kind_name(uint8_t kind)
{
	struct keys_entry key;

	for (size_t i = 0; keys_get(i, &key); i++)
		if (key.type == KEYS_LIST && key.kind == (enum exempt_kind)kind)
			return key.name;
	return "";
}

/* In a rule, conditions of one kind follow each other: a key stands in it once. */
static void print_exempt(FILE *out, const struct exempt_rules *rules)
{
	const struct exempt_condition none = {.rule = EXEMPT_RULES_MAX}, *before = &none;

	(void)fprintf(out, "%s = (", keys_group_name(KEYS_EXEMPT));
	for (size_t i = 0; i < rules->n; before = &rules->condition[i++]) {
		const struct exempt_condition *condition = &rules->condition[i];

		if (condition->rule != before->rule)
			(void)fputs(before == &none ? "\n\t{\n" : " ];\n\t},\n\t{\n", out);
		else if (condition->kind != before->kind)
			(void)fputs(" ];\n", out);
		if (condition->rule != before->rule || condition->kind != before->kind)
			(void)fprintf(out, "\t\t%s = [ ", kind_name(condition->kind));
		else
			(void)fputs(", ", out);
		print_text(out, condition->name);
	}
	(void)fputs(before == &none ? " );\n" : " ];\n\t}\n);\n", out);
}

enum otp_status settings_print(FILE *out, const struct settings *settings)
{
	static const unsigned groups[] = {KEYS_POLICY, KEYS_STORE};

	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
		(void)fprintf(out, "%s = {\n", keys_group_name(groups[i]));
		print_keys(out, groups[i], "\t", settings);
		(void)fputs("};\n", out);
	}
	print_exempt(out, &settings->exempt);
	print_keys(out, KEYS_TOP, "", settings);
	return ferror(out) ? OTP_E_IO : OTP_OK;
}
