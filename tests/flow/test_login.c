/* SPDX-License-Identifier: BSD-2-Clause */
/* A login on a real store (product §5.1, §5.5, §5.6, §6.2): what is answered, and what is there afterwards. */
#include "scene.h"

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

static void each_code_is_accepted_once(void **state)
{
	(void)state;
	for (int64_t c = 2; c < 12; c += 3) {
		assert_int_equal(login("alice", code_at(EVENT_0, c)), OTP_ACCEPTED);
		assert_int_equal(login("alice", code_at(EVENT_0, c)), OTP_REPLAYED);
	}
	assert_int_equal(report_of("alice").bucket[OTP_LOCAL].failures, 0); /* a retype is no guess */
}

static void a_skipped_code_is_not_accepted_later(void **state)
{
	(void)state;
	assert_int_equal(login("alice", code_at(EVENT_0, 4)), OTP_ACCEPTED);
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_REFUSED);
	assert_int_equal(login("alice", code_at(EVENT_0, 3)), OTP_REFUSED);
	assert_int_equal(report_of("alice").token[0].next, 5);
}

static void the_codes_of_the_enrolment_are_used(void **state)
{
	(void)state;
	assert_int_equal(login("alice", code_at(EVENT_0, 0)), OTP_REFUSED);
	assert_int_equal(login("alice", code_at(EVENT_0, 1)), OTP_REPLAYED);
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_ACCEPTED);
}

static void what_was_answered_is_there_after_opening_again(void **state)
{
	(void)state;
	for (int64_t c = 2; c < 6; c++) {
		assert_int_equal(login("alice", code_at(EVENT_0, c)), OTP_ACCEPTED);
		scene_reopen();
		assert_int_equal(login("alice", code_at(EVENT_0, c)), OTP_REPLAYED);
		assert_int_equal(login("alice", "000000"), OTP_REFUSED);
		scene_reopen();
		assert_int_equal(report_of("alice").bucket[OTP_LOCAL].failures, 1);
	}
}

static void a_code_used_from_afar_is_used_here(void **state)
{
	struct otp_attempt attempt = attempt_of("alice", code_at(EVENT_0, 2), NOW);
	struct otp_outcome outcome;

	(void)state;
	attempt.reach = OTP_REMOTE;
	attempt.origin = "192.0.2.1";
	assert_int_equal(otp_login(vault, &limits, &attempt, &outcome, NULL), OTP_OK);
	assert_int_equal(outcome.verdict, OTP_ACCEPTED);
	assert_string_equal(outcome.token.text, EVENT_0);
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_REPLAYED);
}

static void what_is_no_code_is_no_guess(void **state)
{
	static const char *const typed[] = {"", "   ", "12345", "123456789", "abcdef", "12345x", "password", "1234567"};

	(void)state;
	for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
		enum otp_verdict verdict = login("alice", typed[i]);

		if (verdict != OTP_EMPTY && verdict != OTP_MALFORMED)
			fail_msg("\"%s\" is judged %d", typed[i], (int)verdict);
	}
	assert_int_equal(report_of("alice").failures, 0);
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_ACCEPTED);
}

/* A code that no look-ahead reaches, whatever was accepted. */
static enum otp_verdict guess(int64_t now)
{
	return login_at("alice", code_at(EVENT_0, 1200), now);
}

static void failures_are_told_to_the_owner_once(void **state)
{
	struct otp_attempt attempt = attempt_of("alice", code_at(EVENT_0, 1200), NOW);
	struct otp_outcome outcome;

	(void)state;
	attempt.reach = OTP_REMOTE;
	attempt.origin = "192.0.2.1";
	assert_int_equal(guess(NOW), OTP_REFUSED);
	attempt.now = NOW + 1000;
	assert_int_equal(otp_login(vault, &limits, &attempt, &outcome, NULL), OTP_OK);
	assert_int_equal(outcome.verdict, OTP_REFUSED);
	assert_int_equal(outcome.bucket_failures, 1); /* each reach has its own */
	attempt = attempt_of("alice", code_at(EVENT_0, 2), NOW + 2000);
	assert_int_equal(otp_login(vault, &limits, &attempt, &outcome, NULL), OTP_OK);
	assert_int_equal(outcome.verdict, OTP_ACCEPTED);
	assert_int_equal(outcome.failures, 2);
	assert_int_equal(outcome.failed_at, NOW + 1000);
	assert_string_equal(outcome.origin, "192.0.2.1");
	attempt.typed = code_at(EVENT_0, 3);
	assert_int_equal(otp_login(vault, &limits, &attempt, &outcome, NULL), OTP_OK);
	assert_int_equal(outcome.failures, 0);
}

