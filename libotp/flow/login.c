/* SPDX-License-Identifier: BSD-2-Clause */
#include "login.h"

#include "../policy/spare.h"
#include "../policy/throttle.h"
#include "held.h"

#include <stdio.h>
#include <string.h>

struct login {
	const struct otp_vault *vault;
	const struct otp_limits *limits;
	const struct otp_attempt *attempt;
	struct otp_answer answer;
	struct otp_pair pair;        /* with the answer before, if that was a code */
	struct otp_spare_code spare; /* what may be a recovery or temporary code; else "" */
	struct otp_outcome *outcome;
};

_Static_assert((int)OTP_GENERATION_LEN == (int)OTP_REVISION_FACTS, "the generation is a writing of the facts");

/* What was typed, before it is known who holds what. */
static void read_answer(const char *typed, struct login *login)
{
	struct otp_answer *answer = &login->answer;

	answer->form = otp_code_parse(typed, &answer->code);
	if (answer->form == OTP_CODE_WELL_FORMED && answer->code.digits == OTP_TEMPORARY_LEN)
		otp_spare_digits(answer->code.value, &login->spare);
	else if (answer->form == OTP_CODE_MALFORMED && otp_recovery_parse(typed, &login->spare) == OTP_OK)
		answer->form = OTP_CODE_RECOVERY;
}

/* The tag depends on the record's salt. Without a spare code there is nothing to compare it with. */
static enum otp_status tag_answer(struct login *login, const struct otp_credential *credential)
{
	const struct otp_recovery *recovery = &credential->recovery;

	login->answer.tagged = login->spare.text[0] != '\0' && (recovery->n > 0 || recovery->expires != 0);
	if (!login->answer.tagged)
		return OTP_OK;
	return otp_recovery_tag(login->vault->sealer, recovery, &login->spare, login->answer.tag);
}

/* What the owner is told after a success, before the success clears it. */
static void remember_failures(const struct otp_state *state, struct otp_outcome *outcome)
{
	outcome->failures = state->failures;
	outcome->failed_at = state->failed_at;
	memcpy(outcome->origin, state->origin, sizeof outcome->origin);
}

/* What is told of a refusal must not depend on what was typed, so a malformed answer reports the wait as well. */
static void report_bucket(const struct otp_bucket *bucket, int64_t now, const struct otp_limits *limits,
                          struct otp_outcome *outcome)
{
	outcome->wait = otp_throttle_wait(bucket, now, limits);
	outcome->locked = otp_throttle_is_locked(bucket);
	outcome->bucket_failures = bucket->failures;
}

/* A first answer stands for itself, a second one with the first. */
static enum otp_status judge(struct login *login, struct otp_credential *credential, int64_t now,
                             struct otp_judgement *judgement)
{
	const struct otp_attempt *attempt = login->attempt;

	if (attempt->first == NULL || login->pair.first.digits == 0 || login->answer.form != OTP_CODE_WELL_FORMED)
		return otp_judge_login(credential, &login->answer, attempt->reach, now, login->limits, judgement);
	login->pair.second = login->answer.code;
	login->pair.first_at = attempt->first_at;
	login->pair.second_at = now;
	return otp_judge_next(credential, &login->pair, &login->answer, attempt->reach, login->limits, judgement);
}

static enum otp_status login_step(void *arg, struct otp_credential *credential, bool *write, struct otp_error *error)
{
	struct login *login = arg;
	const struct otp_attempt *attempt = login->attempt;
	struct otp_outcome *outcome = login->outcome;
	struct otp_judgement judgement;
	int64_t now = attempt->clock != NULL ? attempt->clock() : attempt->now;
	enum otp_status status;

	memset(outcome, 0, sizeof *outcome); /* a store may run the step again */
	if (credential->uid != attempt->uid)
		return otp_fail(error, OTP_E_FOREIGN, "%s: enrolled as uid %u, but has uid %u", attempt->user,
		                credential->uid, attempt->uid);
	if ((status = otp_held_open(login->vault, credential, error)) != OTP_OK)
		return status;
	remember_failures(&credential->state, outcome);
	if ((status = tag_answer(login, credential)) == OTP_OK)
		status = judge(login, credential, now, &judgement);
	if (status != OTP_OK)
		return otp_fail(error, status, "%s: no code could be computed", attempt->user);
	if (judgement.verdict == OTP_REFUSED) {
		memset(credential->state.origin, 0, sizeof credential->state.origin);
		(void)snprintf(credential->state.origin, sizeof credential->state.origin, "%s", attempt->origin);
	}
	if (judgement.token < credential->n)
		outcome->token = credential->token[judgement.token].id;
	outcome->verdict = judgement.verdict;
	outcome->at = now;
	outcome->way = judgement.way;
	outcome->recovery_left = otp_credential_recovery_left(credential);
	outcome->temporary_until = otp_spare_temporary(credential, now) ? credential->recovery.expires : 0;
	outcome->ahead = judgement.ahead;
	report_bucket(&credential->state.bucket[attempt->reach], now, login->limits, outcome);
	*write = judgement.changed;
	return OTP_OK;
}

enum otp_status otp_login(struct otp_vault *vault, const struct otp_limits *limits, const struct otp_attempt *attempt,
                          struct otp_outcome *outcome, struct otp_error *error)
{
	struct login login = {.vault = vault, .limits = limits, .attempt = attempt, .outcome = outcome};
	struct otp_revision judged;
	enum otp_status status;

	memset(outcome, 0, sizeof *outcome);
	read_answer(attempt->typed, &login);
	if (attempt->first != NULL && otp_code_parse(attempt->first, &login.pair.first) != OTP_CODE_WELL_FORMED)
		login.pair.first.digits = 0;
	status = otp_held_update(vault, attempt->user, login_step, &login, &judged, error);
	explicit_bzero(&login.answer, sizeof login.answer);
	explicit_bzero(&login.pair, sizeof login.pair);
	explicit_bzero(&login.spare, sizeof login.spare);
	if (status == OTP_E_NOT_FOUND) {
		outcome->verdict = OTP_UNENROLLED;
		return OTP_OK;
	}
	if (status != OTP_OK)
		memset(outcome, 0, sizeof *outcome); /* a verdict that is not durable must not be seen */
	else if (outcome->verdict == OTP_ACCEPTED)
		memcpy(outcome->generation, judged.bytes, sizeof outcome->generation);
	return status;
}

enum otp_status otp_login_enrolled(struct otp_vault *vault, const char *user, bool *enrolled, struct otp_error *error)
{
	struct otp_stored stored;
	enum otp_status status = otp_store_load(vault->users, user, &stored, error);

	*enrolled = status == OTP_OK;
	return status == OTP_E_NOT_FOUND ? OTP_OK : status;
}

enum otp_status otp_login_lengths(struct otp_vault *vault, const char *user, int64_t now, unsigned *lengths,
                                  struct otp_error *error)
{
	struct otp_held held;
	const struct otp_credential *credential = &held.credential;
	enum otp_status status = otp_held_load_user(vault, user, &held, error);

	*lengths = 0;
	if (status == OTP_OK && otp_spare_temporary(credential, now))
		*lengths |= 1U << OTP_TEMPORARY_LEN;
	for (size_t i = 0; status == OTP_OK && i < credential->n; i++)
		if (credential->token[i].status == OTP_TOKEN_ENABLED)
			*lengths |= 1U << credential->token[i].digits;
	otp_held_wipe(&held);
	return status == OTP_E_NOT_FOUND ? OTP_OK : status;
}
