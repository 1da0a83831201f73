/* SPDX-License-Identifier: BSD-2-Clause */
#include "judge.h"

#include "match.h"
#include "spare.h"
#include "throttle.h"

/* What one code is among all of a holder's tokens. */
struct finding {
	bool accepted, replayed;
	size_t token;
	int64_t position, expected;
};

/* No token is enabled, and the answer is none of the codes that need no token: why. */
static enum otp_verdict why_none(const struct otp_credential *credential)
{
	for (size_t i = 0; i < credential->n; i++)
		if (credential->token[i].status == OTP_TOKEN_LOCKED)
			return OTP_STOPPED;
	return OTP_DISABLED;
}

/* Whether an answer of this form can be right for this holder; otherwise the verdict is there. */
static bool form_fits(const struct otp_credential *credential, const struct otp_answer *answer, int64_t now,
                      enum otp_verdict *verdict)
{
	bool spare = otp_spare_any(credential, now), usable = false, fits = spare && answer->tagged;

	if (answer->form == OTP_CODE_EMPTY || answer->form == OTP_CODE_MALFORMED) {
		*verdict = answer->form == OTP_CODE_EMPTY ? OTP_EMPTY : OTP_MALFORMED;
		return false;
	}
	for (size_t i = 0; i < credential->n; i++) {
		if (!otp_credential_usable(credential, i))
			continue;
		usable = true;
		if (answer->form == OTP_CODE_WELL_FORMED && credential->token[i].digits == answer->code.digits)
			fits = true;
	}
	*verdict = usable ? OTP_MALFORMED : why_none(credential);
	return fits;
}

/* Candidates that a login at now would compare. */
static uint64_t login_cost(const struct otp_credential *credential, int64_t now, const struct otp_limits *limits)
{
	uint64_t cost = 0;

	for (size_t i = 0; i < credential->n; i++)
		if (otp_credential_usable(credential, i))
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
		if (otp_credential_usable(credential, i) &&
		    (status = look_at(credential, i, code, now, limits, finding)) != OTP_OK)
			return status;
	return OTP_OK;
}

/* What every success does: the owner was here, by whichever code. */
static void welcome(struct otp_state *state, enum otp_reach reach, int64_t now, const struct otp_limits *limits,
                    struct otp_judgement *judgement)
{
	otp_throttle_forgive(&state->bucket[reach], limits);
	state->failures = 0;
	state->accepted_at = now;
	judgement->verdict = OTP_ACCEPTED;
	judgement->changed = true;
}

static void accept(struct otp_credential *credential, const struct finding *finding, enum otp_reach reach, int64_t now,
                   const struct otp_limits *limits, struct otp_judgement *judgement)
{
	const struct otp_token *token = &credential->token[finding->token];
	struct otp_token_state *own = &credential->state.token[finding->token];

	judgement->ahead = finding->position - own->next;
	own->next = finding->position + 1;
	if (token->kind == OTP_TIME) {
		otp_window_tighten(&own->clock, finding->position, (int64_t)token->period * 1000, now, limits);
		judgement->ahead = (own->clock.lo + own->clock.hi) / 2;
	}
	otp_spare_retire(credential);
	judgement->position = finding->position;
	welcome(&credential->state, reach, now, limits, judgement);
}

/* A recovery code is too long to be guessed: it unlocks, as a reset does. */
static void accept_spare(struct otp_credential *credential, const struct otp_answer *answer, struct otp_spare spare,
                         enum otp_reach reach, int64_t now, const struct otp_limits *limits,
                         struct otp_judgement *judgement)
{
	otp_spare_use(credential, spare);
	for (size_t i = 0; answer->form == OTP_CODE_RECOVERY && i < OTP_REACHES; i++)
		otp_throttle_clear(&credential->state.bucket[i]);
	judgement->way = spare.kind == OTP_SPARE_RECOVERY ? OTP_BY_RECOVERY : OTP_BY_TEMPORARY;
	welcome(&credential->state, reach, now, limits, judgement);
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

/*
 * Whether the throttle lets an attempt of this cost be read; otherwise the verdict is there. A recovery code may be
 * read while the bucket is locked, since it is what unlocks it; a failing one is a failure like any other.
 */
static bool admit(struct otp_bucket *bucket, const struct otp_answer *answer, uint64_t cost, int64_t now,
                  const struct otp_limits *limits, struct otp_judgement *judgement)
{
	bool unlocks = answer->form == OTP_CODE_RECOVERY;

	if (!unlocks && otp_throttle_is_locked(bucket)) {
		judgement->verdict = OTP_LOCKED;
		return false;
	}
	if ((judgement->wait = otp_throttle_wait(bucket, now, limits)) > 0) {
		judgement->verdict = OTP_WAITING;
		return false;
	}
	if (!unlocks && !otp_throttle_admits(bucket, cost, now, limits)) {
		judgement->verdict = OTP_LOCKED;
		judgement->changed = true;
		return false;
	}
	return true;
}

/* What the throttle is charged for reading an answer. */
static uint64_t cost_of(const struct otp_credential *credential, const struct otp_answer *answer, int64_t now,
                        const struct otp_limits *limits)
{
	uint64_t spare = answer->tagged && otp_spare_any(credential, now);

	return answer->form == OTP_CODE_RECOVERY ? spare : login_cost(credential, now, limits) + spare;
}

enum otp_status otp_judge_login(struct otp_credential *credential, const struct otp_answer *answer,
                                enum otp_reach reach, int64_t now, const struct otp_limits *limits,
                                struct otp_judgement *judgement)
{
	struct otp_spare spare = {OTP_SPARE_NONE, 0};
	struct finding finding = {.token = credential->n};
	uint64_t cost;
	enum otp_status status;

	*judgement = (struct otp_judgement){.token = credential->n};
	if (!form_fits(credential, answer, now, &judgement->verdict))
		return OTP_OK;
	cost = cost_of(credential, answer, now, limits);
	if (!admit(&credential->state.bucket[reach], answer, cost, now, limits, judgement))
		return OTP_OK;
	if (answer->form == OTP_CODE_WELL_FORMED &&
	    (status = look(credential, answer->code, now, limits, &finding)) != OTP_OK)
		return status;
	if (answer->tagged)
		spare = otp_spare_find(credential, answer->tag, now);
	judgement->compared = (uint32_t)cost;
	judgement->token = finding.token;
	if (finding.accepted)
		accept(credential, &finding, reach, now, limits, judgement);
	else if (finding.replayed)
		judgement->verdict = OTP_REPLAYED;
	else if (spare.kind != OTP_SPARE_NONE)
		accept_spare(credential, answer, spare, reach, now, limits, judgement);
	else
		refuse(&credential->state, cost, reach, now, limits, judgement);
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
		if (otp_credential_usable(credential, i))
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

const char *otp_verdict_word(enum otp_verdict verdict)
{
	switch (verdict) {
	case OTP_ACCEPTED:
		return "accepted";
	case OTP_REFUSED:
		return "wrong";
	case OTP_REPLAYED:
		return "replayed";
	case OTP_EQUAL_CODES:
		return "equal";
	case OTP_EMPTY:
		return "empty";
	case OTP_MALFORMED:
		return "malformed";
	case OTP_WAITING:
		return "throttled";
	case OTP_LOCKED:
		return "locked";
	case OTP_DISABLED:
		return "disabled";
	case OTP_STOPPED:
		return "stopped";
	case OTP_UNENROLLED:
		return "unenrolled";
	}
	return "wrong";
}
