/* SPDX-License-Identifier: BSD-2-Clause */
/* The proven clock interval, fact by fact: product §5.2. tests/policy/simulate.c shows what they amount to. */
#include "policy/window.h"
#include "random.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define DAY INT64_C(86400000)
#define YEAR INT64_C(31557600000)

static const int64_t NOW = 1767225600000; /* 2026-01-01, the begin of a step */

static struct otp_limits limits;
static const struct otp_token time_token = {.kind = OTP_TIME, .digits = 6, .period = 30};
static const struct otp_token event_token = {.kind = OTP_EVENT, .digits = 6};

static int set_up(void **state)
{
	(void)state;
	limits = otp_limits_normal();
	return 0;
}

static struct otp_clock clock_of(int64_t lo, int64_t hi, int64_t at)
{
	return (struct otp_clock){
	    .known = true, .lo = lo, .hi = hi, .at = at, .anchor_lo = lo, .anchor_hi = hi, .anchor_at = at};
}

/* offset in [s·p − now, (s+1)·p − now + D] */
static void what_a_code_proves(void **state)
{
	static const struct {
		int64_t step, period, now, lo, hi;
	} rows[] = {
	    {0, 30000, 0, 0, 60000},
	    {0, 30000, 29999, -29999, 30001},
	    {0, 30000, 30000, -30000, 30000},
	    {1, 30000, 0, 30000, 90000},
	    {10, 60000, 599999, 1, 90001},
	    {4, 300000, 1350000, -150000, 180000},
	    {47514934, 30000, 1425448020000, 0, 60000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_offset proof = otp_window_proof(rows[i].step, rows[i].period, rows[i].now, &limits);

		assert_int_equal(proof.lo, rows[i].lo);
		assert_int_equal(proof.hi, rows[i].hi);
	}
	limits.typing_delay = 5000;
	assert_int_equal(otp_window_proof(0, 30000, 0, &limits).hi, 35000);
}

/* Whatever the true offset and the delay, up to D: the code typed then proves an interval that holds the offset. */
static void the_truth_is_in_the_proof(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		int64_t period = 1000 * random_integer(&seed, OTP_PERIOD_MIN, OTP_PERIOD_MAX);
		int64_t offset = random_integer(&seed, -600000, 600000);
		int64_t now = NOW + random_integer(&seed, 0, DAY);
		int64_t delay = random_integer(&seed, 0, limits.typing_delay);
		struct otp_offset proof =
		    otp_window_proof(otp_step_at(now - delay + offset, period), period, now, &limits);

		assert_true(proof.lo <= offset && offset <= proof.hi);
	}
}

/* Before an anchor teaches anything: 50 ppm per time gone by, in either direction, rounded outwards. */
static void widening_by_the_widest_rate(void **state)
{
	static const struct {
		int64_t passed, by;
	} rows[] = {
	    {0, 0},
	    {1, 1}, /* rounded outwards */
	    {20000, 1},
	    {20001, 2},
	    {3600000, 180},
	    {86400000, 4320},
	    {864000000, 43200},
	    {31557600000, 1577880},
	    {-1, 1}, /* our clock went back */
	    {-20001, 2},
	    {-864000000, 43200},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_clock clock = clock_of(-1000, 2000, NOW);
		struct otp_offset wide = otp_window_widen(&clock, NOW + rows[i].passed, &limits);

		assert_int_equal(wide.lo, -1000 - rows[i].by);
		assert_int_equal(wide.hi, 2000 + rows[i].by);
	}
}

