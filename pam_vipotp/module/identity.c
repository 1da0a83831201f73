/* SPDX-License-Identifier: BSD-2-Clause */
#include "identity.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PASSWD_BUFFER = 16384 };

/* What the account database says of a name. */
struct account {
	char name[OTP_USER_MAX + 1]; /* canonical, or as it was given while known is false */
	uint32_t uid, gid;
	bool known;
};

/* A database that is configured and not there (ENOENT, ESRCH) knows nobody, which denies as well. */
static enum otp_status resolve(const char *given, struct account *account, struct otp_error *error)
{
	char *buffer = malloc(PASSWD_BUFFER);
	struct passwd entry, *found = NULL;
	enum otp_status status = OTP_OK;
	int failed;

	if (buffer == NULL)
		return otp_fail(error, OTP_E_NOMEM, "out of memory");
	*account = (struct account){.known = false};
	(void)snprintf(account->name, sizeof account->name, "%s", given);
	failed = getpwnam_r(given, &entry, buffer, PASSWD_BUFFER, &found);
	if (found != NULL && strlen(found->pw_name) <= OTP_USER_MAX) {
		(void)snprintf(account->name, sizeof account->name, "%s", found->pw_name);
		account->uid = found->pw_uid;
		account->gid = found->pw_gid;
		account->known = true;
	} else if (failed != 0 && failed != ENOENT && failed != ESRCH) {
		errno = failed;
		status = otp_fail(error, failed == ENOMEM ? OTP_E_NOMEM : OTP_E_IO,
		                  "the account database cannot be asked: %s", strerrordesc_np(failed));
	}
	free(buffer);
	return status;
}

static void take(struct login *login, const struct account *account)
{
	memcpy(login->user, account->name, sizeof login->user);
	login->uid = account->uid;
	login->gid = account->gid;
	login->known = account->known;
}

enum otp_status identity_of_user(struct login *login, struct otp_error *error)
{
	const char *typed = NULL;
	struct account account;
	enum otp_status status;

	if (pam_get_user(login->pamh, &typed, NULL) != PAM_SUCCESS || typed == NULL)
		typed = "";
	if ((status = resolve(typed, &account, error)) == OTP_OK)
		take(login, &account);
	return status;
}

/* Until the caller is proven to be one, the login stays PAM_USER's: so the log names the account that was wanted. */
enum otp_status identity_of_caller(struct login *login, struct otp_error *error)
{
	const char *caller = login_item(login->pamh, PAM_RUSER);
	struct account account;
	enum otp_status status;

	if (*caller == '\0')
		return otp_fail(error, OTP_E_INVALID,
		                "identity = \"caller\": the application does not say who calls (PAM_RUSER is not set)");
	/* Of a login from afar PAM_RUSER is what the other host says, and root's uid that of the daemon. */
	if (*login->rhost != '\0')
		return otp_fail(error, OTP_E_INVALID,
		                "identity = \"caller\": nobody on this host calls (PAM_RHOST is set)");
	if ((status = resolve(caller, &account, error)) != OTP_OK)
		return status;
	if (!account.known || account.uid != getuid())
		return otp_fail(error, OTP_E_INVALID,
		                "identity = \"caller\": PAM_RUSER is not the user of the process's real uid %u",
		                (unsigned)getuid());
	take(login, &account);
	return OTP_OK;
}
