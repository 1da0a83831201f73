/* SPDX-License-Identifier: BSD-2-Clause */
/* How guessing is slowed to nothing, and the owner not: product §5.6. */
#include "policy/throttle.h"
#include "random.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const int64_t NOW = 1767225600000; /* 2026-01-01 */

static struct otp_limits limits;
static struct otp_credential credential;
static struct otp_code wrong; /* no code of the token's next hundred */

static int set_up(void **state)
{
	bool shown = true;

	(void)state;
	limits = otp_limits_normal();
	credential = (struct otp_credential){.holder = "alice"};
	add_token(&credential, OTP_EVENT, EVENT_KEY);
	wrong = (struct otp_code){.digits = 6};
	while (shown) {
		shown = false;
		wrong.value++;
		for (int64_t p = 0; p < 100; p++)
			shown = shown || code_at(&credential.token[0], p).value == wrong.value;
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	otp_credential_wipe(&credential);
	return 0;
}

static struct otp_code right(void)
{
	return code_at(&credential.token[0], credential.state.token[0].next);
}

/* So many failures in a bucket, each as soon as it is allowed. The time of the last one. */
static int64_t fail_times(enum otp_reach reach, uint32_t times, int64_t now)
{
	struct otp_judgement judgement;

	for (uint32_t i = 0; i < times; i++) {
		now += otp_throttle_wait(&credential.state.bucket[reach], now, &limits);
		judgement = login(&credential, wrong, reach, now, &limits);
		assert_int_equal(judgement.verdict, OTP_REFUSED);
		assert_true(judgement.changed);
	}
	return now;
}

/* 3 free failures, then 30 s, doubling up to an hour, until the 50th locks. */
static void the_waits(void **state)
{
	static const int64_t seconds[] = {0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600};
	struct otp_credential before;
	struct otp_judgement judgement;
	int64_t now = NOW;

	(void)state;
	for (uint32_t failure = 1; failure < 50; failure++) {
		int64_t wait = 1000 * seconds[failure <= 11 ? failure - 1 : 10];

		judgement = login(&credential, wrong, OTP_REMOTE, now, &limits);
		assert_int_equal(judgement.verdict, OTP_REFUSED);
		assert_int_equal(judgement.wait, wait);
		assert_int_equal(credential.state.bucket[OTP_REMOTE].failures, failure);
		assert_int_equal(credential.state.failures, failure);
		assert_int_equal(credential.state.failed_at, now);
		before = credential;
		for (int64_t into = 0; into < wait; into += wait / 2 - 1) { /* unread, were it the right one */
			judgement = login(&credential, right(), OTP_REMOTE, now + into, &limits);
			assert_int_equal(judgement.verdict, OTP_WAITING);
			assert_int_equal(judgement.wait, wait - into);
			assert_int_equal(judgement.compared, 0);
			assert_false(judgement.changed);
			judgement = login(&credential, wrong, OTP_REMOTE, now + into, &limits);
			assert_int_equal(judgement.verdict, OTP_WAITING);
		}
		assert_memory_equal(&credential, &before, sizeof before);
		now += wait;
	}
	assert_int_equal(login(&credential, wrong, OTP_REMOTE, now, &limits).verdict, OTP_REFUSED);
	assert_int_equal(login(&credential, right(), OTP_REMOTE, now + 86400000, &limits).verdict, OTP_LOCKED);
}

/* Right to the millisecond: not before the wait ends, and then at once. */
static void a_wait_ends(void **state)
{
	int64_t failed = fail_times(OTP_LOCAL, 4, NOW);

	(void)state;
	assert_int_equal(login(&credential, right(), OTP_LOCAL, failed + 29999, &limits).verdict, OTP_WAITING);
	assert_int_equal(login(&credential, right(), OTP_LOCAL, failed + 30000, &limits).verdict, OTP_ACCEPTED);
}

/* After 50 failures the bucket is locked for good; nothing in it is read, nothing is written. */
static void fifty_failures_lock(void **state)
{
	struct otp_credential before;
	int64_t now = fail_times(OTP_REMOTE, 50, NOW);

	(void)state;
	before = credential;
	for (int year = 0; year < 10; year++) {
		struct otp_judgement judgement =
		    login(&credential, right(), OTP_REMOTE, now + year * INT64_C(31557600000), &limits);

		assert_int_equal(judgement.verdict, OTP_LOCKED);
		assert_int_equal(judgement.compared, 0);
		assert_false(judgement.changed);
	}
	assert_memory_equal(&credential, &before, sizeof before);
}

/* One line: what an attempt costs, which locks first, and how many attempts were read until then. */
static void five_hundred_candidates_lock(void **state)
{
	static const struct {
		int64_t look_ahead, lock_failures;
		int read;
	} rows[] = {
	    {5, 50, 50},                 /* 6 each: the failures lock */
	    {9, 50, 50},                 /* 10 each: both at once */
	    {5, 100, 83},                /* 6 each: 498, the next would exceed */
	    {4, 100, 100}, {10, 50, 45}, /* 11 each: 495 */
	    {0, 100, 100},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int read = 0;
		int64_t now = NOW;
		enum otp_verdict verdict = OTP_REFUSED;

		credential.state = (struct otp_state){0};
		limits.look_ahead = rows[i].look_ahead;
		limits.lock_failures = rows[i].lock_failures;
		while (verdict == OTP_REFUSED && read <= 1000) {
			verdict = login(&credential, wrong, OTP_REMOTE, now, &limits).verdict;
			read += verdict == OTP_REFUSED;
			now += 3600000;
			if (credential.state.bucket[OTP_REMOTE].candidates == 500)
				assert_true(otp_throttle_is_locked(&credential.state.bucket[OTP_REMOTE]));
		}
		assert_int_equal(verdict, OTP_LOCKED);
		if (read != rows[i].read)
			fail_msg("row %zu: %d attempts were read", i, read);
		assert_int_not_equal(credential.state.bucket[OTP_REMOTE].locked_at, 0);
		assert_in_range(credential.state.bucket[OTP_REMOTE].candidates, 0, 500);
	}
}

/* The more tokens, the more candidates an attempt compares, the fewer attempts there are. */
static void eight_tokens_lock_sooner(void **state)
{
	int read = 0;

	(void)state;
	for (uint32_t i = 1; i < OTP_TOKENS_MAX; i++)
		add_numbered_token(&credential, OTP_EVENT, i);
	for (int64_t now = NOW; read < 100; now += 3600000) {
		struct otp_credential copy = credential;
		struct otp_judgement judgement = login(&copy, wrong, OTP_REMOTE, now, &limits);

		if (judgement.verdict == OTP_LOCKED)
			break;
		if (judgement.verdict == OTP_REFUSED) {
			assert_int_equal(judgement.compared, 48);
			credential = copy;
			read++;
		}
		wrong.value++; /* of eight tokens one may show it */
	}
	assert_int_equal(read, 10);
}

/* No guess: an empty answer, an abort (which never arrives here) and what is no code of any token. */
static void what_is_no_guess_never_locks(void **state)
{
	struct otp_credential before = credential;
	const struct otp_answer empty = {.form = OTP_CODE_EMPTY}, malformed = {.form = OTP_CODE_MALFORMED};
	struct otp_code eight = {.value = 12345678, .digits = 8};
	struct otp_judgement judgement;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		enum otp_reach reach = i % 2 == 0 ? OTP_LOCAL : OTP_REMOTE;

		assert_int_equal(otp_judge_login(&credential, &empty, reach, NOW + i, &limits, &judgement), OTP_OK);
		assert_int_equal(judgement.verdict, OTP_EMPTY);
		assert_false(judgement.changed);
		assert_int_equal(otp_judge_login(&credential, &malformed, reach, NOW + i, &limits, &judgement), OTP_OK);
		assert_int_equal(judgement.verdict, OTP_MALFORMED);
		assert_false(judgement.changed);
		judgement = login(&credential, eight, reach, NOW + i, &limits);
		assert_int_equal(judgement.verdict, OTP_MALFORMED);
		assert_false(judgement.changed);
	}
	assert_memory_equal(&credential, &before, sizeof before);
}

