/* SPDX-License-Identifier: BSD-2-Clause */
/* Release, reset, test and reports on a real store (product §3, §5.4, §7.2, §7.3). */
#include "scene.h"

#include "flow/held.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int begin_with_alice(void **state)
{
	if (scene_begin(state) != 0)
		return -1;
	add_token(EVENT_0);
	enroll("alice", EVENT_0, 0);
	return 0;
}

static struct otp_token_report inventory(const char *id)
{
	struct otp_token_id token = id_of(id);
	struct otp_token_report report;

	assert_int_equal(otp_token_report(vault, &token, &report, NULL), OTP_OK);
	return report;
}

static void release(const char *user, const char *id, size_t expected)
{
	struct otp_token_id token;
	size_t released = 0;

	if (id != NULL)
		token = id_of(id);
	assert_int_equal(otp_release(vault, user, id != NULL ? &token : NULL, &released, NULL), OTP_OK);
	assert_int_equal(released, expected);
}

/* ---- release -------------------------------------------------------------------------------------------------- */

static void a_released_token_is_free_and_its_user_unenrolled(void **state)
{
	(void)state;
	release("alice", NULL, 1);
	assert_false(is_enrolled("alice"));
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_UNENROLLED);
	assert_string_equal(inventory(EVENT_0).owner, "");
	assert_int_equal(inventory(EVENT_0).status, OTP_TOKEN_NEW);
	enroll("bob", EVENT_0, 2);
	assert_int_equal(login("bob", code_at(EVENT_0, 4)), OTP_ACCEPTED);
}

/* The inventory's file forgets whose it was: nobody needs that, and nobody shall wonder. */
static void the_file_forgets_the_owner(void **state)
{
	struct otp_token_id id = id_of(EVENT_0);
	struct otp_held held;

	(void)state;
	assert_int_equal(otp_held_load_token(vault, &id, &held, NULL), OTP_OK);
	assert_string_equal(held.credential.owner, "alice");
	release("alice", NULL, 1);
	assert_int_equal(otp_held_load_token(vault, &id, &held, NULL), OTP_OK);
	assert_string_equal(held.credential.owner, "");
	assert_true(held.credential.token[0].sealed.len > 0);
	otp_held_wipe(&held);
}

/* A token whose file in the inventory was lost comes back with the release: the key and the position are the user's. */
static void a_token_that_the_inventory_lost_comes_back(void **state)
{
	(void)state;
	assert_int_equal(login("alice", code_at(EVENT_0, 5)), OTP_ACCEPTED);
	assert_int_equal(unlink(scene_path("store/tokens/" EVENT_0)), 0);
	release("alice", NULL, 1);
	assert_int_equal(inventory(EVENT_0).next, 6);
	enroll("bob", EVENT_0, 6);
	assert_int_equal(login("bob", code_at(EVENT_0, 8)), OTP_ACCEPTED);
}

static void a_release_keeps_the_position_so_that_used_codes_stay_used(void **state)
{
	enum otp_verdict verdict;

	(void)state;
	assert_int_equal(login("alice", code_at(EVENT_0, 5)), OTP_ACCEPTED);
	release("alice", EVENT_0, 1);
	assert_int_equal(inventory(EVENT_0).next, 6);
	for (int64_t used = 0; used < 6; used++) {
		struct otp_pair pair = pair_at(EVENT_0, used);

		pair.first_at = pair.second_at = NOW + used * limits.longest_wait;
		assert_int_equal(try_enroll("bob", EVENT_0, false, pair, &verdict), OTP_OK);
		assert_int_equal(verdict, OTP_REFUSED);
	}
	assert_false(is_enrolled("bob"));
}

