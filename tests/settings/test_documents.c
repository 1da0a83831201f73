/* SPDX-License-Identifier: BSD-2-Clause */
/* conf/vipotp.conf and vipotp.conf(5) against the table that the parser goes by. */
#include "keys.h"
#include "scratch.h"
#include "settings.h"

#include <err.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DOCUMENT_MAX = 64 * 1024 };

static char example[DOCUMENT_MAX];
static char manual[DOCUMENT_MAX];

/* make check says where the sources are; by hand, run it in their directory. */
static void load(const char *name, char text[DOCUMENT_MAX])
{
	const char *top = getenv("top_srcdir");
	char path[SCRATCH_PATH_MAX];
	FILE *in;
	size_t len;

	(void)snprintf(path, sizeof path, "%s/%s", top != NULL ? top : ".", name);
	if ((in = fopen(path, "re")) == NULL)
		err(1, "%s", path);
	len = fread(text, 1, DOCUMENT_MAX - 1, in);
	if (ferror(in) || !feof(in))
		errx(1, "%s: cannot be read whole", path);
	text[len] = '\0';
	(void)fclose(in);
}

/* Both documents name the places of a distribution; those of this build may be others. */
static void put_default(const struct keys_entry *key, char *text, size_t size)
{
	const char *value = key->type != KEYS_PATH           ? key->normal_text
	                    : strcmp(key->name, "path") == 0 ? "/var/lib/vipotp"
	                                                     : "/etc/vipotp/key";

	if (key->type == KEYS_NUMBER)
		(void)snprintf(text, size, "%" PRId64, key->normal);
	else if (key->type == KEYS_SWITCH)
		(void)snprintf(text, size, "false");
	else if (key->type == KEYS_DATE || key->type == KEYS_SPAN)
		(void)snprintf(text, size, "\"\"");
	else
		(void)snprintf(text, size, "\"%s\"", key->type == KEYS_CHOICE ? key->choices[0] : value);
}

static struct settings read_text(const char *text, const char *service)
{
	struct settings settings;
	struct otp_error error = {.status = OTP_OK};

	if (settings_read(scratch_write("vipotp.conf", text, strlen(text), 0644), service, &settings, &error) != OTP_OK)
		fail_msg("%s", error.what);
	return settings;
}

/* With the paths of the documents. */
static void assert_documented(const struct settings *settings, bool paths_set)
{
	struct settings normal;

	settings_normal(&normal);
	assert_memory_equal(&settings->limits, &normal.limits, sizeof normal.limits);
	assert_int_equal(settings->unenrolled, normal.unenrolled);
	assert_int_equal(settings->resync, normal.resync);
	assert_int_equal(settings->replace, normal.replace);
	assert_int_equal(settings->after_enroll, normal.after_enroll);
	assert_int_equal(settings->identity, normal.identity);
	assert_int_equal(settings->enroll_open, normal.enroll_open);
	assert_int_equal(settings->require_at_account, normal.require_at_account);
	assert_int_equal(settings->enroll_by, normal.enroll_by);
	assert_int_equal(settings->remember, normal.remember);
	assert_memory_equal(&settings->exempt, &normal.exempt, sizeof normal.exempt);
	assert_int_equal(settings->language, normal.language);
	assert_int_equal(settings->fail_delay, normal.fail_delay);
	assert_string_equal(settings->prompt, normal.prompt);
	assert_string_equal(settings->contact, normal.contact);
	assert_string_equal(settings->store_dir, paths_set ? "/var/lib/vipotp" : normal.store_dir);
	assert_string_equal(settings->key_file, paths_set ? "/etc/vipotp/key" : normal.key_file);
}

static void the_example_gives_the_defaults(void **state)
{
	const struct settings settings = read_text(example, "sshd");

	(void)state;
	assert_documented(&settings, false);
}

/* Take away the sign of each comment that is a setting: # without a space after it. Returns how many there were. */
static size_t uncomment(char *text)
{
	size_t n = 0;
	bool line_begins = true;
	char *to = text;

	for (const char *from = text; *from != '\0'; from++) {
		if (line_begins && *from == '#' && strchr(" \n#", from[1]) == NULL) {
			line_begins = false;
			n++;
			continue;
		}
		line_begins = *from == '\n' || (line_begins && *from == '\t');
		*to++ = *from;
	}
	*to = '\0';
	return n;
}

static void the_example_uncommented_gives_the_defaults(void **state)
{
	static char text[DOCUMENT_MAX];

	(void)state;
	memcpy(text, example, sizeof text);
	/* Once each, exempt, and a whole service of eleven keys. */
	assert_int_equal(uncomment(text), OTP_LIMIT_NAMES + 16 + 1 + 13);
	const struct settings common = read_text(text, NULL);
	const struct settings sshd = read_text(text, "sshd");

	assert_documented(&common, true);
	assert_documented(&sshd, true);
}

static void the_example_has_every_key(void **state)
{
	struct keys_entry key;

	(void)state;
	for (size_t i = 0; keys_get(i, &key); i++) {
		char value[300];
		char line[400];

		if (key.type == KEYS_LIST) {
			(void)snprintf(line, sizeof line, "%s = [ \"", key.name);
			if (strstr(example, line) == NULL)
				fail_msg("conf/vipotp.conf lacks an example of exempt with %s", key.name);
			continue;
		}
		put_default(&key, value, sizeof value);
		(void)snprintf(line, sizeof line, "\n%s#%s = %s;\n", key.groups & KEYS_TOP ? "" : "\t", key.name,
		               value);
		if (strstr(example, line) == NULL)
			fail_msg("conf/vipotp.conf lacks%s", line);
	}
}