static void during_a_wait_the_right_code_is_not_read(void **state)
{
	int64_t now = NOW;

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(guess(now), OTP_REFUSED);
	assert_int_equal(login_at("alice", code_at(EVENT_0, 2), now + 1000), OTP_WAITING);
	scene_reopen();
	assert_int_equal(login_at("alice", code_at(EVENT_0, 2), now + 29999), OTP_WAITING);
	assert_int_equal(report_of("alice").bucket[OTP_LOCAL].failures, 4);
	assert_int_equal(login_at("alice", code_at(EVENT_0, 2), now + 30000), OTP_ACCEPTED); /* unread, so unused */
}

/* What is told of them must not depend on what was typed. */
static void wait_and_lock_are_reported_whatever_was_typed(void **state)
{
	const char *const answers[] = {code_at(EVENT_0, 1200), "12345", "00000-00000", ""};
	struct otp_outcome outcome;
	int64_t now = NOW;

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(guess(now), OTP_REFUSED);
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		struct otp_attempt attempt = attempt_of("alice", answers[i], now + 12000);

		assert_int_equal(otp_login(vault, &limits, &attempt, &outcome, NULL), OTP_OK);
		assert_int_equal(outcome.wait, 18000);
		assert_false(outcome.locked);
		assert_int_equal(outcome.bucket_failures, 4);
	}
	while (guess(now) != OTP_LOCKED)
		now += limits.longest_wait;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		struct otp_attempt attempt = attempt_of("alice", answers[i], now + limits.longest_wait);

		assert_int_equal(otp_login(vault, &limits, &attempt, &outcome, NULL), OTP_OK);
		assert_int_equal(outcome.wait, 0);
		assert_true(outcome.locked);
		attempt.reach = OTP_REMOTE;
		assert_int_equal(otp_login(vault, &limits, &attempt, &outcome, NULL), OTP_OK);
		assert_false(outcome.locked);
	}
}

static void enough_failures_lock_and_only_an_administrator_unlocks(void **state)
{
	int64_t now = NOW;
	bool was_locked;

	(void)state;
	while (guess(now) == OTP_REFUSED)
		now += limits.longest_wait;
	assert_int_equal(guess(now), OTP_LOCKED);
	assert_int_equal(login_at("alice", code_at(EVENT_0, 2), now), OTP_LOCKED);
	scene_reopen();
	now += 365 * INT64_C(86400000);
	assert_int_equal(login_at("alice", code_at(EVENT_0, 2), now), OTP_LOCKED);
	assert_int_equal(otp_unlock(vault, "alice", &was_locked, NULL), OTP_OK);
	assert_true(was_locked);
	assert_int_equal(login_at("alice", code_at(EVENT_0, 2), now), OTP_ACCEPTED);
	assert_int_equal(otp_unlock(vault, "alice", &was_locked, NULL), OTP_OK);
	assert_false(was_locked);
	assert_int_equal(otp_unlock(vault, "bob", &was_locked, NULL), OTP_E_NOT_FOUND);
}

static void a_lock_from_afar_leaves_the_console_open(void **state)
{
	struct otp_attempt attempt = attempt_of("alice", code_at(EVENT_0, 1200), NOW);
	struct otp_outcome outcome;

	(void)state;
	attempt.reach = OTP_REMOTE;
	do {
		assert_int_equal(otp_login(vault, &limits, &attempt, &outcome, NULL), OTP_OK);
		attempt.now += limits.longest_wait;
	} while (outcome.verdict == OTP_REFUSED);
	assert_int_equal(outcome.verdict, OTP_LOCKED);
	assert_int_equal(login_at("alice", code_at(EVENT_0, 2), attempt.now), OTP_ACCEPTED);
}

static int64_t asked_at;
static unsigned asked;

static int64_t ask_clock(void)
{
	asked++;
	return asked_at;
}

static void the_time_is_asked_for_once_and_goes_into_the_record(void **state)
{
	struct otp_attempt attempt = attempt_of("alice", code_at(EVENT_0, 2), 1);
	struct otp_outcome outcome;

	(void)state;
	asked = 0;
	asked_at = NOW + 5000;
	attempt.clock = ask_clock;
	assert_int_equal(otp_login(vault, &limits, &attempt, &outcome, NULL), OTP_OK);
	assert_int_equal(outcome.verdict, OTP_ACCEPTED);
	assert_int_equal(asked, 1);
	assert_int_equal(report_of("alice").accepted_at, NOW + 5000);
}

static void another_uid_under_the_name_is_refused(void **state)
{
	struct otp_attempt attempt = attempt_of("alice", code_at(EVENT_0, 2), NOW);
	struct otp_outcome outcome;
	struct otp_error error = {0};

	(void)state;
	attempt.uid = BOB;
	assert_int_equal(otp_login(vault, &limits, &attempt, &outcome, &error), OTP_E_FOREIGN);
	assert_non_null(strstr(error.what, "4242"));
	assert_int_equal(outcome.verdict, OTP_REFUSED);
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_ACCEPTED); /* nothing was used */
}

static void who_has_no_record_is_unenrolled(void **state)
{
	(void)state;
	assert_int_equal(login("bob", code_at(EVENT_0, 2)), OTP_UNENROLLED);
	assert_false(is_enrolled("bob"));
	assert_int_equal(login("bob", ""), OTP_UNENROLLED);
}

