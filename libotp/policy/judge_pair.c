/* SPDX-License-Identifier: BSD-2-Clause */
#include "judge.h"
#include "match.h"
#include "spare.h"
#include "throttle.h"

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
	otp_spare_retire(credential);
	credential->state.failures = 0;
	judgement->position = position + 1;
	judgement->token = i;
	judgement->verdict = OTP_ACCEPTED;
	judgement->changed = true;
}

static void refuse_pair(struct otp_state *state, enum otp_reach reach, int64_t now, const struct otp_limits *limits,
                        struct otp_judgement *judgement)
{
	otp_throttle_charge(&state->bucket[reach], 1, now, limits);
	state->failures++;
	state->failed_at = now;
	judgement->wait = otp_throttle_wait(&state->bucket[reach], now, limits);
	judgement->verdict = OTP_REFUSED;
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
	if (!match.found) {
		refuse_pair(&credential->state, OTP_LOCAL, now, limits, judgement);
		return OTP_OK;
	}
	accept_pair(credential, i, pair, match.position, limits, judgement);
	for (size_t reach = 0; reach < OTP_REACHES; reach++)
		otp_throttle_clear(&credential->state.bucket[reach]);
	return OTP_OK;
}

/* Where a pair stands among all of a holder's tokens. */
struct place {
	size_t token; /* credential->n: nowhere */
	int64_t position;
	uint64_t compared; /* candidates that it could have been */
};

/* The pair against one token's sync range. The first token that has it has it. */
static enum otp_status look_at_range(const struct otp_credential *credential, size_t i, const struct otp_pair *pair,
                                     const struct otp_limits *limits, struct place *place)
{
	const struct otp_token *token = &credential->token[i];
	const struct otp_token_state *own = &credential->state.token[i];
	int64_t now = pair->second_at;
	struct otp_range range =
	    otp_window_around(token, own, now, limits->sync_counters, limits->sync_steps, false, limits);
	struct otp_match match;
	enum otp_status status =
	    otp_match_pair(token, pair->first, pair->second, range,
	                   otp_window_expected(token, own, now, limits) - (token->kind == OTP_TIME), &match);

	if (status != OTP_OK)
		return status;
	if (pair->first.digits == token->digits && pair->second.digits == token->digits)
		place->compared += otp_range_count(range);
	if (match.found && place->token == credential->n) {
		place->token = i;
		place->position = match.position;
	}
	return OTP_OK;
}

/*
 * The pair against every usable token; none is left out because another one has it, and none because the throttle will
 * not let the pair be read: an answer takes as long in either case. Two equal codes stand nowhere.
 */
static enum otp_status look_for_pair(const struct otp_credential *credential, const struct otp_pair *pair,
                                     const struct otp_limits *limits, struct place *place)
{
	enum otp_status status;

	*place = (struct place){.token = credential->n};
	for (size_t i = 0; i < credential->n; i++)
		if (otp_credential_usable(credential, i) &&
		    (status = look_at_range(credential, i, pair, limits, place)) != OTP_OK)
			return status;
	if (pair->first.value == pair->second.value)
		*place = (struct place){.token = credential->n};
	return OTP_OK;
}

enum otp_status otp_judge_next(struct otp_credential *credential, const struct otp_pair *pair,
                               const struct otp_answer *answer, enum otp_reach reach, const struct otp_limits *limits,
                               struct otp_judgement *judgement)
{
	struct otp_bucket *bucket = &credential->state.bucket[reach];
	int64_t now = pair->second_at;
	/* Older waits were over when the first answer was read: if it failed last, the wait is its own. */
	bool read = bucket->failed_at == pair->first_at || otp_throttle_wait(bucket, now, limits) == 0;
	struct place place;
	enum otp_status status;

	*judgement = (struct otp_judgement){.token = credential->n};
	if ((status = look_for_pair(credential, pair, limits, &place)) != OTP_OK)
		return status;
	if (read && place.token < credential->n) {
		accept_pair(credential, place.token, pair, place.position, limits, judgement);
		otp_throttle_reopen(bucket, limits);
		credential->state.accepted_at = now;
		judgement->way = OTP_BY_PAIR;
	} else if (read && place.compared > 0 && otp_throttle_is_locked(bucket)) {
		/* otherwise whoever is locked out would try as many pairs as he likes */
		refuse_pair(&credential->state, reach, now, limits, judgement);
	} else {
		return otp_judge_login(credential, answer, reach, now, limits, judgement);
	}
	judgement->compared = (uint32_t)place.compared;
	return OTP_OK;
}