/* (lo − anchor.hi)/T − 5 ppm to (hi − anchor.lo)/T + 5 ppm, once T is a day, within ±50 ppm. */
static void widening_by_a_learned_rate(void **state)
{
	static const struct {
		int64_t anchor_lo, anchor_hi, apart, lo, hi, passed, wide_lo, wide_hi;
	} rows[] = {
	    /* exact offsets 10 days apart, 20 ppm: 15 to 25 ppm for the next 10 days */
	    {0, 0, 10 * DAY, 17280, 17280, 10 * DAY, 17280 + 12960, 17280 + 21600},
	    {0, 0, 10 * DAY, -17280, -17280, 10 * DAY, -17280 - 21600, -17280 - 12960},
	    /* intervals: (17280-1000)/10 d = 18.84… ppm to (18280+1000)/10 d = 22.31… ppm */
	    {-1000, 1000, 10 * DAY, 17280, 18280, 10 * DAY, 17280 + 11960, 18280 + 23600},
	    /* an hour short of a day: nothing learned */
	    {0, 0, DAY - 1, 1728, 1728, 10 * DAY, 1728 - 43200, 1728 + 43200},
	    {0, 0, DAY, 1728, 1728, 10 * DAY, 1728 + 12960, 1728 + 21600},
	    /* never beyond ±50 ppm, on either side */
	    {0, 0, 10 * DAY, 42000, 42000, 10 * DAY, 42000 + 37680, 42000 + 43200},
	    {0, 60000, DAY, 0, 60000, 10 * DAY, -43200, 103200},
	    /* bounds that cross teach nothing: the token was exchanged, or a clock set */
	    {0, 0, 10 * DAY, 90000, 90000, 10 * DAY, 90000 - 43200, 90000 + 43200},
	    /* and our clock going back trusts no rate */
	    {0, 0, 10 * DAY, 17280, 17280, -10 * DAY, 17280 - 43200, 17280 + 43200},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_clock clock = {.known = true,
		                          .lo = rows[i].lo,
		                          .hi = rows[i].hi,
		                          .at = NOW + rows[i].apart,
		                          .anchor_lo = rows[i].anchor_lo,
		                          .anchor_hi = rows[i].anchor_hi,
		                          .anchor_at = NOW};
		struct otp_offset wide = otp_window_widen(&clock, clock.at + rows[i].passed, &limits);

		/* rates are whole ppb, rounded outwards: up to 1 ppb more, 1 ms in 10 days */
		if (wide.lo > rows[i].wide_lo || wide.lo < rows[i].wide_lo - 1 || wide.hi < rows[i].wide_hi ||
		    wide.hi > rows[i].wide_hi + 1)
			fail_msg("row %zu: [%lld, %lld]", i, (long long)wide.lo, (long long)wide.hi);
	}
}

/* Outwards, always: a token of any constant rate is still inside after any time, however the intervals lay. */
static void rounding_never_cuts_off_the_truth(void **state)
{
	uint64_t seed = 2;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		int64_t rate = random_integer(&seed, -limits.drift, limits.drift); /* ppb */
		int64_t apart = random_integer(&seed, 0, 2 * YEAR);
		int64_t passed = random_integer(&seed, 0, random_bits(&seed) % 2 == 0 ? 3600000 : YEAR);
		long double at = (long double)rate * (long double)apart / 1e9L;
		long double then = (long double)rate * (long double)(apart + passed) / 1e9L;
		struct otp_clock clock = {.known = true,
		                          .lo = (int64_t)floorl(at) - random_integer(&seed, 0, 3),
		                          .hi = (int64_t)ceill(at) + random_integer(&seed, 0, 3),
		                          .at = NOW + apart,
		                          .anchor_lo = -random_integer(&seed, 0, 3),
		                          .anchor_hi = random_integer(&seed, 0, 3),
		                          .anchor_at = NOW};
		struct otp_offset wide;

		limits.temperature = random_integer(&seed, 0, 1) * 5000;
		wide = otp_window_widen(&clock, clock.at + passed, &limits);
		if ((long double)wide.lo > then || (long double)wide.hi < then)
			fail_msg("rate %lld ppb, %lld ms, %lld ms", (long long)rate, (long long)apart,
			         (long long)passed);
	}
}

/* Exactly the steps that some offset and some delay in [0, D] explain. */
static void the_steps_of_a_login(void **state)
{
	static const struct {
		int64_t lo, hi, now, next, first, last; /* now from NOW, steps from its step */
	} rows[] = {
	    {0, 0, 0, -100, -1, 0},
	    {0, 0, 29999, -100, -1, 0},
	    {0, 0, 30000, -100, 0, 1},
	    {0, 1, 29999, -100, -1, 1},
	    {-1, 0, 0, -100, -2, 0},
	    {-15000, 15000, 15000, -100, -1, 1},
	    {0, 60000, 0, -100, -1, 2},
	    {0, 60000, 0, 0, 0, 2}, /* after the last accepted step */
	    {0, 60000, 0, 2, 2, 2},
	    {0, 60000, 0, 3, 3, 2},             /* none is left */
	    {-600000, 600000, 0, -100, -11, 9}, /* at most ten from the middle, which lies half a delay back */
	    {-600000, 600000, 15000, -100, -10, 10},
	    {3600000, 3600000, 0, -100, 119, 120},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int64_t step = otp_step_at(NOW, PERIOD), now = NOW + rows[i].now;
		struct otp_token_state own = {.next = step + rows[i].next,
		                              .clock = clock_of(rows[i].lo, rows[i].hi, now)};
		struct otp_range range = otp_window_login(&time_token, &own, now, &limits);

		if (range.first - step != rows[i].first || range.last - step != rows[i].last)
			fail_msg("row %zu: %lld to %lld", i, (long long)(range.first - step),
			         (long long)(range.last - step));
		assert_int_equal(otp_range_count(range),
		                 rows[i].first > rows[i].last ? 0 : rows[i].last - rows[i].first + 1);
	}
}

