/* SPDX-License-Identifier: BSD-2-Clause */
#include "invitation.h"

#include "../credential/record.h"
#include "held.h"

#include <string.h>

static enum otp_status load(struct otp_vault *vault, const char *user, struct otp_stored *stored,
                            struct otp_invitation *invitation, struct otp_error *error)
{
	enum otp_status status;

	if (vault->invitations == NULL)
		return otp_fail(error, OTP_E_NOT_FOUND, "%s is not invited", user);
	if ((status = otp_store_load(vault->invitations, user, stored, error)) == OTP_E_NOT_FOUND)
		return otp_fail(error, status, "%s is not invited", user);
	if (status == OTP_OK)
		status = otp_record_parse_invitation(stored->facts, stored->facts_len, invitation, error);
	if (status == OTP_OK && strcmp(invitation->user, user) != 0)
		status = otp_fail(error, OTP_E_CORRUPT, "the invitation is another user's");
	return status;
}

enum otp_status otp_invite(struct otp_vault *vault, const char *user, uint32_t uid, int64_t expires,
                           struct otp_error *error)
{
	struct otp_invitation invitation = {.uid = uid, .expires = expires}, before;
	struct otp_stored stored, enrolled;
	enum otp_status status;

	if (strnlen(user, OTP_USER_MAX + 1) > OTP_USER_MAX)
		return otp_fail(error, OTP_E_LIMIT, "the user's name is longer than %d bytes", OTP_USER_MAX);
	if (vault->invitations == NULL)
		return otp_fail(error, OTP_E_INVALID, "the store of invitations is not open");
	if (expires <= 0)
		return otp_fail(error, OTP_E_INVALID, "an invitation must have an end");
	if ((status = otp_store_load(vault->users, user, &enrolled, error)) == OTP_OK)
		return otp_fail(error, OTP_E_EXISTS, "%s is enrolled already", user);
	if (status != OTP_E_NOT_FOUND)
		return status;
	memcpy(invitation.user, user, strlen(user) + 1);
	memset(&stored, 0, sizeof stored);
	status = load(vault, user, &stored, &before, error);
	if (status != OTP_OK && status != OTP_E_NOT_FOUND)
		return status;
	stored.facts_len = otp_record_print_invitation(&invitation, stored.facts);
	stored.state_len = 0;
	return status == OTP_OK ? otp_store_replace(vault->invitations, user, &stored, error)
	                        : otp_store_create(vault->invitations, user, &stored, error);
}

enum otp_status otp_invitation(struct otp_vault *vault, const char *user, uint32_t uid, int64_t now, int64_t *expires,
                               struct otp_error *error)
{
	struct otp_invitation invitation;
	struct otp_stored stored;
	enum otp_status status = load(vault, user, &stored, &invitation, error);

	*expires = 0;
	if (status != OTP_OK)
		return status;
	if (invitation.uid != uid || invitation.expires <= now / 1000)
		return otp_fail(error, OTP_E_NOT_FOUND, "the invitation of %s has ended", user);
	*expires = invitation.expires;
	return OTP_OK;
}

enum otp_status otp_uninvite(struct otp_vault *vault, const char *user, struct otp_error *error)
{
	struct otp_invitation invitation;
	struct otp_stored stored;
	enum otp_status status = load(vault, user, &stored, &invitation, error);

	return status == OTP_OK ? otp_store_remove(vault->invitations, user, &stored.revision, error) : status;
}

void otp_invitation_use(struct otp_vault *vault, const char *user)
{
	enum otp_status status = otp_uninvite(vault, user, NULL);

	(void)status; /* see the header */
}
