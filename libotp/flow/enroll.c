/* SPDX-License-Identifier: BSD-2-Clause */
#include "enroll.h"

#include "../core/step.h"
#include "../policy/spare.h"
#include "inventory.h"
#include "invitation.h"

#include <string.h>

enum { ATTEMPTS = 5 };

static const struct otp_token_id *token_id(const struct otp_enrolment *enrolment)
{
	return enrolment->seed != NULL ? &enrolment->seed->id : &enrolment->token;
}

/* A token of the inventory that this user may enrol. */
static enum otp_status load_stocked(struct otp_vault *vault, const struct otp_enrolment *enrolment,
                                    struct otp_held *token, struct otp_error *error)
{
	const struct otp_credential *credential = &token->credential;
	const char *id = enrolment->token.text;
	enum otp_status status = otp_inventory_load_free(vault, &enrolment->token, token, error);

	if (status != OTP_OK)
		return status;
	if (credential->token[0].status != OTP_TOKEN_NEW)
		return otp_fail(error, OTP_E_STATE,
		                "token %s is disabled%s%s; enable it first: vipotp enable --token %s", id,
		                credential->token[0].reason[0] != '\0' ? ": " : "", credential->token[0].reason, id);
	if (credential->reserved[0] != '\0' && strcmp(credential->reserved, enrolment->user) != 0)
		return otp_fail(error, OTP_E_RESERVED,
		                "token %s is reserved for %s; assign it anew first: vipotp tokens assign %s %s", id,
		                credential->reserved, id, enrolment->user);
	return OTP_OK;
}

static enum otp_status load_token(struct otp_vault *vault, const struct otp_enrolment *enrolment,
                                  struct otp_held *token, struct otp_error *error)
{
	struct otp_stored known;
	enum otp_status status;

	memset(token, 0, sizeof *token);
	if (enrolment->seed == NULL)
		return load_stocked(vault, enrolment, token, error);
	status = otp_store_load(vault->tokens, enrolment->seed->id.text, &known, error);
	if (status == OTP_E_NOT_FOUND)
		return otp_inventory_fresh(vault, enrolment->seed, enrolment->pair.second_at, token, error);
	if (status != OTP_OK)
		return status;
	return otp_fail(error, OTP_E_EXISTS, "token %s is known here already; enrol it by its ID",
	                enrolment->seed->id.text);
}

/* The user's record as it is, or an empty one. The caller wipes *user in either case. */
static enum otp_status load_user(struct otp_vault *vault, const struct otp_enrolment *enrolment, struct otp_held *user,
                                 struct otp_error *error)
{
	struct otp_credential *credential = &user->credential;
	enum otp_status status;

	memset(user, 0, sizeof *user);
	if (strnlen(enrolment->user, OTP_USER_MAX + 1) > OTP_USER_MAX)
		return otp_fail(error, OTP_E_LIMIT, "the user's name is longer than %d bytes", OTP_USER_MAX);
	status = otp_held_load_user(vault, enrolment->user, user, error);
	if (status == OTP_E_NOT_FOUND && enrolment->how == OTP_ENROLL_FIRST) {
		memcpy(credential->holder, enrolment->user, strlen(enrolment->user) + 1);
		credential->uid = enrolment->uid;
		return OTP_OK;
	}
	if (status != OTP_OK)
		return status;
	if (enrolment->how == OTP_ENROLL_FIRST)
		return otp_fail(error, OTP_E_EXISTS,
		                "%s is enrolled already; release the token first, or add a further one with --add",
		                enrolment->user);
	if (credential->uid != enrolment->uid)
		return otp_fail(error, OTP_E_FOREIGN, "%s: enrolled as uid %u, but has uid %u", enrolment->user,
		                credential->uid, enrolment->uid);
	if (enrolment->how == OTP_ENROLL_ADD && credential->n == OTP_TOKENS_MAX)
		return otp_fail(error, OTP_E_LIMIT, "%s has %d tokens already; release one first", enrolment->user,
		                OTP_TOKENS_MAX);
	for (size_t i = 0; enrolment->how == OTP_ENROLL_REPLACE && i < credential->n; i++)
		if (credential->token[i].status == OTP_TOKEN_LOCKED)
			return otp_fail(error, OTP_E_STATE, "token %s of %s is locked; unlock or release it first",
			                credential->token[i].id.text, enrolment->user);
	return OTP_OK;
}

/* Both records, checked; the token's is what goes on. The caller wipes *token in either case. */
static enum otp_status prepare(struct otp_vault *vault, const struct otp_enrolment *enrolment, struct otp_held *token,
                               struct otp_error *error)
{
	struct otp_held user;
	enum otp_status status = load_user(vault, enrolment, &user, error);

	otp_held_wipe(&user);
	memset(token, 0, sizeof *token);
	return status == OTP_OK ? load_token(vault, enrolment, token, error) : status;
}

enum otp_status otp_enroll_check(struct otp_vault *vault, const struct otp_enrolment *enrolment, uint8_t *digits,
                                 enum otp_kind *kind, struct otp_error *error)
{
	struct otp_held token;
	enum otp_status status = prepare(vault, enrolment, &token, error);

	*digits = token.credential.token[0].digits;
	*kind = token.credential.token[0].kind;
	otp_held_wipe(&token);
	return status;
}

/*
 * Scratch codes of the system that the token comes from become the user's recovery codes if he has none. His temporary
 * code has ended; its tag goes, since the salt does.
 */
