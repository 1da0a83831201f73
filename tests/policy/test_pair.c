/* SPDX-License-Identifier: BSD-2-Clause */
/* Two consecutive codes, for enrolment and reset: product §5.4. */
#include "policy/match.h"
#include "policy/throttle.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { EQUAL = 47514934, T = EQUAL + 1000 }; /* EQUAL begins at 1425448020 */
static const int64_t EQUAL_MS = (int64_t)EQUAL * PERIOD, T_MS = (int64_t)T * PERIOD;

static struct otp_limits limits;

static int set_up(void **state)
{
	(void)state;
	limits = otp_limits_normal();
	return 0;
}

/* The codes of two positions, the first typed at `at`, the second a period later. */
static struct otp_pair pair_of(const struct otp_token *token, int64_t first, int64_t second, int64_t at)
{
	return (struct otp_pair){
	    .first = code_at(token, first), .second = code_at(token, second), .first_at = at, .second_at = at + PERIOD};
}

static struct otp_judgement judge_pair(struct otp_credential *credential, const struct otp_pair *pair, bool rewind)
{
	struct otp_judgement judgement;

	assert_int_equal(otp_judge_pair(credential, 0, pair, rewind, &limits, &judgement), OTP_OK);
	return judgement;
}

/* One line: positions of the two codes; event: counted from next = 5000; time: steps from the expected first one. */
static void pairs(void **state)
{
	static const struct {
		enum otp_kind kind;
		int64_t first, second;
		enum otp_verdict verdict;
	} rows[] = {
	    {OTP_EVENT, 0, 1, OTP_ACCEPTED},
	    {OTP_EVENT, 1, 2, OTP_ACCEPTED},
	    {OTP_EVENT, 1000, 1001, OTP_ACCEPTED},
	    {OTP_EVENT, 10000, 10001, OTP_ACCEPTED},
	    {OTP_EVENT, 10001, 10002, OTP_REFUSED},
	    {OTP_EVENT, -1, 0, OTP_REFUSED}, /* forward only */
	    {OTP_EVENT, -2, -1, OTP_REFUSED},
	    {OTP_EVENT, 1, 0, OTP_REFUSED}, /* the wrong way round */
	    {OTP_EVENT, 0, 2, OTP_REFUSED}, /* one left out */
	    {OTP_EVENT, 0, 0, OTP_EQUAL_CODES},
	    {OTP_EVENT, 50000, 50000, OTP_EQUAL_CODES}, /* whether they are codes of the token or not */
	    {OTP_TIME, 0, 1, OTP_ACCEPTED},
	    {OTP_TIME, 120, 121, OTP_ACCEPTED},
	    {OTP_TIME, 121, 122, OTP_REFUSED},
	    {OTP_TIME, -120, -119, OTP_ACCEPTED},
	    {OTP_TIME, -121, -120, OTP_REFUSED},
	    {OTP_TIME, 1, 0, OTP_REFUSED},
	    {OTP_TIME, 0, 2, OTP_REFUSED},
	    {OTP_TIME, 0, 0, OTP_EQUAL_CODES},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_credential credential = {.holder = "alice"};
		struct otp_token *token = add_token(&credential, rows[i].kind, EVENT_KEY);
		int64_t base = rows[i].kind == OTP_EVENT ? 5000 : T;
		struct otp_judgement judgement;
		struct otp_pair pair = pair_of(token, base + rows[i].first, base + rows[i].second, T_MS + 14999);

		/* the expected second code is T + 1 at T_MS + 44999, thanks to an exact clock: the middle of a delay */
		credential.state.token[0].clock =
		    (struct otp_clock){.known = true, .at = T_MS + 14999, .anchor_at = T_MS + 14999};
		credential.state.token[0].next = rows[i].kind == OTP_EVENT ? 5000 : 0;
		judgement = judge_pair(&credential, &pair, false);
		if (judgement.verdict != rows[i].verdict)
			fail_msg("row %zu: verdict %d", i, (int)judgement.verdict);
		assert_int_equal(judgement.changed, rows[i].verdict != OTP_EQUAL_CODES);
		assert_int_equal(credential.state.bucket[OTP_LOCAL].failures, rows[i].verdict == OTP_REFUSED);
		assert_int_equal(credential.state.bucket[OTP_REMOTE].failures, 0);
		if (rows[i].verdict == OTP_ACCEPTED) {
			assert_int_equal(judgement.position, base + rows[i].second);
			assert_int_equal(judgement.token, 0);
			assert_int_equal(credential.state.token[0].next, base + rows[i].second + 1);
		} else {
			assert_int_equal(credential.state.token[0].next, rows[i].kind == OTP_EVENT ? 5000 : 0);
		}
		otp_credential_wipe(&credential);
	}
}

