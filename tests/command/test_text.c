/* SPDX-License-Identifier: BSD-2-Clause */
/* Text of others on its way to a terminal and into JSON: nothing steers, nothing breaks out of its quotes. */
#include <limits.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "terminal/json.h"
#include "terminal/text.h"

#define REPLACEMENT "\xef\xbf\xbd"

static void test_characters(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} table[] = {
	    {"", 0},
	    {"a", 1},
	    {"\x7f", 1},
	    {"\xc2\x80", 2},
	    {"\xdf\xbf", 2},
	    {"\xe0\xa0\x80", 3},
	    {"\xed\x9f\xbf", 3},
	    {"\xee\x80\x80", 3},
	    {"\xef\xbf\xbf", 3},
	    {"\xf0\x90\x80\x80", 4},
	    {"\xf4\x8f\xbf\xbf", 4},
	    {"\x80", 0},             /* a continuation alone */
	    {"\xc1\xbf", 0},         /* overlong, two bytes */
	    {"\xe0\x9f\xbf", 0},     /* overlong, three */
	    {"\xf0\x8f\xbf\xbf", 0}, /* overlong, four */
	    {"\xed\xa0\x80", 0},     /* a surrogate */
	    {"\xf4\x90\x80\x80", 0}, /* beyond U+10FFFF */
	    {"\xf5\x80\x80\x80", 0}, /* no such first byte */
	    {"\xc3", 0},             /* cut off */
	    {"\xe3\x81", 0},
	    {"\xf0\x90\x80", 0},
	    {"\xc3(", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		assert_int_equal(text_character(table[i].text), table[i].len);
}

static void test_clean(void **state)
{
	static const struct {
		const char *text, *clean;
	} table[] = {
	    {"plain \xe3\x81\x82", "plain \xe3\x81\x82"},
	    {"\033[2Jx", REPLACEMENT "[2Jx"},
	    {"a\x7f"
	     "b",
	     "a" REPLACEMENT "b"},
	    {"\xc2\x9b"
	     "2J",
	     REPLACEMENT "2J"}, /* CSI as C1 */
	    {"a\xff\xc3", "a" REPLACEMENT REPLACEMENT},
	    {"one\ntwo\r", "one" REPLACEMENT "two" REPLACEMENT},
	};
	char clean[64];

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		text_clean(table[i].text, false, clean, sizeof clean);
		assert_string_equal(clean, table[i].clean);
	}
	text_clean("one\ntwo\r", true, clean, sizeof clean);
	assert_string_equal(clean, "one\ntwo" REPLACEMENT);
}

static void test_clean_cuts_at_a_character(void **state)
{
	char clean[6];

	(void)state;
	text_clean("ab\xe3\x81\x82\xe3\x81\x84", false, clean, sizeof clean);
	assert_string_equal(clean, "ab\xe3\x81\x82");
	text_clean("abc\xe3\x81\x82", false, clean, sizeof clean);
	assert_string_equal(clean, "abc");
	text_clean("abc\033", false, clean, sizeof clean);
	assert_string_equal(clean, "abc");
}

/* What one string becomes. */
static void assert_json_string(const char *text, const char *expected)
{
	char *written = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&written, &len);
	struct json json;

	assert_non_null(out);
	json_begin(&json, out);
	json_string(&json, NULL, text);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(written, expected);
	free(written);
}

static void test_json_strings(void **state)
{
	(void)state;
	assert_json_string("", "\"\"");
	assert_json_string("\xe3\x81\x82 / '", "\"\xe3\x81\x82 / '\"");
	assert_json_string("a\"b\\c", "\"a\\\"b\\\\c\"");
	assert_json_string("\x01\t\n\r\x1f", "\"\\u0001\\u0009\\u000a\\u000d\\u001f\"");
	assert_json_string("\x7f\xc2\x9b", "\"\\u007f\\u009b\"");
	assert_json_string("a\xff\xed\xa0\x80z", "\"a\\ufffd\\ufffd\\ufffd\\ufffdz\"");
	assert_json_string("\xe3\x81", "\"\\ufffd\\ufffd\"");
}

