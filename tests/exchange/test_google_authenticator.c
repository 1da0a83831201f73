/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of pam_google_authenticator: product §7.6, libotp/exchange/google_authenticator.h. */
#include "exchange/google_authenticator.h"
#include "reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define TOTP "\" TOTP_AUTH\n"
#define TIME_TOKEN "1 - time " KEY_A " SHA1 6 30 "
#define EVENT_TOKEN "1 - event " KEY_A " SHA1 6 0 "
#define TEN_CODES "10000000\n20000000\n30000000\n40000000\n50000000\n60000000\n70000000\n80000000\n90000000\n99999999\n"

static const struct good_file good[] = {
    {KEY_A "\n" TOTP, TIME_TOKEN "0\n"},
    {KEY_A "\n\" HOTP_COUNTER 1\n", EVENT_TOKEN "1\n"},
    /* as the program makes them */
    {KEY_A "\n\" RATE_LIMIT 3 30\n\" WINDOW_SIZE 17\n\" DISALLOW_REUSE\n" TOTP CODE_A "\n" CODE_B "\n",
     TIME_TOKEN "0 scratch=" CODE_A " scratch=" CODE_B "\n"},
    {KEY_A "\n\" WINDOW_SIZE 17\n\" HOTP_COUNTER 1\n" CODE_A "\n", EVENT_TOKEN "1 scratch=" CODE_A "\n"},
    /* and the module after logins: what was used, in any order, decides where to go on */
    {KEY_A "\n\" LAST0 host.example 1795320371\n\" RATE_LIMIT 3 30 1795320371 1795320372\n"
           "\" DISALLOW_REUSE 59844013 59844012 59844011\n" TOTP,
     TIME_TOKEN "59844014\n"},
    {KEY_A "\n\" HOTP_COUNTER 1000000000000\n", EVENT_TOKEN "1000000000000\n"},
    {KEY_A "\n" TOTP "\" DISALLOW_REUSE 999999999999\n", TIME_TOKEN "1000000000000\n"},
    /* the counter wins, and without one the module takes the token for a time token */
    {KEY_A "\n" TOTP "\" HOTP_COUNTER 7\n\" DISALLOW_REUSE 59844013\n\" TIME_SKEW 3\n", EVENT_TOKEN "7\n"},
    {KEY_A "\n" TOTP "\" HOTP_COUNTER 0\n", TIME_TOKEN "0\n"},
    /* skew is counted in steps */
    {KEY_A "\n\" TIME_SKEW -2\n\" STEP_SIZE 60\n" TOTP, "1 - time " KEY_A " SHA1 6 60 0 skew=-120000\n"},
    {KEY_A "\n\" TIME_SKEW 33\n\" RESETTING_TIME_SKEW \n" TOTP, TIME_TOKEN "0 skew=990000\n"},
    {KEY_A "\n\" RESETTING_TIME_SKEW 59844012+30 59844013+30\n" TOTP, TIME_TOKEN "0\n"},
    {KEY_A "\n\" TIME_SKEW 0\n" TOTP, TIME_TOKEN "0 skew=0\n"},
    /* as people leave it */
    {KEY_A "\r\n\" TOTP_AUTH\r\n\r\n" CODE_A "\r\n", TIME_TOKEN "0 scratch=" CODE_A "\n"},
    {KEY_A "\n" TEN_CODES TOTP,
     TIME_TOKEN "0 scratch=10000000 scratch=20000000 scratch=30000000 scratch=40000000 scratch=50000000 "
                "scratch=60000000 scratch=70000000 scratch=80000000 scratch=90000000 scratch=99999999\n"},
};

