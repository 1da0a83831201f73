/* SPDX-License-Identifier: BSD-2-Clause */
#include "stock.h"

#include "inventory.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

enum { SERIALS = 100000000, PREFIX_LEN = 4 };

enum otp_status otp_token_add(struct otp_vault *vault, const struct otp_seed *seed, int64_t now,
                              struct otp_error *error)
{
	struct otp_held held;
	enum otp_status status = otp_inventory_fresh(vault, seed, now, &held, error);

	if (status == OTP_OK && (status = otp_held_create(vault->tokens, seed->id.text, &held, error)) == OTP_E_EXISTS)
		status = otp_fail(error, status, "token %s is known here already", seed->id.text);
	otp_held_wipe(&held);
	return status;
}

enum otp_status otp_token_assign(struct otp_vault *vault, const struct otp_token_id *token, const char *user,
                                 struct otp_error *error)
{
	struct otp_held held;
	enum otp_status status;

	if (strnlen(user, OTP_USER_MAX + 1) > OTP_USER_MAX)
		return otp_fail(error, OTP_E_LIMIT, "the user's name is longer than %d bytes", OTP_USER_MAX);
	if ((status = otp_store_begin(vault->tokens, error)) != OTP_OK)
		return status;
	if ((status = otp_inventory_load_free(vault, token, &held, error)) == OTP_OK) {
		memset(held.credential.reserved, 0, sizeof held.credential.reserved);
		memcpy(held.credential.reserved, user, strlen(user));
		status = otp_held_replace(vault->tokens, token->text, &held, error);
	}
	otp_held_wipe(&held);
	otp_store_end(vault->tokens);
	return status;
}

enum otp_status otp_token_remove(struct otp_vault *vault, const struct otp_token_id *token, struct otp_error *error)
{
	struct otp_held held;
	bool bound = false;
	enum otp_status status;

	if ((status = otp_store_begin(vault->tokens, error)) != OTP_OK)
		return status;
	if ((status = otp_held_load_token(vault, token, &held, error)) == OTP_OK)
		status = otp_inventory_is_bound(vault, &held.credential, &bound, error);
	if (status == OTP_OK && bound)
		status = otp_fail(error, OTP_E_BOUND,
		                  "token %s is bound to %s; release it first: vipotp release %s --token %s",
		                  token->text, held.credential.owner, held.credential.owner, token->text);
	if (status == OTP_OK)
		status = otp_store_remove(vault->tokens, token->text, &held.revision, error);
	otp_held_wipe(&held);
	otp_store_end(vault->tokens);
	return status;
}

enum otp_status otp_token_mark(const struct otp_vault *vault, const struct otp_seed *seed, uint64_t *mark)
{
	uint8_t tag[EVP_MAX_MD_SIZE];
	enum otp_status status = OTP_OK;

	*mark = 0;
	if (vault != NULL)
		status = otp_sealer_tag(vault->sealer, seed->secret.bytes, seed->secret.len, tag);
	else if (EVP_Q_digest(NULL, "SHA256", NULL, seed->secret.bytes, seed->secret.len, tag, NULL) != 1)
		status = OTP_E_CRYPTO;
	for (size_t i = 0; i < sizeof *mark && status == OTP_OK; i++)
		*mark = *mark << 8 | tag[i];
	OPENSSL_cleanse(tag, sizeof tag);
	return status;
}

static void set_serial(struct otp_seed *seed, uint64_t number)
{
	(void)snprintf(seed->id.text, sizeof seed->id.text, "%s%08u", seed->kind == OTP_EVENT ? "LVOE" : "LVOT",
	               (unsigned)(number % SERIALS));
}

enum otp_status otp_token_name(const struct otp_vault *vault, struct otp_seed *seed)
{
	uint64_t mark;
	enum otp_status status = otp_token_mark(vault, seed, &mark);

	set_serial(seed, mark);
	return status;
}

void otp_token_name_next(struct otp_seed *seed)
{
	uint64_t number = 0;

	for (const char *digit = seed->id.text + PREFIX_LEN; *digit != '\0'; digit++)
		number = 10 * number + (uint64_t)(*digit - '0');
	set_serial(seed, number + 1);
}

static enum otp_status unseal(const struct otp_vault *vault, const struct otp_credential *credential, size_t i,
                              struct otp_secret *secret, struct otp_error *error)
{
	enum otp_status status = otp_credential_unseal(vault->sealer, credential, i, secret);

	if (status != OTP_OK)
		status = otp_fail(error, status, "token %s: its key cannot be opened: %s", credential->token[i].id.text,
		                  otp_status_text(status));
	return status;
}