/* Both codes are used up: neither logs in afterwards, the next one does. */
static void both_are_consumed(void **state)
{
	static const enum otp_kind kinds[] = {OTP_TIME, OTP_EVENT};

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		struct otp_credential credential = {.holder = "alice"};
		struct otp_token *token = add_token(&credential, kinds[k], EVENT_KEY);
		struct otp_pair pair;

		credential.state.token[0].next = T - 10;
		pair = pair_of(token, T, T + 1, T_MS + 5000);
		assert_int_equal(judge_pair(&credential, &pair, false).verdict, OTP_ACCEPTED);
		assert_int_equal(judge_pair(&credential, &pair, false).verdict, OTP_REFUSED);
		otp_throttle_clear(&credential.state.bucket[OTP_LOCAL]);
		assert_int_equal(login(&credential, pair.second, OTP_LOCAL, T_MS + 36000, &limits).verdict,
		                 OTP_REPLAYED);
		assert_int_equal(login(&credential, pair.first, OTP_LOCAL, T_MS + 36000, &limits).verdict, OTP_REFUSED);
		assert_int_equal(login(&credential, code_at(token, T + 2), OTP_LOCAL, T_MS + 66000, &limits).verdict,
		                 OTP_ACCEPTED);
		otp_credential_wipe(&credential);
	}
}

/* Never before the last accepted position, even by one step; from there on at once. */
static void never_before_the_last_accepted(void **state)
{
	(void)state;
	for (int64_t ahead = -3; ahead <= 3; ahead++)
		for (int rewind = 0; rewind < 2; rewind++)
			for (int k = 0; k < 2; k++) {
				struct otp_credential credential = {.holder = "alice"};
				struct otp_token *token =
				    add_token(&credential, k == 0 ? OTP_TIME : OTP_EVENT, EVENT_KEY);
				struct otp_pair pair = pair_of(token, T + ahead, T + ahead + 1, T_MS + 5000);
				bool back = rewind == 1 && token->kind == OTP_TIME;

				credential.state.token[0].next = T;
				assert_int_equal(judge_pair(&credential, &pair, rewind == 1).verdict,
				                 ahead >= 0 || back ? OTP_ACCEPTED : OTP_REFUSED);
				otp_credential_wipe(&credential);
			}
}

/*
 * After a clock fault the last accepted step lies years ahead: only the rewind heals that, with the true codes of now,
 * and it does not make room for older ones.
 */
static void rewind_after_a_clock_fault(void **state)
{
	struct otp_credential credential = {.holder = "alice"};
	struct otp_token *token = add_token(&credential, OTP_TIME, TIME_KEY);
	struct otp_pair pair = pair_of(token, T, T + 1, T_MS + 5000);

	(void)state;
	credential.state.token[0].next = T + 5000000;
	assert_int_equal(judge_pair(&credential, &pair, false).verdict, OTP_REFUSED);
	assert_int_equal(credential.state.token[0].next, T + 5000000);
	assert_int_equal(judge_pair(&credential, &pair, true).verdict, OTP_ACCEPTED);
	assert_int_equal(credential.state.token[0].next, T + 2);
	assert_int_equal(login(&credential, code_at(token, T + 2), OTP_LOCAL, T_MS + 65000, &limits).verdict,
	                 OTP_ACCEPTED);
	pair = pair_of(token, T - 1, T, T_MS + 5000);
	assert_int_equal(judge_pair(&credential, &pair, false).verdict, OTP_REFUSED);
	otp_credential_wipe(&credential);
}

/*
 * The first code shows up at an earlier position, too, followed there by another code: a search for the first code
 * alone ends there and fails a true pair. All such coincidences among the first 10,001 counters of a key.
 */
static void a_false_match_of_the_first_code_alone(void **state)
{
	struct otp_credential credential = {.holder = "alice"};
	struct otp_token *token = add_token(&credential, OTP_EVENT, EVENT_KEY);
	int32_t *earlier = calloc(1000000, sizeof *earlier); /* by code: the counter after the one that showed it */
	int coincidences = 0;

	(void)state;
	assert_non_null(earlier);
	for (int32_t counter = 0; counter <= 10000; counter++) {
		struct otp_code code = code_at(token, counter);

		if (earlier[code.value] != 0 && code_at(token, counter + 1).value != code.value) {
			struct otp_pair pair = pair_of(token, counter, counter + 1, 1000);
			struct otp_judgement judgement;

			credential.state = (struct otp_state){0};
			judgement = judge_pair(&credential, &pair, false);
			assert_int_equal(judgement.verdict, OTP_ACCEPTED);
			assert_int_equal(judgement.position, counter + 1);
			coincidences++;
		}
		earlier[code.value] = counter + 1;
	}
	assert_true(coincidences >= 20); /* 50 are to be expected */
	free(earlier);
	otp_credential_wipe(&credential);
}

