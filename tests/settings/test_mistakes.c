/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mistakes in vipotp.conf (product §8): each is refused, and the message names file, line and key and says how to mend
 * it.
 */
#include "scratch.h"
#include "settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define TEXT16 "0123456789abcdef"
#define TEXT64 TEXT16 TEXT16 TEXT16 TEXT16
#define TEXT256 TEXT64 TEXT64 TEXT64 TEXT64

/* One line: what stands in the file; the line and key in the message, and a part of what it advises. */
static const struct mistake {
	const char *text;
	unsigned line;
	const char *key;
	const char *advice;
} mistakes[] = {
    /* unknown names */
    {"policy = {\n\tlook_ahed = 5;\n};\n", 2, "policy.look_ahed", "did you mean look_ahead?"},
    {"\n\npolcy = { };\n", 3, "polcy", "did you mean policy?"},
    {"contakt = \"x\";\n", 1, "contakt", "did you mean contact?"},
    {"policy = { nullok = 1; };\n", 1, "policy.nullok", "vipotp.conf(5) lists them"},
    {"store = { keyfile = \"/k\"; };\n", 1, "store.keyfile", "no such key"},
    {"services = {\n sshd = {\n  promt = \"x\";\n };\n};\n", 3, "services.sshd.promt", "did you mean prompt?"},
    {"Contact = \"x\";\n", 1, "Contact", "did you mean contact?"},

    /* known names in the wrong group */
    {"look_ahead = 5;\n", 1, "look_ahead", "set it in policy = { };"},
    {"policy = { path = \"/x\"; };\n", 1, "policy.path", "set it in store = { };"},
    {"store = { contact = \"x\"; };\n", 1, "store.contact", "outside the groups"},
    {"services = { sudo = { lock_failures = 9; }; };\n", 1, "services.sudo.lock_failures", "one for all services"},
    {"services = { sudo = { key = \"/k\"; }; };\n", 1, "services.sudo.key", "set it in store = { };"},

    /* wrong types */
    {"policy = 5;\n", 1, "policy", "give a group: policy = { };"},
    {"services = \"sshd\";\n", 1, "services", "give a group: services = { };"},
    {"services = { sshd = 1; };\n", 1, "services.sshd", "give a group: sshd = { };"},
    {"policy = {\nfail_delay = \"2\"; };\n", 2, "policy.fail_delay", "whole number from 0 to 10 (s), without quotes"},
    {"policy = { fail_delay = 2.5; };\n", 1, "policy.fail_delay", "whole number from 0 to 10 (s)"},
    {"policy = { fail_delay = true; };\n", 1, "policy.fail_delay", "whole number"},
    {"policy = { drift = { }; };\n", 1, "policy.drift", "whole number from 1 to 200 (ppm)"},
    {"policy = { drift = [ 5 ]; };\n", 1, "policy.drift", "no setting but exempt is a list"},
    {"policy = { drift = ( 5 ); };\n", 1, "policy.drift", "no setting but exempt is a list"},
    {"policy = { prompt = 5; };\n", 1, "policy.prompt", "give a text in double quotes"},
    {"store = { path = 5; };\n", 1, "store.path", "give an absolute path in double quotes"},
    {"policy = { unenrolled = true; };\n", 1, "policy.unenrolled", "give \"deny\" or \"ignore\""},
    {"contact = { };\n", 1, "contact", "give a text"},

    /* out of range */
    {"policy = {\n\n look_ahead = 11; };\n", 3, "policy.look_ahead",
     "11 is out of range; give a whole number from 0 to 10"},
    {"policy = { look_ahead = -1; };\n", 1, "policy.look_ahead", "-1 is out of range"},
    {"policy = { look_ahead = 0xB; };\n", 1, "policy.look_ahead", "11 is out of range"},
    {"policy = { look_ahead = 11L; };\n", 1, "policy.look_ahead", "11 is out of range"},
    {"policy = { first_wait = 0; };\n", 1, "policy.first_wait", "from 1 to 3600 (s)"},
    {"policy = { lock_failures = 4; };\n", 1, "policy.lock_failures", "from 5 to 100 (failures)"},
    {"services = { su = { fail_delay = 11; }; };\n", 1, "services.su.fail_delay", "from 0 to 10"},
    {"policy = { unenrolled = \"allow\"; };\n", 1, "policy.unenrolled", "give \"deny\" or \"ignore\""},
    {"language = \"de\";\n", 1, "language", "give \"auto\" or \"en\" or \"ja\""},
    {"policy = { language = \"ja\"; };\n", 1, "policy.language", "stands outside the groups"},
    {"policy = { unenrolled = \"\"; };\n", 1, "policy.unenrolled", "give \"deny\" or \"ignore\""},
    {"store = { type = \"etcd\"; };\n", 1, "store.type", "give \"file\""},
    {"policy = { first_wait = 3600;\n longest_wait = 60; };\n", 1, "policy.first_wait", "exceeds longest_wait, 60 s"},
    {"policy = {\n longest_wait = 20; };\n", 2, "policy.longest_wait", "first_wait, 30 s, exceeds longest_wait, 20 s"},

    /* numbers that libconfig takes modulo 2^32: 5, 5, 5, 0, -1 */
    {"policy = {\n look_ahead = 4294967301; };\n", 2, "policy.look_ahead", "the number is too long"},
    {"policy = { look_ahead = -4294967291; };\n", 1, "policy.look_ahead", "the number is too long"},
    {"policy = { look_ahead = 0x100000005; };\n", 1, "policy.look_ahead", "the number is too long"},
    {"policy = { look_ahead = 18446744073709551616L; };\n", 1, "policy.look_ahead", "the number is too long"},
    {"policy = { look_ahead = 99999999999999999999; };\n", 1, "policy.look_ahead", "the number is too long"},

    /* texts */
    {"policy = { prompt = \"\"; };\n", 1, "policy.prompt", "cannot be empty"},
    {"store = { path = \"\"; };\n", 1, "store.path", "cannot be empty"},
    {"store = { path = \"var/lib/vipotp\"; };\n", 1, "store.path", "begins with /"},
    {"store = { key = \"./key\"; };\n", 1, "store.key", "begins with /"},
    {"contact = \"" TEXT256 "\";\n", 1, "contact", "has 256 bytes; shorten it to 255"},
    {"store = { path = \"/" TEXT256 TEXT256 TEXT256 TEXT256 "\"; };\n", 1, "store.path", "shorten it to 1023"},
    {"contact = \"a\\nb\";\n", 1, "contact", "control character"},
    {"contact = \"a\\x1b[2J\";\n", 1, "contact", "control character"},
    {"contact = \"\x7f\";\n", 1, "contact", "control character"},
    {"contact = \"\xc2\x9b\";\n", 1, "contact", "control character"},
    {"contact = \"a\\x00b\";\n", 1, "contact", "remove it"},
    {"contact = \"caf\xe9\";\n", 1, "contact", "not UTF-8"},
    {"contact = \"\xc0\xaf\";\n", 1, "contact", "not UTF-8"},
    {"contact = \"\xed\xa0\x80\";\n", 1, "contact", "not UTF-8"},
    {"contact = \"\xf4\x90\x80\x80\";\n", 1, "contact", "not UTF-8"},
    {"contact = \"\xe3\x81\";\n", 1, "contact", "not UTF-8"},
    {"store = { path = \"/a\\tb\"; };\n", 1, "store.path", "control character"},

    /* days and lengths of time */
    {"policy = { enroll_by = \"2027-02-29\"; };\n", 1, "policy.enroll_by", "a day of the calendar from 2000 on"},
    {"policy = { enroll_by = \"31.12.2030\"; };\n", 1, "policy.enroll_by", "as in \"2030-12-31\", or \"\""},
    {"policy = { enroll_by = 20301231; };\n", 1, "policy.enroll_by", "as in \"2030-12-31\""},
    {"services = { su = {\n enroll_by = \"2030-12\"; }; };\n", 2, "services.su.enroll_by", "as in \"2030-12-31\""},
    {"policy = { remember = \"59s\"; };\n", 1, "policy.remember", "from \"1m\" to \"30d\", a number and s, m, h or d"},
    {"policy = { remember = \"31d\"; };\n", 1, "policy.remember", "from \"1m\" to \"30d\""},
    {"policy = { remember = \"721h\"; };\n", 1, "policy.remember", "from \"1m\" to \"30d\""},
    {"policy = { remember = \"12\"; };\n", 1, "policy.remember", "a number and s, m, h or d, or \"\" for none"},
    {"policy = { remember = 12; };\n", 1, "policy.remember", "a number and s, m, h or d"},
    {"remember = \"12h\";\n", 1, "remember", "set it in policy = { };"},

    /* switches and choices */
    {"policy = { enroll_open = \"true\"; };\n", 1, "policy.enroll_open", "give true or false, without quotes"},
    {"policy = { enroll_open = 1; };\n", 1, "policy.enroll_open", "give true or false"},
    {"policy = { enroll_open = yes; };\n", 1, "policy.enroll_open", "double quotes"},
    {"policy = { require_at_account = { }; };\n", 1, "policy.require_at_account", "give true or false"},
    {"policy = { after_enroll = \"end\"; };\n", 1, "policy.after_enroll", "give \"continue\" or \"logout\""},
    {"policy = { identity = \"root\"; };\n", 1, "policy.identity", "give \"user\" or \"caller\""},

    /* exempt: its form */
    {"exempt = \"alice\";\n", 1, "exempt", "exempt = ( { users = [ \"NAME\" ]; } );"},
    {"exempt = true;\n", 1, "exempt", "give groups"},
    {"exempt = [ \"alice\" ];\n", 1, "exempt", "rules stand between ( and )"},
    {"exempt = (\n \"alice\" );\n", 2, "exempt", "is a { or a ) missing?"},
    {"exempt = ( ( { users = [ \"a\" ]; } ) );\n", 1, "exempt", "behind NAME ="},
    {"exempt = ( { users = [ \"a\" ]; }, );\n", 1, "exempt.users", "syntax error"},
    {"exempt = ( { users = [ \"a\" ]; } { users = [ \"b\" ]; } );\n", 1, "exempt.users", "syntax error"},
    {"exempt = ( { users = [ \"a\" ]; }\npolicy = { };\n", 2, "exempt", "is a { or a ) missing?"},
    {"exempt = ( { users = [ \"a\" ]; }\n", 1, "exempt", "never closed; add );"},
    {"exempt = ( { users = [ \"a\" ]; );\n", 1, "exempt", "never closed; add };"},
    {"exempt = ( { users = [ \"a\",\n \"b\"; } );\n", 2, "exempt.users", "is a quote or a ] missing?"},
    {"exempt = ( { users = [ \"a\"", 1, "exempt.users", "never closed; add ];"},
    {"exempt = ( { users = [ \"a\", ]; } );\n", 1, "exempt.users", "syntax error"},
    {"exempt = ( { users = [ \"a ]; } );\n", 1, "exempt.users", "no closing quote"},
    {"exempt = ( { users = [ alice ]; } );\n", 1, "exempt.users", "in double quotes"},
    {"exempt = ( { users = [ 1000 ]; } );\n", 1, "exempt.users", "in double quotes"},
    {"exempt = ( { users = [ [ \"a\" ] ]; } );\n", 1, "exempt.users", "behind NAME ="},
    {"exempt = ( { users = [ { } ]; } );\n", 1, "exempt.users", "in double quotes"},
    {"exempt = ( { users = ( \"a\" ); } );\n", 1, "exempt.users", "between [ and ]"},
    {"exempt = ( { users = \"a\"; } );\n", 1, "exempt.users", "give a list: users = [ \"NAME\" ];"},
    {"exempt = { networks = \"192.0.2.0/24\"; };\n", 1, "exempt.networks", "networks = [ \"192.0.2.0/24\" ];"},
    {"exempt = ( );\nexempt = ( );\n", 2, "exempt", "a second time"},
    {"exempt = ( { users = [ \"a\" ];\n users = [ \"b\" ]; } );\n", 2, "exempt.users", "a second time"},
    {"exempt = ( { user = [ \"a\" ]; } );\n", 1, "exempt.user", "did you mean users?"},
    {"exempt = ( { hosts = [ \"a\" ]; } );\n", 1, "exempt.hosts", "no such key"},
    {"exempt = ( { remember = \"1h\"; } );\n", 1, "exempt.remember", "set it in policy = { };"},
    {"exemt = { };\n", 1, "exemt", "did you mean exempt?"},
    {"users = \"a\";\n", 1, "users", "set it in exempt = { };"},
    {"policy = { services = { }; };\n", 1, "policy.services", "outside the groups"},
    {"policy = { exempt = { }; };\n", 1, "policy.exempt", "outside the groups"},
    {"services = { su = { exempt = ( ); }; };\n", 1, "services.su.exempt", "no setting but exempt is a list"},
    {"contact = \"a\", \"b\";\n", 1, "contact", "without a name"},
    {"exempt = ( ), \"b\";\n", 1, "exempt", "without a name"},

    /* exempt: what no rule can hold */
    {"exempt = (\n { users = [ \"a\" ]; },\n { } );\n", 3, "exempt", "would exempt everybody"},
    {"exempt = { };\n", 1, "exempt", "would exempt everybody; add one of them"},
    {"exempt = ( { services = [ \"sshd\" ]; } );\n", 1, "exempt", "would exempt everybody"},
    {"exempt = ( { users = [ ]; services = [ \"sshd\" ]; } );\n", 1, "exempt.users", "hold for nobody"},
    {"exempt = ( { groups = [ \"\" ]; } );\n", 1, "exempt.groups", "is empty"},
    {"exempt = ( { users = [ \"a\",\n \"b*\" ]; } );\n", 2, "exempt.users", "no patterns here"},
    {"exempt = ( { users = [ \"a\\nb\" ]; } );\n", 1, "exempt.users", "control character"},
    {"exempt = ( { groups = [ \"\xe9\" ]; } );\n", 1, "exempt.groups", "not UTF-8"},
    {"exempt = ( { users = [ \"a\\x00\" ]; } );\n", 1, "exempt.users", "remove it"},
    {"exempt = ( { users = [ \"" TEXT64 TEXT64 "\" ]; } );\n", 1, "exempt.users", "127 bytes; shorten it"},
    {"exempt = ( { users = [ \"a\" ]; services = [ \"SSHD\" ]; } );\n", 1, "exempt.services", "lower-case"},

    /* exempt: networks */
    {"exempt = { networks = [ \"192.0.2.7/24\" ]; };\n", 1, "exempt.networks", "the network is 192.0.2.0/24"},
    {"exempt = { networks = [ \"10.0.0.0/8\",\n \"2001:db8::1/64\" ]; };\n", 2, "exempt.networks",
     "has bits beyond its prefix; the network is 2001:db8::/64"},
    {"exempt = { networks = [ \"0.0.0.1/0\" ]; };\n", 1, "exempt.networks", "the network is 0.0.0.0/0"},
    {"exempt = { networks = [ \"192.0.2.7\" ]; };\n", 1, "exempt.networks", "192.0.2.7/32 is this address alone"},
    {"exempt = { networks = [ \"2001:db8::1\" ]; };\n", 1, "exempt.networks", "2001:db8::1/128 is this address"},
    {"exempt = { networks = [ \"::ffff:192.0.2.0/120\" ]; };\n", 1, "exempt.networks", "is an IPv4 network"},
    {"exempt = { networks = [ \"::ffff:192.0.2.7\" ]; };\n", 1, "exempt.networks", "is an IPv4 network"},
    {"exempt = { networks = [ \"192.0.2.0/33\" ]; };\n", 1, "exempt.networks", "a number from 0 to 32"},
    {"exempt = { networks = [ \"2001:db8::/129\" ]; };\n", 1, "exempt.networks", "a number from 0 to 128"},
    {"exempt = { networks = [ \"192.0.2.0/\" ]; };\n", 1, "exempt.networks", "a number from 0 to 32"},
    {"exempt = { networks = [ \"192.0.2.0/024\" ]; };\n", 1, "exempt.networks", "a number from 0 to 32"},
    {"exempt = { networks = [ \"192.0.2.0/+24\" ]; };\n", 1, "exempt.networks", "a number from 0 to 32"},
    {"exempt = { networks = [ \"192.0.2.0/24/24\" ]; };\n", 1, "exempt.networks", "a number from 0 to 32"},
    {"exempt = { networks = [ \"192.0.2.0/255.255.255.0\" ]; };\n", 1, "exempt.networks", "a number from 0 to 32"},
    {"exempt = { networks = [ \"0300.0.2.0/24\" ]; };\n", 1, "exempt.networks", "no name is looked up"},
    {"exempt = { networks = [ \"192.0.2/24\" ]; };\n", 1, "exempt.networks", "no name is looked up"},
    {"exempt = { networks = [ \"fe80::%eth0/64\" ]; };\n", 1, "exempt.networks", "no name is looked up"},
    {"exempt = { networks = [ \"host.example\" ]; };\n", 1, "exempt.networks", "no name is looked up"},
    {"exempt = { networks = [ \"\" ]; };\n", 1, "exempt.networks", "no name is looked up"},
    {"exempt = { networks = [ \"" TEXT64 "/24\" ]; };\n", 1, "exempt.networks", "no name is looked up"},

    /* services by names that PAM never gives */
    {"services = {\n SSHD = { };\n};\n", 2, "services.SSHD", "lower-case"},
    {"services = { * = { }; };\n", 1, "services.*", "no patterns"},

    /* duplicates */
    {"contact = \"a\";\ncontact = \"b\";\n", 2, "contact", "a second time"},
    {"policy = { };\nstore = { };\npolicy = { };\n", 3, "policy", "a second time"},
    {"policy = { drift = 5; drift = 5; temperature = 1; };\n", 1, "policy.drift", "a second time"},
    {"services = {\n su = { };\n sudo = { contact = \"\"; };\n su = { };\n};\n", 4, "services.su", "a second time"},
    {"services = { su = { prompt = \"a\";\n prompt = \"b\"; }; };\n", 2, "services.su.prompt", "a second time"},

    /* @include, wherever it stands */
    {"@include \"/etc/passwd\"\n", 1, NULL, "@include is not allowed"},
    {"contact = \"x\";\npolicy = {\n@include \"more.conf\"\n};\n", 3, "policy", "@include is not allowed"},
    {"# one\n\t @include \"x\"\n", 2, NULL, "@include is not allowed"},

    /* syntax */
    {"policy = {\n unenrolled = deny;\n};\n", 2, "policy.unenrolled", "double quotes; add them"},
    {"policy = {\n look_ahead 5;\n};\n", 2, "policy.look_ahead", "syntax error"},
    {"policy = {\n look_ahead = ;\n};\n", 2, "policy.look_ahead", "syntax error"},
    {"policy = {\n look_ahead = 5;;\n};\n", 2, "policy.look_ahead", "syntax error"},
    {"policy = { drift = 5; };\n};\n", 2, "policy", "syntax error"},
    {"policy = {\n drift = 5;\n\nstore = { };\n", 1, "policy", "never closed; add };"},
    {"policy = {\n drift = 5;\nservices = {\n su = {\n };\n};\n", 4, "policy.services.su", "is a } missing above?"},
    {"services = {\n su = {\n prompt = \"x\";\n sudo = { prompt = { }; };\n", 4, "services.su.sudo",
     "is a } missing above?"},
    {"\n{\n", 2, NULL, "never closed"},
    {"contact = \"a;\nstore = { type = \"file\"; };\n", 1, "contact", "no closing quote in its line"},
    {"contact = \"a\\\";\n", 1, "contact", "no closing quote"},
    {"contact = \"a\"; \"", 1, "contact", "no closing quote"},
    {"contact = \"a\";\n/* policy = { };\n", 2, "contact", "never closed; add */"},
    {"services = { su = { contact = \"\"; }; };\ncontact = \"a\" 5;\n", 2, "contact", "syntax error"},
    {"contact = \"a\" & 5;\n", 1, "contact", "syntax error"},
    {"\"contact\" = \"a\";\n", 1, NULL, "without a name"},
    {"policy = {\n drift = 5 \"x\";\n};\n", 2, "policy.drift", "without a name"},
    {"policy.drift = 5;\n", 1, "policy", "syntax error"},
    {"\xef\xbb\xbf"
     "contact = \"a\";\n",
     1, "contact", "syntax error"},
};

