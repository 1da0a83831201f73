/* SPDX-License-Identifier: BSD-2-Clause */
#include "window.h"

#include "../core/step.h"

static const int64_t BILLION = 1000000000;
static const int64_t DAY = 86400000;               /* ms */
static const int64_t ANCHOR_AGE = 2 * 31557600000; /* ms: two years */

/* Drift in parts per billion, as bounds. */
struct rate {
	int64_t lo, hi;
};

static int64_t ceil_div(int64_t value, int64_t divisor)
{
	return -otp_floor_div(-value, divisor);
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

uint64_t otp_range_count(struct otp_range range)
{
	return range.last < range.first ? 0 : (uint64_t)(range.last - range.first) + 1;
}

struct otp_offset otp_window_proof(int64_t step, int64_t period, int64_t now, const struct otp_limits *limits)
{
	return (struct otp_offset){.lo = step * period - now, .hi = (step + 1) * period - now + limits->typing_delay};
}

/* The rate that bounds and anchor prove, once they are a day apart; the widest one before, or where they cross. */
static struct rate learned_rate(const struct otp_clock *clock, const struct otp_limits *limits)
{
	const struct rate any = {-limits->drift, limits->drift};
	int64_t apart = clock->at - clock->anchor_at;
	struct rate rate;

	if (apart < DAY)
		return any;
	rate.lo = otp_floor_div((clock->lo - clock->anchor_hi) * BILLION, apart) - limits->temperature;
	rate.hi = ceil_div((clock->hi - clock->anchor_lo) * BILLION, apart) + limits->temperature;
	rate.lo = larger(rate.lo, any.lo);
	rate.hi = smaller(rate.hi, any.hi);
	return rate.lo <= rate.hi ? rate : any;
}

struct otp_offset otp_window_widen(const struct otp_clock *clock, int64_t now, const struct otp_limits *limits)
{
	int64_t passed = now - clock->at;
	struct rate rate = learned_rate(clock, limits);

	if (passed < 0) {
		passed = -passed;
		rate = (struct rate){-limits->drift, limits->drift};
	}
	return (struct otp_offset){.lo = clock->lo + otp_floor_div(rate.lo * passed, BILLION),
	                           .hi = clock->hi + ceil_div(rate.hi * passed, BILLION)};
}

static struct otp_offset offset_at(const struct otp_clock *clock, int64_t now, const struct otp_limits *limits)
{
	if (!clock->known)
		return (struct otp_offset){-limits->typing_delay, limits->typing_delay};
	return otp_window_widen(clock, now, limits);
}

static int64_t period_ms(const struct otp_token *token)
{
	return (int64_t)token->period * 1000;
}

int64_t otp_window_expected(const struct otp_token *token, const struct otp_token_state *state, int64_t now,
                            const struct otp_limits *limits)
{
	struct otp_offset offset;

	if (token->kind == OTP_EVENT)
		return state->next;
	offset = offset_at(&state->clock, now, limits);
	return otp_step_at(now + otp_floor_div(offset.lo - limits->typing_delay + offset.hi, 2), period_ms(token));
}

struct otp_range otp_window_login(const struct otp_token *token, const struct otp_token_state *state, int64_t now,
                                  const struct otp_limits *limits)
{
	struct otp_offset offset;
	struct otp_range range;
	int64_t middle;

	if (token->kind == OTP_EVENT)
		return (struct otp_range){state->next, state->next + limits->look_ahead};
	offset = offset_at(&state->clock, now, limits);
	middle = otp_window_expected(token, state, now, limits);
	range.first = otp_step_at(now + offset.lo - limits->typing_delay, period_ms(token));
	range.last = otp_step_at(now + offset.hi, period_ms(token));
	range.first = larger(larger(range.first, middle - limits->window_steps), state->next);
	range.last = smaller(range.last, middle + limits->window_steps);
	return range;
}

struct otp_range otp_window_around(const struct otp_token *token, const struct otp_token_state *state, int64_t now,
                                   int64_t counters, int64_t steps, bool rewind, const struct otp_limits *limits)
{
	int64_t expected = otp_window_expected(token, state, now, limits);

	if (token->kind == OTP_EVENT)
		return (struct otp_range){state->next, state->next + counters};
	return (struct otp_range){rewind ? larger(expected - steps, 0) : larger(expected - steps, state->next),
	                          expected + steps};
}

void otp_window_restart(struct otp_clock *clock, struct otp_offset proven, int64_t now)
{
	*clock = (struct otp_clock){.known = true,
	                            .lo = proven.lo,
	                            .hi = proven.hi,
	                            .at = now,
	                            .anchor_lo = proven.lo,
	                            .anchor_hi = proven.hi,
	                            .anchor_at = now};
}

void otp_window_tighten(struct otp_clock *clock, int64_t step, int64_t period, int64_t now,
                        const struct otp_limits *limits)
{
	struct otp_offset proof = otp_window_proof(step, period, now, limits);
	struct otp_offset wide = offset_at(clock, now, limits);

	if (!clock->known) {
		otp_window_restart(clock, proof, now);
		return;
	}
	clock->lo = larger(proof.lo, wide.lo);
	clock->hi = smaller(proof.hi, wide.hi);
	clock->at = now;
	if (clock->lo > clock->hi) /* only limits that were narrowed meanwhile can do that */
		otp_window_restart(clock, proof, now);
	/* A clock that went back, or an old anchor, teaches no rate any more. */
	if (now < clock->anchor_at || now - clock->anchor_at >= ANCHOR_AGE) {
		clock->anchor_lo = clock->lo;
		clock->anchor_hi = clock->hi;
		clock->anchor_at = now;
	}
}
