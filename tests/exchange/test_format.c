/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What all formats of seed files have in common: which one a file looks like, what none of them reads, and the pieces
 * that they are made of. Product §7.6, libotp/exchange/format.h.
 */
#include "exchange/csv.h"
#include "exchange/format.h"
#include "exchange/lines.h"
#include "exchange/text.h"
#include "exchange/timestamp.h"
#include "reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- which format ----------------------------------------------------------------------------------- */

static const struct {
	const char *text, *format;
} looks[] = {
    {"otpauth://totp/x?secret=" KEY_A, "otpauth"},
    {"\n# exported\n OTPAUTH://hotp/x", "otpauth"},
    {"version 1\nsecret " KEY_A "\n", "vipaccess"},
    {"secret " KEY_A "\nversion 1\n", "vipaccess"},
    {"version vipotp1\n", "vipaccess"},
    {KEY_A "\n\" TOTP_AUTH\n", "google-authenticator"},
    {"ljyw krgz\r\n\" TOTP_AUTH\r\n", "google-authenticator"},
    {KEY_A "\n" CODE_A "\n", "google-authenticator"},
    {"HOTP alice - " KEY_C_HEX "\n", "usersfile"},
    {"# users\n\nHOTP/T30/6\talice\t-\t" KEY_C_HEX "\n", "usersfile"},
    {"HOTP", "usersfile"},
    {"id,key\n", "csv"},
    {"\xef\xbb\xbf\"ID\",\"Key\"\r\n", "csv"},
    {"colour,size,key_hex\n", "csv"},
    {"<?xml version=\"1.0\"?>\n<KeyContainer/>", "pskc"},
    {"\xef\xbb\xbf\n <pskc:KeyContainer/>", "pskc"},
    /* none */
    {"", NULL},
    {"\n\n", NULL},
    {KEY_A, NULL},
    {KEY_A "\n", NULL},
    {KEY_A "\nhello\n", NULL},
    {"VSST12345678," KEY_A "\n", NULL},
    {"id;key\n", NULL},
    {"id\n", NULL},
    {"HOTPS alice", NULL},
    {"version\n", NULL},
    {"\x7f"
     "ELF\x02\x01\x01",
     NULL},
};

static void detection(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
		struct otp_foreign file = {.where = "file", .text = looks[i].text, .len = strlen(looks[i].text)};
		const struct otp_format *format = otp_format_of(&file);

		if (looks[i].format == NULL && format != NULL)
			fail_msg("%s: taken for %s", looks[i].text, format->name);
		if (looks[i].format != NULL)
			assert_string_equal(format != NULL ? format->name : "nothing", looks[i].format);
	}
}

/* Each format is found by its name, and has one line of help. */
static void names(void **state)
{
	size_t formats = 0;

	(void)state;
	for (const struct otp_format *format = otp_formats; format->name != NULL; format++, formats++) {
		assert_ptr_equal(otp_format_named(format->name), format);
		assert_true(strlen(format->help) > 0 && strchr(format->help, '\n') == NULL);
		assert_int_equal(format->one_user, strcmp(format->name, "google-authenticator") == 0);
	}
	assert_int_equal(formats, 6);
	assert_null(otp_format_named(""));
	assert_null(otp_format_named("CSV"));
}

/* ---- what no format reads --------------------------------------------------------------------------- */

/* The formats that are lines of text, each with a file that is right so far. */
static const struct {
	const char *format, *start;
	unsigned long lines;
} starts[] = {
    {"otpauth", "otpauth://totp/x?secret=" KEY_A "\n", 1}, {"vipaccess", "version 1\nsecret " KEY_A "\n", 2},
    {"google-authenticator", KEY_A "\n\" TOTP_AUTH\n", 2}, {"usersfile", "HOTP alice - " KEY_C_HEX "\n", 1},
    {"csv", "id,key\nVSST12345678," KEY_A "\n", 2},
};

static const struct {
	const char *bytes;
	size_t len;
	const char *what;
} garbage[] = {
    {"\0", 1, "byte 1 of the line is no text"},
    {"x\0y\n", 4, "byte 2 of the line is no text"},
    {"abc\x1b[31m\n", 9, "byte 4 of the line is no text"},
    {"a\rb\n", 4, "byte 2 of the line is no text"},
    {"a\r\r\n", 4, "byte 2 of the line is no text"},
    {"\x7f\n", 2, "byte 1 of the line is no text"},
    {"\t\tab\xff\n", 6, "byte 5 of the line is no text"},
    {"\xc3(\n", 3, "byte 1 of the line is no text"},        /* cut */
    {"\xc0\xaf\n", 3, "byte 1 of the line is no text"},     /* overlong */
    {"\xed\xa0\x80\n", 4, "byte 1 of the line is no text"}, /* a surrogate */
    {"\xc2\x85\n", 3, "byte 1 of the line is no text"},     /* a control character of the upper half */
    {"\xf4\x90\x80\x80\n", 5, "byte 1 of the line is no text"},
    {"\xe5\xb1", 2, "byte 1 of the line is no text"}, /* cut by the end of the file */
    {"\xef\xbb\xbf\x01", 4, "byte 4 of the line is no text"},
};