/* "FILE:LINE: KEY: ": the beginning of the message. */
static void assert_names(const struct mistake *mistake, const char *file, const struct otp_error *error)
{
	char begin[400];
	bool key = mistake->key != NULL;

	(void)snprintf(begin, sizeof begin, "%s:%u: %s%s", file, mistake->line, key ? mistake->key : "",
	               key ? ": " : "");
	if (strncmp(error->what, begin, strlen(begin)) != 0 ||
	    (mistake->advice != NULL && strstr(error->what, mistake->advice) == NULL))
		fail_msg("for\n%s\nexpected %s... %s\nbut got  %s", mistake->text, begin,
		         mistake->advice != NULL ? mistake->advice : "", error->what);
}

static void every_mistake_names_file_line_and_key(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		const char *text = mistakes[i].text;
		const char *file = scratch_write("vipotp.conf", text, strlen(text), 0644);
		struct otp_error error = {.status = OTP_OK};
		struct settings settings;

		if (settings_read(file, "login", &settings, &error) != OTP_E_INVALID)
			fail_msg("not refused:\n%s", text);
		assert_int_equal(error.status, OTP_E_INVALID);
		assert_names(&mistakes[i], file, &error);
	}
}

/* A mistake under one service denies in all of them, so that it is found on the first day. */
static void mistakes_under_other_services_count(void **state)
{
	static const char text[] = "services = { su = { drift = 1; }; };\n";
	const char *file = scratch_write("vipotp.conf", text, strlen(text), 0644);
	struct settings settings;

	(void)state;
	assert_int_equal(settings_read(file, "sshd", &settings, NULL), OTP_E_INVALID);
	assert_int_equal(settings_read(file, NULL, &settings, NULL), OTP_E_INVALID);
}

