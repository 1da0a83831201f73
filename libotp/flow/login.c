/* SPDX-License-Identifier: BSD-2-Clause */
#include "login.h"

#include "../policy/spare.h"
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
	outcome->wait = judgement.wait;
	outcome->bucket_failures = credential->state.bucket[attempt->reach].failures;
	*write = judgement.changed;
	return OTP_OK;
}

enum otp_status otp_login(struct otp_vault *vault, const struct otp_limits *limits, const struct otp_attempt *attempt,
                          struct otp_outcome *outcome, struct otp_error *error)
{
	struct login login = {.vault = vault, .limits = limits, .attempt = attempt, .outcome = outcome};
	enum otp_status status;

	memset(outcome, 0, sizeof *outcome);
	read_answer(attempt->typed, &login);
	if (attempt->first != NULL && otp_code_parse(attempt->first, &login.pair.first) != OTP_CODE_WELL_FORMED)
		login.pair.first.digits = 0;
	status = otp_held_update(vault, attempt->user, login_step, &login, error);
	explicit_bzero(&login.answer, sizeof login.answer);
	explicit_bzero(&login.pair, sizeof login.pair);
	explicit_bzero(&login.spare, sizeof login.spare);
	if (status == OTP_E_NOT_FOUND) {
		outcome->verdict = OTP_UNENROLLED;
		return OTP_OK;
	}
	if (status != OTP_OK)
		memset(outcome, 0, sizeof *outcome); /* a verdict that is not durable must not be seen */
	return status;
}

enum otp_status otp_login_enrolled(struct otp_vault *vault, const char *user, bool *enrolled, struct otp_error *error)
{
	struct otp_stored stored;
	enum otp_status status = otp_store_load(vault->users, user, &stored, error);

	*enrolled = status == OTP_OK;
	return status == OTP_E_NOT_FOUND ? OTP_OK : status;
}
