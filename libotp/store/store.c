/* SPDX-License-Identifier: BSD-2-Clause */
#include "store.h"

#include <string.h>

static enum otp_status check_name(const char *name, struct otp_error *error)
{
	size_t len = strnlen(name, OTP_NAME_MAX + 1);

	if (len == 0 || len > OTP_NAME_MAX)
		return otp_fail(error, OTP_E_INVALID, "a name must have 1 to %d bytes", OTP_NAME_MAX);
	return OTP_OK;
}

static enum otp_status check_record(const char *name, const struct otp_stored *stored, struct otp_error *error)
{
	if (stored->facts_len > OTP_FACTS_MAX || stored->state_len > OTP_STATE_MAX)
		return otp_fail(error, OTP_E_LIMIT, "%s: the record is too large", name);
	return check_name(name, error);
}

enum otp_status otp_store_load(struct otp_store *store, const char *name, struct otp_stored *stored,
                               struct otp_error *error)
{
	enum otp_status status = check_name(name, error);

	return status == OTP_OK ? store->functions->load(store, name, stored, error) : status;
}

enum otp_status otp_store_create(struct otp_store *store, const char *name, const struct otp_stored *stored,
                                 struct otp_error *error)
{
	enum otp_status status = check_record(name, stored, error);

	return status == OTP_OK ? store->functions->create(store, name, stored, error) : status;
}

enum otp_status otp_store_update(struct otp_store *store, const char *name, otp_store_step *step, void *arg,
                                 struct otp_error *error)
{
	enum otp_status status = check_name(name, error);

	return status == OTP_OK ? store->functions->update(store, name, step, arg, error) : status;
}

enum otp_status otp_store_replace(struct otp_store *store, const char *name, const struct otp_stored *stored,
                                  struct otp_error *error)
{
	enum otp_status status = check_record(name, stored, error);

	return status == OTP_OK ? store->functions->replace(store, name, stored, error) : status;
}

enum otp_status otp_store_remove(struct otp_store *store, const char *name, const struct otp_revision *revision,
                                 struct otp_error *error)
{
	enum otp_status status = check_name(name, error);

	return status == OTP_OK ? store->functions->remove(store, name, revision, error) : status;
}

enum otp_status otp_store_list(struct otp_store *store, otp_store_visitor *visit, void *arg, struct otp_error *error)
{
	return store->functions->list(store, visit, arg, error);
}

enum otp_status otp_store_begin(struct otp_store *store, struct otp_error *error)
{
	return store->functions->begin(store, error);
}

void otp_store_end(struct otp_store *store)
{
	store->functions->end(store);
}

void otp_store_close(struct otp_store **store)
{
	if (*store == NULL)
		return;
	(*store)->functions->close(*store);
	*store = NULL;
}