/* The same for time tokens, nearer to the expected step and further away: keys that have it are searched for. */
static void a_false_match_around_the_expected_step(void **state)
{
	int found = 0;

	(void)state;
	for (uint32_t number = 0; found < 3; number++) {
		struct otp_credential credential = {.holder = "alice"};
		struct otp_token *token = add_numbered_token(&credential, OTP_TIME, number);
		uint32_t codes[201];

		for (int i = 0; i < 201; i++)
			codes[i] = code_at(token, T - 100 + i).value;
		for (int i = 0; i < 200; i++)
			for (int j = 0; j < 200; j++) {
				struct otp_pair pair = pair_of(token, T - 100 + i, T - 99 + i, T_MS + 5000);

				if (j == i || codes[j] != codes[i] || codes[i] == codes[i + 1])
					continue;
				credential.state = (struct otp_state){0};
				assert_int_equal(judge_pair(&credential, &pair, false).position, T - 99 + i);
				found++;
			}
		otp_credential_wipe(&credential);
	}
}

/* Of several positions that show one code, the nearest to the expected one is taken, whichever side it is on. */
static void the_nearest_match_counts(void **state)
{
	struct otp_credential credential = {.holder = "alice"};
	struct otp_token *token = add_token(&credential, OTP_EVENT, EVENT_KEY);
	int32_t *earlier = calloc(1000000, sizeof *earlier);

	(void)state;
	assert_non_null(earlier);
	for (int32_t counter = 0; counter <= 5000; counter++) {
		struct otp_code code = code_at(token, counter);
		int32_t before = earlier[code.value] - 1;
		struct otp_range range = {before - 3, counter + 3};
		struct otp_match match;

		earlier[code.value] = counter + 1;
		int64_t stride = 1 + (counter - before) / 400; /* some four hundred places between the two */

		for (int64_t expected = before - 4; before >= 0 && expected <= counter + 4; expected += stride) {
			assert_int_equal(otp_match_code(token, code, range, expected, &match), OTP_OK);
			assert_true(match.found);
			if (expected - before != counter - expected)
				assert_int_equal(match.position,
				                 expected - before < counter - expected ? before : counter);
		}
	}
	free(earlier);
	otp_credential_wipe(&credential);
}

/*
 * VIP's text says that two successive codes are never equal; 027167 at 1425448020 and at 1425448050 are. The pair is
 * asked for afresh and costs nothing; the pairs before and after it, which share one of the two, work.
 */
static void equal_codes(void **state)
{
	struct otp_credential credential = {.holder = "alice"}, before;
	struct otp_token *token = add_token(&credential, OTP_TIME, TIME_KEY);
	struct otp_pair equal = pair_of(token, EQUAL, EQUAL + 1, EQUAL_MS + 5000);

	(void)state;
	assert_int_equal(equal.first.value, 27167);
	assert_int_equal(equal.second.value, 27167);
	before = credential;
	for (int i = 0; i < 100; i++)
		assert_int_equal(judge_pair(&credential, &equal, i % 2 == 1).verdict, OTP_EQUAL_CODES);
	assert_memory_equal(&credential, &before, sizeof before);
	for (int64_t first = EQUAL - 2; first <= EQUAL + 2; first++) {
		struct otp_pair pair = pair_of(token, first, first + 1, first * PERIOD + 5000);
		struct otp_judgement judgement;

		if (first == EQUAL)
			continue;
		credential.state = before.state;
		judgement = judge_pair(&credential, &pair, false);
		assert_int_equal(judgement.verdict, OTP_ACCEPTED);
		assert_int_equal(judgement.position, first + 1);
	}
	otp_credential_wipe(&credential);
}

