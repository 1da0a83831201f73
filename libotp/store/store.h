/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_STORE_STORE_H
#define OTP_STORE_STORE_H

#include "../error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The store contract (product §9): opaque bytes under a name. Per name a facts blob, which changes rarely, and a state
 * blob, which every login changes. The store knows no OTP. The suite in tests/store runs on every backend.
 *
 * MUST of every backend:
 *  - a call that returns OTP_OK is durable (memory excepted); one that fails may have happened or not, never half;
 *  - update runs the step on the newest state, and no other update of the name comes between its load and its write;
 *    when the write fails the state before it is in force, or the new one, never an older;
 *  - a record that is unreadable, foreign or incomplete is an error, never an empty one;
 *  - a name is any non-empty string of at most OTP_NAME_MAX bytes; a backend that has no room for one answers
 *    OTP_E_LIMIT to every call.
 */

enum {
	OTP_NAME_MAX = 255,
	OTP_FACTS_MAX = 3584, /* bytes */
	OTP_STATE_MAX = 1024, /* bytes */
	OTP_REVISION_LEN = 24,
	OTP_REVISION_FACTS = 16, /* its first bytes: which writing of the facts it was */
};

/*
 * Which version of a record was read; differs after every change. Compared, never interpreted. The first
 * OTP_REVISION_FACTS bytes stay through updates, and every create and replace gives others, which no record of the
 * store had before, also where the facts are written as they were: what was allowed under them can be made to end with
 * them.
 */
struct otp_revision {
	uint8_t bytes[OTP_REVISION_LEN];
};

/* A record as read or to be written, with room for the largest. */
struct otp_stored {
	struct otp_revision revision;
	size_t facts_len, state_len;
	uint8_t facts[OTP_FACTS_MAX];
	uint8_t state[OTP_STATE_MAX];
};

/*
 * A login's step. stored is the newest record; the step may change stored->state and state_len, nothing else, and sets
 * *write if it did. Anything but OTP_OK ends the update without a write. It must be a pure function of stored and arg:
 * a distributed backend calls it again when somebody else was first.
 */
typedef enum otp_status otp_store_step(void *arg, struct otp_stored *stored, bool *write, struct otp_error *error);

typedef enum otp_status otp_store_visitor(void *arg, const char *name);

struct otp_store;

struct otp_store_functions {
	/* OTP_E_NOT_FOUND if there is no such name. */
	enum otp_status (*load)(struct otp_store *store, const char *name, struct otp_stored *stored,
	                        struct otp_error *error);
	/* OTP_E_EXISTS if there is one. */
	enum otp_status (*create)(struct otp_store *store, const char *name, const struct otp_stored *stored,
	                          struct otp_error *error);
	/* The login's only write. */
	enum otp_status (*update)(struct otp_store *store, const char *name, otp_store_step *step, void *arg,
	                          struct otp_error *error);
	/* Facts and state at once, if stored->revision is still the record's; else OTP_E_CHANGED. */
	enum otp_status (*replace)(struct otp_store *store, const char *name, const struct otp_stored *stored,
	                           struct otp_error *error);
	/* The same condition. */
	enum otp_status (*remove)(struct otp_store *store, const char *name, const struct otp_revision *revision,
	                          struct otp_error *error);
	enum otp_status (*list)(struct otp_store *store, otp_store_visitor *visit, void *arg, struct otp_error *error);
	/* From begin to end nobody else is between them: changes that need several records. Updates go on meanwhile. */
	enum otp_status (*begin)(struct otp_store *store, struct otp_error *error);
	void (*end)(struct otp_store *store);
	void (*close)(struct otp_store *store);
};

/* What every backend's own struct begins with. */
struct otp_store {
	const struct otp_store_functions *functions;
};

/* Calls with their arguments checked once, here, for every backend. */
OTP_MUST_CHECK enum otp_status otp_store_load(struct otp_store *store, const char *name, struct otp_stored *stored,
                                              struct otp_error *error);
OTP_MUST_CHECK enum otp_status otp_store_create(struct otp_store *store, const char *name,
                                                const struct otp_stored *stored, struct otp_error *error);
OTP_MUST_CHECK enum otp_status otp_store_update(struct otp_store *store, const char *name, otp_store_step *step,
                                                void *arg, struct otp_error *error);
OTP_MUST_CHECK enum otp_status otp_store_replace(struct otp_store *store, const char *name,
                                                 const struct otp_stored *stored, struct otp_error *error);
OTP_MUST_CHECK enum otp_status otp_store_remove(struct otp_store *store, const char *name,
                                                const struct otp_revision *revision, struct otp_error *error);
OTP_MUST_CHECK enum otp_status otp_store_list(struct otp_store *store, otp_store_visitor *visit, void *arg,
                                              struct otp_error *error);

/* Every begin that returns OTP_OK is followed by one end. OTP_E_BUSY, OTP_E_IO. */
OTP_MUST_CHECK enum otp_status otp_store_begin(struct otp_store *store, struct otp_error *error);
void otp_store_end(struct otp_store *store);

/* Close and set *store to NULL. NULL is allowed inside. */
void otp_store_close(struct otp_store **store);

#endif