/* The entry of a key, from its name to the next entry or the end of the list. */
static bool find_entry(const char *name, char *entry, size_t size)
{
	char begin[100];
	const char *at;
	const char *end;

	(void)snprintf(begin, sizeof begin, "\n.It Ic %s\n", name);
	if ((at = strstr(manual, begin)) == NULL)
		return false;
	at += strlen(begin);
	if ((end = strstr(at, "\n.It ")) == NULL || (strstr(at, "\n.El") != NULL && strstr(at, "\n.El") < end))
		end = strstr(at, "\n.El");
	if (end == NULL || (size_t)(end - at) >= size)
		return false;
	memcpy(entry, at, (size_t)(end - at));
	entry[end - at] = '\0';
	for (char *c = entry; *c != '\0'; c++)
		*c = (char)(*c == '\n' ? ' ' : *c);
	return true;
}

static void assert_says(const char *name, const char *entry, const char *words)
{
	if (strstr(entry, words) == NULL)
		fail_msg("vipotp.conf(5), %s: does not say \"%s\": %s", name, words, entry);
}

static void the_manual_has_every_key_with_default_and_range(void **state)
{
	struct keys_entry key;

	(void)state;
	for (size_t i = 0; keys_get(i, &key); i++) {
		char entry[2000];
		char words[100];

		if (!find_entry(key.name, entry, sizeof entry))
			fail_msg("vipotp.conf(5) lacks %s", key.name);
		if (key.type == KEYS_NUMBER) {
			(void)snprintf(words, sizeof words, "from %" PRId64 " to %" PRId64, key.lowest, key.highest);
			assert_says(key.name, entry, words);
			(void)snprintf(words, sizeof words, "Default: %" PRId64, key.normal);
			assert_says(key.name, entry, words);
		}
		for (size_t j = 0; key.type == KEYS_CHOICE && key.choices[j] != NULL; j++) {
			(void)snprintf(words, sizeof words, ".Ql \\(dq%s\\(dq", key.choices[j]);
			assert_says(key.name, entry, words);
		}
		if (key.type == KEYS_SPAN) {
			(void)snprintf(words, sizeof words,
			               "from .Ql \\(dq%" PRId64 "s\\(dq to .Ql \\(dq%" PRId64 "d\\(dq", key.lowest,
			               key.highest / 86400);
			assert_says(key.name, entry, words);
		}
		if (key.type != KEYS_LIST)
			assert_says(key.name, entry, "Default:");
	}
}

/* What the lists of conditions may have in all. */
static void the_manual_has_the_room_of_exempt(void **state)
{
	char words[100];

	(void)state;
	(void)snprintf(words, sizeof words, "may have %d names and networks, and there may be %d rules", EXEMPT_MAX,
	               EXEMPT_RULES_MAX);
	if (strstr(manual, words) == NULL)
		fail_msg("vipotp.conf(5) does not say \"%s\"", words);
}

/* The examples of the manual are settings, each by itself. */
static void the_manuals_examples_are_settings(void **state)
{
	static const char begin[] = ".Bd -literal -offset indent\n";
	const char *at = strstr(manual, "\n.Sh EXAMPLES\n"), *end = strstr(manual, "\n.Sh DIAGNOSTICS\n");
	size_t n = 0;

	(void)state;
	assert_true(at != NULL && end != NULL);
	while ((at = strstr(at, begin)) != NULL && at < end) {
		char text[1000];

		at += strlen(begin);
		(void)snprintf(text, sizeof text, "%.*s", (int)(strstr(at, ".Ed") - at), at);
		(void)read_text(text, "sshd");
		n++;
	}
	assert_int_equal(n, 3);
}

/* A key that is gone from the table must go from the manual. */
static void the_manual_has_no_other_key(void **state)
{
	static const char begin[] = "\n.It Ic ";
	struct keys_entry entry;
	char name[100];

	(void)state;
	for (const char *at = manual; (at = strstr(at, begin)) != NULL;) {
		at += strlen(begin);
		(void)snprintf(name, sizeof name, "%.*s", (int)strcspn(at, "\n"), at);
		if (!keys_find(name, KEYS_TOP | KEYS_POLICY | KEYS_STORE | KEYS_SERVICE | KEYS_EXEMPT, &entry) &&
		    keys_group(name) != KEYS_EXEMPT)
			fail_msg("vipotp.conf(5) has %s, which is no key", name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_example_gives_the_defaults),
	    cmocka_unit_test(the_example_uncommented_gives_the_defaults),
	    cmocka_unit_test(the_example_has_every_key),
	    cmocka_unit_test(the_manual_has_every_key_with_default_and_range),
	    cmocka_unit_test(the_manual_has_no_other_key),
	    cmocka_unit_test(the_manual_has_the_room_of_exempt),
	    cmocka_unit_test(the_manuals_examples_are_settings),
	};
	int failed;

	scratch_begin();
	load("conf/vipotp.conf", example);
	load("man/vipotp.conf.5", manual);
	failed = cmocka_run_group_tests_name("settings: documents", tests, NULL, NULL);
	scratch_end();
	return failed;
}
