/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_LOGIN_H
#define VIPOTP_LOGIN_H

#include "arguments.h"
#include "language/language.h"
#include "settings/settings.h"

#include <security/pam_modules.h>
#include <time.h>

/*
 * Who logs in, where and from: what a call of the module is about. The texts without a size are libpam's; they live as
 * long as the call. user is canonical, or as typed while known is false.
 */
struct login {
	pam_handle_t *pamh;
	struct arguments arguments;
	struct settings settings;
	char user[OTP_USER_MAX + 1];
	uint32_t uid, gid; /* gid: of the primary group */
	bool known;        /* the account database has the user */
	bool mute;         /* no lines but the prompt: PAM_SILENT, or option quiet */
	/*
	 * The stack says that the first factor was right: a password in PAM_AUTHTOK, or sshd's word for a public key.
	 * Only then may a text tell more than that a code was refused. It is true where the module stands behind a
	 * requisite first factor, as in every example of ours.
	 */
	bool proven;
	const char *service;
	const char *rhost; /* "" for a local login */
	const char *tty;   /* "" if there is none */
};

/* A text item of the transaction, "" if it is not set. */
static inline const char *login_item(pam_handle_t *pamh, int type)
{
	const void *value = NULL;

	return pam_get_item(pamh, type, &value) == PAM_SUCCESS && value != NULL ? (const char *)value : "";
}

/* The host's clock, ms since the epoch. */
static inline int64_t login_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*
 * A text for the user, marked N_, in the language of the settings. The module has no language in force: two threads of
 * its host may call it under different settings, and the caller's environment chooses nothing (product §10, rule 10).
 */
__attribute__((format_arg(2))) static inline const char *login_text(const struct login *login, const char *english)
{
	return language_in((enum language)login->settings.language, english);
}

#endif