static void garbage_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		for (size_t j = 0; j < sizeof garbage / sizeof *garbage; j++) {
			char text[256];
			size_t len = strlen(starts[i].start);
			struct bad_file bad = {text, starts[i].lines + 1, garbage[j].what, "UTF-8"};

			memcpy(text, starts[i].start, len);
			memcpy(text + len, garbage[j].bytes, garbage[j].len);
			assert_bad_file(otp_format_named(starts[i].format)->read, len + garbage[j].len, &bad);
		}
}

/* A line of 4,095 bytes is read, a longer one, of whatever length, is refused as that. */
static void long_lines(void **state)
{
	static const size_t lengths[] = {OTP_LINE_MAX + 1, OTP_LINE_MAX + 2, OTP_LINE_MAX + 3, 8 * 1024 * 1024};

	(void)state;
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		for (size_t j = 0; j < 2 * sizeof lengths / sizeof *lengths; j++) {
			size_t start = strlen(starts[i].start);
			size_t len = start + lengths[j / 2];
			char *text = malloc(len + 2);
			struct bad_file bad = {text, starts[i].lines + 1, "too long", "at most 4095 bytes"};

			assert_non_null(text);
			memset(text, 'x', len);
			memcpy(text, starts[i].start, start);
			text[len] = '\n';
			text[len + 1] = '\0';
			assert_bad_file(otp_format_named(starts[i].format)->read, len + j % 2, &bad);
			free(text);
		}
}

static void lines_as_they_are(void **state)
{
	static const char text[] = "\xef\xbb\xbf"
				   "a\tb\r\n\n山\n  # c\nlast";
	struct otp_foreign file = {.where = "file", .text = text, .len = sizeof text - 1};
	struct otp_lines lines;
	enum otp_status status;

	(void)state;
	otp_lines_begin(&lines, &file, NULL);
	assert_true(otp_lines_next(&lines, &status));
	assert_string_equal(lines.text, "a\tb");
	assert_true(otp_lines_next_filled(&lines, &status));
	assert_string_equal(lines.text, "山");
	assert_true(otp_lines_next_uncommented(&lines, &status));
	assert_string_equal(lines.text, "last");
	assert_int_equal(lines.number, 5);
	assert_false(otp_lines_next(&lines, &status));
	assert_int_equal(status, OTP_OK);
}

static void longest_line(void **state)
{
	static const char *const ends[] = {"", "\n", "\r\n"};
	char text[OTP_LINE_MAX + 3];
	struct otp_lines lines;
	enum otp_status status;

	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		struct otp_foreign file = {.where = "file", .text = text, .len = OTP_LINE_MAX + strlen(ends[i])};

		memset(text, 'x', OTP_LINE_MAX);
		memcpy(text + OTP_LINE_MAX, ends[i], strlen(ends[i]) + 1);
		otp_lines_begin(&lines, &file, NULL);
		assert_true(otp_lines_next(&lines, &status));
		assert_int_equal(strlen(lines.text), OTP_LINE_MAX);
		assert_false(otp_lines_next(&lines, &status));
		assert_int_equal(status, OTP_OK);
	}
}

/* A message names the file, and of a very long name its last part, so that what is wrong is never cut off. */
static void long_names(void **state)
{
	char where[600] = "/";
	struct otp_foreign file = {.where = where, .text = "", .len = 0};
	struct otp_error error;

	(void)state;
	for (size_t len = 1; len < sizeof where - 20; len += 10)
		memcpy(where + len, "directory/", 11);
	memcpy(where + strlen(where), "seeds.csv", 10);
	assert_int_equal(otp_csv_read(&file, NULL, NULL, &error), OTP_E_INVALID);
	assert_non_null(strstr(error.what, "seeds.csv:1: column 1"));
	assert_non_null(strstr(error.what, "expires"));
}

/* ---- times ------------------------------------------------------------------------------------------ */