static void the_record_of_another_user_is_refused(void **state)
{
	struct otp_attempt attempt = attempt_of("bob", code_at(EVENT_0, 2), NOW);
	struct otp_outcome outcome;
	char from[512], to[512];

	(void)state;
	(void)snprintf(from, sizeof from, "%s", scene_path("store/users/alice"));
	(void)snprintf(to, sizeof to, "%s", scene_path("store/users/bob"));
	assert_int_equal(rename(from, to), 0);
	attempt.uid = ALICE;
	assert_int_equal(otp_login(vault, &limits, &attempt, &outcome, NULL), OTP_E_CORRUPT);
	assert_int_equal(outcome.verdict, OTP_REFUSED);
}

static void a_damaged_record_denies_and_is_not_taken_for_none(void **state)
{
	struct otp_attempt attempt = attempt_of("alice", code_at(EVENT_0, 2), NOW);
	struct otp_outcome outcome;
	bool enrolled;

	(void)state;
	assert_int_equal(truncate(scene_path("store/users/alice"), 0), 0);
	assert_int_equal(otp_login(vault, &limits, &attempt, &outcome, NULL), OTP_E_CORRUPT);
	assert_int_equal(outcome.verdict, OTP_REFUSED);
	assert_int_equal(otp_login_enrolled(vault, "alice", &enrolled, NULL), OTP_E_CORRUPT);
	assert_false(enrolled);
}

/* ---- a time token ----------------------------------------------------------------------------------------- */

static int begin_with_bob(void **state)
{
	if (scene_begin(state) != 0)
		return -1;
	add_token(TIME_0);
	enroll("bob", TIME_0, FIRST_STEP);
	return 0;
}

/* Typed ten seconds after the token shows it. */
static enum otp_verdict login_step_after(int64_t steps)
{
	return login_at("bob", code_at(TIME_0, FIRST_STEP + steps), NOW + steps * 30000);
}

static void the_code_of_each_step_is_accepted_once(void **state)
{
	(void)state;
	for (int64_t s = 2; s < 20; s++) {
		assert_int_equal(login_step_after(s), OTP_ACCEPTED);
		assert_int_equal(login_step_after(s), OTP_REPLAYED);
	}
}

static void an_older_step_is_not_accepted_after_a_newer(void **state)
{
	(void)state;
	assert_int_equal(login_step_after(3), OTP_ACCEPTED);
	assert_int_equal(login_at("bob", code_at(TIME_0, FIRST_STEP + 2), NOW + 90000), OTP_REFUSED);
	assert_int_equal(report_of("bob").token[0].next, FIRST_STEP + 4);
}

static void a_clock_that_went_back_brings_no_code_back(void **state)
{
	(void)state;
	assert_int_equal(login_step_after(5), OTP_ACCEPTED);
	for (int64_t s = 2; s < 5; s++)
		assert_int_not_equal(login_step_after(s), OTP_ACCEPTED);
	assert_int_not_equal(login_step_after(5), OTP_ACCEPTED);
	assert_int_equal(report_of("bob").token[0].next, FIRST_STEP + 6);
}

#define WITH_ALICE(test) cmocka_unit_test_setup_teardown(test, begin_with_alice, scene_end)
#define WITH_BOB(test) cmocka_unit_test_setup_teardown(test, begin_with_bob, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_ALICE(each_code_is_accepted_once),
	    WITH_ALICE(a_skipped_code_is_not_accepted_later),
	    WITH_ALICE(the_codes_of_the_enrolment_are_used),
	    WITH_ALICE(what_was_answered_is_there_after_opening_again),
	    WITH_ALICE(a_code_used_from_afar_is_used_here),
	    WITH_ALICE(what_is_no_code_is_no_guess),
	    WITH_ALICE(failures_are_told_to_the_owner_once),
	    WITH_ALICE(during_a_wait_the_right_code_is_not_read),
	    WITH_ALICE(wait_and_lock_are_reported_whatever_was_typed),
	    WITH_ALICE(enough_failures_lock_and_only_an_administrator_unlocks),
	    WITH_ALICE(a_lock_from_afar_leaves_the_console_open),
	    WITH_ALICE(the_time_is_asked_for_once_and_goes_into_the_record),
	    WITH_ALICE(another_uid_under_the_name_is_refused),
	    WITH_ALICE(who_has_no_record_is_unenrolled),
	    WITH_ALICE(the_record_of_another_user_is_refused),
	    WITH_ALICE(a_damaged_record_denies_and_is_not_taken_for_none),
	    WITH_BOB(the_code_of_each_step_is_accepted_once),
	    WITH_BOB(an_older_step_is_not_accepted_after_a_newer),
	    WITH_BOB(a_clock_that_went_back_brings_no_code_back),
	};
	int failed;

	scene_prepare();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scene_clear();
	return failed;
}
