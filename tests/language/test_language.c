/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every text of the compiled-in catalogue is found by its English, nothing else is, and English stays itself. And the
 * name that was meant.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "language/catalogue.h"
#include "language/language.h"
#include "language/nearest.h"

/* As the GNU gettext manual describes MO files, read once more here. */
static uint32_t number_at(size_t offset)
{
	const unsigned char *at = catalogue_ja + offset;

	return (uint32_t)(at[0] + 256 * (at[1] + 256 * at[2])) + ((uint32_t)at[3] << 24);
}

static const char *text_at(size_t table, size_t i)
{
	return (const char *)catalogue_ja + number_at(number_at(table) + 8 * i + 4);
}

static void test_head(void **state)
{
	(void)state;
	assert_int_equal(number_at(0), 0x950412de);
	assert_int_equal(number_at(4), 0); /* the revision without texts that depend on the system */
	assert_true(number_at(8) > 100);
}

static void test_every_text_is_found(void **state)
{
	(void)state;
	assert_string_equal(text_at(12, 0), "");
	for (size_t i = 1; i < number_at(8); i++) {
		const char *english = text_at(12, i);

		assert_ptr_equal(language_in(LANGUAGE_JAPANESE, english), text_at(16, i));
		assert_true(strlen(language_in(LANGUAGE_JAPANESE, english)) > 0);
		assert_ptr_equal(language_in(LANGUAGE_ENGLISH, english), english);
		assert_ptr_equal(language_in(LANGUAGE_AUTO, english), english);
	}
}

static void test_no_other_text_is(void **state)
{
	static const char *const others[] = {"", " ", "\x01", "Security code", "Security code: \n", "~", "\xff", "zzz"};

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_ptr_equal(language_in(LANGUAGE_JAPANESE, others[i]), others[i]);
}

static void test_the_language_in_force(void **state)
{
	static const char english[] = "Authentication error.", japanese[] = "認証エラーです。";

	(void)state;
	assert_int_equal(language_used(), LANGUAGE_ENGLISH);
	assert_ptr_equal(_(english), english);
	language_use(LANGUAGE_JAPANESE);
	assert_string_equal(_(english), japanese);
	assert_ptr_equal(language_in(LANGUAGE_ENGLISH, english), english);
	language_use(LANGUAGE_AUTO);
	assert_int_equal(language_used(), LANGUAGE_ENGLISH);
	assert_ptr_equal(_(english), english);
}

/* Among release, reset, recovery and uri; NULL: none is near. */
static const struct {
	const char *typed, *meant;
} slips[] = {
    {"release", "release"},
    {"relese", "release"},
    {"realease", "release"},
    {"releaze", "release"},
    {"reelase", "release"},
    {"rest", "reset"},
    {"resett", "reset"},
    {"recoveries", NULL}, /* three */
    {"recover", "recovery"},
    {"uri", "uri"},
    {"ur", "uri"},
    {"urri", "uri"},
    {"url", "uri"},
    {"ulr", NULL}, /* two of three letters */
    {"Reset", "reset"},
    {"", NULL},
    {"x", NULL},
    {"releasereleasereleaserelease", NULL}, /* longer than any name */
};

static void test_the_name_that_was_meant(void **state)
{
	static const char *const names[] = {"release", "reset", "recovery", "uri"};

	(void)state;
	for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
		struct nearest nearest = nearest_begin(slips[i].typed);

		for (size_t j = 0; j < sizeof names / sizeof *names; j++)
			nearest_offer(&nearest, names[j]);
		if (slips[i].meant == NULL)
			assert_null(nearest.name);
		else
			assert_string_equal(nearest.name, slips[i].meant);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_head),
	    cmocka_unit_test(test_every_text_is_found),
	    cmocka_unit_test(test_no_other_text_is),
	    cmocka_unit_test(test_the_language_in_force),
	    cmocka_unit_test(test_the_name_that_was_meant),
	};

	return cmocka_run_group_tests_name("language", tests, NULL, NULL);
}
