/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_SETTINGS_KEYS_H
#define VIPOTP_SETTINGS_KEYS_H

#include "settings.h"

/*
 * The one table of vipotp.conf: every key with its type, default, range and field. The parser, the printer and the
 * tests of the manual and the example go by it; the limits in it are those of policy/limits.c.
 */

/* Where a key may stand: bits. */
enum keys_group {
	KEYS_TOP = 1,     /* outside every group */
	KEYS_POLICY = 2,  /* policy = { } */
	KEYS_STORE = 4,   /* store = { } */
	KEYS_SERVICE = 8, /* services = { NAME = { }; } */
	KEYS_EXEMPT = 16, /* exempt = ( { }, { } ); */
};

enum keys_type {
	KEYS_NUMBER, /* int64_t: the setting times scale */
	KEYS_CHOICE, /* int, for an enum: the index in choices */
	KEYS_TEXT,   /* char [size]: UTF-8 without control characters */
	KEYS_PATH,   /* the same, absolute */
	KEYS_SWITCH, /* bool: true or false, the default false */
	KEYS_DATE,   /* int64_t: "YYYY-MM-DD", its first second in UTC, s since the epoch; "" for 0 */
	KEYS_SPAN,   /* int64_t: "12h", a number and s, m, h or d, times scale; "" for 0 */
	KEYS_LIST,   /* conditions of one kind, of a rule of exempt; it has no field of its own */
};

/* A choice of which there is one so far has no field. */
#define KEYS_NO_FIELD ((size_t)-1)

struct keys_entry {
	const char *name;
	enum keys_type type;
	unsigned groups; /* of enum keys_group */
	size_t offset;   /* in struct settings */

	const char *unit;                /* number */
	int64_t lowest, normal, highest; /* number, in unit; span, in s, its default 0; inclusive */
	int64_t scale;                   /* number, span: the field's units in one of the setting's */

	const char *const *choices; /* choice: NULL-terminated, the default first */

	const char *normal_text; /* text, path */
	size_t size;             /* text, path: of the field */
	bool may_be_empty;       /* text */

	enum exempt_kind kind; /* list */
};

/* Entry i, in the order in which they are printed; false if there are no more. */
bool keys_get(size_t i, struct keys_entry *entry);

/* The key of this name in a group; false if it has none. */
bool keys_find(const char *name, unsigned group, struct keys_entry *entry);

/* The groups that have a key of this name: bits. */
unsigned keys_groups(const char *name);

/* The name in the group, or among the group names themselves if group is KEYS_TOP, that was probably meant, or NULL. */
const char *keys_nearest(const char *name, unsigned group);

/* The group that has this name in the file, or KEYS_TOP if none has. */
unsigned keys_group(const char *name);

/* The name of the first group in a set of bits; "" if there is only KEYS_TOP. */
const char *keys_group_name(unsigned any_of);

#endif