/* A token of which nothing is proven is right within one typing delay. */
static void nothing_is_proven_yet(void **state)
{
	const struct otp_token_state own = {.next = 0};
	struct otp_range range = otp_window_login(&time_token, &own, NOW + 15000, &limits);

	(void)state;
	assert_int_equal(range.first, otp_step_at(NOW, PERIOD) - 2);
	assert_int_equal(range.last, otp_step_at(NOW, PERIOD) + 1);
	range = otp_window_login(&time_token, &own, 0, &limits); /* 1970: no step before the first */
	assert_int_equal(range.first, 0);
	assert_int_equal(range.last, 1);
}

static void event_tokens_look_ahead(void **state)
{
	const struct otp_token_state own = {.next = 77};
	struct otp_range range = otp_window_login(&event_token, &own, NOW, &limits);

	(void)state;
	assert_int_equal(range.first, 77);
	assert_int_equal(range.last, 82);
	assert_int_equal(otp_window_expected(&event_token, &own, NOW, &limits), 77);
	range = otp_window_around(&event_token, &own, NOW, 1000, 40, true, &limits);
	assert_int_equal(range.first, 77);
	assert_int_equal(range.last, 1077);
}

static void steps_around_the_expected_one(void **state)
{
	int64_t step = otp_step_at(NOW, PERIOD);
	struct otp_token_state own = {.next = step - 20, .clock = clock_of(600000, 600000, NOW)};
	struct otp_range range;

	(void)state;
	assert_int_equal(otp_window_expected(&time_token, &own, NOW + 15000, &limits), step + 20);
	range = otp_window_around(&time_token, &own, NOW + 15000, 1000, 40, false, &limits);
	assert_int_equal(range.first, step - 20);
	assert_int_equal(range.last, step + 60);
	own.next = step - 21; /* forty steps reach as far */
	range = otp_window_around(&time_token, &own, NOW + 15000, 1000, 41, false, &limits);
	assert_int_equal(range.first, step - 21);
	own.next = step + 100;
	range = otp_window_around(&time_token, &own, NOW + 15000, 1000, 40, true, &limits);
	assert_int_equal(range.first, step - 20);
	own = (struct otp_token_state){.next = 0};
	range = otp_window_around(&time_token, &own, 60000, 1000, 40, true, &limits);
	assert_int_equal(range.first, 0); /* there is no step before 1970 */
}

