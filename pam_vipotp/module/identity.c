/* SPDX-License-Identifier: BSD-2-Clause */
#include "identity.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PASSWD_BUFFER = 16384 };

static enum otp_status resolve(struct login *login, const char *typed, struct otp_error *error)
{
	char *buffer = malloc(PASSWD_BUFFER);
	struct passwd entry, *found = NULL;
	enum otp_status status = OTP_OK;
	int failed;

	if (buffer == NULL)
		return otp_fail(error, OTP_E_NOMEM, "out of memory");
	login->known = false;
	(void)snprintf(login->user, sizeof login->user, "%s", typed);
	failed = getpwnam_r(typed, &entry, buffer, PASSWD_BUFFER, &found);
	if (found != NULL && strlen(found->pw_name) <= OTP_USER_MAX) {
		(void)snprintf(login->user, sizeof login->user, "%s", found->pw_name);
		login->uid = found->pw_uid;
		login->known = true;
	} else if (failed != 0 && failed != ENOENT && failed != ESRCH) {
		errno = failed;
		status = otp_fail(error, OTP_E_IO, "the account database cannot be asked: %s", strerror(failed));
	}
	free(buffer);
	return status;
}

enum otp_status identity_of_user(struct login *login, struct otp_error *error)
{
	const char *typed = NULL;

	if (pam_get_user(login->pamh, &typed, NULL) != PAM_SUCCESS || typed == NULL)
		typed = "";
	return resolve(login, typed, error);
}

enum otp_status identity_of_caller(struct login *login, struct otp_error *error)
{
	const char *caller = login_item(login->pamh, PAM_RUSER);
	enum otp_status status;

	if (*caller == '\0')
		return otp_fail(error, OTP_E_INVALID,
		                "identity = \"caller\": the application does not say who calls (PAM_RUSER is not set)");
	if ((status = resolve(login, caller, error)) != OTP_OK)
		return status;
	if (login->known && login->uid == getuid())
		return OTP_OK;
	return otp_fail(error, OTP_E_INVALID,
	                "identity = \"caller\": PAM_RUSER is not the user of the process's real uid %u",
	                (unsigned)getuid());
}