/* The key of a token known here, from the inventory or its owner's record. OTP_E_NOT_FOUND: lost with its owner. */
static enum otp_status key_of(struct otp_vault *vault, const struct otp_credential *stocked, struct otp_secret *secret,
                              struct otp_error *error)
{
	struct otp_held owner;
	size_t i = 0;
	enum otp_status status;

	if (stocked->token[0].sealed.len != 0)
		return unseal(vault, stocked, 0, secret, error);
	status = otp_held_load_user(vault, stocked->owner, &owner, error);
	if (status == OTP_OK &&
	    (i = otp_credential_find(&owner.credential, &stocked->token[0].id)) == owner.credential.n)
		status = OTP_E_NOT_FOUND;
	if (status == OTP_OK)
		status = unseal(vault, &owner.credential, i, secret, error);
	otp_held_wipe(&owner);
	return status;
}

static bool same_facts(const struct otp_token *token, const struct otp_seed *seed)
{
	return token->kind == seed->kind && token->digest == seed->digest && token->digits == seed->digits &&
	       token->period == (seed->kind == OTP_TIME ? seed->period : 0);
}

static bool same_secret(const struct otp_secret *a, const struct otp_secret *b)
{
	return a->len == b->len && CRYPTO_memcmp(a->bytes, b->bytes, a->len) == 0;
}

enum otp_status otp_token_known(struct otp_vault *vault, const struct otp_seed *seed, bool *known,
                                struct otp_error *error)
{
	struct otp_held held;
	struct otp_secret secret;
	enum otp_status status = otp_held_load_token(vault, &seed->id, &held, error);

	*known = false;
	memset(&secret, 0, sizeof secret);
	if (status == OTP_E_NOT_FOUND) {
		status = OTP_OK;
	} else if (status == OTP_OK) {
		status = key_of(vault, &held.credential, &secret, error);
		*known = status == OTP_OK && same_facts(&held.credential.token[0], seed) &&
		         same_secret(&secret, &seed->secret);
		if (!*known && (status == OTP_OK || status == OTP_E_NOT_FOUND))
			status = otp_fail(error, OTP_E_EXISTS,
			                  "another token has the ID %s here; remove that one first", seed->id.text);
	}
	otp_secret_wipe(&secret);
	otp_held_wipe(&held);
	return status;
}

/* ---- out of here ---------------------------------------------------------------------------------------------- */

struct export
{
	struct otp_vault *vault;
	otp_export_visitor *visit;
	void *arg;
	struct otp_error *error;
};

static enum otp_status export_token(const struct export *export, const struct otp_credential *credential, size_t i,
                                    const char *user)
{
	const struct otp_token *token = &credential->token[i];
	struct otp_seed seed = {.id = token->id,
	                        .kind = token->kind,
	                        .digest = token->digest,
	                        .digits = token->digits,
	                        .period = token->period,
	                        .counter = credential->state.token[i].next,
	                        .expires = token->expires};
	enum otp_status status;

	memcpy(seed.label, token->label, sizeof seed.label);
	memcpy(seed.issuer, token->issuer, sizeof seed.issuer);
	memcpy(seed.user, user, strlen(user));
	status = unseal(export->vault, credential, i, &seed.secret, export->error);
	if (status == OTP_OK)
		status = export->visit(export->arg, &seed);
	otp_seed_wipe(&seed);
	return status;
}

static enum otp_status export_user(void *arg, const char *name)
{
	const struct export *export = arg;
	struct otp_held held;
	enum otp_status status = otp_held_load_user(export->vault, name, &held, export->error);

	for (size_t i = 0; i < held.credential.n && status == OTP_OK; i++)
		status = export_token(export, &held.credential, i, name);
	otp_held_wipe(&held);
	return status == OTP_E_NOT_FOUND ? OTP_OK : status; /* that: released since the listing began */
}

static enum otp_status export_stocked(void *arg, const char *name)
{
	const struct export *export = arg;
	struct otp_token_id id;
	struct otp_held held;
	enum otp_status status;

	if (otp_token_id_parse(name, &id) != OTP_OK)
		return otp_fail(export->error, OTP_E_CORRUPT, "the inventory holds \"%s\", which is no token ID", name);
	status = otp_inventory_load_free(export->vault, &id, &held, export->error);
	if (status == OTP_OK)
		status = export_token(export, &held.credential, 0, held.credential.reserved);
	otp_held_wipe(&held);
	return status == OTP_E_BOUND || status == OTP_E_NOT_FOUND ? OTP_OK : status;
}

enum otp_status otp_export(struct otp_vault *vault, otp_export_visitor *visit, void *arg, struct otp_error *error)
{
	struct export export = {vault, visit, arg, error};
	enum otp_status status = otp_store_list(vault->users, export_user, &export, error);

	return status == OTP_OK ? otp_store_list(vault->tokens, export_stocked, &export, error) : status;
}
