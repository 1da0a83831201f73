/* SPDX-License-Identifier: BSD-2-Clause */
/* What vipotp.conf means (product §8): defaults, values, services, and that what is printed can be read back. */
#include "keys.h"
#include "language/language.h"
#include "print.h"
#include "scratch.h"
#include "settings.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char *write_text(const char *text)
{
	return scratch_write("vipotp.conf", text, strlen(text), 0644);
}

static struct settings read_for(const char *file, const char *service)
{
	struct settings settings;
	struct otp_error error = {.status = OTP_OK};

	memset(&settings, 0xa5, sizeof settings);
	if (settings_read(file, service, &settings, &error) != OTP_OK)
		fail_msg("%s", error.what);
	return settings;
}

static void assert_same(const struct settings *a, const struct settings *b)
{
	assert_memory_equal(&a->limits, &b->limits, sizeof a->limits);
	assert_int_equal(a->unenrolled, b->unenrolled);
	assert_int_equal(a->language, b->language);
	assert_int_equal(a->fail_delay, b->fail_delay);
	assert_string_equal(a->prompt, b->prompt);
	assert_string_equal(a->contact, b->contact);
	assert_string_equal(a->key_file, b->key_file);
	assert_string_equal(a->store_dir, b->store_dir);
}

static void assert_normal(const struct settings *settings)
{
	struct settings normal;

	settings_normal(&normal);
	assert_same(settings, &normal);
}

/* ---- defaults ---- */

static void defaults_are_the_documented_ones(void **state)
{
	const struct otp_limits limits = otp_limits_normal();
	struct settings settings;

	(void)state;
	settings_normal(&settings);
	assert_memory_equal(&settings.limits, &limits, sizeof limits);
	assert_int_equal(settings.unenrolled, UNENROLLED_DENY);
	assert_int_equal(settings.language, LANGUAGE_AUTO);
	assert_int_equal(settings.fail_delay, 2000);
	assert_string_equal(settings.prompt, "Security code: ");
	assert_string_equal(settings.contact, "");
	assert_string_equal(settings.store_dir, LOCALSTATEDIR "/lib/vipotp");
	assert_string_equal(settings.key_file, SYSCONFDIR "/vipotp/key");
}

static void files_that_set_nothing_give_the_defaults(void **state)
{
	static const char *const texts[] = {"",
	                                    "\n\n",
	                                    "# a comment without an end of line",
	                                    "// one\n/* two @include \"x\" 99999999999 { ( [ */\n",
	                                    "policy = { };\nstore = { };\nservices = { };\n",
	                                    "services : { login : { } }, policy : { }"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const struct settings settings = read_for(write_text(texts[i]), "login");

		assert_normal(&settings);
	}
}

static void a_named_file_must_exist(void **state)
{
	struct settings settings;
	struct otp_error error = {.status = OTP_OK};

	(void)state;
	assert_int_equal(settings_read(scratch_path("absent"), NULL, &settings, &error), OTP_E_NOT_FOUND);
	assert_non_null(strstr(error.what, "absent"));
	assert_int_equal(settings_read(scratch_path("absent/vipotp.conf"), NULL, &settings, &error), OTP_E_NOT_FOUND);
	assert_int_not_equal(settings_read("vipotp.conf", NULL, &settings, &error), OTP_OK);
}

static enum otp_status count_names(void *arg, const char *name)
{
	(void)name;
	++*(int *)arg;
	return OTP_OK;
}