/* A code of one token and the following one of another are no pair. */
static void codes_of_two_tokens_are_no_pair(void **state)
{
	struct otp_credential credential = {.holder = "alice"};
	struct otp_token *one = add_numbered_token(&credential, OTP_TIME, 1);
	struct otp_token *two = add_numbered_token(&credential, OTP_TIME, 2);
	struct otp_pair pair = pair_of(one, T, T + 1, T_MS + 5000);

	(void)state;
	pair.second = code_at(two, T + 1);
	assert_int_equal(judge_pair(&credential, &pair, false).verdict, OTP_REFUSED);
	pair = pair_of(two, T, T + 1, T_MS + 5000); /* a true pair, of the token that was not asked for */
	assert_int_equal(judge_pair(&credential, &pair, false).verdict, OTP_REFUSED);
	assert_int_equal(credential.state.token[1].next, 0);
	otp_credential_wipe(&credential);
}

static void digits_of_both_count(void **state)
{
	(void)state;
	for (uint8_t first = 6; first <= 8; first++)
		for (uint8_t second = 6; second <= 8; second++) {
			struct otp_credential credential = {.holder = "alice"}, before;
			struct otp_token *token = add_token(&credential, OTP_EVENT, EVENT_KEY);
			struct otp_pair pair;

			token->digits = 7;
			pair = pair_of(token, 3, 4, 1000);
			pair.first.digits = first;
			pair.second.digits = second;
			before = credential;
			assert_int_equal(judge_pair(&credential, &pair, false).verdict,
			                 first == 7 && second == 7 ? OTP_ACCEPTED : OTP_MALFORMED);
			if (first != 7 || second != 7)
				assert_memory_equal(&credential, &before, sizeof before);
			otp_credential_wipe(&credential);
		}
}

/* What a pair proves of the clock: that the token had come to each step, and that the second was typed in time. */
static void a_pair_starts_the_interval_afresh(void **state)
{
	static const struct {
		int64_t first_at, second_at; /* from the begin of the first code's step */
		int64_t lo, hi;
	} rows[] = {
	    {0, 30000, 0, 60000},          {5000, 35000, -5000, 55000},
	    {29000, 30000, 0, 60000},    /* at the end of one, at the begin of the other */
	    {5000, 80000, -5000, 10000}, /* the second typed late: its upper bound */
	    {5000, 64999, -5000, 25001},   {200000, 210000, -180000, -120000}, /* a token that is minutes behind */
	    {65000, 67000, -37000, 23000}, /* the first written down and typed late: a right clock stays possible */
	    {0, 200000, 0, 60000},         /* they contradict each other: the second came late */
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_credential credential = {.holder = "alice"};
		struct otp_token *token = add_token(&credential, OTP_TIME, EVENT_KEY);
		struct otp_pair pair = pair_of(token, T, T + 1, T_MS + rows[i].first_at);
		const struct otp_clock *clock = &credential.state.token[0].clock;

		pair.second_at = T_MS + rows[i].second_at;
		credential.state.token[0].clock = (struct otp_clock){.known = true,
		                                                     .lo = -77,
		                                                     .hi = 77,
		                                                     .at = T_MS,
		                                                     .anchor_lo = -777,
		                                                     .anchor_hi = 777,
		                                                     .anchor_at = 1};
		assert_int_equal(judge_pair(&credential, &pair, false).verdict, OTP_ACCEPTED);
		assert_true(clock->known);
		if (clock->lo != rows[i].lo || clock->hi != rows[i].hi)
			fail_msg("row %zu: [%lld, %lld]", i, (long long)clock->lo, (long long)clock->hi);
		assert_int_equal(clock->at, pair.second_at);
		assert_int_equal(clock->anchor_lo, clock->lo);
		assert_int_equal(clock->anchor_hi, clock->hi);
		assert_int_equal(clock->anchor_at, pair.second_at);
		otp_credential_wipe(&credential);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(pairs, set_up),
	    cmocka_unit_test_setup(both_are_consumed, set_up),
	    cmocka_unit_test_setup(never_before_the_last_accepted, set_up),
	    cmocka_unit_test_setup(rewind_after_a_clock_fault, set_up),
	    cmocka_unit_test_setup(a_false_match_of_the_first_code_alone, set_up),
	    cmocka_unit_test_setup(a_false_match_around_the_expected_step, set_up),
	    cmocka_unit_test_setup(the_nearest_match_counts, set_up),
	    cmocka_unit_test_setup(equal_codes, set_up),
	    cmocka_unit_test_setup(codes_of_two_tokens_are_no_pair, set_up),
	    cmocka_unit_test_setup(digits_of_both_count, set_up),
	    cmocka_unit_test_setup(a_pair_starts_the_interval_afresh, set_up),
	};

	return cmocka_run_group_tests_name("pair", tests, NULL, NULL);
}
