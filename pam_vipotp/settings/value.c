/* SPDX-License-Identifier: BSD-2-Clause */
#include "value.h"

#include "when.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct place value_place(const config_setting_t *setting, const char *file)
{
	const config_setting_t *chain[4] = {setting}; /* the key, its group, `services`, the root */
	struct place place = {.file = file, .line = config_setting_source_line(setting)};
	size_t n = 1;

	while (n < sizeof chain / sizeof chain[0] && (chain[n] = config_setting_parent(chain[n - 1])) != NULL)
		n++;
	while (n-- > 0)
		if (config_setting_name(chain[n]) != NULL)
			place_enter(&place, config_setting_name(chain[n]), strlen(config_setting_name(chain[n])));
	return place;
}

/* A key of no name is refused like any unknown one. */
const char *value_name(const config_setting_t *setting)
{
	const char *name = config_setting_name(setting);

	return name != NULL ? name : "";
}

enum otp_status value_refuse_unknown(const config_setting_t *setting, unsigned group, const char *file,
                                     struct otp_error *error)
{
	const char *name = value_name(setting);
	struct place place = value_place(setting, file);
	const char *nearest = keys_nearest(name, group);
	unsigned groups = keys_groups(name);

	if (group == KEYS_SERVICE && (groups & KEYS_POLICY) != 0)
		return place_refuse(&place, error, "is one for all services; set it in policy = { };");
	if ((groups & KEYS_TOP) != 0 || keys_group(name) != KEYS_TOP)
		return place_refuse(&place, error, "stands outside the groups; move it out of this one");
	if (groups != 0)
		return place_refuse(&place, error, "does not belong here; set it in %s = { };",
		                    keys_group_name(groups));
	if (nearest != NULL)
		return place_refuse(&place, error, "no such key; did you mean %s?", nearest);
	return place_refuse(&place, error, "no such key; vipotp.conf(5) lists them all");
}

static void *field_of(const struct keys_entry *entry, struct settings *settings)
{
	return (char *)settings + entry->offset;
}

void value_normal(const struct keys_entry *entry, struct settings *settings)
{
	switch (entry->type) {
	case KEYS_NUMBER:
		*(int64_t *)field_of(entry, settings) = entry->normal * entry->scale;
		break;
	case KEYS_CHOICE:
		if (entry->offset != KEYS_NO_FIELD)
			*(int *)field_of(entry, settings) = 0;
		break;
	case KEYS_TEXT:
	case KEYS_PATH:
		(void)snprintf(field_of(entry, settings), entry->size, "%s", entry->normal_text);
		break;
	case KEYS_SWITCH:
		*(bool *)field_of(entry, settings) = false;
		break;
	case KEYS_DATE:
	case KEYS_SPAN:
		*(int64_t *)field_of(entry, settings) = 0;
		break;
	case KEYS_LIST:
		break; /* struct settings begins with no rule of exempt */
	}
}

static enum otp_status set_number(const struct keys_entry *entry, const config_setting_t *setting, const char *file,
                                  struct settings *settings, struct otp_error *error)
{
	int type = config_setting_type(setting);
	struct place place;
	int64_t value;

	if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64) {
		place = value_place(setting, file);
		return place_refuse(&place, error,
		                    "give a whole number from %" PRId64 " to %" PRId64 " (%s), without quotes",
		                    entry->lowest, entry->highest, entry->unit);
	}
	value = type == CONFIG_TYPE_INT ? config_setting_get_int(setting) : config_setting_get_int64(setting);
	if (value < entry->lowest || value > entry->highest) {
		place = value_place(setting, file);
		return place_refuse(&place, error,
		                    "%" PRId64 " is out of range; give a whole number from %" PRId64 " to %" PRId64
		                    " (%s)",
		                    value, entry->lowest, entry->highest, entry->unit);
	}
	*(int64_t *)field_of(entry, settings) = value * entry->scale;
	return OTP_OK;
}

static enum otp_status set_choice(const struct keys_entry *entry, const config_setting_t *setting, const char *file,
                                  struct settings *settings, struct otp_error *error)
{
	const char *value = config_setting_get_string(setting);
	struct place place;
	char allowed[80] = "";

	for (int i = 0; entry->choices[i] != NULL; i++) {
		size_t used = strlen(allowed);

		if (value == NULL || strcmp(value, entry->choices[i]) != 0) {
			(void)snprintf(allowed + used, sizeof allowed - used, "%s\"%s\"", i > 0 ? " or " : "",
			               entry->choices[i]);
			continue;
		}
		if (entry->offset != KEYS_NO_FIELD)
			*(int *)field_of(entry, settings) = i;
		return OTP_OK;
	}
	place = value_place(setting, file);
	return place_refuse(&place, error, "give %s", allowed);
}

/*
 * The bytes of the UTF-8 character at text, 0 if there is none (RFC 3629: shortest form, no surrogates, up to U+10FFFF)
 * or if it is a control character: U+0000 to 1F, 7F to 9F. Those would reach terminals and the log.
 */