/* Nobody far away closes the console: the buckets know nothing of each other. */
static void remote_never_closes_local(void **state)
{
	int64_t now = fail_times(OTP_REMOTE, 50, NOW);

	(void)state;
	for (int i = 0; i < 1000; i++)
		assert_int_equal(login(&credential, wrong, OTP_REMOTE, now + i, &limits).verdict, OTP_LOCKED);
	assert_int_equal(credential.state.bucket[OTP_LOCAL].failures, 0);
	assert_int_equal(login(&credential, right(), OTP_LOCAL, now, &limits).verdict, OTP_ACCEPTED);
	assert_int_equal(login(&credential, right(), OTP_REMOTE, now, &limits).verdict, OTP_LOCKED);
}

static void local_never_closes_remote(void **state)
{
	int64_t now = fail_times(OTP_LOCAL, 50, NOW);

	(void)state;
	assert_int_equal(login(&credential, right(), OTP_LOCAL, now, &limits).verdict, OTP_LOCKED);
	assert_int_equal(login(&credential, right(), OTP_REMOTE, now, &limits).verdict, OTP_ACCEPTED);
}

/* A success ends the wait and takes three failures and their candidates off, in its own bucket only. */
static void a_success_forgives_three(void **state)
{
	const struct otp_bucket *remote = &credential.state.bucket[OTP_REMOTE];

	(void)state;
	for (uint32_t failures = 0; failures < 50; failures++) {
		uint32_t left = failures > 3 ? failures - 3 : 0;
		int64_t now;

		credential.state = (struct otp_state){0};
		(void)fail_times(OTP_LOCAL, 5, NOW);
		now = fail_times(OTP_REMOTE, failures, NOW);
		now += otp_throttle_wait(remote, now, &limits);
		assert_int_equal(login(&credential, right(), OTP_REMOTE, now, &limits).verdict, OTP_ACCEPTED);
		assert_int_equal(remote->failures, left);
		assert_int_equal(remote->candidates, 6 * left);
		for (int64_t back = 0; back <= 7200000; back += 1000) /* also if the clock is set back now */
			assert_int_equal(otp_throttle_wait(remote, now - back, &limits), 0);
		assert_int_equal(credential.state.bucket[OTP_LOCAL].failures, 5);
		assert_int_equal(credential.state.failures, 0);
		assert_int_equal(credential.state.accepted_at, now);
	}
}

