/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of otpauth URIs: product §7.6, libotp/exchange/otpauth.h; what a URI says is test_uri.c's. */
#include "exchange/otpauth.h"
#include "reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define VSST "otpauth://totp/VIP%20Access:VSST12345678?secret=" KEY_A "&issuer=Symantec"

static const struct good_file good[] = {
    {VSST "\n", "1 VSST12345678 time " KEY_A " SHA1 6 30 0 label=VSST12345678 issuer=Symantec\n"},
    {VSST, "1 VSST12345678 time " KEY_A " SHA1 6 30 0 label=VSST12345678 issuer=Symantec\n"},
    {"# exported yesterday\r\n\r\n\t" VSST " \r\n  # and\r\notpauth://hotp/x?secret=" KEY_B "&counter=7\r\n",
     "3 VSST12345678 time " KEY_A " SHA1 6 30 0 label=VSST12345678 issuer=Symantec\n"
     "5 - event " KEY_B " SHA1 6 0 7 label=x\n"},
    /* without an ID nothing tells twins from each other */
    {"otpauth://totp/x?secret=" KEY_A "\notpauth://totp/x?secret=" KEY_A "\n",
     "1 - time " KEY_A " SHA1 6 30 0 label=x\n2 - time " KEY_A " SHA1 6 30 0 label=x\n"},
};

static const struct bad_file bad[] = {
    {"", 1, "no token in this file", "begins with otpauth://"},
    {"\n# nothing\n", 2, "no token in this file", "begins with otpauth://"},
    {VSST "\n" KEY_A "\n", 2, "no token's URI", "begins with otpauth://totp/"},
    {VSST "\n\notpauth://totp/x?secret=" KEY_B "&digits=5\n", 3, "character 58 of the URI: digits=", "6, 7 or 8"},
    {"otpauth://totp/x?secret=" KEY_A " otpauth://totp/y?secret=" KEY_B "\n", 1, "character 57", "percent-encoded"},
    {VSST "\notpauth://totp/vsst-1234-5678?secret=" KEY_B "\n", 2, "token VSST12345678 was in a line before",
     "leave only one"},
    {"otpauth-migration://offline?data=" KEY_A "\n", 1, "no token's URI", "begins with otpauth://totp/"},
};

static void good_files(void **state)
{
	(void)state;
	assert_good_files(otp_otpauth_read, good, sizeof good / sizeof *good);
}

static void bad_files(void **state)
{
	(void)state;
	assert_bad_files(otp_otpauth_read, bad, sizeof bad / sizeof *bad);
	assert_obeys_visitor(otp_otpauth_read, good[0].text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(good_files),
	    cmocka_unit_test(bad_files),
	};

	return cmocka_run_group_tests_name("otpauth", tests, NULL, NULL);
}
