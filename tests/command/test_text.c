/* SPDX-License-Identifier: BSD-2-Clause */
/* Text of others on its way to a terminal and into JSON: nothing steers, nothing breaks out of its quotes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_characters),
	    cmocka_unit_test(test_clean),
	    cmocka_unit_test(test_clean_cuts_at_a_character),
	    cmocka_unit_test(test_json_strings),
	    cmocka_unit_test(test_json_values),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
