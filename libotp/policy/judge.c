/* SPDX-License-Identifier: BSD-2-Clause */
#include "judge.h"

#include "match.h"
#include "throttle.h"

/* What one code is among all of a holder's tokens. */
struct finding {
	bool accepted, replayed;
	size_t token;
	int64_t position, expected;
};

static bool is_usable(const struct otp_token *token)
{
	return token->status == OTP_TOKEN_ENABLED && token->key != NULL;
}

static size_t count_usable(const struct otp_credential *credential, const struct otp_code *code, bool *form_fits)
{
	size_t usable = 0;

	*form_fits = false;
	for (size_t i = 0; i < credential->n; i++) {
		if (!is_usable(&credential->token[i]))
			continue;
		usable++;
		if (credential->token[i].digits == code->digits)
			*form_fits = true;
	}
	return usable;
}

/* Candidates that a login at now would compare. */
static uint64_t login_cost(const struct otp_credential *credential, int64_t now, const struct otp_limits *limits)
{
	uint64_t cost = 0;

	for (size_t i = 0; i < credential->n; i++)
		if (is_usable(&credential->token[i]))
			cost += otp_range_count(
			    otp_window_login(&credential->token[i], &credential->state.token[i], now, limits));
	return cost;
}

/*
 * The code against one token's window and its last accepted position. The first token that accepts it has it; but
 * digits that were accepted last are a retype, also where the next position happens to show the same ones.
 */
static enum otp_status look_at(const struct otp_credential *credential, size_t i, struct otp_code code, int64_t now,
                               const struct otp_limits *limits, struct finding *finding)
{
	const struct otp_token *token = &credential->token[i];
	const struct otp_token_state *state = &credential->state.token[i];
	struct otp_range last = {state->next - 1, state->next > 0 ? state->next - 1 : -2};
	int64_t expected = otp_window_expected(token, state, now, limits);
	struct otp_match match, used;
	enum otp_status status;

	if ((status = otp_match_code(token, code, otp_window_login(token, state, now, limits), expected, &match)) !=
	        OTP_OK ||
	    (status = otp_match_code(token, code, last, expected, &used)) != OTP_OK)
		return status;
	if (used.found && !finding->replayed)
		*finding = (struct finding){false, true, i, state->next - 1, expected};
	else if (match.found && !finding->replayed && !finding->accepted)
		*finding = (struct finding){true, false, i, match.position, expected};
	return OTP_OK;
}

/* The code against every usable token; none is left out because another one matched. */
static enum otp_status look(const struct otp_credential *credential, struct otp_code code, int64_t now,
                            const struct otp_limits *limits, struct finding *finding)
{
	enum otp_status status;

	*finding = (struct finding){.token = credential->n};
	for (size_t i = 0; i < credential->n; i++)
		if (is_usable(&credential->token[i]) &&
		    (status = look_at(credential, i, code, now, limits, finding)) != OTP_OK)
			return status;
	return OTP_OK;
}

static void accept(struct otp_credential *credential, const struct finding *finding, enum otp_reach reach, int64_t now,
                   const struct otp_limits *limits, struct otp_judgement *judgement)
{
	const struct otp_token *token = &credential->token[finding->token];
	struct otp_state *state = &credential->state;
	struct otp_token_state *own = &state->token[finding->token];

	judgement->ahead = finding->position - own->next;
	own->next = finding->position + 1;
	if (token->kind == OTP_TIME) {
		otp_window_tighten(&own->clock, finding->position, (int64_t)token->period * 1000, now, limits);
		judgement->ahead = (own->clock.lo + own->clock.hi) / 2;
	}
	otp_throttle_forgive(&state->bucket[reach], limits);
	state->failures = 0;
	state->accepted_at = now;
	judgement->position = finding->position;
	judgement->verdict = OTP_ACCEPTED;
	judgement->changed = true;
}

