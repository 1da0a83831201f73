/* SPDX-License-Identifier: BSD-2-Clause */
#include "release.h"

#include "inventory.h"

#include <string.h>

enum { ATTEMPTS = 5 };

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
		    (status = otp_inventory_return(vault, credential, i, "", error)) != OTP_OK)
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
		if (status != OTP_E_CHANGED || attempt == ATTEMPTS)
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
		otp_inventory_forget(vault, &before.token[i].id);
		++*released;
	}
	otp_store_end(vault->tokens);
	return status;
}
