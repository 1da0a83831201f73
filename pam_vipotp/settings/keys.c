/* SPDX-License-Identifier: BSD-2-Clause */
#include "keys.h"

#include "language/language.h"
#include "language/nearest.h"

#include <stddef.h>
#include <string.h>

#define STORE_DIR LOCALSTATEDIR "/lib/vipotp"
#define KEY_FILE SYSCONFDIR "/vipotp/key"

_Static_assert(sizeof STORE_DIR <= SETTINGS_PATH_MAX + 1 && sizeof KEY_FILE <= SETTINGS_PATH_MAX + 1,
               "the default paths fit their fields");

static const char *const unenrolled_choices[] = {
    [UNENROLLED_DENY] = "deny", [UNENROLLED_IGNORE] = "ignore", [UNENROLLED_ENROLL] = "enroll", NULL};
static const char *const after_choices[] = {[AFTER_CONTINUE] = "continue", [AFTER_LOGOUT] = "logout", NULL};
static const char *const identity_choices[] = {[IDENTITY_USER] = "user", [IDENTITY_CALLER] = "caller", NULL};
static const char *const resync_choices[] = {[RESYNC_LOGIN] = "login", [RESYNC_COMMAND] = "command", NULL};
static const char *const replace_choices[] = {[REPLACE_RELEASE] = "release", [REPLACE_CODE] = "code", NULL};
static const char *const language_choices[] = {
    [LANGUAGE_AUTO] = "auto", [LANGUAGE_ENGLISH] = "en", [LANGUAGE_JAPANESE] = "ja", NULL};
static const char *const store_choices[] = {"file", NULL};

#define FIELD(member) .offset = offsetof(struct settings, member)
#define TEXT_FIELD(member) FIELD(member), .size = sizeof((struct settings *)NULL)->member

static const struct keys_entry own_keys[] = {
    {"unenrolled", KEYS_CHOICE, KEYS_POLICY | KEYS_SERVICE, FIELD(unenrolled), .choices = unenrolled_choices},
    {"prompt", KEYS_TEXT, KEYS_POLICY | KEYS_SERVICE, TEXT_FIELD(prompt), .normal_text = "Security code: "},
    {"fail_delay", KEYS_NUMBER, KEYS_POLICY | KEYS_SERVICE, FIELD(fail_delay), .unit = "s", .lowest = 0, .normal = 2,
     .highest = 10, .scale = 1000},
    {"resync", KEYS_CHOICE, KEYS_POLICY | KEYS_SERVICE, FIELD(resync), .choices = resync_choices},
    {"enroll_by", KEYS_DATE, KEYS_POLICY | KEYS_SERVICE, FIELD(enroll_by)},
    {"enroll_open", KEYS_SWITCH, KEYS_POLICY | KEYS_SERVICE, FIELD(enroll_open)},
    {"after_enroll", KEYS_CHOICE, KEYS_POLICY | KEYS_SERVICE, FIELD(after_enroll), .choices = after_choices},
    {"require_at_account", KEYS_SWITCH, KEYS_POLICY | KEYS_SERVICE, FIELD(require_at_account)},
    {"identity", KEYS_CHOICE, KEYS_POLICY | KEYS_SERVICE, FIELD(identity), .choices = identity_choices},
    {"remember", KEYS_SPAN, KEYS_POLICY | KEYS_SERVICE, FIELD(remember), .lowest = 60, .highest = 2592000,
     .scale = 1000},
    {"replace", KEYS_CHOICE, KEYS_POLICY, FIELD(replace), .choices = replace_choices},
    {"type", KEYS_CHOICE, KEYS_STORE, .offset = KEYS_NO_FIELD, .choices = store_choices},
    {"path", KEYS_PATH, KEYS_STORE, TEXT_FIELD(store_dir), .normal_text = STORE_DIR},
    {"key", KEYS_PATH, KEYS_STORE, TEXT_FIELD(key_file), .normal_text = KEY_FILE},
    {"language", KEYS_CHOICE, KEYS_TOP, FIELD(language), .choices = language_choices},
    {"contact", KEYS_TEXT, KEYS_TOP | KEYS_SERVICE, TEXT_FIELD(contact), .normal_text = "", .may_be_empty = true},
    {"users", KEYS_LIST, KEYS_EXEMPT, .offset = KEYS_NO_FIELD, .kind = EXEMPT_USER},
    {"groups", KEYS_LIST, KEYS_EXEMPT, .offset = KEYS_NO_FIELD, .kind = EXEMPT_GROUP},
    {"networks", KEYS_LIST, KEYS_EXEMPT, .offset = KEYS_NO_FIELD, .kind = EXEMPT_NETWORK},
    {"services", KEYS_LIST, KEYS_EXEMPT, .offset = KEYS_NO_FIELD, .kind = EXEMPT_SERVICE},
};

enum { OWN_KEYS = sizeof own_keys / sizeof own_keys[0] };

static const struct {
	unsigned group;
	const char *name;
} groups[] = {
    {KEYS_POLICY, "policy"},
    {KEYS_STORE, "store"},
    {KEYS_SERVICE, "services"},
    {KEYS_EXEMPT, "exempt"},
};

enum { GROUPS = sizeof groups / sizeof groups[0] };

static struct keys_entry limit_entry(const struct otp_limit_name *limit)
{
	return (struct keys_entry){
	    .name = limit->name,
	    .type = KEYS_NUMBER,
	    .groups = KEYS_POLICY,
	    .offset = offsetof(struct settings, limits) + (size_t)limit->offset,
	    .unit = limit->unit,
	    .lowest = limit->lowest,
	    .normal = limit->normal,
	    .highest = limit->highest,
	    .scale = limit->scale,
	};
}

bool keys_get(size_t i, struct keys_entry *entry)
{
	if (i >= OWN_KEYS + OTP_LIMIT_NAMES)
		return false;
	*entry = i < OWN_KEYS ? own_keys[i] : limit_entry(&otp_limit_names[i - OWN_KEYS]);
	return true;
}

bool keys_find(const char *name, unsigned group, struct keys_entry *entry)
{
	for (size_t i = 0; keys_get(i, entry); i++)
		if ((entry->groups & group) != 0 && strcmp(entry->name, name) == 0)
			return true;
	return false;
}

unsigned keys_groups(const char *name)
{
	struct keys_entry entry;

	for (size_t i = 0; keys_get(i, &entry); i++)
		if (strcmp(entry.name, name) == 0)
			return entry.groups;
	return 0;
}

unsigned keys_group(const char *name)
{
	for (size_t i = 0; i < GROUPS; i++)
		if (strcmp(groups[i].name, name) == 0)
			return groups[i].group;
	return KEYS_TOP;
}

const char *keys_group_name(unsigned any_of)
{
	for (size_t i = 0; i < GROUPS; i++)
		if ((groups[i].group & any_of) != 0)
			return groups[i].name;
	return "";
}

const char *keys_nearest(const char *name, unsigned group)
{
	struct nearest nearest = nearest_begin(name);
	struct keys_entry entry;

	for (size_t i = 0; keys_get(i, &entry); i++)
		if ((entry.groups & group) != 0)
			nearest_offer(&nearest, entry.name);
	for (size_t i = 0; group == KEYS_TOP && i < GROUPS; i++)
		nearest_offer(&nearest, groups[i].name);
	return nearest.name;
}
