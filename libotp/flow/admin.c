/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin.h"

#include "../policy/throttle.h"
#include "../policy/window.h"
#include "inventory.h"

#include <string.h>

enum { RELEASE_ATTEMPTS = 5 };

static void report_token(const struct otp_credential *credential, size_t i, struct otp_token_report *report)
{
	const struct otp_token *token = &credential->token[i];

	*report = (struct otp_token_report){
	    .id = token->id,
	    .kind = token->kind,
	    .digest = token->digest,
	    .digits = token->digits,
	    .period = token->period,
	    .status = token->status,
	    .expires = token->expires,
	    .enrolled_at = token->enrolled_at,
	    .next = credential->state.token[i].next,
	    .clock = credential->state.token[i].clock,
	};
	memcpy(report->label, token->label, sizeof report->label);
	memcpy(report->issuer, token->issuer, sizeof report->issuer);
	memcpy(report->reason, token->reason, sizeof report->reason);
	memcpy(report->owner, credential->owner, sizeof report->owner);
}

static void report_bucket(const struct otp_bucket *bucket, int64_t now, const struct otp_limits *limits,
                          struct otp_bucket_report *report)
{
	report->failures = bucket->failures;
	report->candidates = bucket->candidates;
	report->wait = otp_throttle_wait(bucket, now, limits);
	report->locked = otp_throttle_is_locked(bucket);
}

enum otp_status otp_user_report(struct otp_vault *vault, const struct otp_limits *limits, const char *user, int64_t now,
                                struct otp_user_report *report, struct otp_error *error)
{
	struct otp_held held;
	const struct otp_credential *credential = &held.credential;
	enum otp_status status = otp_held_load_user(vault, user, &held, error);

	memset(report, 0, sizeof *report);
	if (status != OTP_OK)
		goto out;
	memcpy(report->user, credential->holder, sizeof report->user);
	report->uid = credential->uid;
	report->n = credential->n;
	for (size_t i = 0; i < credential->n; i++) {
		report_token(credential, i, &report->token[i]);
		if (credential->token[i].status == OTP_TOKEN_ENABLED)
			report->token[i].acceptable = (int64_t)otp_range_count(
			    otp_window_login(&credential->token[i], &credential->state.token[i], now, limits));
	}
	for (size_t i = 0; i < OTP_REACHES; i++)
		report_bucket(&credential->state.bucket[i], now, limits, &report->bucket[i]);
	report->failures = credential->state.failures;
	report->failed_at = credential->state.failed_at;
	report->accepted_at = credential->state.accepted_at;
	memcpy(report->origin, credential->state.origin, sizeof report->origin);
out:
	otp_held_wipe(&held);
	return status;
}

enum otp_status otp_token_report(struct otp_vault *vault, const struct otp_token_id *token,
                                 struct otp_token_report *report, struct otp_error *error)
{
	struct otp_held held;
	enum otp_status status = otp_inventory_load_free(vault, token, &held, error);

	memset(report, 0, sizeof *report);
	if (status == OTP_E_BOUND)
		status = OTP_OK;
	if (status == OTP_OK)
		report_token(&held.credential, 0, report);
	otp_held_wipe(&held);
	return status;
}

enum otp_status otp_each_user(struct otp_vault *vault, otp_name_visitor *visit, void *arg, struct otp_error *error)
{
	return otp_store_list(vault->users, visit, arg, error);
}

enum otp_status otp_each_token(struct otp_vault *vault, otp_name_visitor *visit, void *arg, struct otp_error *error)
{
	return otp_store_list(vault->tokens, visit, arg, error);
}

enum otp_status otp_token_add(struct otp_vault *vault, const struct otp_seed *seed, struct otp_error *error)
{
	struct otp_held held;
	enum otp_status status = otp_inventory_fresh(vault, seed, &held, error);

	if (status == OTP_OK && (status = otp_held_create(vault->tokens, seed->id.text, &held, error)) == OTP_E_EXISTS)
		status = otp_fail(error, status, "token %s is known here already", seed->id.text);
	otp_held_wipe(&held);
	return status;
}

/* The inventory forgets an owner whose record has lost the token. It is free without that; this is for the reader. */
static void forget_owner(struct otp_vault *vault, const struct otp_token_id *id)
{
	struct otp_held held;
	enum otp_status status = otp_inventory_load_free(vault, id, &held, NULL);

	if (status == OTP_OK && otp_held_replace(vault->tokens, id->text, &held, NULL) != OTP_OK)
		status = OTP_E_CHANGED;
	(void)status; /* see above: nothing depends on it */
	otp_held_wipe(&held);
}

/*
 * One attempt: the tokens go to the inventory with the user as their owner, then the user's record loses them if it is
 * still the one that was read. *before is the credential as it was.
 */
static enum otp_status release_once(struct otp_vault *vault, const char *user, const struct otp_token_id *token,
                                    struct otp_held *held, struct otp_credential *before, struct otp_error *error)
{
	struct otp_credential *credential = &held->credential;
	size_t only;
	enum otp_status status;

	if ((status = otp_held_load_user(vault, user, held, error)) != OTP_OK)
		return status;
	*before = *credential;
	only = token == NULL ? credential->n : otp_credential_find(credential, token);
	if (token != NULL && only == credential->n)
		return otp_fail(error, OTP_E_INVALID, "%s has no token %s", user, token->text);
	for (size_t i = 0; i < credential->n; i++)
		if ((token == NULL || i == only) &&
		    (status = otp_inventory_return(vault, credential, i, error)) != OTP_OK)
			return status;
	if (token == NULL || credential->n == 1)
		return otp_store_remove(vault->users, user, &held->revision, error);
	otp_credential_drop(credential, only);
	return otp_held_replace(vault->users, user, held, error);
}

/* Under the lock that keeps enrolments away. *before is the credential as it was. */
static enum otp_status release_locked(struct otp_vault *vault, const char *user, const struct otp_token_id *token,
                                      struct otp_credential *before, struct otp_error *error)
{
	struct otp_held held;
	enum otp_status status;

	/* A login in between moves a position that must not be lost: start over from what it left. */
	for (int attempt = 1;; attempt++) {
		status = release_once(vault, user, token, &held, before, error);
		otp_held_wipe(&held);
		if (status != OTP_E_CHANGED || attempt == RELEASE_ATTEMPTS)
			return status;
	}
}

enum otp_status otp_release(struct otp_vault *vault, const char *user, const struct otp_token_id *token,
                            size_t *released, struct otp_error *error)
{
	struct otp_credential before;
	enum otp_status status;

	*released = 0;
	memset(&before, 0, sizeof before);
	if ((status = otp_store_begin(vault->tokens, error)) != OTP_OK)
		return status;
	status = release_locked(vault, user, token, &before, error);
	for (size_t i = 0; status == OTP_OK && i < before.n; i++) {
		if (token != NULL && !otp_token_id_equal(token, &before.token[i].id))
			continue;
		forget_owner(vault, &before.token[i].id);
		++*released;
	}
	otp_store_end(vault->tokens);
	return status;
}

static enum otp_status unlock_step(void *arg, struct otp_credential *credential, bool *write, struct otp_error *error)
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
	return otp_held_update(vault, user, unlock_step, was_locked, error);
}
