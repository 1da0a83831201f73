/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_VERB_H
#define VIPOTP_VERB_H

#include "otp.h"

/*
 * A program that is called as PROGRAM VERB [OPTION]... [OPERAND]..., described by tables: its verbs, their options, the
 * topics of its help. vipotp and vipotp-token are two of them. Texts in the tables are marked N_ and translated where
 * they are shown.
 */

/* The exit codes of vipotp(1) and vipotp-token(1). */
enum command_exit {
	COMMAND_DONE = 0,    /* success */
	COMMAND_REFUSED = 1, /* a code or password was wrong, a code used or not consecutive; the dialogue was ended */
	COMMAND_USAGE = 2,   /* the command line, or what a file or line says, is not understood */
	COMMAND_NOT_FOUND = 3,   /* no such user, token or enrolment */
	COMMAND_EXISTS = 4,      /* enrolled, bound or taken already, or in a state that does not allow it */
	COMMAND_UNAVAILABLE = 5, /* not permitted; settings, key, store, service, terminal or output failed */
	COMMAND_THROTTLED = 6,   /* refused unread, because of earlier failures */
};

struct verb_option {
	const char *name;     /* without the dashes */
	const char *argument; /* its name in help texts; NULL for a switch */
	const char *help;
};

enum { VERB_OPTIONS_MAX = 14, VERB_COMMON_MAX = 2, VERB_OPERANDS_MAX = 64 };

struct command;

/* In a program that is root's: whether a user may run a verb on his own account (product §6.8). */
enum verb_own {
	OWN_NOT = 0,     /* root alone may */
	OWN_FREELY,      /* he may: it only shows what is his */
	OWN_BY_PASSWORD, /* he may after his password: it judges codes */
};

/* One verb, described where it is written; the program's main.c holds the table of all. */
struct verb {
	const char *name;     /* one word, or two for a verb of a group ("tokens add") */
	const char *operands; /* as the usage line shows them */
	const char *help;     /* one line */
	const char *more;     /* a further paragraph of its help; may be NULL */
	const struct verb_option *options;
	size_t n_options;
	size_t least, most; /* operands */
	bool anyone;        /* in a program that is root's: needs no root */
	enum verb_own own;
	uint32_t own_options;            /* bit i: option i is for users too */
	const char *own_help, *own_more; /* help and more for a user; NULL: the same */
	enum command_exit (*run)(struct command *command);
};

/* What "help NAME" tells besides the verbs. */
struct verb_topic {
	const char *name;
	const char *help; /* one line */
	const char *text;
};

struct program {
	const char *name;
	/* Choose the language, once the options before the verb are known; NULL: the environment alone chooses it. */
	void (*speak)(struct command *command);
	const char *purpose;             /* one line */
	const char *closing;             /* the last line of its help */
	const char *operands;            /* of "help" */
	const struct verb *const *verbs; /* ends in NULL; "help" is added to them */
	const struct verb_option *common;
	size_t n_common; /* options of every verb, beside --help */
	const struct verb_topic *topics;
	size_t n_topics;
};

struct host;

/* One run. verb_read fills it but for host, which is the program's own. */
struct command {
	const struct program *program;
	const struct verb *verb;             /* NULL before it is known */
	const char *common[VERB_COMMON_MAX]; /* by index in program->common; NULL if not given */
	const char *value[VERB_OPTIONS_MAX]; /* by index in verb->options: NULL if not given, "" for a switch */
	const char *operand[VERB_OPERANDS_MAX];
	size_t operands;
	bool help;
	bool own; /* the caller is a user, who acts on his own account */
	struct host *host;
};

/*
 * Read the command line; command->program is set. *ready: command->verb is to be run, with what is in command. Else
 * help or the version was printed, or a mistake was told on standard error, and the result is the exit code.
 */
OTP_MUST_CHECK enum command_exit verb_read(struct command *command, int argc, char **argv, bool *ready);

/* Say what is wrong with the command line and where to read on. Always COMMAND_USAGE. */
__attribute__((format(printf, 2, 3))) enum command_exit verb_usage(const struct command *command, const char *format,
                                                                   ...);

#endif
