/* SPDX-License-Identifier: BSD-2-Clause */
#include "rename.h"

#include "inventory.h"
#include "invitation.h"

#include <string.h>

enum { ATTEMPTS = 5 };

/* Seal every key anew for another holder. */
static enum otp_status reseal(const struct otp_vault *vault, struct otp_credential *credential, const char *holder,
                              struct otp_error *error)
{
	struct otp_credential before = *credential;
	enum otp_status status = OTP_OK;

	memset(credential->holder, 0, sizeof credential->holder);
	memcpy(credential->holder, holder, strlen(holder));
	for (size_t i = 0; i < credential->n && status == OTP_OK; i++) {
		struct otp_secret secret;

		if ((status = otp_credential_unseal(vault->sealer, &before, i, &secret)) == OTP_OK)
			status = otp_credential_seal(vault->sealer, credential, i, &secret);
		otp_secret_wipe(&secret);
	}
	otp_credential_wipe(&before);
	if (status != OTP_OK)
		return otp_fail(error, status, "%s: a key cannot be sealed anew: %s", holder, otp_status_text(status));
	return OTP_OK;
}

/*
 * Put the tokens into the inventory, reserved for the new name, and take the old record away: from then on nothing is
 * the old name's, and nothing the new one's yet.
 */
static enum otp_status take_away(struct otp_vault *vault, const char *old_name, const char *new_name, uint32_t uid,
                                 struct otp_held *held, struct otp_error *error)
{
	const struct otp_credential *credential = &held->credential;
	enum otp_status status;

	if ((status = otp_held_load_user(vault, old_name, held, error)) != OTP_OK)
		return status;
	if (credential->uid != uid)
		return otp_fail(error, OTP_E_FOREIGN, "%s was enrolled as uid %u, but %s has uid %u", old_name,
		                credential->uid, new_name, uid);
	for (size_t i = 0; i < credential->n; i++)
		if ((status = otp_inventory_return(vault, credential, i, new_name, error)) != OTP_OK)
			return status;
	return otp_store_remove(vault->users, old_name, &held->revision, error);
}

/* The stubs name the new owner, before his record is there: until then they read as free, reserved for him. */
static enum otp_status give_on(struct otp_vault *vault, const char *new_name, struct otp_held *held,
                               struct otp_error *error)
{
	struct otp_credential *credential = &held->credential;
	enum otp_status status = reseal(vault, credential, new_name, error);

	for (size_t i = 0; i < credential->n && status == OTP_OK; i++)
		status = otp_inventory_claim(vault, &credential->token[i].id, new_name, error);
	if (status == OTP_OK)
		status = otp_held_create(vault->users, new_name, held, error);
	for (size_t i = 0; i < credential->n && status == OTP_OK; i++)
		if (otp_inventory_strip(vault, &credential->token[i].id, NULL) != OTP_OK)
			status = OTP_OK; /* the inventory keeps a sealed key that no login reads */
	return status;
}

/* Under the lock that keeps enrolments away. */
static enum otp_status rename_locked(struct otp_vault *vault, const char *old_name, const char *new_name, uint32_t uid,
                                     struct otp_error *error)
{
	struct otp_stored taken;
	struct otp_held held;
	enum otp_status status = otp_store_load(vault->users, new_name, &taken, error);

	if (status == OTP_OK)
		return otp_fail(error, OTP_E_EXISTS, "%s is enrolled already", new_name);
	if (status != OTP_E_NOT_FOUND)
		return status;
	for (int attempt = 1;; attempt++) { /* a login in between moves a position that must not be lost */
		status = take_away(vault, old_name, new_name, uid, &held, error);
		if (status != OTP_E_CHANGED || attempt == ATTEMPTS)
			break;
		otp_held_wipe(&held);
	}
	if (status == OTP_OK && (status = give_on(vault, new_name, &held, error)) == OTP_OK)
		otp_invitation_use(vault, new_name);
	otp_held_wipe(&held);
	return status;
}

enum otp_status otp_rename(struct otp_vault *vault, const char *old_name, const char *new_name, uint32_t uid,
                           struct otp_error *error)
{
	enum otp_status status;

	if (strnlen(new_name, OTP_USER_MAX + 1) > OTP_USER_MAX)
		return otp_fail(error, OTP_E_LIMIT, "the user's name is longer than %d bytes", OTP_USER_MAX);
	if ((status = otp_store_begin(vault->tokens, error)) != OTP_OK)
		return status;
	status = rename_locked(vault, old_name, new_name, uid, error);
	otp_store_end(vault->tokens);
	return status;
}
