/* SPDX-License-Identifier: BSD-2-Clause */
/* Comma-separated values in and out: product §7.6, libotp/exchange/csv.h. */
#include "exchange/csv.h"
#include "reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define KEY64 "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43UOV3HO6DZPIYTEMZUGU3DOOBZGBAUEQ2EIVDEOSCJJJFUYTKOJ5IFCUSTKRKVMV2YLFNDAMI"
#define KEY16 "GEZDGNBVGY3TQOJQGEZDGNBVGY"
#define TEXT63 "123456789.123456789.123456789.123456789.123456789.123456789.123"
#define ALL "id,kind,key,digits,digest,period,counter,user,label,issuer,expires\n"

static const struct good_file good[] = {
    {ALL "VSST12345678,time," KEY_A ",6,SHA1,30,0,alice,fob,Symantec,2027-12-31T23:59:59Z\n",
     "2 VSST12345678 time " KEY_A " SHA1 6 30 0 user=alice label=fob issuer=Symantec expires=1830297599\n"},
    {ALL "UBHE12345678,event," KEY_B ",8,SHA256,,7,,,,\n", "2 UBHE12345678 event " KEY_B " SHA256 8 0 7\n"},
    /* a time token's counter is the lowest step that may still be accepted */
    {ALL "DP9Z8Y7X6W5V,time," KEY_A ",7,SHA512,60,59844013,,,,\n",
     "2 DP9Z8Y7X6W5V time " KEY_A " SHA512 7 60 59844013\n"},
    /* only what must be there; what an ID's prefix tells */
    {"id,key\nVSST12345678," KEY_A "\n", "2 VSST12345678 time " KEY_A " SHA1 6 30 0\n"},
    {"key,id\n" KEY_B ",FT1212345678\n", "2 FT1212345678 event " KEY_B " SHA1 6 0 0\n"},
    {"id,kind,key_hex\nDP0000000000,event," KEY_C_HEX "\n", "2 DP0000000000 event " KEY_C " SHA1 6 0 0\n"},
    /* no ID: the token gets one when it is stored */
    {"kind,id,key\ntime,," KEY_A "\nevent,," KEY_A "\n",
     "2 - time " KEY_A " SHA1 6 30 0\n3 - event " KEY_A " SHA1 6 0 0\n"},
    /* as people and programs write it */
    {"\xef\xbb\xbfID,Key,KIND\r\nvsst 1234 5678,ljyw krgz o5tv 2iqs d434 o5rw elyb gxdj,TIME\r\n",
     "2 VSST12345678 time " KEY_A " SHA1 6 30 0\n"},
    {"\n\nid,key\n\nVSST12345678," KEY_A "\n \t\n\nVSST87654321," KEY_B,
     "5 VSST12345678 time " KEY_A " SHA1 6 30 0\n8 VSST87654321 time " KEY_B " SHA1 6 30 0\n"},
    {"id,key\nVSST12345678," KEY16 "======\n", "2 VSST12345678 time " KEY16 " SHA1 6 30 0\n"},
    {"id,key\nVSST12345678," KEY64 "\n", "2 VSST12345678 time " KEY64 " SHA1 6 30 0\n"},
    {"id,key,period\nUBHE12345678," KEY_A ",30\n", "2 UBHE12345678 event " KEY_A " SHA1 6 0 0\n"},
    {"id,key,counter,digits\nUBHE12345678," KEY_A ",1000000000000,08\n",
     "2 UBHE12345678 event " KEY_A " SHA1 8 0 1000000000000\n"},
    /* RFC 4180 §2.5 to 2.7 */
    {"\"id\",\"label\",\"key\"\n\"VSST12345678\",\"a, \"\"b\"\"\",\"" KEY_A "\"\n",
     "2 VSST12345678 time " KEY_A " SHA1 6 30 0 label=a, \"b\"\n"},
    {"id,label,issuer,user,key\nVSST12345678,\"\",\"\"\"\","
     "\",\"," KEY_A "\n",
     "2 VSST12345678 time " KEY_A " SHA1 6 30 0 user=, issuer=\"\n"},
    {"id,label,key\nVSST12345678, a b ," KEY_A "\n", "2 VSST12345678 time " KEY_A " SHA1 6 30 0 label= a b \n"},
    {"id,key,label,issuer\nVSST12345678," KEY_A "," TEXT63 ",山田\n",
     "2 VSST12345678 time " KEY_A " SHA1 6 30 0 label=" TEXT63 " issuer=山田\n"},
    /* expires */
    {"id,key,expires\nVSST12345678," KEY_A ",2027-12-31\n",
     "2 VSST12345678 time " KEY_A " SHA1 6 30 0 expires=1830297599\n"},
    {"id,key,expires\nVSST12345678," KEY_A ",2028-01-01T08:59:59.999+09:00\n",
     "2 VSST12345678 time " KEY_A " SHA1 6 30 0 expires=1830297599\n"},
};