static void nul_bytes_are_refused(void **state)
{
	static const char text[] = "contact = \"a\";\n\0policy = 5;\n";
	const char *file = scratch_write("vipotp.conf", text, sizeof text - 1, 0644);
	struct otp_error error;
	struct settings settings;

	(void)state;
	assert_int_equal(settings_read(file, NULL, &settings, &error), OTP_E_INVALID);
	assert_non_null(strstr(error.what, "vipotp.conf:2: holds a NUL byte"));
}

/* As much of one thing as a file may hold: neither the stack nor the message runs over. */
static void masses_are_refused(void **state)
{
	static const char *const units[] = {
	    "a={", "a=(", "}",    "\"",  "/*",       "@",           "a",       "9",
	    "\\",  "=",   "a=1;", "\n{", "exempt=(", "exempt=({},", "[\"a\",", "exempt={users=[\"a\","};
	enum { SIZE = 64 * 1024 };
	char *text = malloc(SIZE);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		struct otp_error error;
		struct settings settings;

		for (size_t at = 0; at < SIZE; at++)
			text[at] = units[i][at % strlen(units[i])];
		assert_int_equal(settings_read(scratch_write("vipotp.conf", text, SIZE, 0644), "a", &settings, &error),
		                 OTP_E_INVALID);
		assert_non_null(strstr(error.what, "vipotp.conf:"));
	}
	free(text);
}

