/* SPDX-License-Identifier: BSD-2-Clause */
#include "memory.h"

#include <stdlib.h>
#include <string.h>

struct memory_record {
	struct memory_record *next;
	char name[OTP_NAME_MAX + 1];
	struct otp_stored stored;
};

struct memory_store {
	struct otp_store base; /* first: the contract's view of us */
	struct memory_record *first;
	uint64_t revisions;
};

static struct memory_store *own(struct otp_store *store)
{
	return (struct memory_store *)(void *)store;
}

/* The link that leads to the record, or the last one, which is NULL. */
static struct memory_record **find(struct otp_store *store, const char *name)
{
	struct memory_record **link = &own(store)->first;

	while (*link != NULL && strcmp((*link)->name, name) != 0)
		link = &(*link)->next;
	return link;
}

/* The state was written; or, of another record or over the old one, the facts too. */
static void renew_revision(struct otp_store *store, struct memory_record *record, bool facts)
{
	uint64_t revision = ++own(store)->revisions;
	uint8_t *bytes = record->stored.revision.bytes;

	if (facts) {
		memset(bytes, 0, OTP_REVISION_FACTS);
		memcpy(bytes, &revision, sizeof revision);
	}
	memcpy(bytes + OTP_REVISION_FACTS, &revision, sizeof revision);
}

static enum otp_status memory_load(struct otp_store *store, const char *name, struct otp_stored *stored,
                                   struct otp_error *error)
{
	const struct memory_record *record = *find(store, name);

	if (record == NULL)
		return otp_fail(error, OTP_E_NOT_FOUND, "%s: no such record", name);
	*stored = record->stored;
	return OTP_OK;
}

static enum otp_status memory_create(struct otp_store *store, const char *name, const struct otp_stored *stored,
                                     struct otp_error *error)
{
	struct memory_record **link = find(store, name);
	struct memory_record *record;

	if (*link != NULL)
		return otp_fail(error, OTP_E_EXISTS, "%s: exists already", name);
	if ((record = calloc(1, sizeof *record)) == NULL)
		return otp_fail(error, OTP_E_NOMEM, "%s: out of memory", name);
	memcpy(record->name, name, strlen(name) + 1);
	record->stored = *stored;
	renew_revision(store, record, true);
	*link = record;
	return OTP_OK;
}

static enum otp_status memory_update(struct otp_store *store, const char *name, otp_store_step *step, void *arg,
                                     struct otp_error *error)
{
	struct memory_record *record = *find(store, name);
	struct otp_stored stored;
	bool write = false;
	enum otp_status status;

	if (record == NULL)
		return otp_fail(error, OTP_E_NOT_FOUND, "%s: no such record", name);
	stored = record->stored;
	if ((status = step(arg, &stored, &write, error)) != OTP_OK || !write)
		return status;
	if (stored.state_len > OTP_STATE_MAX)
		return otp_fail(error, OTP_E_LIMIT, "%s: the state is too large", name);
	memcpy(record->stored.state, stored.state, stored.state_len);
	record->stored.state_len = stored.state_len;
	renew_revision(store, record, false);
	return OTP_OK;
}

/* The link to a record that is still of that revision. */
static enum otp_status find_unchanged(struct otp_store *store, const char *name, const struct otp_revision *revision,
                                      struct memory_record ***link, struct otp_error *error)
{
	*link = find(store, name);
	if (**link == NULL)
		return otp_fail(error, OTP_E_NOT_FOUND, "%s: no such record", name);
	if (memcmp(&(**link)->stored.revision, revision, sizeof *revision) != 0)
		return otp_fail(error, OTP_E_CHANGED, "%s: changed meanwhile", name);
	return OTP_OK;
}

static enum otp_status memory_replace(struct otp_store *store, const char *name, const struct otp_stored *stored,
                                      struct otp_error *error)
{
	struct memory_record **link;
	enum otp_status status = find_unchanged(store, name, &stored->revision, &link, error);

	if (status == OTP_OK) {
		(*link)->stored = *stored;
		renew_revision(store, *link, true);
	}
	return status;
}

static enum otp_status memory_remove(struct otp_store *store, const char *name, const struct otp_revision *revision,
                                     struct otp_error *error)
{
	struct memory_record **link;
	enum otp_status status = find_unchanged(store, name, revision, &link, error);

	if (status == OTP_OK) {
		struct memory_record *record = *link;

		*link = record->next;
		free(record);
	}
	return status;
}

static enum otp_status memory_list(struct otp_store *store, otp_store_visitor *visit, void *arg,
                                   struct otp_error *error)
{
	enum otp_status status = OTP_OK;

	(void)error; /* only the visitor can fail */
	for (const struct memory_record *r = own(store)->first; r != NULL && status == OTP_OK; r = r->next)
		status = visit(arg, r->name);
	return status;
}

/* One process, one thread: there is nobody else. */
static enum otp_status memory_begin(struct otp_store *store, struct otp_error *error)
{
	(void)store;
	(void)error;
	return OTP_OK;
}

static void memory_end(struct otp_store *store)
{
	(void)store;
}

static void memory_close(struct otp_store *store)
{
	struct memory_record *next;

	for (struct memory_record *r = own(store)->first; r != NULL; r = next) {
		next = r->next;
		free(r);
	}
	free(store);
}

static const struct otp_store_functions functions = {
    .load = memory_load,
    .create = memory_create,
    .update = memory_update,
    .replace = memory_replace,
    .remove = memory_remove,
    .list = memory_list,
    .begin = memory_begin,
    .end = memory_end,
    .close = memory_close,
};

enum otp_status otp_store_memory_open(struct otp_store **store)
{
	struct memory_store *memory = calloc(1, sizeof *memory);

	*store = NULL;
	if (memory == NULL)
		return OTP_E_NOMEM;
	memory->base.functions = &functions;
	*store = &memory->base;
	return OTP_OK;
}
