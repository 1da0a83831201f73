/* SPDX-License-Identifier: BSD-2-Clause */
#include "reset.h"

#include "held.h"

#include <string.h>

struct reset {
	const struct otp_vault *vault;
	const struct otp_limits *limits;
	const struct otp_token_id *token;
	const struct otp_pair *pair;
	bool rewind;
	struct otp_judgement *judgement;
};

static enum otp_status reset_step(void *arg, struct otp_credential *credential, bool *write, struct otp_error *error)
{
	struct reset *reset = arg;
	size_t i = otp_credential_find(credential, reset->token);
	enum otp_status status;

	if (i == credential->n)
		return otp_fail(error, OTP_E_INVALID, "%s has no token %s", credential->holder, reset->token->text);
	if (credential->token[i].status != OTP_TOKEN_ENABLED) {
		reset->judgement->verdict =
		    credential->token[i].status == OTP_TOKEN_LOCKED ? OTP_STOPPED : OTP_DISABLED;
		return OTP_OK;
	}
	if ((status = otp_held_open(reset->vault, credential, error)) != OTP_OK)
		return status;
	status = otp_judge_pair(credential, i, reset->pair, reset->rewind, reset->limits, reset->judgement);
	if (status != OTP_OK)
		return otp_fail(error, status, "%s: no code could be computed", credential->holder);
	*write = reset->judgement->changed;
	return OTP_OK;
}

enum otp_status otp_reset(struct otp_vault *vault, const struct otp_limits *limits, const char *user,
                          const struct otp_token_id *token, const struct otp_pair *pair, bool rewind,
                          struct otp_judgement *judgement, struct otp_error *error)
{
	struct reset reset = {vault, limits, token, pair, rewind, judgement};
	enum otp_status status;

	memset(judgement, 0, sizeof *judgement);
	if ((status = otp_held_update(vault, user, reset_step, &reset, NULL, error)) != OTP_OK)
		memset(judgement, 0, sizeof *judgement);
	return status;
}

enum otp_status otp_test(struct otp_vault *vault, const struct otp_limits *limits, const char *user, const char *typed,
                         int64_t now, enum otp_code_form *form, struct otp_assay *assay, struct otp_token_id *token,
                         struct otp_error *error)
{
	struct otp_held held;
	struct otp_code code = {0, 0};
	enum otp_status status;

	memset(token, 0, sizeof *token);
	*assay = (struct otp_assay){.tier = OTP_TIER_FAILS};
	*form = otp_code_parse(typed, &code);
	if ((status = otp_held_load_user(vault, user, &held, error)) != OTP_OK || *form != OTP_CODE_WELL_FORMED ||
	    (status = otp_held_open(vault, &held.credential, error)) != OTP_OK)
		goto out;
	if ((status = otp_judge_test(&held.credential, code, now, limits, assay)) != OTP_OK)
		status = otp_fail(error, status, "%s: no code could be computed", user);
	else if (assay->token < held.credential.n)
		*token = held.credential.token[assay->token].id;
out:
	explicit_bzero(&code, sizeof code);
	otp_held_wipe(&held);
	return status;
}
