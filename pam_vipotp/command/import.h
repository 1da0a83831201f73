/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_IMPORT_H
#define VIPOTP_COMMAND_IMPORT_H

#include "command.h"

/*
 * A file of tokens on its way into the inventory (product §7.6), in two readings. import_check reads it whole, stores
 * nothing, and writes down what is to be done with each token; import_store does it. If that fails midway, what was
 * done is taken back; if the process dies midway, the next import finds what is there already and does the rest.
 */

/* A user whom the file names. */
struct import_user {
	struct import_user *next;
	const char *typed;  /* as the file has it */
	const char *name;   /* canonical if the account exists */
	uint32_t uid;       /* 0 if it does not */
	bool exists;        /* or the tokens wait for an account */
	size_t had, gains;  /* tokens that are bound to him already, that --bind gives him */
	unsigned long line; /* of the first of these */
	char text[];        /* typed, and name where it differs */
};

enum import_plan {
	IMPORT_NOTHING = 0,  /* it is known here already */
	IMPORT_ADD,          /* put it into the inventory */
	IMPORT_BIND,         /* bind it */
	IMPORT_BIND_STOCKED, /* bind it; it is in the inventory already */
};

struct import_token {
	struct import_token *next; /* in the file's order */
	struct otp_token_id id;
	uint64_t mark;            /* of its key, as otp_token_mark */
	unsigned long line;       /* where the file has it */
	struct import_user *user; /* NULL: nobody */
	enum import_plan plan;
	bool reserved; /* in the inventory before, for this user */
	bool touched;  /* by this run: it was stored, or perhaps, where a write failed */
};

struct import {
	struct command *command;
	const struct otp_format *format;
	struct otp_foreign file;
	size_t lines;      /* of the file, for the bar */
	const char *owner; /* whose tokens they are where the file does not say; NULL: nobody's */
	bool bind;
	bool may_ask; /* for a passphrase or key */
	bool sealed;  /* it was not given, and may be asked for */
	/* What the first reading found. */
	struct import_token *tokens, **last_token;
	struct import_user *users, **last_user;
	void *by_id, *by_name;         /* tsearch(3)'s trees of the same */
	size_t fresh, known, bindings; /* how many are new here, are not, are to be bound */
	size_t steps;                  /* how many there is something to do with */
};

/* Read the file through. Every mistake in it is told with file and line; the exit code is that of the first. */
OTP_MUST_CHECK enum command_exit import_check(struct import *import);

/* Store what was found. Anything but COMMAND_DONE: it was said why, and what was stored was taken back. */
OTP_MUST_CHECK enum command_exit import_store(struct import *import);

/* Say what failed, as command_failed, with file and line before it. */
enum command_exit import_failed(const struct import *import, unsigned long line, const struct otp_error *error);

/* ---- what was found -------------------------------------------------------------------------------------------- */

void import_begin(struct import *import);

/* The token of this ID, or NULL. */
struct import_token *import_find(const struct import *import, const struct otp_token_id *id);

/* Write a token down whose ID is new. NULL: no memory. */
struct import_token *import_note(struct import *import, const struct otp_token_id *id);

/* The user of this name, looked up the first time. COMMAND_UNAVAILABLE, said. */
OTP_MUST_CHECK enum command_exit import_find_user(struct import *import, const char *typed, struct import_user **user);

void import_end(struct import *import);

#endif