static void refuse(struct otp_state *state, uint64_t cost, enum otp_reach reach, int64_t now,
                   const struct otp_limits *limits, struct otp_judgement *judgement)
{
	otp_throttle_charge(&state->bucket[reach], cost, now, limits);
	state->failures++;
	state->failed_at = now;
	judgement->wait = otp_throttle_wait(&state->bucket[reach], now, limits);
	judgement->verdict = OTP_REFUSED;
	judgement->changed = true;
}

/* Whether the throttle lets an attempt of this cost be read; otherwise the verdict is there. */
static bool admit(struct otp_bucket *bucket, uint64_t cost, int64_t now, const struct otp_limits *limits,
                  struct otp_judgement *judgement)
{
	if (otp_throttle_is_locked(bucket)) {
		judgement->verdict = OTP_LOCKED;
		return false;
	}
	if ((judgement->wait = otp_throttle_wait(bucket, now, limits)) > 0) {
		judgement->verdict = OTP_WAITING;
		return false;
	}
	if (!otp_throttle_admits(bucket, cost, now, limits)) {
		judgement->verdict = OTP_LOCKED;
		judgement->changed = true;
		return false;
	}
	return true;
}

enum otp_status otp_judge_login(struct otp_credential *credential, enum otp_code_form form, struct otp_code code,
                                enum otp_reach reach, int64_t now, const struct otp_limits *limits,
                                struct otp_judgement *judgement)
{
	struct finding finding;
	bool form_fits;
	uint64_t cost;
	enum otp_status status;

	*judgement = (struct otp_judgement){.token = credential->n};
	if (form != OTP_CODE_WELL_FORMED) {
		judgement->verdict = form == OTP_CODE_EMPTY ? OTP_EMPTY : OTP_MALFORMED;
		return OTP_OK;
	}
	if (count_usable(credential, &code, &form_fits) == 0) {
		judgement->verdict = OTP_DISABLED;
		return OTP_OK;
	}
	if (!form_fits) {
		judgement->verdict = OTP_MALFORMED;
		return OTP_OK;
	}
	cost = login_cost(credential, now, limits);
	if (!admit(&credential->state.bucket[reach], cost, now, limits, judgement))
		return OTP_OK;
	if ((status = look(credential, code, now, limits, &finding)) != OTP_OK)
		return status;
	judgement->compared = (uint32_t)cost;
	judgement->token = finding.token;
	if (finding.accepted)
		accept(credential, &finding, reach, now, limits, judgement);
	else if (finding.replayed)
		judgement->verdict = OTP_REPLAYED;
	else
		refuse(&credential->state, cost, reach, now, limits, judgement);
	return OTP_OK;
}

/*
 * What both codes prove together. That the token had come to a step is certain; that it was not yet far beyond it holds
 * only for a code typed without delay, and the first one may have been written down. Where the bounds cross it was the
 * second that came late.
 */
static struct otp_offset pair_proof(const struct otp_pair *pair, int64_t position, int64_t period,
                                    const struct otp_limits *limits)
{
	struct otp_offset one = otp_window_proof(position, period, pair->first_at, limits);
	struct otp_offset two = otp_window_proof(position + 1, period, pair->second_at, limits);
	struct otp_offset both = {one.lo > two.lo ? one.lo : two.lo, two.hi};

	return both.lo <= both.hi ? both : one;
}

static void accept_pair(struct otp_credential *credential, size_t i, const struct otp_pair *pair, int64_t position,
                        const struct otp_limits *limits, struct otp_judgement *judgement)
{
	const struct otp_token *token = &credential->token[i];
	struct otp_token_state *own = &credential->state.token[i];

	judgement->ahead = position - own->next;
	own->next = position + 2;
	if (token->kind == OTP_TIME) {
		otp_window_restart(&own->clock, pair_proof(pair, position, (int64_t)token->period * 1000, limits),
		                   pair->second_at);
		judgement->ahead = (own->clock.lo + own->clock.hi) / 2;
	}
	for (size_t reach = 0; reach < OTP_REACHES; reach++)
		otp_throttle_clear(&credential->state.bucket[reach]);
	credential->state.failures = 0;
	judgement->position = position + 1;
	judgement->token = i;
	judgement->verdict = OTP_ACCEPTED;
	judgement->changed = true;
}

