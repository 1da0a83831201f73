/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_POLICY_OWNER_H
#define TESTS_POLICY_OWNER_H

#include "policy/throttle.h"
#include "policy/window.h"
#include "random.h"
#include "sample.h"

/* An owner who logs in from afar, where an attacker guesses beside him, and what an attacker may do to his throttle. */

#define SECOND INT64_C(1000)
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)

static const int64_t BEGIN = 1767225600000; /* 2026-01-01 */
static const int64_t DELAY = 10000;         /* ms: how long the owner types */

struct owner {
	struct otp_credential credential;
	struct otp_limits limits;
	uint64_t seed;
	int64_t pressed; /* event: the counter that the token shows next */
};

/* As an enrolment a moment before BEGIN leaves it. first is the number of the first token's key. */
static inline void owner_enroll(struct owner *owner, enum otp_kind kind, uint32_t tokens, uint32_t first)
{
	*owner = (struct owner){
	    .limits = otp_limits_normal(), .seed = UINT64_C(11) + first, .credential = {.holder = "alice"}};
	for (uint32_t i = 0; i < tokens; i++) {
		struct otp_token_state *state = &owner->credential.state.token[i];

		add_numbered_token(&owner->credential, kind, first + i);
		state->next = kind == OTP_TIME ? otp_step_at(BEGIN, PERIOD) : 0;
		state->clock = (struct otp_clock){
		    .known = kind == OTP_TIME, .hi = PERIOD, .at = BEGIN, .anchor_hi = PERIOD, .anchor_at = BEGIN};
	}
}

static inline struct otp_judgement judge_first(struct owner *owner, struct otp_code code, int64_t now)
{
	return login(&owner->credential, code, OTP_REMOTE, now, &owner->limits);
}

static inline struct otp_judgement judge_second(struct owner *owner, struct otp_code first, int64_t first_at,
                                                struct otp_code second, int64_t now)
{
	const struct otp_answer answer = {.form = OTP_CODE_WELL_FORMED, .code = second};
	const struct otp_pair pair = {.first = first, .second = second, .first_at = first_at, .second_at = now};
	struct otp_judgement judgement;

	if (otp_judge_next(&owner->credential, &pair, &answer, OTP_REMOTE, &owner->limits, &judgement) != OTP_OK)
		abort();
	return judgement;
}

/* The position that the owner's token shows him; an event token's button is pressed for it. */
static inline struct otp_code owner_press(struct owner *owner, int64_t now)
{
	int64_t position = owner->credential.token[0].kind == OTP_EVENT ? owner->pressed++ : otp_step_at(now, PERIOD);

	return code_at(&owner->credential.token[0], position);
}

/* The owner logs in, with the next code if he is asked for it; whether he gets in. */
static inline bool owner_logs_in(struct owner *owner, int64_t now, uint64_t *by_pair)
{
	struct otp_code first = owner_press(owner, now), second;
	struct otp_judgement judgement = judge_first(owner, first, now + DELAY);

	if (judgement.verdict == OTP_ACCEPTED)
		return true;
	second = owner_press(owner, now + PERIOD);
	judgement = judge_second(owner, first, now + DELAY, second, now + PERIOD + DELAY);
	*by_pair += judgement.verdict == OTP_ACCEPTED && judgement.way == OTP_BY_PAIR;
	return judgement.verdict == OTP_ACCEPTED;
}

/* Whether so many more failures leave the owner a bucket that he is not made to wait at; locked it may be, or not. */
static inline bool owner_suffers(const struct owner *owner, int failures, uint32_t ceiling, int64_t now, int64_t comes)
{
	struct otp_bucket after = owner->credential.state.bucket[OTP_REMOTE];

	if (otp_throttle_is_locked(&after))
		return false;
	for (int i = 0; i < failures && otp_throttle_wait(&after, now, &owner->limits) == 0; i++)
		otp_throttle_charge(&after, after.failures == 0 ? 3 : after.candidates / after.failures, now,
		                    &owner->limits);
	return after.failures <= ceiling && now + otp_throttle_wait(&after, now + 1, &owner->limits) < comes;
}

#endif