static void codes_used_before_are_refused_after_enrolling_again(void **state)
{
	struct otp_pair pair;
	enum otp_verdict verdict;

	(void)state;
	for (int64_t c = 2; c < 6; c++)
		assert_int_equal(login("alice", code_at(EVENT_0, c)), OTP_ACCEPTED);
	release("alice", NULL, 1);
	enroll("alice", EVENT_0, 6);
	for (int64_t c = 0; c < 8; c++)
		assert_int_not_equal(login_at("alice", code_at(EVENT_0, c), NOW + c * 3600000), OTP_ACCEPTED);
	assert_int_equal(login_at("alice", code_at(EVENT_0, 8), NOW + 9 * 3600000), OTP_ACCEPTED);

	add_token(TIME_0);
	enroll("bob", TIME_0, FIRST_STEP);
	assert_int_equal(login_at("bob", code_at(TIME_0, FIRST_STEP + 3), NOW + 90000), OTP_ACCEPTED);
	release("bob", NULL, 1);
	pair = pair_at(TIME_0, FIRST_STEP + 2);
	pair.first_at = pair.second_at = NOW + 100000;
	assert_int_equal(try_enroll("bob", TIME_0, false, pair, &verdict), OTP_OK);
	assert_int_equal(verdict, OTP_REFUSED);
	enroll("bob", TIME_0, FIRST_STEP + 4);
	assert_int_equal(login_at("bob", code_at(TIME_0, FIRST_STEP + 6), NOW + 180000), OTP_ACCEPTED);
}

static void one_of_several_tokens_is_released_and_the_others_serve_on(void **state)
{
	static const char *const ids[] = {EVENT_0, EVENT_1, "UBHE00000002"};

	(void)state;
	release("alice", NULL, 1);
	add_token(ids[1]);
	add_token(ids[2]);
	for (size_t released = 0; released < 3; released++) {
		for (size_t i = 0; i < 3; i++)
			enroll("bob", ids[i], 20 + 20 * (int64_t)released);
		release("bob", ids[released], 1);
		assert_int_equal(report_of("bob").n, 2);
		assert_string_equal(inventory(ids[released]).owner, "");
		for (size_t i = 0; i < 3; i++)
			assert_int_equal(login("bob", code_at(ids[i], 25 + 20 * (int64_t)released)),
			                 i == released ? OTP_REFUSED : OTP_ACCEPTED);
		release("bob", NULL, 2);
		assert_false(is_enrolled("bob"));
	}
}

static void releasing_one_token_takes_no_failure_away(void **state)
{
	(void)state;
	add_token(EVENT_1);
	enroll("alice", EVENT_1, 0);
	assert_int_equal(login("alice", code_at(EVENT_0, 1200)), OTP_REFUSED);
	release("alice", EVENT_1, 1);
	assert_int_equal(report_of("alice").bucket[OTP_LOCAL].failures, 1);
}

static void a_release_of_what_is_not_there_is_told(void **state)
{
	struct otp_token_id other = id_of(EVENT_1);
	struct otp_error error = {0};
	size_t released = 99;

	(void)state;
	assert_int_equal(otp_release(vault, "bob", NULL, &released, &error), OTP_E_NOT_FOUND);
	assert_non_null(strstr(error.what, "bob"));
	assert_int_equal(released, 0);
	assert_int_equal(otp_release(vault, "alice", &other, &released, &error), OTP_E_INVALID);
	assert_int_equal(released, 0);
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_ACCEPTED);
}

static enum otp_status note_one(void *arg, const char *name)
{
	(void)snprintf(arg, 64, "%s", name);
	return OTP_OK;
}

static void users_and_tokens_are_listed(void **state)
{
	char name[64] = "";

	(void)state;
	assert_int_equal(otp_each_user(vault, note_one, name, NULL), OTP_OK);
	assert_string_equal(name, "alice");
	assert_int_equal(otp_each_token(vault, note_one, name, NULL), OTP_OK);
	assert_string_equal(name, EVENT_0);
	release("alice", NULL, 1);
	name[0] = '\0';
	assert_int_equal(otp_each_user(vault, note_one, name, NULL), OTP_OK);
	assert_string_equal(name, "");
	assert_int_equal(otp_each_token(vault, note_one, name, NULL), OTP_OK);
	assert_string_equal(name, EVENT_0);
}

/* ---- reset ------------------------------------------------------------------------------------------------------ */

static enum otp_verdict reset(const char *user, const char *id, struct otp_pair pair, bool rewind)
{
	struct otp_token_id token = id_of(id);
	struct otp_judgement judgement;

	assert_int_equal(otp_reset(vault, &limits, user, &token, &pair, rewind, &judgement, NULL), OTP_OK);
	return judgement.verdict;
}

