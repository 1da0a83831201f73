/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_LOGIN_H
#define VIPOTP_LOGIN_H

#include "arguments.h"
#include "settings/settings.h"

#include <security/pam_modules.h>

/*
 * Who logs in, where and from: what a call of the module is about. The texts without a size are libpam's; they live as
 * long as the call. user is canonical, or as typed while known is false.
 */
struct login {
	pam_handle_t *pamh;
	struct arguments arguments;
	struct settings settings;
	char user[OTP_USER_MAX + 1];
	uint32_t uid;
	bool known; /* the account database has the user */
	bool mute;  /* no lines but the prompt: PAM_SILENT, or option quiet */
	const char *service;
	const char *rhost; /* "" for a local login */
	const char *tty;   /* "" if there is none */
};

#endif
