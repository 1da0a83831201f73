/* SPDX-License-Identifier: BSD-2-Clause */
#include "enroll.h"

#include "inventory.h"

#include <string.h>

/* An enrolment under way: the token as the inventory has or will have it, and the user's record. */
struct binding {
	struct otp_held token;
	struct otp_held user;
};

static const struct otp_token_id *token_id(const struct otp_enrolment *enrolment)
{
	return enrolment->seed != NULL ? &enrolment->seed->id : &enrolment->token;
}

static enum otp_status load_token(struct otp_vault *vault, const struct otp_enrolment *enrolment,
                                  struct otp_held *token, struct otp_error *error)
{
	struct otp_stored known;

	if (enrolment->seed == NULL)
		return otp_inventory_load_free(vault, &enrolment->token, token, error);
	switch (otp_store_load(vault->tokens, enrolment->seed->id.text, &known, error)) {
	case OTP_E_NOT_FOUND:
		return otp_inventory_fresh(vault, enrolment->seed, token, error);
	case OTP_OK:
		return otp_fail(error, OTP_E_EXISTS, "token %s is known here already; enrol it by its ID",
		                enrolment->seed->id.text);
	default:
		return error != NULL ? error->status : OTP_E_IO;
	}
}

static enum otp_status load_user(struct otp_vault *vault, const struct otp_enrolment *enrolment, struct otp_held *user,
                                 struct otp_error *error)
{
	struct otp_credential *credential = &user->credential;
	enum otp_status status = otp_held_load_user(vault, enrolment->user, user, error);

	if (!enrolment->add) {
		if (status == OTP_E_NOT_FOUND) {
			memcpy(credential->holder, enrolment->user, strlen(enrolment->user) + 1);
			credential->uid = enrolment->uid;
			return OTP_OK;
		}
		return status != OTP_OK ? status
		                        : otp_fail(error, OTP_E_EXISTS,
		                                   "%s is enrolled already; release the token first, or "
		                                   "add a further one with --add",
		                                   enrolment->user);
	}
	if (status != OTP_OK)
		return status;
	if (credential->uid != enrolment->uid)
		return otp_fail(error, OTP_E_FOREIGN, "%s: enrolled as uid %u, but has uid %u", enrolment->user,
		                credential->uid, enrolment->uid);
	if (credential->n == OTP_TOKENS_MAX)
		return otp_fail(error, OTP_E_LIMIT, "%s has %d tokens already; release one first", enrolment->user,
		                OTP_TOKENS_MAX);
	return OTP_OK;
}

/* Both records, checked. The caller wipes *binding in either case. */
static enum otp_status prepare(struct otp_vault *vault, const struct otp_enrolment *enrolment, struct binding *binding,
                               struct otp_error *error)
{
	enum otp_status status;

	memset(binding, 0, sizeof *binding);
	if (strnlen(enrolment->user, OTP_USER_MAX + 1) > OTP_USER_MAX)
		return otp_fail(error, OTP_E_LIMIT, "the user's name is longer than %d bytes", OTP_USER_MAX);
	if ((status = load_user(vault, enrolment, &binding->user, error)) != OTP_OK)
		return status;
	return load_token(vault, enrolment, &binding->token, error);
}

static void wipe(struct binding *binding)
{
	otp_held_wipe(&binding->token);
	otp_held_wipe(&binding->user);
}

enum otp_status otp_enroll_check(struct otp_vault *vault, const struct otp_enrolment *enrolment, uint8_t *digits,
                                 enum otp_kind *kind, struct otp_error *error)
{
	struct binding binding;
	enum otp_status status = prepare(vault, enrolment, &binding, error);

	*digits = binding.token.credential.token[0].digits;
	*kind = binding.token.credential.token[0].kind;
	wipe(&binding);
	return status;
}

/* Append the token to the user's credential, sealed for him. */
static enum otp_status take_over(const struct otp_vault *vault, struct otp_credential *user,
                                 const struct otp_credential *inventory, int64_t now, struct otp_error *error)
{
	size_t i = user->n++;
	struct otp_secret secret;
	enum otp_status status;

	user->token[i] = inventory->token[0];
	user->token[i].key = NULL; /* stays the inventory credential's */
	user->token[i].status = OTP_TOKEN_ENABLED;
	user->token[i].enrolled_at = now / 1000;
	user->state.token[i] = inventory->state.token[0];
	if ((status = otp_credential_unseal(vault->sealer, inventory, 0, &secret)) == OTP_OK)
		status = otp_credential_seal(vault->sealer, user, i, &secret);
	otp_secret_wipe(&secret);
	return status == OTP_OK ? OTP_OK : otp_fail(error, status, "the token's key cannot be sealed");
}