static size_t plain_character(const unsigned char *text)
{
	static const struct {
		unsigned char first_low, first_high, second_low, second_high;
		size_t len;
	} forms[] = {
	    {0xc2, 0xc2, 0xa0, 0xbf, 2}, {0xc3, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
	    {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
	    {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	if (text[0] >= 0x20 && text[0] < 0x7f)
		return 1;
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		size_t len = 2;

		if (text[0] < forms[i].first_low || text[0] > forms[i].first_high)
			continue;
		if (text[1] < forms[i].second_low || text[1] > forms[i].second_high)
			return 0;
		while (len < forms[i].len && text[len] >= 0x80 && text[len] <= 0xbf)
			len++;
		return len == forms[i].len ? len : 0;
	}
	return 0;
}

bool value_is_plain(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t len;

	while (*at != '\0') {
		if ((len = plain_character(at)) == 0)
			return false;
		at += len;
	}
	return true;
}

static enum otp_status set_text(const struct keys_entry *entry, const config_setting_t *setting, const char *file,
                                struct settings *settings, struct otp_error *error)
{
	const char *value = config_setting_get_string(setting);
	bool path = entry->type == KEYS_PATH;
	struct place place;
	char fault[80];

	if (value == NULL)
		(void)snprintf(fault, sizeof fault, "give %s in double quotes", path ? "an absolute path" : "a text");
	else if (*value == '\0' && !entry->may_be_empty)
		(void)snprintf(fault, sizeof fault, "cannot be empty; remove the line to get the default");
	else if (strlen(value) >= entry->size)
		(void)snprintf(fault, sizeof fault, "has %zu bytes; shorten it to %zu", strlen(value), entry->size - 1);
	else if (!value_is_plain(value))
		(void)snprintf(fault, sizeof fault, "has a control character or is not UTF-8; write plain text");
	else if (path && *value != '/')
		(void)snprintf(fault, sizeof fault, "give an absolute path, one that begins with /");
	else {
		memcpy(field_of(entry, settings), value, strlen(value) + 1);
		return OTP_OK;
	}
	place = value_place(setting, file);
	return place_refuse(&place, error, "%s", fault);
}

static enum otp_status set_switch(const struct keys_entry *entry, const config_setting_t *setting, const char *file,
                                  struct settings *settings, struct otp_error *error)
{
	struct place place;

	if (config_setting_type(setting) == CONFIG_TYPE_BOOL) {
		*(bool *)field_of(entry, settings) = config_setting_get_bool(setting) != 0;
		return OTP_OK;
	}
	place = value_place(setting, file);
	return place_refuse(&place, error, "give true or false, without quotes");
}

static enum otp_status set_date(const struct keys_entry *entry, const config_setting_t *setting, const char *file,
                                struct settings *settings, struct otp_error *error)
{
	const char *value = config_setting_get_string(setting);
	int64_t seconds = 0;
	struct place place;

	if (value != NULL && (*value == '\0' || when_read_date(value, &seconds))) {
		*(int64_t *)field_of(entry, settings) = seconds;
		return OTP_OK;
	}
	place = value_place(setting, file);
	return place_refuse(&place, error, "give a day of the calendar from 2000 on, as in \"2030-12-31\", or \"\"");
}

static enum otp_status set_span(const struct keys_entry *entry, const config_setting_t *setting, const char *file,
                                struct settings *settings, struct otp_error *error)
{
	const char *value = config_setting_get_string(setting);
	char lowest[WHEN_TEXT_MAX], highest[WHEN_TEXT_MAX];
	int64_t seconds = 0;
	struct place place;

	if (value != NULL && (*value == '\0' || (when_read_span(value, &seconds) && seconds >= entry->lowest &&
	                                         seconds <= entry->highest))) {
		*(int64_t *)field_of(entry, settings) = seconds * entry->scale;
		return OTP_OK;
	}
	when_print_span(entry->lowest, lowest);
	when_print_span(entry->highest, highest);
	place = value_place(setting, file);
	return place_refuse(&place, error,
	                    "give a time from \"%s\" to \"%s\", a number and s, m, h or d, or \"\" for none", lowest,
	                    highest);
}

enum otp_status value_set(const struct keys_entry *entry, const config_setting_t *setting, const char *file,
                          struct settings *settings, struct otp_error *error)
{
	switch (entry->type) {
	case KEYS_NUMBER:
		return set_number(entry, setting, file, settings, error);
	case KEYS_CHOICE:
		return set_choice(entry, setting, file, settings, error);
	case KEYS_SWITCH:
		return set_switch(entry, setting, file, settings, error);
	case KEYS_DATE:
		return set_date(entry, setting, file, settings, error);
	case KEYS_SPAN:
		return set_span(entry, setting, file, settings, error);
	case KEYS_TEXT:
	case KEYS_PATH:
	case KEYS_LIST: /* never here: exempt_rules.c */
		break;
	}
	return set_text(entry, setting, file, settings, error);
}