/* More conditions, or more rules, than there is room for. */
static void exemptions_have_a_limit(void **state)
{
	char text[8192];
	struct otp_error error;
	struct settings settings;

	(void)state;
	for (int n = EXEMPT_MAX; n <= EXEMPT_MAX + 1; n++) {
		size_t len = (size_t)snprintf(text, sizeof text, "exempt = { groups = [ \"g\" ]; users = [ \"u\"");

		for (int i = 2; i < n; i++)
			len += (size_t)snprintf(text + len, sizeof text - len, ",\n\"u%d\"", i);
		len += (size_t)snprintf(text + len, sizeof text - len, " ]; };\n");
		assert_int_equal(settings_read(scratch_write("vipotp.conf", text, len, 0644), NULL, &settings, &error),
		                 n == EXEMPT_MAX ? OTP_OK : OTP_E_INVALID);
	}
	assert_non_null(strstr(error.what, "vipotp.conf:64: exempt.users: is the 65th"));
	assert_non_null(strstr(error.what, "name a group instead"));
	for (int n = EXEMPT_RULES_MAX; n <= EXEMPT_RULES_MAX + 1; n++) {
		size_t len = (size_t)snprintf(text, sizeof text, "exempt = ({ users = [ \"a\" ]; }");

		for (int i = 1; i < n; i++)
			len += (size_t)snprintf(text + len, sizeof text - len, ",\n{ users = [ \"u%d\" ]; }", i);
		len += (size_t)snprintf(text + len, sizeof text - len, ");\n");
		assert_int_equal(settings_read(scratch_write("vipotp.conf", text, len, 0644), NULL, &settings, &error),
		                 n == EXEMPT_RULES_MAX ? OTP_OK : OTP_E_INVALID);
	}
	assert_non_null(strstr(error.what, "vipotp.conf:17: exempt: there is room for 16 rules"));
}