/* The inventory's own record of a bound token stays as it was at the enrolment, and was taken for the truth. */
static void a_bound_token_is_reported_as_its_owner_has_it(void **state)
{
	struct otp_token_id token = id_of(EVENT_0);
	size_t changed;

	(void)state;
	assert_int_equal(inventory(EVENT_0).status, OTP_TOKEN_ENABLED);
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_ACCEPTED);
	assert_int_equal(inventory(EVENT_0).next, 3);
	assert_int_equal(otp_change_user(vault, "alice", &token, OTP_DISABLE, "lost", &changed, NULL), OTP_OK);
	assert_int_equal(inventory(EVENT_0).status, OTP_TOKEN_DISABLED);
	assert_string_equal(inventory(EVENT_0).reason, "lost");
	assert_string_equal(inventory(EVENT_0).owner, "alice");
}

static void a_pair_brings_a_token_back_into_step(void **state)
{
	(void)state;
	assert_int_equal(login("alice", code_at(EVENT_0, 500)), OTP_REFUSED);
	assert_int_equal(reset("alice", EVENT_0, pair_at(EVENT_0, 500), false), OTP_ACCEPTED);
	scene_reopen();
	assert_int_equal(login("alice", code_at(EVENT_0, 501)), OTP_REPLAYED);
	assert_int_equal(login("alice", code_at(EVENT_0, 502)), OTP_ACCEPTED);
	assert_int_equal(report_of("alice").failures, 0);
}

static void a_pair_unlocks(void **state)
{
	int64_t now = NOW;
	struct otp_pair pair = pair_at(EVENT_0, 50);

	(void)state;
	while (login_at("alice", code_at(EVENT_0, 1200), now) == OTP_REFUSED)
		now += limits.longest_wait;
	assert_true(report_of("alice").bucket[OTP_LOCAL].locked);
	pair.first_at = pair.second_at = now + limits.longest_wait;
	assert_int_equal(reset("alice", EVENT_0, pair, false), OTP_ACCEPTED);
	assert_false(report_of("alice").bucket[OTP_LOCAL].locked);
	assert_int_equal(login_at("alice", code_at(EVENT_0, 52), pair.second_at), OTP_ACCEPTED);
}

