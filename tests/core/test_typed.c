/* SPDX-License-Identifier: BSD-2-Clause */
/* What people type, character by character (product §5.8, §4.1): the one reading that codes, IDs and keys share. */
#include "core/typed.h"

#include "core/code.h"
#include "credential/token_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Read all of it from a block of exactly its size: a sanitizer sees a read behind its end. */
static void read_all(const char *typed, char *read, size_t size)
{
	char *copy = strdup(typed);
	const char *s = copy;
	size_t len = 0;
	char c;

	assert_non_null(copy);
	while ((c = otp_typed_next(&s)) != '\0') {
		assert_true(len + 1 < size);
		read[len++] = c;
	}
	read[len] = '\0';
	assert_ptr_equal(s, copy + strlen(copy));
	assert_int_equal(otp_typed_next(&s), '\0'); /* the end stays the end */
	assert_ptr_equal(s, copy + strlen(copy));
	free(copy);
}

static void characters(void **state)
{
	static const struct {
		const char *typed, *read;
	} rows[] = {
	    {"", ""},
	    {"0189", "0189"},
	    {"AZaz", "AZAZ"},
	    {"!/:@[`{~", "!/:@[`{~"},
	    {"a-b c", "A-B C"},
	    {"\t", " "},
	    {"\n\r\x7f", "\n\r\x7f"},
	    {"０１８９", "0189"},
	    {"ＡＺａｚ", "AZAZ"},
	    {"！／：＠［｀｛～", "!/:@[`{~"},
	    {"＿＾＼", "_^\\"},
	    {"－　", "- "},
	    {"\xc2\xa0", " "},                                        /* no-break space */
	    {"\xe2\x80\x90", "-"},                                    /* hyphen */
	    {"\xe2\x80\x91", "-"},                                    /* no-break hyphen */
	    {"\xe2\x80\x8f\xe2\x80\x92", "\xe2\x80\x8f\xe2\x80\x92"}, /* their neighbours */
	    {"\xe3\x80\x81", "\xe3\x80\x81"},
	    {"\xc2\xa1", "\xc2\xa1"},
	    {"\xef\xbc\x80", "\xef\xbc\x80"}, /* before the full-width row */
	    {"\xef\xbd\x9f", "\xef\xbd\x9f"}, /* behind it */
	    {"\xef\xbd\xa0", "\xef\xbd\xa0"},
	    {"\xef\xbb\xbf", "\xef\xbb\xbf"}, /* byte order mark */
	    {"\xef", "\xef"},
	    {"\xef\xbc", "\xef\xbc"},
	    {"\xe3\x80", "\xe3\x80"},
	    {"1\xef\xbc"
	     "2",
	     "1\xef\xbc"
	     "2"},
	    {"\xff\xfe", "\xff\xfe"},
	    {"\xc3\xa9", "\xc3\xa9"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char read[32];

		read_all(rows[i].typed, read, sizeof read);
		if (strcmp(read, rows[i].read) != 0)
			fail_msg("row %zu: \"%s\" is read as \"%s\"", i, rows[i].typed, read);
	}
}

/* The full-width row, all 94 of it, is ASCII's. */
static void every_full_width_character(void **state)
{
	(void)state;
	for (unsigned c = '!'; c <= '~'; c++) {
		unsigned wide = 0xff01 + (c - '!');
		const char typed[] = {(char)(0xe0 | wide >> 12), (char)(0x80 | (wide >> 6 & 0x3f)),
		                      (char)(0x80 | (wide & 0x3f)), '\0'};
		const char plain[] = {(char)c, '\0'};
		char read[8], same[8];

		read_all(typed, read, sizeof read);
		read_all(plain, same, sizeof same);
		assert_string_equal(read, same);
		assert_int_equal(strlen(read), 1);
	}
}

/* One line: what was typed, and which code it is. What the reading has understood ever since. */
static const struct {
	const char *typed;
	enum otp_code_form form;
	uint32_t value;
	uint8_t digits;
} codes[] = {
    {"", OTP_CODE_EMPTY, 0, 0},
    {" \t　\xc2\xa0", OTP_CODE_EMPTY, 0, 0},
    {"012345", OTP_CODE_WELL_FORMED, 12345, 6},
    {"0123456", OTP_CODE_WELL_FORMED, 123456, 7},
    {"01234567", OTP_CODE_WELL_FORMED, 1234567, 8},
    {"12345", OTP_CODE_MALFORMED, 0, 0},
    {"123456789", OTP_CODE_MALFORMED, 0, 0},
    {"123 456", OTP_CODE_WELL_FORMED, 123456, 6},
    {"123-456", OTP_CODE_WELL_FORMED, 123456, 6},
    {"1234-5678", OTP_CODE_WELL_FORMED, 12345678, 8},
    {"123--456", OTP_CODE_WELL_FORMED, 123456, 6},
    {"123 - 456", OTP_CODE_WELL_FORMED, 123456, 6},
    {"-123456", OTP_CODE_MALFORMED, 0, 0},
    {"123456-", OTP_CODE_MALFORMED, 0, 0},
    {"123456 - ", OTP_CODE_MALFORMED, 0, 0},
    {"12345678-", OTP_CODE_MALFORMED, 0, 0},
    {"-", OTP_CODE_MALFORMED, 0, 0},
    {" - ", OTP_CODE_MALFORMED, 0, 0},
    {"１２３　４５６", OTP_CODE_WELL_FORMED, 123456, 6},
    {"１２３－４５６", OTP_CODE_WELL_FORMED, 123456, 6},
    {"123\xe2\x80\x90"
     "456",
     OTP_CODE_WELL_FORMED, 123456, 6},
    {"123\xe2\x80\x91"
     "456",
     OTP_CODE_WELL_FORMED, 123456, 6},
    {"123\xc2\xa0"
     "456",
     OTP_CODE_WELL_FORMED, 123456, 6},
    {"12345a", OTP_CODE_MALFORMED, 0, 0},
    {"12345Ａ", OTP_CODE_MALFORMED, 0, 0},
    {"12345O", OTP_CODE_MALFORMED, 0, 0},
    {"+12345", OTP_CODE_MALFORMED, 0, 0},
    {"12345.", OTP_CODE_MALFORMED, 0, 0},
    {"12345/", OTP_CODE_MALFORMED, 0, 0},
    {"12345:", OTP_CODE_MALFORMED, 0, 0},
    {"12345／", OTP_CODE_MALFORMED, 0, 0},
    {"12345：", OTP_CODE_MALFORMED, 0, 0},
    {"123456\n", OTP_CODE_MALFORMED, 0, 0},
    {"ABCDE-FGHJK", OTP_CODE_MALFORMED, 0, 0},
};

static void codes_are_read_as_ever(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		struct otp_code code = {.value = 0, .digits = 0};

		if (otp_code_parse(codes[i].typed, &code) != codes[i].form)
			fail_msg("\"%s\" has another form", codes[i].typed);
		assert_int_equal(code.value, codes[i].value);
		assert_int_equal(code.digits, codes[i].digits);
	}
}

