/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PAM module that stands before and after ours in knock's stack and has no opinion. `set` puts the PAM variable
 * KNOCK_SET into PAM_AUTHTOK, as a module that asked for a password does; `see` puts what it finds in PAM_AUTHTOK
 * into the variable KNOCK_SEEN, because an application is not shown that item.
 */
#include <security/pam_modules.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORTED __attribute__((visibility("default")))

static int see(pam_handle_t *pamh)
{
	const void *authtok = NULL;
	char *variable = NULL;
	int result;

	if (pam_get_item(pamh, PAM_AUTHTOK, &authtok) != PAM_SUCCESS || authtok == NULL)
		return pam_getenv(pamh, "KNOCK_SEEN") != NULL ? pam_putenv(pamh, "KNOCK_SEEN") : PAM_SUCCESS;
	if (asprintf(&variable, "KNOCK_SEEN=%s", (const char *)authtok) < 0)
		return PAM_BUF_ERR;
	result = pam_putenv(pamh, variable);
	free(variable);
	return result;
}

EXPORTED int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)flags;
	if (argc == 1 && strcmp(argv[0], "set") == 0)
		(void)pam_set_item(pamh, PAM_AUTHTOK, pam_getenv(pamh, "KNOCK_SET"));
	else
		(void)see(pamh);
	return PAM_IGNORE;
}

EXPORTED int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_IGNORE;
}
