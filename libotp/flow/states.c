/* SPDX-License-Identifier: BSD-2-Clause */
#include "states.h"

#include "../policy/throttle.h"
#include "inventory.h"

#include <stdio.h>
#include <string.h>

struct request {
	const struct otp_token_id *token;
	enum otp_change change;
	const char *reason;
	size_t changed;
};

static const char *name_of(enum otp_token_status status)
{
	switch (status) {
	case OTP_TOKEN_NEW:
		return "new";
	case OTP_TOKEN_ENABLED:
		return "enabled";
	case OTP_TOKEN_DISABLED:
		return "disabled";
	case OTP_TOKEN_LOCKED:
		return "locked";
	}
	return "in no known state";
}

static bool starts_from(enum otp_change change, enum otp_token_status status)
{
	switch (change) {
	case OTP_LOCK:
		return status == OTP_TOKEN_ENABLED;
	case OTP_UNLOCK:
		return status == OTP_TOKEN_LOCKED;
	case OTP_DISABLE:
		return status != OTP_TOKEN_DISABLED;
	case OTP_ENABLE:
		return status == OTP_TOKEN_DISABLED;
	}
	return false;
}

static enum otp_token_status leads_to(enum otp_change change)
{
	if (change == OTP_LOCK)
		return OTP_TOKEN_LOCKED;
	return change == OTP_DISABLE ? OTP_TOKEN_DISABLED : OTP_TOKEN_ENABLED;
}

static void apply(const struct request *request, struct otp_token *token)
{
	token->status = leads_to(request->change);
	memset(token->reason, 0, sizeof token->reason);
	if (request->change == OTP_DISABLE)
		(void)snprintf(token->reason, sizeof token->reason, "%s", request->reason);
}

static enum otp_status change_step(void *arg, struct otp_credential *credential, bool *write, struct otp_error *error)
{
	struct request *request = arg;
	const struct otp_token_id *only = request->token;
	size_t named = only == NULL ? credential->n : otp_credential_find(credential, only);

	request->changed = 0;
	if (only != NULL && named == credential->n)
		return otp_fail(error, OTP_E_INVALID, "%s has no token %s", credential->holder, only->text);
	for (size_t i = 0; i < credential->n; i++) {
		if ((only != NULL && i != named) || !starts_from(request->change, credential->token[i].status))
			continue;
		apply(request, &credential->token[i]);
		request->changed++;
	}
	*write = request->changed > 0;
	if (request->changed > 0)
		return OTP_OK;
	if (only != NULL || credential->n == 1)
		named = only != NULL ? named : 0;
	if (named < credential->n)
		return otp_fail(error, OTP_E_STATE, "token %s of %s is %s", credential->token[named].id.text,
		                credential->holder, name_of(credential->token[named].status));
	return otp_fail(error, OTP_E_STATE, "no token of %s is in a state that allows it", credential->holder);
}

enum otp_status otp_change_user(struct otp_vault *vault, const char *user, const struct otp_token_id *token,
                                enum otp_change change, const char *reason, size_t *changed, struct otp_error *error)
{
	struct request request = {token, change, reason, 0};
	enum otp_status status = otp_held_amend(vault, user, change_step, &request, error);

	*changed = status == OTP_OK ? request.changed : 0;
	return status;
}

enum otp_status otp_change_stocked(struct otp_vault *vault, const struct otp_token_id *token, enum otp_change change,
                                   const char *reason, struct otp_error *error)
{
	const struct request request = {token, change, reason, 0};
	struct otp_held held;
	enum otp_status status;

	if ((status = otp_store_begin(vault->tokens, error)) != OTP_OK)
		return status;
	status = otp_inventory_load_free(vault, token, &held, error);
	if (status == OTP_OK && !starts_from(change, held.credential.token[0].status))
		status = otp_fail(error, OTP_E_STATE, "token %s is %s", token->text,
		                  name_of(held.credential.token[0].status));
	if (status == OTP_OK) {
		apply(&request, &held.credential.token[0]);
		if (change == OTP_ENABLE)
			held.credential.token[0].status = OTP_TOKEN_NEW;
		status = otp_held_replace(vault->tokens, token->text, &held, error);
	}
	otp_held_wipe(&held);
	otp_store_end(vault->tokens);
	return status;
}

/* What the throttle holds is state, which any disk takes; only a locked token needs its facts rewritten. */
static enum otp_status clear_step(void *arg, struct otp_credential *credential, bool *write, struct otp_error *error)
{
	bool *was_locked = arg;

	(void)error; /* nothing here can fail */
	*was_locked = false;
	for (size_t i = 0; i < OTP_REACHES; i++) {
		if (otp_throttle_is_locked(&credential->state.bucket[i]))
			*was_locked = true;
		otp_throttle_clear(&credential->state.bucket[i]);
	}
	*write = true;
	return OTP_OK;
}

enum otp_status otp_unlock(struct otp_vault *vault, const char *user, bool *was_locked, struct otp_error *error)
{
	size_t changed;
	enum otp_status status = otp_held_update(vault, user, clear_step, was_locked, NULL, error);

	if (status != OTP_OK)
		return status;
	status = otp_change_user(vault, user, NULL, OTP_UNLOCK, NULL, &changed, error);
	if (changed > 0)
		*was_locked = true;
	if (status == OTP_E_STATE && (status = otp_held_renew(vault, user, error)) == OTP_E_IO)
		status = OTP_OK; /* lifted all the same: see the header */
	return status;
}