/* The key is not pushed out of the message by a long file name. */
static void long_file_names_are_cut_in_front(void **state)
{
	static const char text[] = "policy = { look_ahed = 5; };\n";
	static const char shown[] = ":1: policy.look_ahed: no such key; did you mean look_ahead?";
	char directory[SCRATCH_PATH_MAX];
	struct otp_error error;
	struct settings settings;
	const char *file;

	(void)state;
	(void)snprintf(directory, sizeof directory, "%s", TEXT64 TEXT64 TEXT64);
	assert_int_equal(mkdir(scratch_path(directory), 0755), 0);
	(void)strncat(directory, "/" TEXT64, sizeof directory - strlen(directory) - 1);
	file = scratch_write(directory, text, strlen(text), 0644);
	assert_int_equal(settings_read(file, NULL, &settings, &error), OTP_E_INVALID);
	assert_memory_equal(error.what, "...", 3);
	assert_memory_equal(error.what + 3, file + strlen(file) - 90, 90);
	assert_string_equal(error.what + 93, shown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_mistake_names_file_line_and_key),
	    cmocka_unit_test(mistakes_under_other_services_count),
	    cmocka_unit_test(nul_bytes_are_refused),
	    cmocka_unit_test(masses_are_refused),
	    cmocka_unit_test(exemptions_have_a_limit),
	    cmocka_unit_test(long_file_names_are_cut_in_front),
	};
	int failed;

	scratch_begin();
	failed = cmocka_run_group_tests_name("settings: mistakes", tests, NULL, NULL);
	scratch_end();
	return failed;
}
