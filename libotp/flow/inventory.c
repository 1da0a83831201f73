/* SPDX-License-Identifier: BSD-2-Clause */
#include "inventory.h"

#include <string.h>

static void text_copy(char to[OTP_TEXT_MAX + 1], const char from[OTP_TEXT_MAX + 1])
{
	memcpy(to, from, OTP_TEXT_MAX + 1);
}

/* Another system's word on a token's clock is good to a period either way. */
static void set_skew(const struct otp_seed *seed, int64_t now, struct otp_clock *clock)
{
	int64_t period = (int64_t)seed->period * 1000;

	*clock = (struct otp_clock){.known = true,
	                            .lo = seed->skew - period,
	                            .hi = seed->skew + period,
	                            .at = now,
	                            .anchor_lo = seed->skew - period,
	                            .anchor_hi = seed->skew + period,
	                            .anchor_at = now};
}

/* Scratch codes of the system that a token comes from serve as recovery codes. */
static enum otp_status tag_scratches(const struct otp_vault *vault, const struct otp_seed *seed,
                                     struct otp_recovery *recovery)
{
	enum otp_status status = OTP_OK;

	if (seed->scratches > 0)
		status = otp_recovery_salt(recovery);
	for (size_t i = 0; i < seed->scratches && status == OTP_OK; i++) {
		struct otp_spare_code code = {""};

		memcpy(code.text, seed->scratch[i], sizeof seed->scratch[i]);
		status = otp_recovery_tag(vault->sealer, recovery, &code, recovery->tag[i]);
		recovery->n = i + 1;
		explicit_bzero(&code, sizeof code);
	}
	return status;
}

enum otp_status otp_inventory_fresh(const struct otp_vault *vault, const struct otp_seed *seed, int64_t now,
                                    struct otp_held *held, struct otp_error *error)
{
	struct otp_credential *credential = &held->credential;
	struct otp_token *token = &credential->token[0];
	enum otp_status status;

	memset(held, 0, sizeof *held);
	if ((status = otp_seed_check(seed, error)) != OTP_OK)
		return status;
	credential->n = 1;
	token->id = seed->id;
	token->kind = seed->kind;
	token->digest = seed->digest;
	token->digits = seed->digits;
	token->period = seed->kind == OTP_TIME ? seed->period : 0;
	token->status = OTP_TOKEN_NEW;
	token->expires = seed->expires;
	memcpy(credential->reserved, seed->user, sizeof credential->reserved);
	text_copy(token->label, seed->label);
	text_copy(token->issuer, seed->issuer);
	credential->state.token[0].next = seed->counter;
	if (seed->skewed && seed->kind == OTP_TIME)
		set_skew(seed, now, &credential->state.token[0].clock);
	if ((status = otp_credential_seal(vault->sealer, credential, 0, &seed->secret)) == OTP_OK)
		status = tag_scratches(vault, seed, &credential->recovery);
	if (status != OTP_OK)
		return otp_fail(error, status, "token %s: its key cannot be sealed", seed->id.text);
	return OTP_OK;
}

enum otp_status otp_inventory_is_bound(struct otp_vault *vault, const struct otp_credential *record, bool *bound,
                                       struct otp_error *error)
{
	struct otp_held owner;
	enum otp_status status;

	*bound = false;
	if (*record->owner == '\0')
		return OTP_OK;
	status = otp_held_load_user(vault, record->owner, &owner, error);
	*bound = status == OTP_OK && otp_credential_find(&owner.credential, &record->token[0].id) < owner.credential.n;
	otp_held_wipe(&owner);
	return status == OTP_E_NOT_FOUND ? OTP_OK : status;
}

enum otp_status otp_inventory_claim(struct otp_vault *vault, const struct otp_token_id *id, const char *owner,
                                    struct otp_error *error)
{
	struct otp_held held;
	enum otp_status status = otp_held_load_token(vault, id, &held, error);

	if (status == OTP_OK) {
		memset(held.credential.owner, 0, sizeof held.credential.owner);
		memcpy(held.credential.owner, owner, strlen(owner));
		status = otp_held_replace(vault->tokens, id->text, &held, error);
	}
	otp_held_wipe(&held);
	return status;
}