static void take_scratches(struct otp_credential *user, const struct otp_credential *inventory)
{
	if (inventory->recovery.n == 0 || otp_credential_recovery_left(user) > 0)
		return;
	user->recovery = inventory->recovery;
	user->state.recovery_spent = inventory->state.recovery_spent;
	user->state.temporary_spent = false;
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
	take_scratches(user, inventory);
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

/* The tokens that make room: back to the inventory, where they are free once the user's record has lost them. */
static enum otp_status give_back(struct otp_vault *vault, struct otp_credential *user, struct otp_error *error)
{
	enum otp_status status = OTP_OK;

	for (size_t i = 0; i < user->n && status == OTP_OK; i++)
		status = otp_inventory_return(vault, user, i, "", error);
	while (status == OTP_OK && user->n > 0)
		otp_credential_drop(user, user->n - 1);
	return status;
}

/* One attempt at the write that counts. *before is the user's credential as it was. */
static enum otp_status write_user(struct otp_vault *vault, const struct otp_enrolment *enrolment,
                                  const struct otp_credential *inventory, struct otp_credential *before,
                                  struct otp_error *error)
{
	struct otp_held user;
	enum otp_status status = load_user(vault, enrolment, &user, error);

	*before = user.credential;
	if (status == OTP_OK && enrolment->how == OTP_ENROLL_REPLACE)
		status = give_back(vault, &user.credential, error);
	otp_spare_retire(&user.credential);
	if (status == OTP_OK)
		status = take_over(vault, &user.credential, inventory, enrolment->pair.second_at, error);
	if (status == OTP_OK)
		status = enrolment->how == OTP_ENROLL_FIRST
		             ? otp_held_create(vault->users, enrolment->user, &user, error)
		             : otp_held_replace(vault->users, enrolment->user, &user, error);
	otp_held_wipe(&user);
	return status;
}

/*
 * Three writes, of which the second counts: the inventory names the owner; the user's record has the token; the
 * inventory forgets the key. After a death before the second the token is free, after it the token is bound. A login in
 * between changes the user's record: the second write is tried again on what it left.
 */
static enum otp_status bind(struct otp_vault *vault, const struct otp_enrolment *enrolment, struct otp_held *token,
                            struct otp_error *error)
{
	const struct otp_token_id *id = token_id(enrolment);
	struct otp_credential before;
	enum otp_status status;

	memcpy(token->credential.owner, enrolment->user, strlen(enrolment->user) + 1);
	status = enrolment->seed != NULL ? otp_held_create(vault->tokens, id->text, token, error)
	                                 : otp_held_replace(vault->tokens, id->text, token, error);
	if (status != OTP_OK)
		return status;
	for (int attempt = 1;; attempt++) {
		status = write_user(vault, enrolment, &token->credential, &before, error);
		if (status != OTP_E_CHANGED || attempt == ATTEMPTS)
			break;
	}
	if (status != OTP_OK) {
		withdraw(vault, enrolment);
		return status;
	}
	/* Bound and durable: should this fail, the inventory keeps a sealed key that no login reads. */
	if (otp_inventory_strip(vault, id, NULL) != OTP_OK)
		status = OTP_OK;
	otp_invitation_use(vault, enrolment->user);
	for (size_t i = 0; enrolment->how == OTP_ENROLL_REPLACE && i < before.n; i++)
		otp_inventory_forget(vault, &before.token[i].id);
	return status;
}

/* Under the lock that keeps two enrolments of one token apart. */
static enum otp_status judge_and_bind(struct otp_vault *vault, const struct otp_limits *limits,
                                      const struct otp_enrolment *enrolment, struct otp_judgement *judgement,
                                      struct otp_error *error)
{
	struct otp_held token;
	enum otp_status status;

	if ((status = prepare(vault, enrolment, &token, error)) != OTP_OK ||
	    (status = otp_held_open(vault, &token.credential, error)) != OTP_OK)
		goto out;
	if ((status = otp_judge_pair(&token.credential, 0, &enrolment->pair, false, limits, judgement)) != OTP_OK)
		status = otp_fail(error, status, "no code could be computed");
	else if (judgement->verdict == OTP_ACCEPTED)
		status = bind(vault, enrolment, &token, error);
	else if (judgement->changed && enrolment->seed == NULL) /* a failure is charged to the token */
		status = otp_held_replace(vault->tokens, enrolment->token.text, &token, error);
out:
	otp_held_wipe(&token);
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

/*
 * Not every system tells which code of a time token it accepted last. Where it is not known the token starts with its
 * next one.
 */
static void forgo_present_code(struct otp_credential *credential, int64_t now)
{
	const struct otp_token *token = &credential->token[0];
	struct otp_token_state *own = &credential->state.token[0];
	int64_t ahead = own->clock.known ? (own->clock.lo + own->clock.hi) / 2 : 0;

	if (token->kind == OTP_TIME && own->next == 0)
		own->next = otp_step_at(now + ahead, (int64_t)token->period * 1000) + 1;
}

enum otp_status otp_enroll_migrated(struct otp_vault *vault, const struct otp_enrolment *enrolment,
                                    struct otp_error *error)
{
	struct otp_held token;
	enum otp_status status;

	if ((status = otp_store_begin(vault->tokens, error)) != OTP_OK)
		return status;
	if ((status = prepare(vault, enrolment, &token, error)) == OTP_OK) {
		forgo_present_code(&token.credential, enrolment->pair.second_at);
		status = bind(vault, enrolment, &token, error);
	}
	otp_held_wipe(&token);
	otp_store_end(vault->tokens);
	return status;
}
