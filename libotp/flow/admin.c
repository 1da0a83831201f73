/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin.h"

#include "../policy/spare.h"
#include "../policy/throttle.h"
#include "../policy/window.h"
#include "inventory.h"

#include <string.h>

enum { ATTEMPTS = 5 };

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
	memcpy(report->reserved, credential->reserved, sizeof report->reserved);
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
	report->recovery_left = otp_credential_recovery_left(credential);
	report->temporary_until = otp_spare_temporary(credential, now) ? credential->recovery.expires : 0;
	report->failures = credential->state.failures;
	report->failed_at = credential->state.failed_at;
	report->accepted_at = credential->state.accepted_at;
	memcpy(report->origin, credential->state.origin, sizeof report->origin);
out:
	otp_held_wipe(&held);
	return status;
}

/* A bound token is what its owner's record says: the inventory's was written before he had it. */
static enum otp_status report_bound(struct otp_vault *vault, const struct otp_token_id *token, const char *owner,
                                    struct otp_token_report *report, struct otp_error *error)
{
	struct otp_held held;
	size_t i;
	enum otp_status status = otp_held_load_user(vault, owner, &held, error);

	if (status == OTP_OK && (i = otp_credential_find(&held.credential, token)) < held.credential.n) {
		report_token(&held.credential, i, report);
		memcpy(report->owner, held.credential.holder, sizeof report->owner);
	} else if (status == OTP_OK || status == OTP_E_NOT_FOUND) {
		status = otp_fail(error, OTP_E_CHANGED, "token %s was released just now", token->text);
	}
	otp_held_wipe(&held);
	return status;
}

static enum otp_status report_once(struct otp_vault *vault, const struct otp_token_id *token,
                                   struct otp_token_report *report, struct otp_error *error)
{
	struct otp_held held;
	enum otp_status status = otp_inventory_load_free(vault, token, &held, error);

	memset(report, 0, sizeof *report);
	if (status == OTP_OK)
		report_token(&held.credential, 0, report);
	else if (status == OTP_E_BOUND)
		status = report_bound(vault, token, held.credential.owner, report, error);
	otp_held_wipe(&held);
	return status;
}

enum otp_status otp_token_report(struct otp_vault *vault, const struct otp_token_id *token,
                                 struct otp_token_report *report, struct otp_error *error)
{
	for (int attempt = 1;; attempt++) {
		enum otp_status status = report_once(vault, token, report, error);

		if (status != OTP_E_CHANGED || attempt == ATTEMPTS)
			return status;
	}
}

enum otp_status otp_each_user(struct otp_vault *vault, otp_name_visitor *visit, void *arg, struct otp_error *error)
{
	return otp_store_list(vault->users, visit, arg, error);
}

enum otp_status otp_each_token(struct otp_vault *vault, otp_name_visitor *visit, void *arg, struct otp_error *error)
{
	return otp_store_list(vault->tokens, visit, arg, error);
}