enum otp_status otp_inventory_load_free(struct otp_vault *vault, const struct otp_token_id *id, struct otp_held *held,
                                        struct otp_error *error)
{
	struct otp_credential *credential = &held->credential;
	bool bound = false;
	enum otp_status status = otp_held_load_token(vault, id, held, error);

	if (status == OTP_OK)
		status = otp_inventory_is_bound(vault, credential, &bound, error);
	if (status != OTP_OK)
		return status;
	if (bound)
		return otp_fail(error, OTP_E_BOUND,
		                "token %s is bound to %s; release it first: vipotp release %s --token %s", id->text,
		                credential->owner, credential->owner, id->text);
	if (credential->token[0].sealed.len == 0)
		return otp_fail(error, OTP_E_CORRUPT,
		                "token %s: bound to %s once, whose record is gone together with the key; remove it "
		                "and add it anew: vipotp tokens remove %s",
		                id->text, credential->owner, id->text);
	memset(credential->owner, 0, sizeof credential->owner);
	return OTP_OK;
}

enum otp_status otp_inventory_strip(struct otp_vault *vault, const struct otp_token_id *id, struct otp_error *error)
{
	struct otp_held held;
	enum otp_status status = otp_held_load_token(vault, id, &held, error);

	if (status == OTP_OK) {
		memset(&held.credential.token[0].sealed, 0, sizeof held.credential.token[0].sealed);
		memset(held.credential.reserved, 0, sizeof held.credential.reserved);
		memset(&held.credential.recovery, 0, sizeof held.credential.recovery);
		held.credential.state.recovery_spent = 0;
		held.credential.state.temporary_spent = false;
		status = otp_held_replace(vault->tokens, id->text, &held, error);
	}
	otp_held_wipe(&held);
	return status;
}

void otp_inventory_forget(struct otp_vault *vault, const struct otp_token_id *id)
{
	struct otp_held held;
	enum otp_status status = otp_inventory_load_free(vault, id, &held, NULL);

	if (status == OTP_OK && otp_held_replace(vault->tokens, id->text, &held, NULL) != OTP_OK)
		status = OTP_E_CHANGED;
	(void)status; /* nothing depends on it */
	otp_held_wipe(&held);
}

/* The token as the inventory holds it, sealed for no user. */
static enum otp_status as_inventory(const struct otp_vault *vault, const struct otp_credential *credential, size_t i,
                                    const char *reserved, struct otp_credential *record, struct otp_error *error)
{
	const char *id = credential->token[i].id.text;
	struct otp_secret secret;
	enum otp_status status;

	memset(record, 0, sizeof *record);
	memcpy(record->owner, credential->holder, sizeof record->owner);
	memcpy(record->reserved, reserved, strlen(reserved) + 1);
	record->n = 1;
	record->token[0] = credential->token[i];
	record->token[0].key = NULL; /* stays the user's credential's */
	if (record->token[0].status != OTP_TOKEN_DISABLED)
		record->token[0].status = OTP_TOKEN_NEW;
	record->token[0].enrolled_at = 0;
	record->state.token[0] = credential->state.token[i];
	if ((status = otp_credential_unseal(vault->sealer, credential, i, &secret)) == OTP_OK)
		status = otp_credential_seal(vault->sealer, record, 0, &secret);
	otp_secret_wipe(&secret);
	if (status != OTP_OK)
		return otp_fail(error, status, "token %s: its key cannot be opened: %s", id, otp_status_text(status));
	return OTP_OK;
}

enum otp_status otp_inventory_return(struct otp_vault *vault, const struct otp_credential *credential, size_t i,
                                     const char *reserved, struct otp_error *error)
{
	const struct otp_token_id *id = &credential->token[i].id;
	struct otp_held held;
	struct otp_credential record;
	enum otp_status status;

	if ((status = as_inventory(vault, credential, i, reserved, &record, error)) != OTP_OK)
		return status;
	status = otp_held_load_token(vault, id, &held, error);
	if (status == OTP_OK || status == OTP_E_NOT_FOUND) {
		held.credential = record;
		status = status == OTP_OK ? otp_held_replace(vault->tokens, id->text, &held, error)
		                          : otp_held_create(vault->tokens, id->text, &held, error);
	}
	otp_held_wipe(&held);
	return status;
}