static void a_pair_that_is_none_resets_nothing_and_is_counted(void **state)
{
	struct otp_pair wrong = pair_of(code_at(EVENT_0, 50), NOW, code_at(EVENT_0, 52), NOW);
	struct otp_pair equal = pair_of(code_at(EVENT_0, 50), NOW, code_at(EVENT_0, 50), NOW);
	struct otp_pair longer = pair_of("12345678", NOW, "87654321", NOW);

	(void)state;
	assert_int_equal(reset("alice", EVENT_0, equal, false), OTP_EQUAL_CODES);
	assert_int_equal(reset("alice", EVENT_0, longer, false), OTP_MALFORMED);
	assert_int_equal(report_of("alice").failures, 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(reset("alice", EVENT_0, wrong, false), OTP_REFUSED);
	assert_int_equal(report_of("alice").bucket[OTP_LOCAL].failures, 4);
	assert_int_equal(report_of("alice").token[0].next, 2);
	assert_int_equal(reset("alice", EVENT_0, pair_at(EVENT_0, 50), false), OTP_WAITING);
	assert_int_equal(login_at("alice", code_at(EVENT_0, 2), NOW + limits.first_wait), OTP_ACCEPTED);
}

static void used_codes_reset_nothing(void **state)
{
	(void)state;
	assert_int_equal(login("alice", code_at(EVENT_0, 5)), OTP_ACCEPTED);
	assert_int_equal(reset("alice", EVENT_0, pair_at(EVENT_0, 4), false), OTP_REFUSED);
	assert_int_equal(reset("alice", EVENT_0, pair_at(EVENT_0, 5), false), OTP_REFUSED);
	assert_int_equal(reset("alice", EVENT_0, pair_at(EVENT_0, 6), false), OTP_ACCEPTED);
}

static void only_rewind_brings_a_time_token_back(void **state)
{
	(void)state;
	add_token(TIME_0);
	enroll("bob", TIME_0, FIRST_STEP + 60);
	assert_int_equal(reset("bob", TIME_0, pair_at(TIME_0, FIRST_STEP + 10), false), OTP_REFUSED);
	assert_int_equal(reset("bob", TIME_0, pair_at(TIME_0, FIRST_STEP + 10), true), OTP_ACCEPTED);
	assert_int_equal(report_of("bob").token[0].next, FIRST_STEP + 12);
	assert_int_equal(login_at("bob", code_at(TIME_0, FIRST_STEP + 12), NOW + 12 * 30000), OTP_ACCEPTED);
}

static void a_reset_of_what_is_not_there_is_told(void **state)
{
	struct otp_token_id own = id_of(EVENT_0), other = id_of(EVENT_1);
	struct otp_pair pair = pair_at(EVENT_0, 2);
	struct otp_judgement judgement;

	(void)state;
	assert_int_equal(otp_reset(vault, &limits, "bob", &own, &pair, false, &judgement, NULL), OTP_E_NOT_FOUND);
	assert_int_equal(otp_reset(vault, &limits, "alice", &other, &pair, false, &judgement, NULL), OTP_E_INVALID);
	assert_int_equal(report_of("alice").token[0].next, 2);
}

/* ---- test ---------------------------------------------------------------------------------------------------------
 */

static struct otp_assay assay(const char *typed, enum otp_code_form *form)
{
	struct otp_token_id token;
	struct otp_assay result;

	assert_int_equal(otp_test(vault, &limits, "alice", typed, NOW, form, &result, &token, NULL), OTP_OK);
	if (result.token == 0 && *form == OTP_CODE_WELL_FORMED)
		assert_string_equal(token.text, EVENT_0);
	return result;
}

static void a_test_tells_where_the_code_stands_and_changes_nothing(void **state)
{
	static const struct {
		int64_t position;
		enum otp_tier tier;
		bool used;
	} rows[] = {{0, OTP_TIER_FAILS, false},    {1, OTP_TIER_FAILS, true},    {2, OTP_TIER_WORKS, false},
	            {7, OTP_TIER_WORKS, false},    {8, OTP_TIER_RESET, false},   {1002, OTP_TIER_RESET, false},
	            {1003, OTP_TIER_FAILS, false}, {1200, OTP_TIER_FAILS, false}};
	enum otp_code_form form;

	(void)state;
	for (int repeat = 0; repeat < 2; repeat++)
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
			struct otp_assay found = assay(code_at(EVENT_0, rows[i].position), &form);

			assert_int_equal(form, OTP_CODE_WELL_FORMED);
			if (found.tier != rows[i].tier || found.used != rows[i].used)
				fail_msg("position %lld: tier %d", (long long)rows[i].position, (int)found.tier);
		}
	(void)assay("12345", &form);
	assert_int_equal(form, OTP_CODE_MALFORMED);
	(void)assay("", &form);
	assert_int_equal(form, OTP_CODE_EMPTY);
	assert_int_equal(report_of("alice").failures, 0);
	assert_int_equal(report_of("alice").token[0].next, 2);
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_ACCEPTED);
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, begin_with_alice, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FRESH(a_released_token_is_free_and_its_user_unenrolled),
	    FRESH(the_file_forgets_the_owner),
	    FRESH(a_token_that_the_inventory_lost_comes_back),
	    FRESH(a_release_keeps_the_position_so_that_used_codes_stay_used),
	    FRESH(codes_used_before_are_refused_after_enrolling_again),
	    FRESH(one_of_several_tokens_is_released_and_the_others_serve_on),
	    FRESH(releasing_one_token_takes_no_failure_away),
	    FRESH(a_release_of_what_is_not_there_is_told),
	    FRESH(users_and_tokens_are_listed),
	    FRESH(a_bound_token_is_reported_as_its_owner_has_it),
	    FRESH(a_pair_brings_a_token_back_into_step),
	    FRESH(a_pair_unlocks),
	    FRESH(a_pair_that_is_none_resets_nothing_and_is_counted),
	    FRESH(used_codes_reset_nothing),
	    FRESH(only_rewind_brings_a_time_token_back),
	    FRESH(a_reset_of_what_is_not_there_is_told),
	    FRESH(a_test_tells_where_the_code_stands_and_changes_nothing),
	};
	int failed;

	scene_prepare();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scene_clear();
	return failed;
}