static const struct {
	const char *text;
	int64_t seconds; /* -1: refused */
} times[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"1970-01-01T00:00:01Z", 1},
    {"1970-01-01", 86399},
    {"1972-02-29T12:00:00Z", 68212800},
    {"2000-02-29T00:00:00Z", 951782400},
    {"2000-03-01T00:00:00Z", 951868800},
    {"2001-09-09T01:46:40Z", 1000000000},
    {"2005-03-18T01:58:29Z", 1111111109},
    {"2033-05-18T03:33:20Z", 2000000000},
    {"2038-01-19T03:14:08Z", 2147483648},
    {"2100-02-28", 4107542399},
    {"2400-02-29T23:59:59Z", 13574649599},
    {"9999-12-31T23:59:59Z", 253402300799},
    {"9999-12-31", 253402300799},
    {"2005-03-18t01:58:29z", 1111111109},
    {"2005-03-18T01:58:29.000Z", 1111111109},
    {"2005-03-18T01:58:29.9Z", 1111111109},
    {"2005-03-18T10:58:29+09:00", 1111111109},
    {"2005-03-17T22:28:29-03:30", 1111111109},
    {"2016-12-31T23:59:60Z", 1483228800},
    {"1970-01-01T00:00:00+00:01", -1},
    {"9999-12-31T23:59:59-00:01", -1},
    {"1969-12-31T23:59:59Z", -1},
    {"0000-01-01", -1},
    {"2005-02-29", -1},
    {"2100-02-29", -1},
    {"2005-04-31", -1},
    {"2005-13-01", -1},
    {"2005-00-01", -1},
    {"2005-01-00", -1},
    {"2005-1-1", -1},
    {"05-01-01", -1},
    {"12005-01-01", -1},
    {"2005-01-01 00:00:00Z", -1},
    {"2005-01-01T24:00:00Z", -1},
    {"2005-01-01T00:60:00Z", -1},
    {"2005-01-01T00:00:61Z", -1},
    {"2005-01-01T00:00Z", -1},
    {"2005-01-01T00:00:00", -1},
    {"2005-01-01T00:00:00L", -1},
    {"2005-01-01T00:00:00ZZ", -1},
    {"2005-01-01T00:00:00.Z", -1},
    {"2005-01-01T00:00:00+0900", -1},
    {"2005-01-01T00:00:00+24:00", -1},
    {"2005-01-01T00:00:00+09:60", -1},
    {"2005-01-01T00:00:00+09:00x", -1},
    {"2005-01-01T", -1},
    {"2005-01-01x", -1},
    {"", -1},
};

static void timestamps(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		char text[OTP_TIMESTAMP_LEN + 1];
		int64_t seconds = -2, again = -2;

		if (otp_timestamp_parse(times[i].text, &seconds) != (times[i].seconds >= 0))
			fail_msg("%s", times[i].text);
		if (times[i].seconds < 0)
			continue;
		assert_int_equal(seconds, times[i].seconds);
		otp_timestamp_print(seconds, text);
		assert_true(otp_timestamp_parse(text, &again));
		assert_int_equal(again, seconds);
	}
}

/* Every day of four centuries has the number after the one before, and is printed as it is read. */
static void every_day(void **state)
{
	char text[OTP_TIMESTAMP_LEN + 1], before[OTP_TIMESTAMP_LEN + 1] = "";

	(void)state;
	for (int64_t day = 0; day < 146097; day++) {
		int64_t seconds;

		otp_timestamp_print(day * 86400 + 3723, text);
		assert_true(strcmp(text, before) > 0);
		assert_true(otp_timestamp_parse(text, &seconds));
		assert_int_equal(seconds, day * 86400 + 3723);
		memcpy(before, text, sizeof text);
	}
	assert_string_equal(text, "2369-12-31T01:02:03Z");
	otp_timestamp_print(-1, text);
	assert_string_equal(text, "");
	otp_timestamp_print(INT64_C(253402300800), text);
	assert_string_equal(text, "");
}

static void numbers(void **state)
{
	(void)state;
	assert_int_equal(otp_text_number("0"), 0);
	assert_int_equal(otp_text_number("007"), 7);
	assert_int_equal(otp_text_number("999999999999999999"), INT64_C(999999999999999999));
	assert_int_equal(otp_text_number("1000000000000000000"), -1);
	assert_int_equal(otp_text_number(""), -1);
	assert_int_equal(otp_text_number("+1"), -1);
	assert_int_equal(otp_text_number("-1"), -1);
	assert_int_equal(otp_text_number(" 1"), -1);
	assert_int_equal(otp_text_number("1 "), -1);
	assert_int_equal(otp_text_number("0x1"), -1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(detection),    cmocka_unit_test(names),      cmocka_unit_test(garbage_is_refused),
	    cmocka_unit_test(long_lines),   cmocka_unit_test(long_names), cmocka_unit_test(lines_as_they_are),
	    cmocka_unit_test(longest_line), cmocka_unit_test(timestamps), cmocka_unit_test(every_day),
	    cmocka_unit_test(numbers),
	};

	return cmocka_run_group_tests_name("formats", tests, NULL, NULL);
}
