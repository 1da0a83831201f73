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
	assert_int_equal(a->resync, b->resync);
	assert_int_equal(a->replace, b->replace);
	assert_int_equal(a->after_enroll, b->after_enroll);
	assert_int_equal(a->identity, b->identity);
	assert_int_equal(a->enroll_open, b->enroll_open);
	assert_int_equal(a->require_at_account, b->require_at_account);
	assert_int_equal(a->enroll_by, b->enroll_by);
	assert_int_equal(a->remember, b->remember);
	assert_int_equal(a->language, b->language);
	assert_int_equal(a->fail_delay, b->fail_delay);
	assert_string_equal(a->prompt, b->prompt);
	assert_string_equal(a->contact, b->contact);
	assert_string_equal(a->key_file, b->key_file);
	assert_string_equal(a->store_dir, b->store_dir);
	assert_int_equal(a->exempt.rules, b->exempt.rules);
	assert_int_equal(a->exempt.n, b->exempt.n);
	assert_memory_equal(&a->exempt, &b->exempt, sizeof a->exempt);
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
	assert_int_equal(settings.enroll_by, 0);
	assert_false(settings.enroll_open);
	assert_int_equal(settings.after_enroll, AFTER_CONTINUE);
	assert_false(settings.require_at_account);
	assert_int_equal(settings.identity, IDENTITY_USER);
	assert_int_equal(settings.remember, 0);
	assert_int_equal(settings.exempt.rules, 0);
	assert_int_equal(settings.exempt.n, 0);
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

static void days_spans_and_switches(void **state)
{
	const struct settings settings =
	    read_for(write_text("policy = { enroll_by = \"2040-02-29\"; remember = \"90m\"; enroll_open = true;\n"
	                        "require_at_account = True; unenrolled = \"enroll\"; after_enroll = \"logout\";\n"
	                        "identity = \"caller\"; };\n"),
	             NULL);

	(void)state;
	assert_int_equal(settings.enroll_by, 2214086400);
	assert_int_equal(settings.remember, 5400000);
	assert_true(settings.enroll_open);
	assert_true(settings.require_at_account);
	assert_int_equal(settings.unenrolled, UNENROLLED_ENROLL);
	assert_int_equal(settings.after_enroll, AFTER_LOGOUT);
	assert_int_equal(settings.identity, IDENTITY_CALLER);
}

/* The shortest and the longest that may be remembered, and that an empty text takes an earlier value back. */
static void spans_have_the_documented_range(void **state)
{
	(void)state;
	assert_int_equal(read_for(write_text("policy = { remember = \"60s\"; };"), NULL).remember, 60000);
	assert_int_equal(read_for(write_text("policy = { remember = \"1m\"; };"), NULL).remember, 60000);
	assert_int_equal(read_for(write_text("policy = { remember = \"30d\"; };"), NULL).remember, 2592000000);
	assert_int_equal(read_for(write_text("policy = { remember = \"720h\"; };"), NULL).remember, 2592000000);
}

/* ---- exempt ---- */

static void assert_condition(const struct settings *settings, size_t i, unsigned rule, enum exempt_kind kind,
                             const char *name)
{
	assert_int_equal(settings->exempt.condition[i].rule, rule);
	assert_int_equal(settings->exempt.condition[i].kind, kind);
	assert_string_equal(settings->exempt.condition[i].name, name);
}

static void rules_of_exempt_are_kept_in_order(void **state)
{
	static const uint8_t v4[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 0};
	static const uint8_t v6[16] = {0x20, 0x01, 0x0d, 0xb8};
	const struct settings settings = read_for(
	    write_text("exempt = (\n"
	               "  { users = [ \"ansible\", \"back\" \"up\" ]; services = [ \"sshd\", \"gdm-password\" ];\n"
	               "    networks = [ \"192.0.2.0/24\", \"2001:DB8::/32\" ]; },\n"
	               "  { groups : [ \"domain users\", \"ロボット\" ] } // the last one\n"
	               ");"),
	    "sshd");

	(void)state;
	assert_int_equal(settings.exempt.rules, 2);
	assert_int_equal(settings.exempt.n, 8);
	assert_condition(&settings, 0, 0, EXEMPT_USER, "ansible");
	assert_condition(&settings, 1, 0, EXEMPT_USER, "backup");
	assert_condition(&settings, 2, 0, EXEMPT_SERVICE, "sshd");
	assert_condition(&settings, 3, 0, EXEMPT_SERVICE, "gdm-password");
	assert_condition(&settings, 4, 0, EXEMPT_NETWORK, "192.0.2.0/24");
	assert_memory_equal(settings.exempt.condition[4].address, v4, sizeof v4);
	assert_int_equal(settings.exempt.condition[4].bits, 120);
	assert_condition(&settings, 5, 0, EXEMPT_NETWORK, "2001:DB8::/32");
	assert_memory_equal(settings.exempt.condition[5].address, v6, sizeof v6);
	assert_int_equal(settings.exempt.condition[5].bits, 32);
	assert_condition(&settings, 6, 1, EXEMPT_GROUP, "domain users");
	assert_condition(&settings, 7, 1, EXEMPT_GROUP, "ロボット");
}

