/* SPDX-License-Identifier: BSD-2-Clause */
/* Tokens whose file tells no ID, and whether a token of a file is known here (product §7.6). */
#include "scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct otp_seed nameless(const char *id)
{
	struct otp_seed seed = seed_of(id);

	memset(&seed.id, 0, sizeof seed.id);
	return seed;
}

static uint64_t mark_of(const struct otp_vault *here, const char *id)
{
	struct otp_seed seed = nameless(id);
	uint64_t mark = 0;

	assert_int_equal(otp_token_mark(here, &seed, &mark), OTP_OK);
	assert_true(mark != 0);
	return mark;
}

static void a_mark_goes_with_the_key_alone(void **state)
{
	(void)state;
	assert_true(mark_of(vault, EVENT_0) == mark_of(vault, TIME_0));
	assert_true(mark_of(vault, EVENT_0) != mark_of(vault, EVENT_1));
}

static void where_nothing_is_stored_marks_can_be_compared_and_are_of_no_use_here(void **state)
{
	(void)state;
	assert_true(mark_of(NULL, EVENT_0) == mark_of(NULL, TIME_0));
	assert_true(mark_of(NULL, EVENT_0) != mark_of(NULL, EVENT_1));
	assert_true(mark_of(NULL, EVENT_0) != mark_of(vault, EVENT_0));
}

static void a_name_is_of_its_kind_and_the_same_every_time(void **state)
{
	struct otp_seed first = nameless(EVENT_0), second = nameless(EVENT_0), time = nameless(TIME_0);
	struct otp_token_id id;

	(void)state;
	assert_int_equal(otp_token_name(vault, &first), OTP_OK);
	scene_reopen();
	assert_int_equal(otp_token_name(vault, &second), OTP_OK);
	assert_string_equal(first.id.text, second.id.text);
	assert_int_equal(otp_token_name(vault, &time), OTP_OK);
	assert_memory_equal(first.id.text, "LVOE", 4);
	assert_memory_equal(time.id.text, "LVOT", 4);
	assert_int_equal(otp_token_id_parse(first.id.text, &id), OTP_OK);
}

static void the_next_name_counts_on_and_begins_anew_after_the_last(void **state)
{
	struct otp_seed seed = nameless(EVENT_0);

	(void)state;
	seed.id = id_of("LVOE00000009");
	otp_token_name_next(&seed);
	assert_string_equal(seed.id.text, "LVOE00000010");
	seed.id = id_of("LVOE99999999");
	otp_token_name_next(&seed);
	assert_string_equal(seed.id.text, "LVOE00000000");
}

static void a_token_is_known_free_or_bound_and_not_by_its_id_alone(void **state)
{
	struct otp_seed seed = seed_of(EVENT_0), other = seed_of(EVENT_1);
	struct otp_error error = {.status = OTP_OK};
	bool known = true;

	(void)state;
	assert_int_equal(otp_token_known(vault, &seed, &known, &error), OTP_OK);
	assert_false(known);
	add_token(EVENT_0);
	assert_int_equal(otp_token_known(vault, &seed, &known, &error), OTP_OK);
	assert_true(known);
	enroll("alice", EVENT_0, 0);
	assert_int_equal(otp_token_known(vault, &seed, &known, &error), OTP_OK);
	assert_true(known);
	other.id = seed.id;
	assert_fails(otp_token_known(vault, &other, &known, &error), OTP_E_EXISTS, &error);
	assert_false(known);
	seed.digits = 8;
	assert_fails(otp_token_known(vault, &seed, &known, &error), OTP_E_EXISTS, &error);
}

/* It was told that another token had the ID, and that it should be removed. */
static void a_damaged_record_of_the_owner_is_no_other_token(void **state)
{
	struct otp_seed seed = seed_of(EVENT_0);
	struct otp_error error = {.status = OTP_OK};
	bool known = true;

	(void)state;
	add_token(EVENT_0);
	enroll("alice", EVENT_0, 0);
	assert_int_equal(truncate(scene_path("store/users/alice"), 100), 0);
	assert_fails(otp_token_known(vault, &seed, &known, &error), OTP_E_CORRUPT, &error);
	assert_false(known);
	assert_int_equal(unlink(scene_path("store/users/alice")), 0);
	assert_fails(otp_token_known(vault, &seed, &known, &error), OTP_E_EXISTS,
	             &error); /* with its key, it is gone */
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FRESH(a_mark_goes_with_the_key_alone),
	    FRESH(where_nothing_is_stored_marks_can_be_compared_and_are_of_no_use_here),
	    FRESH(a_name_is_of_its_kind_and_the_same_every_time),
	    FRESH(the_next_name_counts_on_and_begins_anew_after_the_last),
	    FRESH(a_token_is_known_free_or_bound_and_not_by_its_id_alone),
	    FRESH(a_damaged_record_of_the_owner_is_no_other_token),
	};

	int failed;

	scene_prepare();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scene_clear();
	return failed;
}
