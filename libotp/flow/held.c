/* SPDX-License-Identifier: BSD-2-Clause */
#include "held.h"

#include "../credential/record.h"

#include <openssl/crypto.h>
#include <string.h>

enum { AMEND_ATTEMPTS = 5 };

_Static_assert((int)OTP_RECORD_FACTS_MAX <= (int)OTP_FACTS_MAX, "facts fit the store");
_Static_assert((int)OTP_RECORD_STATE_MAX <= (int)OTP_STATE_MAX, "state fits the store");

enum otp_status otp_held_parse_user(const struct otp_stored *stored, const char *user,
                                    struct otp_credential *credential, struct otp_error *error)
{
	enum otp_status status =
	    otp_record_parse(stored->facts, stored->facts_len, stored->state, stored->state_len, credential, error);

	if (status == OTP_OK && strcmp(credential->holder, user) != 0)
		status = otp_fail(error, OTP_E_CORRUPT, "the record is another user's");
	return status;
}

enum otp_status otp_held_open(const struct otp_vault *vault, struct otp_credential *credential, struct otp_error *error)
{
	const char *whose = *credential->holder != '\0' ? credential->holder : credential->token[0].id.text;
	enum otp_status status = otp_credential_open(vault->sealer, credential);

	if (status == OTP_E_KEY_WRONG)
		return otp_fail(error, status,
		                "%s: sealed under another key than the key file's; restore that key file", whose);
	if (status != OTP_OK)
		return otp_fail(error, status, "%s: the token's key cannot be opened: %s", whose,
		                otp_status_text(status));
	return OTP_OK;
}

static void print(const struct otp_held *held, struct otp_stored *stored)
{
	stored->revision = held->revision;
	stored->facts_len = otp_record_print_facts(&held->credential, stored->facts);
	stored->state_len = otp_record_print_state(&held->credential, stored->state);
}

enum otp_status otp_held_load_user(struct otp_vault *vault, const char *user, struct otp_held *held,
                                   struct otp_error *error)
{
	struct otp_stored stored;
	enum otp_status status;

	memset(held, 0, sizeof *held);
	if ((status = otp_store_load(vault->users, user, &stored, error)) == OTP_E_NOT_FOUND)
		return otp_fail(error, status, "%s is not enrolled", user);
	if (status == OTP_OK)
		status = otp_held_parse_user(&stored, user, &held->credential, error);
	held->revision = stored.revision;
	return status;
}

enum otp_status otp_held_load_token(struct otp_vault *vault, const struct otp_token_id *id, struct otp_held *held,
                                    struct otp_error *error)
{
	const struct otp_credential *credential = &held->credential;
	struct otp_stored stored;
	enum otp_status status;

	memset(held, 0, sizeof *held);
	if ((status = otp_store_load(vault->tokens, id->text, &stored, error)) == OTP_E_NOT_FOUND)
		return otp_fail(error, status, "token %s is not in the inventory", id->text);
	if (status == OTP_OK)
		status = otp_record_parse(stored.facts, stored.facts_len, stored.state, stored.state_len,
		                          &held->credential, error);
	if (status == OTP_OK &&
	    (*credential->holder != '\0' || credential->n != 1 || !otp_token_id_equal(&credential->token[0].id, id)))
		status = otp_fail(error, OTP_E_CORRUPT, "token %s: the record is another token's", id->text);
	held->revision = stored.revision;
	return status;
}

enum otp_status otp_held_create(struct otp_store *store, const char *name, const struct otp_held *held,
                                struct otp_error *error)
{
	struct otp_stored stored;

	print(held, &stored);
	return otp_store_create(store, name, &stored, error);
}

enum otp_status otp_held_replace(struct otp_store *store, const char *name, const struct otp_held *held,
                                 struct otp_error *error)
{
	struct otp_stored stored;

	print(held, &stored);
	return otp_store_replace(store, name, &stored, error);
}

struct update {
	const char *user;
	otp_held_step *step;
	void *arg;
	struct otp_revision *read;
};

static enum otp_status update_step(void *arg, struct otp_stored *stored, bool *write, struct otp_error *error)
{
	const struct update *update = arg;
	struct otp_credential credential;
	enum otp_status status;

	if (update->read != NULL)
		*update->read = stored->revision;
	if ((status = otp_held_parse_user(stored, update->user, &credential, error)) == OTP_OK &&
	    (status = update->step(update->arg, &credential, write, error)) == OTP_OK && *write)
		stored->state_len = otp_record_print_state(&credential, stored->state);
	otp_credential_wipe(&credential);
	return status;
}

enum otp_status otp_held_update(struct otp_vault *vault, const char *user, otp_held_step *step, void *arg,
                                struct otp_revision *read, struct otp_error *error)
{
	struct update update = {user, step, arg, read};
	enum otp_status status = otp_store_update(vault->users, user, update_step, &update, error);

	if (status == OTP_E_NOT_FOUND)
		return otp_fail(error, status, "%s is not enrolled", user);
	return status;
}

static enum otp_status amend_once(struct otp_vault *vault, const char *user, otp_held_step *step, void *arg,
                                  struct otp_error *error)
{
	struct otp_held held;
	bool write = false;
	enum otp_status status;

	if ((status = otp_held_load_user(vault, user, &held, error)) == OTP_OK &&
	    (status = step(arg, &held.credential, &write, error)) == OTP_OK && write)
		status = otp_held_replace(vault->users, user, &held, error);
	otp_held_wipe(&held);
	return status;
}

enum otp_status otp_held_amend(struct otp_vault *vault, const char *user, otp_held_step *step, void *arg,
                               struct otp_error *error)
{
	for (int attempt = 1;; attempt++) {
		enum otp_status status = amend_once(vault, user, step, arg, error);

		if (status != OTP_E_CHANGED || attempt == AMEND_ATTEMPTS)
			return status;
	}
}

static enum otp_status renew_step(void *arg, struct otp_credential *credential, bool *write, struct otp_error *error)
{
	(void)arg;
	(void)credential;
	(void)error;
	*write = true;
	return OTP_OK;
}

enum otp_status otp_held_renew(struct otp_vault *vault, const char *user, struct otp_error *error)
{
	return otp_held_amend(vault, user, renew_step, NULL, error);
}

void otp_held_wipe(struct otp_held *held)
{
	otp_credential_wipe(&held->credential);
	OPENSSL_cleanse(held, sizeof *held);
}