/* A success keeps what the bounds so far and the proof have in common. */
static void a_success_intersects(void **state)
{
	static const struct {
		int64_t lo, hi, step, now, then_lo, then_hi; /* step and now from NOW's */
	} rows[] = {
	    {-5000, 40000, 0, 0, 0, 40000},         {-5000, 80000, 0, 0, 0, 60000},
	    {-5000, 5000, 0, 20000, -5000, 5000}, /* proves [-20000, 40000] */
	    {-5000, 50000, 0, 29999, -5000, 30001}, {0, 60000, 1, 0, 30000, 60000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_clock clock = clock_of(rows[i].lo, rows[i].hi, NOW + rows[i].now);

		otp_window_tighten(&clock, otp_step_at(NOW, PERIOD) + rows[i].step, PERIOD, NOW + rows[i].now, &limits);
		if (clock.lo != rows[i].then_lo || clock.hi != rows[i].then_hi)
			fail_msg("row %zu: [%lld, %lld]", i, (long long)clock.lo, (long long)clock.hi);
		assert_int_equal(clock.at, NOW + rows[i].now);
		assert_int_equal(clock.anchor_lo, rows[i].lo); /* the anchor stays */
		assert_int_equal(clock.anchor_hi, rows[i].hi);
	}
}

/* The first code of a token of which nothing was known becomes interval and anchor. */
static void the_first_success_starts_the_interval(void **state)
{
	struct otp_clock clock = {.known = false};

	(void)state;
	otp_window_tighten(&clock, otp_step_at(NOW, PERIOD), PERIOD, NOW + 10000, &limits);
	assert_true(clock.known);
	assert_int_equal(clock.lo, -10000);
	assert_int_equal(clock.hi, 50000);
	assert_int_equal(clock.at, NOW + 10000);
	assert_int_equal(clock.anchor_lo, -10000);
	assert_int_equal(clock.anchor_hi, 50000);
	assert_int_equal(clock.anchor_at, NOW + 10000);
}

/* The anchor moves on when it is two years old, not before; and when our clock falls behind it. */
static void the_anchor_moves_on(void **state)
{
	static const struct {
		int64_t after;
		bool moves;
	} rows[] = {{0, false},       {DAY, false},     {YEAR, false}, {2 * YEAR - 1, false},
	            {2 * YEAR, true}, {3 * YEAR, true}, {-1, true},    {-DAY, true}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_clock clock = clock_of(-30000, 30000, NOW);
		int64_t now = NOW + rows[i].after;

		otp_window_tighten(&clock, otp_step_at(now, PERIOD), PERIOD, now, &limits);
		assert_int_equal(clock.at, now);
		assert_int_equal(clock.anchor_at, rows[i].moves ? now : NOW);
		assert_int_equal(clock.anchor_lo, rows[i].moves ? clock.lo : -30000);
		assert_int_equal(clock.anchor_hi, rows[i].moves ? clock.hi : 30000);
	}
}

/* An accepted step never empties the interval: that would be a proof of the impossible. */
static void an_accepted_step_leaves_an_interval(void **state)
{
	uint64_t seed = 3;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		int64_t lo = random_integer(&seed, -100000, 100000);
		struct otp_token_state own = {.clock = clock_of(lo, lo + random_integer(&seed, 0, 100000), NOW)};
		int64_t now = NOW + random_integer(&seed, -DAY, 400 * DAY);
		struct otp_range range;

		own.clock.anchor_at -= random_integer(&seed, 0, 3 * YEAR);
		range = otp_window_login(&time_token, &own, now, &limits);
		for (int64_t step = range.first; step <= range.last; step++) {
			struct otp_clock clock = own.clock;

			otp_window_tighten(&clock, step, PERIOD, now, &limits);
			assert_true(clock.lo <= clock.hi && clock.anchor_lo <= clock.anchor_hi);
			assert_true(clock.hi - clock.lo <= PERIOD + limits.typing_delay);
		}
	}
}

/* Never more than twice ten steps and the middle, for whatever a record may hold. */
static void the_window_is_bounded(void **state)
{
	uint64_t seed = 4;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		struct otp_token token = {.kind = OTP_TIME, .period = (uint16_t)random_integer(&seed, 15, 300)};
		int64_t lo = random_integer(&seed, -1209600000, 1209600000);
		struct otp_token_state own = {
		    .next = random_integer(&seed, 0, 200000000),
		    .clock = clock_of(lo, random_integer(&seed, lo, 1209600000), random_integer(&seed, 0, 2 * NOW))};

		own.clock.anchor_at = random_integer(&seed, 0, 2 * NOW);
		own.clock.anchor_lo = random_integer(&seed, -1209600000, own.clock.anchor_hi);
		assert_in_range(otp_range_count(otp_window_login(&token, &own, NOW, &limits)), 0, 21);
		assert_in_range(otp_range_count(otp_window_around(&token, &own, NOW, 1, 40, true, &limits)), 0, 81);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(what_a_code_proves, set_up),
	    cmocka_unit_test_setup(the_truth_is_in_the_proof, set_up),
	    cmocka_unit_test_setup(widening_by_the_widest_rate, set_up),
	    cmocka_unit_test_setup(widening_by_a_learned_rate, set_up),
	    cmocka_unit_test_setup(rounding_never_cuts_off_the_truth, set_up),
	    cmocka_unit_test_setup(the_steps_of_a_login, set_up),
	    cmocka_unit_test_setup(nothing_is_proven_yet, set_up),
	    cmocka_unit_test_setup(event_tokens_look_ahead, set_up),
	    cmocka_unit_test_setup(steps_around_the_expected_one, set_up),
	    cmocka_unit_test_setup(a_success_intersects, set_up),
	    cmocka_unit_test_setup(the_first_success_starts_the_interval, set_up),
	    cmocka_unit_test_setup(the_anchor_moves_on, set_up),
	    cmocka_unit_test_setup(an_accepted_step_leaves_an_interval, set_up),
	    cmocka_unit_test_setup(the_window_is_bounded, set_up),
	};

	return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