static const struct bad_file bad[] = {
    {"", 1, "column 1 has no name", "the first line names the columns"},
    {"\n \n\n", 3, "column 1 has no name", "the first line names the columns"},
    /* the line of names */
    {"VSST12345678," KEY_A "\n", 1, "column 1 has no name", "id, kind, key or key_hex"},
    {KEY_A ",VSST12345678\n", 1, "column 1 has no name", "id, kind, key or key_hex"},
    {"id, key\nVSST12345678," KEY_A "\n", 1, "column 2 has no name", "parted by commas"},
    {"id;key\nVSST12345678;" KEY_A "\n", 1, "column 1 has no name", "parted by commas"},
    {"id,key,\nVSST12345678," KEY_A ",\n", 1, "column 3 has no name", "the first line names the columns"},
    {"id,key,colour\nVSST12345678," KEY_A ",red\n", 1, "column 3 has no name", "the first line names the columns"},
    {"id,key,label,Key\n", 1, "column 4 is a second key", "leave only one"},
    {"kind,key\ntime," KEY_A "\n", 1, "no column named id", "empty where a token has none"},
    {"id,label\nVSST12345678,x\n", 1, "one column for the keys", "key (base32) or key_hex (hexadecimal)"},
    {"id,key,key_hex\nVSST12345678," KEY_A ",\n", 1, "one column for the keys", "key (base32) or key_hex"},
    {"id,key\n", 1, "no token in this file", "a line for each"},
    {"id,key\n\n", 2, "no token in this file", "a line for each"},
    /* values */
    {"id,key\nVSST1234567," KEY_A "\n", 2, "column 1: id must be", "such as VSST12345678"},
    {"id,key\nVSST12345678," KEY_A "\n12345678VSST," KEY_A "\n", 3, "column 1: id must be", "such as VSST12345678"},
    {"id,kind,key\nVSST12345678,hotp," KEY_A "\n", 2, "column 2: kind must be", "time or event"},
    {"id,key\nVSST12345678,GEZDGNBVGY3TQOJQ\n", 2, "column 2: key must be", "16 to 64 bytes"},
    {"id,key\nVSST12345678," KEY64 "GE\n", 2, "column 2: key must be", "16 to 64 bytes"},
    {"id,key\nVSST12345678," KEY_C_HEX "\n", 2, "column 2: key must be", "base32 (A to Z and 2 to 7)"},
    {"id,key\nVSST12345678,1" KEY_A "\n", 2, "column 2: key must be", "base32 (A to Z and 2 to 7)"},
    {"id,key\nVSST12345678,\n", 2, "no key", "into the column key"},
    {"id,key_hex\nVSST12345678,\n", 2, "no key", "into the column key_hex"},
    {"id,key_hex\nVSST12345678," KEY_A "\n", 2, "column 2: key_hex must be", "hexadecimal"},
    {"id,key_hex\nVSST12345678," KEY_C_HEX "a\n", 2, "column 2: key_hex must be", "two for each"},
    {"id,key_hex\nVSST12345678,313233343536373839303132333435\n", 2, "column 2: key_hex must be", "16 to 64 bytes"},
    {"id,key_hex\nVSST12345678," KEY_C_HEX KEY_C_HEX KEY_C_HEX "3132333435\n", 2, "column 2: key_hex", "16 to 64"},
    {"id,key,digits\nVSST12345678," KEY_A ",5\n", 2, "column 3: digits must be", "6, 7 or 8"},
    {"id,key,digits\nVSST12345678," KEY_A ",9\n", 2, "column 3: digits must be", "6, 7 or 8"},
    {"id,key,digits\nVSST12345678," KEY_A ", 6\n", 2, "column 3: digits must be", "6, 7 or 8"},
    {"id,key,digits\nVSST12345678," KEY_A ",262\n", 2, "column 3: digits must be", "6, 7 or 8"},
    {"id,key,digest\nVSST12345678," KEY_A ",MD5\n", 2, "column 3: digest must be", "SHA1, SHA256 or SHA512"},
    {"id,key,digest\nVSST12345678," KEY_A ",SHA-1\n", 2, "column 3: digest must be", "SHA1, SHA256 or SHA512"},
    {"id,key,period\nVSST12345678," KEY_A ",14\n", 2, "column 3: period must be", "15 to 300 seconds"},
    {"id,key,period\nVSST12345678," KEY_A ",301\n", 2, "column 3: period must be", "15 to 300 seconds"},
    {"id,key,period\nVSST12345678," KEY_A ",65566\n", 2, "column 3: period must be", "15 to 300 seconds"},
    {"id,key,period\nVSST12345678," KEY_A ",30s\n", 2, "column 3: period must be", "15 to 300 seconds"},
    {"id,key,counter\nUBHE12345678," KEY_A ",-1\n", 2, "column 3: counter must be", "from 0"},
    {"id,key,counter\nUBHE12345678," KEY_A ",1000000000001\n", 2, "column 3: counter must be", "to 1000000000000"},
    {"id,key,counter\nUBHE12345678," KEY_A ",18446744073709551617\n", 2, "column 3: counter must be", "a number"},
    {"id,key,counter\nUBHE12345678," KEY_A ",1e3\n", 2, "column 3: counter must be", "a number"},
    {"id,key,label\nVSST12345678," KEY_A "," TEXT63 "4\n", 2, "column 3: label must be", "at most 63 bytes"},
    {"id,key,issuer\nVSST12345678," KEY_A ",a\tb\n", 2, "column 3: issuer must be", "without control characters"},
    {"id,key,user\nVSST12345678," KEY_A "," TEXT63 TEXT63 TEXT63 TEXT63 "1234\n", 2, "column 3: user must be", "255"},
    {"id,key,expires\nVSST12345678," KEY_A ",never\n", 2, "column 3: expires must be", "2027-12-31"},
    {"id,key,expires\nVSST12345678," KEY_A ",31.12.2027\n", 2, "column 3: expires must be", "2027-12-31"},
    {"id,key,expires\nVSST12345678," KEY_A ",2027-02-29\n", 2, "column 3: expires must be", "2027-12-31"},
    {"id,key,expires\nVSST12345678," KEY_A ",2027-12-31T23:59:59\n", 2, "column 3: expires must be", "59Z"},
    {"id,key,expires\nVSST12345678," KEY_A ",1970-01-01T00:00:00Z\n", 2, "column 3: expires must be", "59Z"},
    {"id,key\nDP9Z8Y7X6W5V," KEY_A "\n", 2, "does not tell the token's kind", "write time or event"},
    {"id,kind,key\n,," KEY_A "\n", 2, "does not tell the token's kind", "write time or event"},
    /* the same ID, in another spelling */
    {"id,key\nVSST12345678," KEY_A "\nVSST12345679," KEY_A "\nvsst-1234-5678," KEY_B "\n", 4,
     "token VSST12345678 was in a line before", "leave only one"},
    /* the number of values, quotes */
    {"id,key,label\nVSST12345678," KEY_A "\n", 2, "column 3 (label) is missing", "even an empty one"},
    {"id,key\nVSST12345678," KEY_A ",\n", 2, "column 3 is one too many", "stands in quotes"},
    {"label,id,key\nx, y,VSST12345678," KEY_A "\n", 2, "column 2: id must be", "VSST12345678"},
    {"id,key,label\nVSST12345678," KEY_A ",a \"b\"\n", 2, "column 3: a text with quotes", "stands in quotes"},
    {"id,key,label\nVSST12345678," KEY_A ",\"a \"b\"\n", 2, "column 3: a quoted text ends", "doubled"},
    {"id,key,label\nVSST12345678," KEY_A ",\"a\n", 2, "column 3: a quoted text ends", "on its line"},
    {"id,label,key\nVSST12345678,\"a\nb\"," KEY_A "\n", 2, "column 2: a quoted text ends", "on its line"},
    {"id,label,key\nVSST12345678,\"a\" ," KEY_A "\n", 2, "column 2: a quoted text ends", "before the next comma"},
    {"id,key,label\nVSST12345678," KEY_A ",\"a\"\"\n", 2, "column 3: a quoted text ends", "on its line"},
    {"\"id,key\nVSST12345678," KEY_A "\n", 1, "column 1: a quoted text ends", "on its line"},
};