static void one_rule_needs_no_list(void **state)
{
	const struct settings one = read_for(write_text("exempt = { users = [ \"a\" ]; };"), NULL);
	const struct settings listed = read_for(write_text("exempt = ( { users = [ \"a\" ] } )"), NULL);

	(void)state;
	assert_int_equal(one.exempt.rules, 1);
	assert_same(&one, &listed);
}

static void networks_may_be_whole(void **state)
{
	const struct settings settings = read_for(
	    write_text("exempt = { networks = [ \"0.0.0.0/0\", \"::/0\", \"192.0.2.7/32\", \"::1/128\" ]; };"), NULL);

	(void)state;
	assert_int_equal(settings.exempt.condition[0].bits, 96);
	assert_int_equal(settings.exempt.condition[1].bits, 0);
	assert_int_equal(settings.exempt.condition[2].bits, 128);
	assert_int_equal(settings.exempt.condition[3].bits, 128);
}

/* ---- services ---- */

static const char overrides[] =
    "services = {\n"
    "  sshd = { unenrolled = \"deny\"; prompt = \"ssh: \"; contact = \"\"; enroll_by = \"\"; remember = \"2d\";\n"
    "           enroll_open = false; after_enroll = \"logout\"; require_at_account = true; identity = \"caller\"; };\n"
    "  polkit-1 = { fail_delay = 0; };\n"
    "  su-l = { };\n"
    "};\n"
    "contact = \"desk\";\n"
    "policy = { unenrolled = \"ignore\"; prompt = \"code: \"; fail_delay = 4; drift = 9; enroll_by = \"2030-01-01\";\n"
    "  enroll_open = true; remember = \"1h\"; };\n"
    "exempt = { groups = [ \"robots\" ]; services = [ \"su-l\" ]; };\n";

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
	assert_int_equal(common.enroll_by, 1893456000);
	assert_int_equal(sshd.enroll_by, 0);
	assert_int_equal(common.remember, 3600000);
	assert_int_equal(sshd.remember, 172800000);
	assert_true(common.enroll_open);
	assert_false(sshd.enroll_open);
	assert_int_equal(common.after_enroll, AFTER_CONTINUE);
	assert_int_equal(sshd.after_enroll, AFTER_LOGOUT);
	assert_false(common.require_at_account);
	assert_true(sshd.require_at_account);
	assert_int_equal(common.identity, IDENTITY_USER);
	assert_int_equal(sshd.identity, IDENTITY_CALLER);
	assert_memory_equal(&sshd.exempt, &common.exempt, sizeof common.exempt);
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
	for (size_t i = 0; keys_get(i, &key); i++)
		if (key.type == KEYS_SWITCH)
			*(bool *)((char *)&settings + key.offset) = true;
	settings.unenrolled = UNENROLLED_IGNORE;
	settings.resync = RESYNC_COMMAND;
	settings.replace = REPLACE_CODE;
	settings.after_enroll = AFTER_LOGOUT;
	settings.identity = IDENTITY_CALLER;
	settings.enroll_by = 253402214400;
	settings.remember = 61000;
	settings.language = LANGUAGE_JAPANESE;
	(void)snprintf(settings.prompt, sizeof settings.prompt, "\\\"x00 \\x00 # セキュリティ\\");
	memset(settings.contact, '"', SETTINGS_TEXT_MAX);
	memset(settings.key_file, '/', SETTINGS_PATH_MAX);
	(void)snprintf(settings.store_dir, sizeof settings.store_dir, "/a b/\\n");
	assert_survives_printing(&settings);
}

static void printed_rules_read_back_the_same(void **state)
{
	char text[8192];
	size_t len = 0;

	(void)state;
	for (int i = 0; i < EXEMPT_RULES_MAX; i++)
		len += (size_t)snprintf(text + len, sizeof text - len,
		                        "%s{ services = [ \"s-%d\" ]; users = [ \"a\\\"b\\\\c\", \"#%d\" ];\n%s}",
		                        i > 0 ? ",\n" : "exempt = (", i, i,
		                        i % 2 == 1 ? "networks = [ \"10.0.0.0/8\" ];" : "groups = [ \"x y\" ];");
	(void)snprintf(text + len, sizeof text - len, ");\n");
	const struct settings settings = read_for(write_text(text), NULL);

	assert_int_equal(settings.exempt.n, EXEMPT_MAX);
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
	    cmocka_unit_test(days_spans_and_switches),
	    cmocka_unit_test(spans_have_the_documented_range),
	    cmocka_unit_test(rules_of_exempt_are_kept_in_order),
	    cmocka_unit_test(one_rule_needs_no_list),
	    cmocka_unit_test(networks_may_be_whole),
	    cmocka_unit_test(a_service_overrides_what_it_names),
	    cmocka_unit_test(each_service_is_visited),
	    cmocka_unit_test(what_is_printed_reads_back_the_same),
	    cmocka_unit_test(printed_rules_read_back_the_same),
	    cmocka_unit_test(a_full_disk_is_noticed_in_printing),
	};
	int failed;

	scratch_begin();
	failed = cmocka_run_group_tests_name("settings", tests, NULL, NULL);
	scratch_end();
	return failed;
}