static const struct bad_file bad[] = {
    {"", 1, "the first line is the key", "base32"},
    {"\n" KEY_A "\n" TOTP, 1, "the first line is the key", "base32"},
    {TOTP KEY_A "\n", 1, "the first line is the key", "base32"},
    {"GEZDGNBVGY3TQOJQ\n" TOTP, 1, "the first line is the key", "16 to 64 bytes"},
    {KEY_C_HEX "\n" TOTP, 1, "the first line is the key", "A to Z and 2 to 7"},
    {KEY_A "\n", 1, "neither TOTP_AUTH nor HOTP_COUNTER", "add the line"},
    {KEY_A "\n" CODE_A "\n", 2, "neither TOTP_AUTH nor HOTP_COUNTER", "copy all"},
    {KEY_A "\n\" HOTP_COUNTER 0\n", 2, "neither TOTP_AUTH nor HOTP_COUNTER", "from 1 on"},
    {KEY_A "\n\" TOTP_AUTH yes\n", 2, "after TOTP_AUTH must come", "nothing"},
    {KEY_A "\n\" HOTP_COUNTER\n", 2, "after HOTP_COUNTER must come", "a number"},
    {KEY_A "\n\" HOTP_COUNTER -1\n", 2, "after HOTP_COUNTER must come", "a number"},
    {KEY_A "\n\" HOTP_COUNTER 1 2\n", 2, "after HOTP_COUNTER must come", "a number"},
    {KEY_A "\n\" HOTP_COUNTER 1000000000001\n", 2, "after HOTP_COUNTER must come", "to 1000000000000"},
    {KEY_A "\n\" HOTP_COUNTER 18446744073709551617\n", 2, "after HOTP_COUNTER must come", "a number"},
    {KEY_A "\n\" HOTP_COUNTER 0000000000000000000000000000000000007\n", 2, "after HOTP_COUNTER must come", "a number"},
    {KEY_A "\n\" STEP_SIZE 10\n" TOTP, 2, "after STEP_SIZE must come", "15 to 300 seconds"},
    {KEY_A "\n" TOTP "\" DISALLOW_REUSE 59844012 x\n", 3, "after DISALLOW_REUSE must come", "steps"},
    {KEY_A "\n" TOTP "\" DISALLOW_REUSE -1\n", 3, "after DISALLOW_REUSE must come", "steps"},
    {KEY_A "\n" TOTP "\" DISALLOW_REUSE 1000000000000\n", 3, "after DISALLOW_REUSE must come", "steps"},
    {KEY_A "\n" TOTP "\" TIME_SKEW\n", 3, "after TIME_SKEW must come", "10000 either way"},
    {KEY_A "\n" TOTP "\" TIME_SKEW --1\n", 3, "after TIME_SKEW must come", "10000 either way"},
    {KEY_A "\n" TOTP "\" TIME_SKEW 10001\n", 3, "after TIME_SKEW must come", "10000 either way"},
    {KEY_A "\n" TOTP "\" NO_SUCH_OPTION\n", 3, "does not have", "take the line out"},
    {KEY_A "\n" TOTP "\" totp_auth\n", 3, "does not have", "take the line out"},
    {KEY_A "\n" TOTP "\" LAST10 host 1\n", 3, "does not have", "take the line out"},
    {KEY_A "\n" TOTP TOTP, 3, "a second TOTP_AUTH", "leave only the right one"},
    {KEY_A "\n\" HOTP_COUNTER 1\n\" HOTP_COUNTER 9\n", 3, "a second HOTP_COUNTER", "leave only the right one"},
    {KEY_A "\n" TOTP CODE_A "1\n", 3, "nor an emergency code", "8 digits"},
    {KEY_A "\n" TOTP "1234567\n", 3, "nor an emergency code", "8 digits"},
    {KEY_A "\n" TOTP CODE_A " " CODE_B "\n", 3, "nor an emergency code", "8 digits"},
    {KEY_A "\n" TOTP KEY_B "\n", 3, "nor an emergency code", "take the line out"},
    {KEY_A "\n\"TOTP_AUTH\n", 2, "neither an option, which begins with a quote and a blank", "take the line out"},
    {KEY_A "\n" TOTP TEN_CODES "11111111\n", 13, "more than 10 emergency codes", "leave 10"},
};

static void good_files(void **state)
{
	(void)state;
	assert_good_files(otp_google_authenticator_read, good, sizeof good / sizeof *good);
}

static void bad_files(void **state)
{
	(void)state;
	assert_bad_files(otp_google_authenticator_read, bad, sizeof bad / sizeof *bad);
	assert_obeys_visitor(otp_google_authenticator_read, good[0].text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(good_files),
	    cmocka_unit_test(bad_files),
	};

	return cmocka_run_group_tests_name("google_authenticator", tests, NULL, NULL);
}