static void good_files(void **state)
{
	(void)state;
	assert_good_files(otp_csv_read, good, sizeof good / sizeof *good);
}

static void bad_files(void **state)
{
	(void)state;
	assert_bad_files(otp_csv_read, bad, sizeof bad / sizeof *bad);
	assert_obeys_visitor(otp_csv_read, good[0].text);
}

/* ---- a round trip ----------------------------------------------------------------------------------- */

static enum otp_status compare(void *arg, const struct otp_seed *again, unsigned long line, struct otp_error *error)
{
	(void)line;
	(void)error;
	assert_memory_equal(again, arg, sizeof *again);
	return OTP_OK;
}

/* Print and read again: every byte of the seed comes back. */
static enum otp_status come_back(void *arg, const struct otp_seed *seed, unsigned long line, struct otp_error *error)
{
	char text[2 * OTP_CSV_LINE_MAX], printed[OTP_CSV_LINE_MAX];
	struct otp_foreign file = {.where = "file", .text = text};
	struct otp_seed copy = *seed;

	(void)arg;
	(void)line;
	otp_csv_print(seed, printed);
	file.len = (size_t)snprintf(text, sizeof text, "%s%s", otp_csv_header(), printed);
	if (otp_csv_read(&file, compare, &copy, error) != OTP_OK)
		fail_msg("%s: %s", text, error->what);
	return OTP_OK;
}