/*
 * The binding failed: a token that was stored nowhere before goes again, unless the user's record has it after all, as
 * it may when only the sync of its directory failed.
 */
static void withdraw(struct otp_vault *vault, const struct otp_enrolment *enrolment)
{
	struct otp_held claimed;
	enum otp_status status;

	if (enrolment->seed == NULL)
		return;
	status = otp_inventory_load_free(vault, &enrolment->seed->id, &claimed, NULL);
	if (status == OTP_OK)
		status = otp_store_remove(vault->tokens, enrolment->seed->id.text, &claimed.revision, NULL);
	(void)status; /* a free token more in the inventory harms nobody */
	otp_held_wipe(&claimed);
}

/*
 * Three writes, of which the second counts: the inventory names the owner; the user's record has the token; the
 * inventory forgets the key. After a death before the second the token is free, after it the token is bound.
 */
static enum otp_status bind(struct otp_vault *vault, const struct otp_enrolment *enrolment, struct binding *binding,
                            struct otp_error *error)
{
	struct otp_credential *inventory = &binding->token.credential;
	const char *id = token_id(enrolment)->text;
	enum otp_status status;

	if ((status = take_over(vault, &binding->user.credential, inventory, enrolment->pair.second_at, error)) !=
	    OTP_OK)
		return status;
	memcpy(inventory->owner, enrolment->user, strlen(enrolment->user) + 1);
	status = enrolment->seed != NULL ? otp_held_create(vault->tokens, id, &binding->token, error)
	                                 : otp_held_replace(vault->tokens, id, &binding->token, error);
	if (status != OTP_OK)
		return status;
	status = enrolment->add ? otp_held_replace(vault->users, enrolment->user, &binding->user, error)
	                        : otp_held_create(vault->users, enrolment->user, &binding->user, error);
	if (status != OTP_OK) {
		withdraw(vault, enrolment);
		return status;
	}
	/* Bound and durable: should this fail, the inventory keeps a sealed key that no login reads. */
	if (otp_inventory_strip(vault, token_id(enrolment), NULL) != OTP_OK)
		status = OTP_OK;
	return status;
}

/* Under the lock that keeps two enrolments of one token apart. */
static enum otp_status judge_and_bind(struct otp_vault *vault, const struct otp_limits *limits,
                                      const struct otp_enrolment *enrolment, struct otp_judgement *judgement,
                                      struct otp_error *error)
{
	struct binding binding;
	enum otp_status status;

	if ((status = prepare(vault, enrolment, &binding, error)) != OTP_OK ||
	    (status = otp_held_open(vault, &binding.token.credential, error)) != OTP_OK)
		goto out;
	if ((status = otp_judge_pair(&binding.token.credential, 0, &enrolment->pair, false, limits, judgement)) !=
	    OTP_OK)
		status = otp_fail(error, status, "no code could be computed");
	else if (judgement->verdict == OTP_ACCEPTED)
		status = bind(vault, enrolment, &binding, error);
	else if (judgement->changed && enrolment->seed == NULL) /* a failure is charged to the token */
		status = otp_held_replace(vault->tokens, enrolment->token.text, &binding.token, error);
out:
	wipe(&binding);
	return status;
}

enum otp_status otp_enroll(struct otp_vault *vault, const struct otp_limits *limits,
                           const struct otp_enrolment *enrolment, struct otp_judgement *judgement,
                           struct otp_error *error)
{
	enum otp_status status;

	memset(judgement, 0, sizeof *judgement);
	if ((status = otp_store_begin(vault->tokens, error)) != OTP_OK)
		return status;
	status = judge_and_bind(vault, limits, enrolment, judgement, error);
	otp_store_end(vault->tokens);
	if (status != OTP_OK)
		memset(judgement, 0, sizeof *judgement);
	return status;
}