static void test_json_values(void **state)
{
	char *written = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&written, &len);
	struct json json;

	(void)state;
	assert_non_null(out);
	json_begin(&json, out);
	json_open_array(&json, NULL);
	json_open_object(&json, NULL);
	json_number(&json, "least", INT64_MIN);
	json_boolean(&json, "yes", true);
	json_null(&json, "none");
	json_open_array(&json, "inner");
	json_number(&json, NULL, 1);
	json_number(&json, NULL, 2);
	json_close_array(&json);
	json_close_object(&json);
	json_open_object(&json, NULL);
	json_close_object(&json);
	json_close_array(&json);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(
	    written,
	    "[\n{\"least\": -9223372036854775808, \"yes\": true, \"none\": null, \"inner\": [1, 2]},\n{}\n]\n");
	free(written);
}

/* Against the C library's own tables, under a locale that has them. */
static void test_widths_are_those_of_the_terminal(void **state)
{
	static const struct {
		wchar_t first, last;
	} ranges[] = {{0x20, 0x7e},     {0xa1, 0xac},     {0xae, 0x36f},    {0x2010, 0x2027}, {0x2500, 0x25ff},
	              {0x2e80, 0x2fd5}, {0x3000, 0x312f}, {0x3190, 0x31e3}, {0x31f0, 0x4db5}, {0x4e00, 0x9fff},
	              {0xac00, 0xd7a3}, {0xf900, 0xfad9}, {0xfe30, 0xfe6b}, {0xff01, 0xffe6}, {0x20000, 0x2a6d6}};
	int checked = 0;

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		for (wchar_t c = ranges[i].first; c <= ranges[i].last; c++) {
			char text[MB_LEN_MAX + 1] = "";

			if (wcwidth(c) < 0 || c == 0x25fd || c == 0x25fe) /* two that are pictures */
				continue;
			assert_true(wctomb(text, c) > 0);
			if (text_width(text) != wcwidth(c))
				fail_msg("U+%04X: %d columns, not %d", (unsigned)c, wcwidth(c), text_width(text));
			checked++;
		}
	assert_true(checked > 70000);
	(void)setlocale(LC_CTYPE, "C");
}

static void test_columns(void **state)
{
	static const struct {
		const char *text;
		int columns;
		const char *printed;
	} table[] = {
	    {"", 2, "  "},
	    {"abc", 5, "abc  "},
	    {"abc", 3, "abc"},
	    {"abc", 2, "abc"},
	    {"次の位置", 10, "次の位置  "},
	    {"次の位置", 8, "次の位置"},
	    {"次の位置", 7, "次の位置"},
	    {"ｶ\xe3\x82\x99", 3, "ｶ\xe3\x82\x99  "}, /* half width, and a sound mark that combines */
	    {"\xff\xfe", 3, "\xff\xfe "},            /* shown as a sign each */
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		char *written = NULL;
		size_t size;
		FILE *out = open_memstream(&written, &size);

		assert_non_null(out);
		text_column(out, table[i].text, table[i].columns);
		assert_int_equal(fclose(out), 0);
		assert_string_equal(written, table[i].printed);
		free(written);
	}
}

static void test_yes(void **state)
{
	static const char *const yes[] = {"y", "Y", "yes", "YES", "Yes", "はい", "ｙ", "Ｙ", "ｙｅｓ", "ＹＥＳ"};
	static const char *const no[] = {"",     "n",  "no",       "いいえ", "ｎ", "ye",
	                                 "yes ", "yy", "はいはい", "ハイ",   "1",  "\xff"};

	(void)state;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		assert_true(text_is_yes(yes[i]));
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		assert_false(text_is_yes(no[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_characters),
	    cmocka_unit_test(test_clean),
	    cmocka_unit_test(test_clean_cuts_at_a_character),
	    cmocka_unit_test(test_widths_are_those_of_the_terminal),
	    cmocka_unit_test(test_columns),
	    cmocka_unit_test(test_yes),
	    cmocka_unit_test(test_json_strings),
	    cmocka_unit_test(test_json_values),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