/*
 * A pair may be read while its bucket is locked, since it is what unlocks it. A failing one is a failure like any
 * other, so the wait throttles it.
 */
static bool admit_pair(const struct otp_bucket *bucket, int64_t now, const struct otp_limits *limits,
                       struct otp_judgement *judgement)
{
	judgement->wait = otp_throttle_wait(bucket, now, limits);
	judgement->verdict = judgement->wait > 0 ? OTP_WAITING : OTP_REFUSED;
	return judgement->wait == 0;
}

enum otp_status otp_judge_pair(struct otp_credential *credential, size_t i, const struct otp_pair *pair, bool rewind,
                               const struct otp_limits *limits, struct otp_judgement *judgement)
{
	const struct otp_token *token = &credential->token[i];
	const struct otp_token_state *own = &credential->state.token[i];
	int64_t now = pair->second_at;
	struct otp_range range;
	struct otp_match match;
	enum otp_status status;

	*judgement = (struct otp_judgement){.token = credential->n};
	if (pair->first.digits != token->digits || pair->second.digits != token->digits) {
		judgement->verdict = OTP_MALFORMED;
		return OTP_OK;
	}
	if (pair->first.value == pair->second.value) { /* the seed: two successive codes are never equal */
		judgement->verdict = OTP_EQUAL_CODES;
		return OTP_OK;
	}
	if (!admit_pair(&credential->state.bucket[OTP_LOCAL], now, limits, judgement))
		return OTP_OK;
	range = otp_window_around(token, own, now, limits->pair_counters, limits->pair_steps, rewind, limits);
	status = otp_match_pair(token, pair->first, pair->second, range,
	                        otp_window_expected(token, own, now, limits) - (token->kind == OTP_TIME), &match);
	if (status != OTP_OK)
		return status;
	judgement->compared = (uint32_t)otp_range_count(range);
	if (match.found)
		accept_pair(credential, i, pair, match.position, limits, judgement);
	else
		refuse(&credential->state, 1, OTP_LOCAL, now, limits, judgement);
	return OTP_OK;
}

/* Where the code stands in one token's sync range; tells a used one, and keeps the nearest. */
static enum otp_status assay_token(const struct otp_credential *credential, size_t i, struct otp_code code, int64_t now,
                                   const struct otp_limits *limits, struct otp_assay *assay)
{
	const struct otp_token *token = &credential->token[i];
	const struct otp_token_state *own = &credential->state.token[i];
	struct otp_range range =
	    otp_window_around(token, own, now, limits->sync_counters, limits->sync_steps, false, limits);
	int64_t expected = otp_window_expected(token, own, now, limits);
	struct otp_match match;
	enum otp_status status;

	if ((status = otp_match_code(token, code, range, expected, &match)) != OTP_OK)
		return status;
	if (match.found && assay->tier == OTP_TIER_FAILS) {
		assay->tier = OTP_TIER_RESET;
		assay->token = i;
		assay->position = match.position;
		assay->distance = match.position - expected;
	}
	return OTP_OK;
}

enum otp_status otp_judge_test(const struct otp_credential *credential, struct otp_code code, int64_t now,
                               const struct otp_limits *limits, struct otp_assay *assay)
{
	struct finding finding;
	enum otp_status status = look(credential, code, now, limits, &finding);

	*assay = (struct otp_assay){.tier = OTP_TIER_FAILS, .token = credential->n};
	for (size_t i = 0; status == OTP_OK && i < credential->n; i++)
		if (is_usable(&credential->token[i]))
			status = assay_token(credential, i, code, now, limits, assay);
	if (status != OTP_OK || (!finding.accepted && !finding.replayed))
		return status;
	assay->tier = finding.accepted ? OTP_TIER_WORKS : OTP_TIER_FAILS;
	assay->used = finding.replayed;
	assay->token = finding.token;
	assay->position = finding.position;
	assay->distance = finding.position - finding.expected;
	return OTP_OK;
}
