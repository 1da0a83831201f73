/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_oath's file of users: product §7.6, libotp/exchange/usersfile.h. The codes of time tokens are those of RFC 6238,
 * appendix B; its key is KEY_C.
 */
#include "exchange/usersfile.h"
#include "reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define K KEY_C_HEX
#define TIME_TOKEN "1 - time " KEY_C " SHA1 "
#define EVENT_TOKEN "1 - event " KEY_C " SHA1 "

/* gives 027167 at 1425448020 and again at 1425448050, 2015-03-04T05:47:30 */
#define TWICE_HEX "5a716544d977675d22121f37c7763622f0135c69"

static const struct good_file good[] = {
    /* never used: the counter, where there is one, is the next */
    {"HOTP alice - " K "\n", EVENT_TOKEN "6 0 0 user=alice\n"},
    {"HOTP/E alice + " K " 7", EVENT_TOKEN "6 0 7 user=alice\n"},
    {"HOTP/E/6\talice\t-\t" K "\t0\n", EVENT_TOKEN "6 0 0 user=alice\n"},
    {"HOTP/E/7 alice - " K "\n", EVENT_TOKEN "7 0 0 user=alice\n"},
    {"HOTP/E/8 alice - " K " 999999999999\n", EVENT_TOKEN "8 0 999999999999 user=alice\n"},
    {"HOTP/T30 alice - " K "\n", TIME_TOKEN "6 30 0 user=alice\n"},
    {"HOTP/T30/7 alice - " K " 3\n", TIME_TOKEN "7 30 0 user=alice\n"},
    {"HOTP/T60/8 alice - " K "\n", TIME_TOKEN "8 60 0 user=alice\n"},
    /* used: the counter is the last one */
    {"HOTP\talice\t-\t" K "\t3\t969429\t2026-11-22T04:05:52L\n", EVENT_TOKEN "6 0 4 user=alice\n"},
    {"HOTP/E/8\talice\t+\t" K "\t0\t84755224\t2026-11-22T04:05:52L\n", EVENT_TOKEN "8 0 1 user=alice\n"},
    /* used: the code tells the step, the fifth word does not */
    {"HOTP/T30/8 alice - " K " 0 94287082 1970-01-01T00:00:59L\n", TIME_TOKEN "8 30 2 user=alice skew=0\n"},
    {"HOTP/T30/8 alice - " K " 5 07081804 2005-03-18T01:58:29L\n", TIME_TOKEN "8 30 37037037 user=alice skew=0\n"},
    /* of an 8-digit token the module took six digits, too */
    {"HOTP/T30/8 alice - " K " 0 081804 2005-03-18T01:58:29L\n", TIME_TOKEN "8 30 37037037 user=alice skew=0\n"},
    /* zones: as far as they go, and those of odd quarters */
    {"HOTP/T30 alice - " K " 0 081804 2005-03-18T15:58:29L\n", TIME_TOKEN "6 30 37037037 user=alice skew=0\n"},
    {"HOTP/T30 alice - " K " 0 081804 2005-03-17T13:58:29L\n", TIME_TOKEN "6 30 37037037 user=alice skew=0\n"},
    {"HOTP/T30 alice - " K " 0 081804 2005-03-18T07:43:29L\n", TIME_TOKEN "6 30 37037037 user=alice skew=0\n"},
    /* a token's clock that is off, by some 80 s and some 4 min */
    {"HOTP/T30 alice - " K " 0 081804 2005-03-18T10:59:35L\n", TIME_TOKEN "6 30 37037037 user=alice skew=-90000\n"},
    {"HOTP/T30 alice - " K " 0 081804 2005-03-18T10:54:29L\n", TIME_TOKEN "6 30 37037037 user=alice skew=240000\n"},
    /* so far that the zone leaves a doubt: the step is sure, how far is not */
    {"HOTP/T30 alice - " K " 0 081804 2005-03-18T11:04:29L\n", TIME_TOKEN "6 30 37037037 user=alice\n"},
    /* a code that comes twice: the step of that time, which is the later one from its first second on */
    {"HOTP/T30 alice - " TWICE_HEX " 0 027167 2015-03-04T05:47:15L\n",
     "1 - time " KEY_A " SHA1 6 30 47514935 user=alice skew=0\n"},
    {"HOTP/T30 alice - " TWICE_HEX " 0 027167 2015-03-04T05:47:45L\n",
     "1 - time " KEY_A " SHA1 6 30 47514936 user=alice skew=0\n"},
    {"HOTP/T30 alice - " TWICE_HEX " 0 027167 2015-03-04T05:47:30L\n",
     "1 - time " KEY_A " SHA1 6 30 47514936 user=alice skew=0\n"},
    /* several lines: the zone of the first, summer time in the third, two tokens of one user */
    {"# Option User Prefix Seed\n\n"
     "HOTP/T30 alice - " K " 0 081804 2005-03-18T02:58:29L\n"
     "HOTP/T30/8 bob - " K " 0 89005924 2009-02-14T00:31:30L\n"
     " HOTP/T30/8 carol + " K " 0 69279037 2033-05-18T05:33:20L\r\n"
     "HOTP/T30 alice - " K "\n",
     "3 - time " KEY_C " SHA1 6 30 37037037 user=alice skew=0\n"
     "4 - time " KEY_C " SHA1 8 30 41152264 user=bob skew=0\n"
     "5 - time " KEY_C " SHA1 8 30 66666667 user=carol skew=0\n"
     "6 - time " KEY_C " SHA1 6 30 0 user=alice\n"},
};