/* In a root directory of our own nothing is at SETTINGS_FILE, whatever this host has there. */
static void the_usual_file_may_be_absent(void **state)
{
	struct settings settings;
	int names = 0;
	int status;
	pid_t child;

	(void)state;
	scratch_write("vipotp.conf", "", 0, 0644);
	assert_true((child = fork()) >= 0);
	if (child == 0) {
		if (chroot(scratch_path("")) != 0 || chdir("/") != 0)
			_exit(2);
		_exit(settings_read(NULL, NULL, &settings, NULL) == OTP_OK && settings.fail_delay == 2000 &&
		              settings_each_service(NULL, count_names, &names, NULL) == OTP_OK && names == 0
		          ? 0
		          : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* ---- values ---- */

static void write_limit(const struct keys_entry *key, int64_t value)
{
	char text[200];

	/* longest_wait at its highest lets first_wait have any value, and the other way round */
	(void)snprintf(text, sizeof text, "policy = { %s = %" PRId64 "; %s };", key->name, value,
	               strcmp(key->name, "first_wait") == 0     ? "longest_wait = 86400;"
	               : strcmp(key->name, "longest_wait") == 0 ? "first_wait = 1;"
	                                                        : "");
	write_text(text);
}

static void numbers_have_the_documented_range(void **state)
{
	struct keys_entry key;
	size_t numbers = 0;

	(void)state;
	for (size_t i = 0; keys_get(i, &key); i++) {
		const int64_t good[] = {key.lowest, key.normal, key.highest};
		const int64_t bad[] = {key.lowest - 1, key.highest + 1};

		if (key.type != KEYS_NUMBER)
			continue;
		numbers++;
		for (size_t j = 0; j < sizeof good / sizeof *good; j++) {
			write_limit(&key, good[j]);
			const struct settings settings = read_for(scratch_path("vipotp.conf"), NULL);

			assert_int_equal(*(const int64_t *)(const void *)((const char *)&settings + key.offset),
			                 good[j] * key.scale);
		}
		for (size_t j = 0; j < sizeof bad / sizeof *bad; j++) {
			struct settings settings;

			write_limit(&key, bad[j]);
			assert_int_equal(settings_read(scratch_path("vipotp.conf"), NULL, &settings, NULL),
			                 OTP_E_INVALID);
		}
	}
	assert_int_equal(numbers, OTP_LIMIT_NAMES + 1);
}

static void numbers_have_the_documented_unit(void **state)
{
	const struct settings settings = read_for(
	    write_text(
		"policy = { typing_delay = 20; drift = 40; first_wait = 0x10; look_ahead = +4; fail_delay = 3L; };"),
	    NULL);

	(void)state;
	assert_int_equal(settings.limits.typing_delay, 20000);
	assert_int_equal(settings.limits.drift, 40000);
	assert_int_equal(settings.limits.first_wait, 16000);
	assert_int_equal(settings.limits.look_ahead, 4);
	assert_int_equal(settings.fail_delay, 3000);
}

static void texts_are_taken_as_they_are(void **state)
{
	const struct settings settings =
	    read_for(write_text("policy = { prompt = \"99999999999 # // /* @include \\\"x\\\" {([ \\\\\"; };\n"
	                        "contact = \"セキュリティ\" \"コード \\xe2\\x82\\xac \xf0\x9f\x94\x91\";\n"
	                        "store = { path = \"/srv/otp store\"; key = \"/srv/key\"; type = \"file\"; };"),
	             NULL);

	(void)state;
	assert_string_equal(settings.prompt, "99999999999 # // /* @include \"x\" {([ \\");
	assert_string_equal(settings.contact, "セキュリティコード € \xf0\x9f\x94\x91");
	assert_string_equal(settings.store_dir, "/srv/otp store");
	assert_string_equal(settings.key_file, "/srv/key");
}

/* ---- services ---- */

static const char overrides[] =
    "services = {\n"
    "  sshd = { unenrolled = \"deny\"; prompt = \"ssh: \"; contact = \"\"; };\n"
    "  polkit-1 = { fail_delay = 0; };\n"
    "  su-l = { };\n"
    "};\n"
    "contact = \"desk\";\n"
    "policy = { unenrolled = \"ignore\"; prompt = \"code: \"; fail_delay = 4; drift = 9; };\n";

/* The overrides stand before what they override: the order in the file does not matter. */
static void a_service_overrides_what_it_names(void **state)
{
	const char *file = write_text(overrides);
	const struct settings common = read_for(file, NULL);
	const struct settings sshd = read_for(file, "sshd");
	const struct settings polkit = read_for(file, "polkit-1");
	const struct settings empty = read_for(file, "su-l");
	const struct settings other = read_for(file, "sudo");

	(void)state;
	assert_int_equal(common.unenrolled, UNENROLLED_IGNORE);
	assert_string_equal(common.prompt, "code: ");
	assert_string_equal(common.contact, "desk");
	assert_int_equal(common.fail_delay, 4000);
	assert_same(&empty, &common);
	assert_same(&other, &common);

	assert_int_equal(sshd.unenrolled, UNENROLLED_DENY);
	assert_string_equal(sshd.prompt, "ssh: ");
	assert_string_equal(sshd.contact, "");
	assert_int_equal(sshd.fail_delay, 4000);
	assert_memory_equal(&sshd.limits, &common.limits, sizeof common.limits);

	assert_int_equal(polkit.fail_delay, 0);
	assert_string_equal(polkit.prompt, "code: ");
}

struct names {
	char text[100];
	size_t limit;
};

static enum otp_status note_name(void *arg, const char *name)
{
	struct names *names = arg;

	(void)strncat(names->text, name, sizeof names->text - strlen(names->text) - 1);
	(void)strncat(names->text, " ", sizeof names->text - strlen(names->text) - 1);
	return --names->limit == 0 ? OTP_E_LIMIT : OTP_OK;
}

static void each_service_is_visited(void **state)
{
	struct names all = {.limit = 99};
	struct names two = {.limit = 2};
	struct names none = {.limit = 99};
	struct otp_error error;

	(void)state;
	assert_int_equal(settings_each_service(write_text(overrides), note_name, &all, &error), OTP_OK);
	assert_string_equal(all.text, "sshd polkit-1 su-l ");
	assert_int_equal(settings_each_service(scratch_path("vipotp.conf"), note_name, &two, &error), OTP_E_LIMIT);
	assert_string_equal(two.text, "sshd polkit-1 ");
	assert_int_equal(settings_each_service(write_text("contact = \"x\";"), note_name, &none, &error), OTP_OK);
	assert_int_equal(settings_each_service(write_text("services = { su = 1; };"), note_name, &none, &error),
	                 OTP_E_INVALID);
	assert_string_equal(none.text, "");
}

/* ---- printed ---- */

static void assert_survives_printing(const struct settings *settings)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(settings_print(out, settings), OTP_OK);
	assert_int_equal(fclose(out), 0);
	const struct settings again = read_for(write_text(text), NULL);

	assert_same(&again, settings);
	free(text);
}

static void what_is_printed_reads_back_the_same(void **state)
{
	struct keys_entry key;
	struct settings settings;

	(void)state;
	settings_normal(&settings);
	assert_survives_printing(&settings);
	for (size_t i = 0; keys_get(i, &key); i++)
		if (key.type == KEYS_NUMBER)
			*(int64_t *)(void *)((char *)&settings + key.offset) = key.highest * key.scale;
	settings.unenrolled = UNENROLLED_IGNORE;
	settings.language = LANGUAGE_JAPANESE;
	(void)snprintf(settings.prompt, sizeof settings.prompt, "\\\"x00 \\x00 # セキュリティ\\");
	memset(settings.contact, '"', SETTINGS_TEXT_MAX);
	memset(settings.key_file, '/', SETTINGS_PATH_MAX);
	(void)snprintf(settings.store_dir, sizeof settings.store_dir, "/a b/\\n");
	assert_survives_printing(&settings);
}

static void a_full_disk_is_noticed_in_printing(void **state)
{
	FILE *full = fopen("/dev/full", "we");
	struct settings settings;

	(void)state;
	assert_non_null(full);
	assert_int_equal(setvbuf(full, NULL, _IONBF, 0), 0);
	settings_normal(&settings);
	assert_int_equal(settings_print(full, &settings), OTP_E_IO);
	(void)fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(defaults_are_the_documented_ones),
	    cmocka_unit_test(files_that_set_nothing_give_the_defaults),
	    cmocka_unit_test(a_named_file_must_exist),
	    cmocka_unit_test(the_usual_file_may_be_absent),
	    cmocka_unit_test(numbers_have_the_documented_range),
	    cmocka_unit_test(numbers_have_the_documented_unit),
	    cmocka_unit_test(texts_are_taken_as_they_are),
	    cmocka_unit_test(a_service_overrides_what_it_names),
	    cmocka_unit_test(each_service_is_visited),
	    cmocka_unit_test(what_is_printed_reads_back_the_same),
	    cmocka_unit_test(a_full_disk_is_noticed_in_printing),
	};
	int failed;

	scratch_begin();
	failed = cmocka_run_group_tests_name("settings", tests, NULL, NULL);
	scratch_end();
	return failed;
}
