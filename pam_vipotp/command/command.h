/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_H
#define VIPOTP_COMMAND_H

#include "settings/settings.h"
#include "verb/verb.h"

/* What the verbs of `vipotp` share: the host they work on, and how they say what failed. */

enum { COMMON_CONFIG }; /* in program->common */

/* What is stored on this host. main.c owns it; it is filled by command_open. */
struct host {
	struct settings settings;
	struct otp_vault *vault; /* NULL before command_open, and when nothing is stored on this host */
};

/*
 * Read the settings and open the vault. COMMAND_DONE with command->host->vault NULL: nobody is enrolled here and the
 * purpose was to judge or to inspect. Anything else has been said on standard error.
 */
OTP_MUST_CHECK enum command_exit command_open(struct command *command, enum otp_purpose purpose);

/*
 * Give the settings file to read as settings_read wants it: an absolute path in buffer, or NULL for the default. path
 * may be NULL and takes precedence over --config. COMMAND_USAGE if it does not fit.
 */
OTP_MUST_CHECK enum command_exit command_settings_path(const struct command *command, const char *path,
                                                       char buffer[SETTINGS_PATH_MAX + 1], const char **absolute);

/* Make a path absolute. False if it does not fit or the current directory is gone. */
OTP_MUST_CHECK bool command_absolute(const char *path, char buffer[SETTINGS_PATH_MAX + 1]);

/* Say on standard error what failed and how to mend it; the exit code that goes with the status. */
enum command_exit command_failed(const struct otp_error *error);

#endif
