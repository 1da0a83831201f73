/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_H
#define VIPOTP_COMMAND_H

#include "otp.h"
#include "settings/settings.h"

/* What every verb of `vipotp` shares: its exit codes, its description, and the context it runs in. */

/* The exit codes of vipotp(1). */
enum command_exit {
	COMMAND_DONE = 0,        /* success */
	COMMAND_REFUSED = 1,     /* a code was wrong, used or not consecutive; the dialogue was ended */
	COMMAND_USAGE = 2,       /* the command line, or what a file or line says, is not understood */
	COMMAND_NOT_FOUND = 3,   /* no such user, token or enrolment */
	COMMAND_EXISTS = 4,      /* enrolled, bound or taken already */
	COMMAND_UNAVAILABLE = 5, /* not root; settings, key, store or output failed */
	COMMAND_THROTTLED = 6,   /* refused unread, because of earlier failures */
};

struct verb_option {
	const char *name;     /* without the dashes */
	const char *argument; /* its name in help texts; NULL for a switch */
	const char *help;
};

enum { VERB_OPTIONS_MAX = 14, VERB_OPERANDS_MAX = 2 };

struct command;

/* One verb, described where it is written; main.c holds the table of all. */
struct verb {
	const char *name;     /* one word, or two for a verb of a group ("tokens add") */
	const char *operands; /* as the usage line shows them */
	const char *help;     /* one line */
	const char *more;     /* a further paragraph of its help; may be NULL */
	const struct verb_option *options;
	size_t n_options;
	size_t least, most; /* operands */
	bool anyone;        /* needs no root */
	enum command_exit (*run)(struct command *command);
};

/* One run. main.c fills the first part; settings and vault come with command_open. */
struct command {
	const struct verb *verb;
	const char *config; /* --config, or NULL */
	bool help;
	const char *value[VERB_OPTIONS_MAX]; /* by index in verb->options: NULL if not given, "" for a switch */
	const char *operand[VERB_OPERANDS_MAX];
	size_t operands;

	struct settings settings;
	struct otp_vault *vault; /* NULL before command_open, and when nothing is stored on this host */
};

/*
 * Read the settings and open the vault. COMMAND_DONE with command->vault NULL: nobody is enrolled here and the purpose
 * was to judge. Anything else has been said on standard error.
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

/* Say what is wrong with the command line and where to read on. Always COMMAND_USAGE. */
__attribute__((format(printf, 2, 3))) enum command_exit command_usage(const struct command *command, const char *format,
                                                                      ...);

/* Flush standard output. COMMAND_UNAVAILABLE, said on standard error, if something written to it was lost. */
OTP_MUST_CHECK enum command_exit command_flush(void);

/* The host's clock, ms since the epoch. */
int64_t command_now(void);

#endif