static void round_trip_of_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct otp_foreign file = {.where = "file", .text = good[i].text, .len = strlen(good[i].text)};
		struct otp_error error;

		assert_int_equal(otp_csv_read(&file, come_back, NULL, &error), OTP_OK);
	}
}

/* The longest line that can be printed is one that is read. */
static void round_trip_of_the_widest(void **state)
{
	static const char fill[] = {'"', ',', 'x', ' '};
	struct otp_error error;
	struct otp_seed seed;

	(void)state;
	for (size_t i = 0; i < sizeof fill; i++) {
		memset(&seed, 0, sizeof seed);
		assert_int_equal(otp_seed_random(i == 0 ? OTP_EVENT : OTP_TIME, &seed), OTP_OK);
		assert_int_equal(otp_secret_random(&seed.secret, OTP_SECRET_MAX), OTP_OK);
		seed.digest = OTP_SHA512;
		seed.digits = 8;
		seed.period = i == 0 ? 0 : OTP_PERIOD_MAX;
		seed.counter = OTP_COUNTER_MAX;
		seed.expires = INT64_C(253402300799);
		memset(seed.user, fill[i], OTP_USER_MAX);
		memset(seed.label, fill[i], OTP_TEXT_MAX);
		memset(seed.issuer, fill[i], OTP_TEXT_MAX);
		assert_int_equal(come_back(NULL, &seed, 1, &error), OTP_OK);
		otp_seed_wipe(&seed);
	}
}

static void printed_form(void **state)
{
	char line[OTP_CSV_LINE_MAX];
	struct otp_seed seed = {.id = {"LVOE00000001"},
	                        .kind = OTP_EVENT,
	                        .digest = OTP_SHA256,
	                        .digits = 8,
	                        .counter = 12,
	                        .user = "山田",
	                        .label = "a,b",
	                        .secret = {.len = 20}};

	(void)state;
	memcpy(seed.secret.bytes, "12345678901234567890", 20);
	otp_csv_print(&seed, line);
	assert_string_equal(otp_csv_header(), ALL);
	assert_string_equal(line, "LVOE00000001,event," KEY_C ",8,SHA256,,12,山田,\"a,b\",,\n");
	seed.kind = OTP_TIME;
	seed.period = 60;
	seed.expires = 1830297599;
	otp_csv_print(&seed, line);
	assert_string_equal(line, "LVOE00000001,time," KEY_C ",8,SHA256,60,12,山田,\"a,b\",,2027-12-31T23:59:59Z\n");
}

/* ---- many lines ------------------------------------------------------------------------------------- */

static enum otp_status count(void *arg, const struct otp_seed *seed, unsigned long line, struct otp_error *error)
{
	unsigned long *tokens = arg;

	(void)seed;
	(void)error;
	assert_int_equal(line, ++*tokens + 1);
	return OTP_OK;
}

/* IDs that come twice are found among many others, whose table had to grow. */
static void many_tokens(void **state)
{
	enum { TOKENS = 5000 };
	char *text = NULL;
	size_t len = 0;
	unsigned long tokens = 0;
	FILE *stream = open_memstream(&text, &len);
	struct otp_foreign file = {.where = "file"};
	struct otp_error error = {.what = ""};

	(void)state;
	assert_non_null(stream);
	(void)fprintf(stream, "id,key\n");
	for (unsigned i = 0; i < TOKENS; i++)
		(void)fprintf(stream, "VSST%08u," KEY_A "\n", i * 7919);
	assert_int_equal(fflush(stream), 0);
	file.text = text;
	file.len = len;
	assert_int_equal(otp_csv_read(&file, count, &tokens, &error), OTP_OK);
	assert_int_equal(tokens, TOKENS);
	(void)fprintf(stream, "VSST%08u," KEY_A "\n", 1234 * 7919);
	assert_int_equal(fclose(stream), 0);
	file.text = text;
	file.len = len;
	tokens = 0;
	assert_int_equal(otp_csv_read(&file, count, &tokens, &error), OTP_E_INVALID);
	assert_string_equal(error.what, "file:5002: token VSST09772046 was in a line before; leave only one of them");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(good_files),         cmocka_unit_test(bad_files),
	    cmocka_unit_test(round_trip_of_good), cmocka_unit_test(round_trip_of_the_widest),
	    cmocka_unit_test(printed_form),       cmocka_unit_test(many_tokens),
	};

	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
