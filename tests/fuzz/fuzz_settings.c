/* SPDX-License-Identifier: BSD-2-Clause */
/* The settings file: whatever is understood and printed, reads the same. */
#include "feed.h"
#include "settings/keys.h"
#include "settings/print.h"
#include "settings/settings.h"
#include "settings/when.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#define SERVICE "sshd" /* whose overrides count */

/* A copy of its very size, for the reader takes the comments out of it. */
static enum otp_status read_copy(const void *data, size_t size, const char *service, struct settings *settings,
                                 struct otp_error *error)
{
	char *text = calloc(1, size + 1);
	locale_t locale = uselocale((locale_t)0);
	enum otp_status status;

	if (text == NULL)
		abort();
	if (size > 0)
		memcpy(text, data, size);
	status = settings_read_text(text, size, FEED_WHERE, service, settings, error);
	promised(uselocale((locale_t)0) == locale, "the locale is as before");
	free(text);
	return status;
}

static const char *field(const struct settings *settings, const struct keys_entry *entry)
{
	return (const char *)settings + entry->offset;
}

static void expect_value(const struct keys_entry *entry, const struct settings *settings)
{
	int64_t number;
	int choice;

	if (entry->type == KEYS_TEXT || entry->type == KEYS_PATH) {
		expect_text(field(settings, entry), entry->size);
		promised(entry->type == KEYS_TEXT || *field(settings, entry) == '/', "a path is absolute");
	} else if (entry->type == KEYS_CHOICE) {
		memcpy(&choice, field(settings, entry), sizeof choice);
		for (int i = 0; i <= choice; i++)
			promised(choice >= 0 && entry->choices[i] != NULL, "a choice is one of those there are");
	} else if (entry->type == KEYS_NUMBER || entry->type == KEYS_SPAN) {
		memcpy(&number, field(settings, entry), sizeof number);
		promised(number % entry->scale == 0, "a number is whole in its unit");
		number /= entry->scale;
		promised((number >= entry->lowest && number <= entry->highest) ||
		             (entry->type == KEYS_SPAN && number == 0),
		         "a number is in its range");
	}
}

static void expect_same_value(const struct keys_entry *entry, const struct settings *settings,
                              const struct settings *again)
{
	const char *one = field(settings, entry), *other = field(again, entry);
	size_t size = entry->type == KEYS_CHOICE   ? sizeof(int)
	              : entry->type == KEYS_SWITCH ? sizeof(bool)
	                                           : sizeof(int64_t);

	if (entry->type == KEYS_TEXT || entry->type == KEYS_PATH)
		promised(strcmp(one, other) == 0, "a text comes back");
	else
		promised(memcmp(one, other, size) == 0, "a value comes back");
}

static void expect_same_exempt(const struct exempt_rules *rules, const struct exempt_rules *again)
{
	promised(rules->n <= EXEMPT_MAX && rules->rules <= EXEMPT_RULES_MAX, "no more rules than fit");
	promised(again->n == rules->n && again->rules == rules->rules, "all rules come back");
	for (size_t i = 0; i < rules->n; i++) {
		const struct exempt_condition *one = &rules->condition[i], *other = &again->condition[i];

		expect_text(one->name, sizeof one->name);
		promised(one->rule == other->rule && one->kind == other->kind && one->bits == other->bits &&
		             memcmp(one->address, other->address, sizeof one->address) == 0 &&
		             strcmp(one->name, other->name) == 0,
		         "a condition comes back");
	}
}

static void expect_round_trip(const struct settings *settings)
{
	struct otp_error error = {.status = OTP_OK};
	struct settings again;
	struct keys_entry entry;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL || settings_print(out, settings) != OTP_OK || fclose(out) != 0)
		abort();
	promised(read_copy(text, len, NULL, &again, &error) == OTP_OK, "printed settings are understood");
	for (size_t i = 0; keys_get(i, &entry); i++) {
		if (entry.offset == KEYS_NO_FIELD)
			continue;
		expect_value(&entry, settings);
		expect_same_value(&entry, settings, &again);
	}
	expect_same_exempt(&settings->exempt, &again.exempt);
	free(text);
}

/* A day or a length of time, should the input be nothing but one. */
static void expect_when(const uint8_t *data, size_t size)
{
	char text[WHEN_TEXT_MAX] = "", printed[WHEN_TEXT_MAX];
	int64_t seconds, again;

	if (size >= sizeof text)
		return;
	for (size_t i = 0; i < size && data[i] != '\n'; i++)
		text[i] = (char)data[i];
	if (when_read_date(text, &seconds)) {
		when_print_date(seconds, printed);
		promised(strcmp(printed, text) == 0, "a day comes back");
	}
	if (when_read_span(text, &seconds)) {
		when_print_span(seconds, printed);
		promised(when_read_span(printed, &again) && again == seconds, "a length of time comes back");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct otp_error error = {.status = OTP_OK};
	struct settings settings;
	enum otp_status status = read_copy(data, size, SERVICE, &settings, &error);

	if (status == OTP_OK)
		expect_round_trip(&settings);
	else if (status == OTP_E_INVALID)
		expect_place(&error);
	else
		promised(status == OTP_E_NOMEM, "a failure is one of those in the contract");
	expect_when(data, size);
	return 0;
}
