/* SPDX-License-Identifier: BSD-2-Clause */
/* .vipaccess files in and out: product §7.5, §7.6, libotp/exchange/vipaccess.h. */
#include "exchange/vipaccess.h"
#include "reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SECRET "secret " KEY_A "\n"

static const struct good_file good[] = {
    /* as python-vipaccess writes it */
    {"version 1\n" SECRET "id SYMC12345678\nexpiry 2019-01-15T12:00:00.000Z\n",
     "1 SYMC12345678 time " KEY_A " SHA1 6 30 0 expires=1547553600\n"},
    /* as its reader takes it: any order and blanks; only version and secret must be there */
    {"version 1\n" SECRET, "1 - time " KEY_A " SHA1 6 30 0\n"},
    {"\n  id\t vsst 1234 5678  \n" SECRET "\n version  1 ", "1 VSST12345678 time " KEY_A " SHA1 6 30 0\n"},
    {"version 1\r\nsecret ljyw krgz o5tv 2iqs d434 o5rw elyb gxdj\r\n", "1 - time " KEY_A " SHA1 6 30 0\n"},
    /* as vipotp-token writes it */
    {"version 1\ndrift +00000\n" SECRET "id VSST12345678\n", "1 VSST12345678 time " KEY_A " SHA1 6 30 0\n"},
    {"version 1\ndrift -00090\n" SECRET "id VSST12345678\nexpiry 2027-12-31T23:59:59Z\nlabel my fob\nissuer 山田\n",
     "1 VSST12345678 time " KEY_A " SHA1 6 30 0 label=my fob issuer=山田 expires=1830297599 skew=-90000\n"},
    {"version 1\ndrift +86400\n" SECRET, "1 - time " KEY_A " SHA1 6 30 0 skew=86400000\n"},
};

static const struct bad_file bad[] = {
    {"", 1, "no line \"version 1\"", "copy all"},
    {"\n\n", 2, "no line \"version 1\"", "copy all"},
    {SECRET "id VSST12345678\n", 2, "no line \"version 1\"", "copy all"},
    {"version 1\nid VSST12345678\n", 2, "no line with the secret", "copy all"},
    {"version 2\n" SECRET, 1, "version must be 1", "otpauth URI"},
    {"version vipotp1\n" SECRET, 1, "version must be 1", "otpauth URI"},
    {"version\n" SECRET, 1, "version must be 1", "otpauth URI"},
    {"version 1 1\n" SECRET, 1, "version must be 1", "otpauth URI"},
    {"version 1\nsecret\n", 2, "secret must be", "base32"},
    {"version 1\nsecret GEZDGNBVGY3TQOJQ\n", 2, "secret must be", "16 to 64 bytes"},
    {"version 1\nsecret " KEY_C_HEX "\n", 2, "secret must be", "base32"},
    {"version 1\n" SECRET "id SYMC1234567\n", 3, "id must be", "VSST12345678"},
    {"version 1\n" SECRET "id \n", 3, "id must be", "VSST12345678"},
    {"version 1\n" SECRET "expiry tomorrow\n", 3, "expiry must be", "2019-01-15T12:00:00.000Z"},
    {"version 1\n" SECRET "label a\tb\n", 3, "label must be", "control characters"},
    {"version 1\ndrift 86401\n" SECRET, 2, "drift must be", "86400"},
    {"version 1\ndrift +-1\n" SECRET, 2, "drift must be", "seconds"},
    {"version 1\ndrift \n" SECRET, 2, "drift must be", "seconds"},
    {"version 1\n" SECRET "secret " KEY_B "\n", 3, "a second secret", "one token"},
    {"version 1\n" SECRET "version 1\n", 3, "a second version", "one token"},
    {"version 1\n" KEY_A "\n", 2, "begins with none of", "version, secret, id and expiry"},
    {"version 1\nSecret " KEY_A "\n", 2, "begins with none of", "take it out"},
    {"version 1\n" SECRET "counter 7\n", 3, "begins with none of", "take it out"},
    {"version 1\nsecret=" KEY_A "\n", 2, "begins with none of", "version, secret"},
};

static void good_files(void **state)
{
	(void)state;
	assert_good_files(otp_vipaccess_read, good, sizeof good / sizeof *good);
}

static void bad_files(void **state)
{
	(void)state;
	assert_bad_files(otp_vipaccess_read, bad, sizeof bad / sizeof *bad);
	assert_obeys_visitor(otp_vipaccess_read, good[0].text);
}

/* What is printed is what python-vipaccess writes, and is read again; other tokens are not for it. */
static void printed_form(void **state)
{
	struct otp_seed seed = {.id = {"VSST12345678"},
	                        .kind = OTP_TIME,
	                        .digest = OTP_SHA1,
	                        .digits = 6,
	                        .period = 30,
	                        .expires = 1830297599,
	                        .label = "left out",
	                        .secret = {.len = 20}};
	char text[OTP_VIPACCESS_MAX];

	(void)state;
	memcpy(seed.secret.bytes, "12345678901234567890", 20);
	assert_int_equal(otp_vipaccess_print(&seed, text), OTP_OK);
	assert_string_equal(text, "version 1\nsecret " KEY_C "\nid VSST12345678\nexpiry 2027-12-31T23:59:59Z\n");
	assert_good_file(otp_vipaccess_read, text, strlen(text),
	                 "1 VSST12345678 time " KEY_C " SHA1 6 30 0 expires=1830297599\n");
	seed.id.text[0] = '\0';
	seed.expires = 0;
	assert_int_equal(otp_vipaccess_print(&seed, text), OTP_OK);
	assert_string_equal(text, "version 1\nsecret " KEY_C "\n");
	seed.secret.len = OTP_SECRET_MAX;
	seed.expires = 1830297599;
	memcpy(seed.id.text, "VSST12345678", sizeof seed.id.text);
	assert_int_equal(otp_vipaccess_print(&seed, text), OTP_OK);
	assert_int_equal(text[strlen(text) - 1], '\n');
	seed.digits = 8;
	assert_int_equal(otp_vipaccess_print(&seed, text), OTP_E_LIMIT);
	assert_string_equal(text, "");
	seed.digits = 6;
	seed.period = 60;
	assert_int_equal(otp_vipaccess_print(&seed, text), OTP_E_LIMIT);
	seed.period = 30;
	seed.digest = OTP_SHA256;
	assert_int_equal(otp_vipaccess_print(&seed, text), OTP_E_LIMIT);
	seed.digest = OTP_SHA1;
	seed.kind = OTP_EVENT;
	assert_int_equal(otp_vipaccess_print(&seed, text), OTP_E_LIMIT);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(good_files),
	    cmocka_unit_test(bad_files),
	    cmocka_unit_test(printed_form),
	};

	return cmocka_run_group_tests_name("vipaccess", tests, NULL, NULL);
}