/* What is taken off is the failures' share, never more: however the candidates lie, they do not come for free. */
static void forgiven_candidates_are_the_failures_share(void **state)
{
	(void)state;
	for (uint32_t failures = 1; failures < 50; failures++)
		for (uint32_t candidates = failures; candidates < 500; candidates++) {
			struct otp_bucket bucket = {.failures = failures, .candidates = candidates, .failed_at = NOW};

			otp_throttle_forgive(&bucket, &limits);
			assert_int_equal(bucket.failures, failures > 3 ? failures - 3 : 0);
			if (failures <= 3) {
				assert_int_equal(bucket.candidates, 0);
			} else { /* candidates * (failures - 3) / failures, rounded up */
				assert_true(bucket.candidates * failures >= candidates * (failures - 3));
				assert_true((bucket.candidates - 1) * failures < candidates * (failures - 3));
			}
		}
}

/* Any wait, any jump of the clock: what is left of it never exceeds what was earned, and none lasts for ever. */
static void a_wait_never_outlasts_its_own_length(void **state)
{
	uint64_t seed = 5;

	(void)state;
	for (uint32_t failures = 0; failures < 50; failures++) {
		struct otp_bucket bucket = {.failures = failures, .failed_at = NOW};
		int64_t earned = otp_throttle_wait(&bucket, NOW, &limits);

		assert_true(earned <= limits.longest_wait);
		assert_true(failures <= 3 ? earned == 0 : earned >= limits.first_wait);
		for (int i = 0; i < 2000; i++) {
			int64_t jump = random_integer(&seed, 0, 1) == 0
			                   ? random_integer(&seed, -7200000, 7200000)
			                   : random_integer(&seed, -NOW, INT64_C(10) * 31557600000);
			int64_t wait = otp_throttle_wait(&bucket, NOW + jump, &limits);

			assert_true(wait >= 0 && wait <= earned);
			assert_int_equal(otp_throttle_wait(&bucket, NOW + jump + wait, &limits), 0);
		}
		assert_int_equal(otp_throttle_wait(&bucket, NOW + earned, &limits), 0);
		assert_int_equal(otp_throttle_wait(&bucket, INT64_MAX / 2, &limits), 0);
	}
}

/* The clock of a machine without a battery starts in 1970: failures count there, too, and their waits end. */
static void failures_at_the_begin_of_time(void **state)
{
	int64_t now = fail_times(OTP_LOCAL, 4, 0);

	(void)state;
	assert_int_equal(now, 0);
	assert_int_equal(login(&credential, right(), OTP_LOCAL, 10000, &limits).verdict, OTP_WAITING);
	assert_int_equal(login(&credential, right(), OTP_LOCAL, NOW, &limits).verdict, OTP_ACCEPTED);
	credential.state = (struct otp_state){0};
	limits.longest_wait = limits.first_wait = 0;
	(void)fail_times(OTP_LOCAL, 50, 0);
	assert_true(otp_throttle_is_locked(&credential.state.bucket[OTP_LOCAL]));
	assert_int_equal(login(&credential, right(), OTP_LOCAL, NOW, &limits).verdict, OTP_LOCKED);
}