/* The same of token IDs; NULL: it is none. */
static const struct {
	const char *typed, *id;
} ids[] = {
    {"vsst 1234-5678", "VSST12345678"},
    {"ＶＳＳＴ　１２３４－５６７８", "VSST12345678"},
    {"\tDPabcdefghij", "DPABCDEFGHIJ"},
    {"-VSST12345678-", "VSST12345678"},
    {"VSST\xe2\x80\x90"
     "12345678",
     "VSST12345678"},
    {"VSST\xc2\xa0"
     "12345678",
     "VSST12345678"},
    {"VSST1234567", NULL},
    {"VSST1234567O", NULL},
    {"VSST1234567_", NULL},
    {"VSST1234567\n", NULL},
};

static void ids_are_read_as_ever(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		struct otp_token_id id;

		if ((otp_token_id_parse(ids[i].typed, &id) == OTP_OK) != (ids[i].id != NULL))
			fail_msg("\"%s\": an ID, or none", ids[i].typed);
		if (ids[i].id != NULL)
			assert_string_equal(id.text, ids[i].id);
	}
}

/* The longest answer that is read, and one byte more. */
static void an_answer_that_is_too_long_is_malformed(void **state)
{
	char typed[OTP_CODE_TYPED_MAX + 2];
	struct otp_code code;

	(void)state;
	(void)snprintf(typed, sizeof typed, "%*s", OTP_CODE_TYPED_MAX, "123456");
	assert_int_equal(otp_code_parse(typed, &code), OTP_CODE_WELL_FORMED);
	assert_int_equal(code.value, 123456);
	(void)snprintf(typed, sizeof typed, "%*s", OTP_CODE_TYPED_MAX + 1, "123456");
	assert_int_equal(otp_code_parse(typed, &code), OTP_CODE_MALFORMED);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(characters),
	    cmocka_unit_test(every_full_width_character),
	    cmocka_unit_test(codes_are_read_as_ever),
	    cmocka_unit_test(ids_are_read_as_ever),
	    cmocka_unit_test(an_answer_that_is_too_long_is_malformed),
	};

	return cmocka_run_group_tests_name("typed", tests, NULL, NULL);
}