static const struct bad_file bad[] = {
    {"", 1, "no token in this file", "begin with HOTP"},
    {"# HOTP alice - " K "\n", 1, "no token in this file", "begin with HOTP"},
    {"TOTP alice - " K "\n", 1, "word 1 must be", "HOTP/T30"},
    {"hotp alice - " K "\n", 1, "word 1 must be", "HOTP/T30"},
    {"HOTP/6 alice - " K "\n", 1, "word 1 must be", "/6, /7 or /8"},
    {"HOTP/E/5 alice - " K "\n", 1, "word 1 must be", "/6, /7 or /8"},
    {"HOTP/E/ alice - " K "\n", 1, "word 1 must be", "/6, /7 or /8"},
    {"HOTP/T45 alice - " K "\n", 1, "word 1 must be", "HOTP/T60"},
    {"HOTP/T300 alice - " K "\n", 1, "word 1 must be", "HOTP/T60"},
    {"HOTP\n", 1, "a type, a user, - or + and a key", "copy all"},
    {"HOTP alice\n", 1, "a type, a user, - or + and a key", "copy all"},
    {"HOTP alice - " K "\nHOTP bob -\n", 2, "a type, a user, - or + and a key", "copy all"},
    {"HOTP alice " PIN_A " " K "\n", 1, "word 3 is a PIN", "write + in its place"},
    {"HOTP alice " K "\n", 1, "a type, a user, - or + and a key", "copy all"},
    {"HOTP alice - " K "0\n", 1, "word 4, the key, must be", "two for each"},
    {"HOTP alice - 3132333435\n", 1, "word 4, the key, must be", "16 to 64 bytes"},
    {"HOTP alice - " KEY_A "\n", 1, "word 4, the key, must be", "hexadecimal"},
    {"HOTP alice - " K " -1\n", 1, "word 5, the counter", "a number"},
    {"HOTP alice - " K " 1000000000000\n", 1, "word 5, the counter", "below 1000000000000"},
    {"HOTP alice - " K " 18446744073709551617\n", 1, "word 5, the counter", "a number"},
    {"HOTP alice - " K " 3 96942 2026-11-22T04:05:52L\n", 1, "word 6, the last code", "6 to 8 digits"},
    {"HOTP alice - " K " 3 969429969 2026-11-22T04:05:52L\n", 1, "word 6, the last code", "6 to 8 digits"},
    {"HOTP alice - " K " 3 96942x 2026-11-22T04:05:52L\n", 1, "word 6, the last code", "6 to 8 digits"},
    {"HOTP alice - " K " 3 969429\n", 1, "word 7 must be the time", "2026-12-31T23:59:59L"},
    {"HOTP alice - " K " 3 969429 2026-11-22T04:05:52Z\n", 1, "word 7 must be the time", "2026-12-31T23:59:59L"},
    {"HOTP alice - " K " 3 969429 2026-11-31T04:05:52L\n", 1, "word 7 must be the time", "2026-12-31T23:59:59L"},
    {"HOTP alice - " K " 3 969429 1969-12-31T04:05:52L\n", 1, "word 7 must be the time", "2026-12-31T23:59:59L"},
    {"HOTP alice - " K " 3 969429 2026-11-22T04:05:52L x\n", 1, "more than 7 words", "take out those after the time"},
    {"HOTP/T30 alice - " K " 0 081804\n", 1, "word 7 must be the time", "2026-12-31T23:59:59L"},
    /* no step of this key near that time has that code */
    {"HOTP/T30 alice - " K " 0 081804 2006-03-18T01:58:29L\n", 1, "word 6, is none that this key gave", "is new"},
    {"HOTP alice - " K "\nHOTP/T30 bob - " K " 0 000001 2005-03-18T01:58:29L\n", 2, "word 6, is none", "is new"},
    {"HOTP/T30 alice - " K " 0 081804 9999-12-31T23:59:60L\n", 1, "word 6, is none that this key gave", "is new"},
};

static void good_files(void **state)
{
	(void)state;
	assert_good_files(otp_usersfile_read, good, sizeof good / sizeof *good);
}

static void bad_files(void **state)
{
	(void)state;
	assert_bad_files(otp_usersfile_read, bad, sizeof bad / sizeof *bad);
	assert_obeys_visitor(otp_usersfile_read, good[0].text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(good_files),
	    cmocka_unit_test(bad_files),
	};

	return cmocka_run_group_tests_name("usersfile", tests, NULL, NULL);
}