/* Two codes of the token unlock, wherever it was locked, and they are throttled themselves. */
static void a_reset_unlocks_and_is_throttled(void **state)
{
	struct otp_pair pair = {.first = wrong, .second = wrong};
	struct otp_judgement judgement;
	int64_t now = fail_times(OTP_LOCAL, 50, fail_times(OTP_REMOTE, 50, NOW));

	(void)state;
	pair.second.value++;
	pair.first_at = pair.second_at = now + 3599999;
	assert_int_equal(otp_judge_pair(&credential, 0, &pair, false, &limits, &judgement), OTP_OK);
	assert_int_equal(judgement.verdict, OTP_WAITING);
	assert_int_equal(judgement.wait, 1);
	for (int i = 0; i < 24; i++) { /* wrong pairs keep it locked, an hour each */
		pair.second_at += 3600000;
		assert_int_equal(otp_judge_pair(&credential, 0, &pair, false, &limits, &judgement), OTP_OK);
		assert_int_equal(judgement.verdict, OTP_REFUSED);
		assert_int_equal(judgement.wait, 3600000);
		assert_int_equal(login(&credential, right(), OTP_LOCAL, pair.second_at, &limits).verdict, OTP_LOCKED);
	}
	pair.second_at += 3600000;
	pair.first = code_at(&credential.token[0], 20);
	pair.second = code_at(&credential.token[0], 21);
	assert_int_equal(otp_judge_pair(&credential, 0, &pair, false, &limits, &judgement), OTP_OK);
	assert_int_equal(judgement.verdict, OTP_ACCEPTED);
	for (int reach = 0; reach < OTP_REACHES; reach++)
		assert_int_equal(login(&credential, right(), (enum otp_reach)reach, pair.second_at, &limits).verdict,
		                 OTP_ACCEPTED);
}

/* Wrong pairs are failures like wrong codes: they wait, and they lock. */
static void wrong_pairs_count(void **state)
{
	struct otp_pair pair = {.first = wrong, .second = wrong, .first_at = NOW, .second_at = NOW};
	struct otp_judgement judgement;

	(void)state;
	pair.second.value++;
	for (uint32_t failure = 1; failure <= 50; failure++) {
		assert_int_equal(otp_judge_pair(&credential, 0, &pair, failure % 2 == 0, &limits, &judgement), OTP_OK);
		assert_int_equal(judgement.verdict, OTP_REFUSED);
		assert_int_equal(credential.state.bucket[OTP_LOCAL].failures, failure);
		pair.second_at += judgement.wait;
	}
	assert_int_equal(login(&credential, right(), OTP_LOCAL, pair.second_at, &limits).verdict, OTP_LOCKED);
	assert_int_equal(login(&credential, right(), OTP_REMOTE, pair.second_at, &limits).verdict, OTP_ACCEPTED);
}

/* A right code that is used up does not help over a wait, nor does it lengthen it. */
static void a_retype_is_read_after_the_wait(void **state)
{
	struct otp_code used = right();
	struct otp_credential before;
	int64_t failed;

	(void)state;
	assert_int_equal(login(&credential, used, OTP_LOCAL, NOW, &limits).verdict, OTP_ACCEPTED);
	failed = fail_times(OTP_LOCAL, 4, NOW);
	before = credential;
	assert_int_equal(login(&credential, used, OTP_LOCAL, failed + 1000, &limits).verdict, OTP_WAITING);
	assert_int_equal(login(&credential, used, OTP_LOCAL, failed + 30000, &limits).verdict, OTP_REPLAYED);
	assert_memory_equal(&credential, &before, sizeof before);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(the_waits, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_wait_ends, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(fifty_failures_lock, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(five_hundred_candidates_lock, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(eight_tokens_lock_sooner, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_is_no_guess_never_locks, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(remote_never_closes_local, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(local_never_closes_remote, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_success_forgives_three, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(forgiven_candidates_are_the_failures_share, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_wait_never_outlasts_its_own_length, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(failures_at_the_begin_of_time, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_reset_unlocks_and_is_throttled, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(wrong_pairs_count, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_retype_is_read_after_the_wait, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("throttle", tests, NULL, NULL);
}
