/* SPDX-License-Identifier: BSD-2-Clause */
#include "file.h"

#include "durable.h"
#include "install.h"
#include "lock.h"
#include "name.h"
#include "safe_path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WHERE_MAX = 192 };

struct file_store {
	struct otp_store base; /* first: the contract's view of us */
	struct otp_block_key key;
	int dir;
	char path[WHERE_MAX]; /* for messages; cut if long */
};

/* One record at hand: its names, its open and locked file, its bytes and what they say. */
struct file_record {
	const char *name;
	char file[OTP_FILE_NAME_MAX + 1];
	char where[2 * WHERE_MAX];
	int fd;
	struct otp_image image;
	struct otp_slot slot;
};

static struct file_store *own(struct otp_store *store)
{
	return (struct file_store *)(void *)store;
}

static enum otp_status name_record(const struct file_store *store, const char *name, struct file_record *record,
                                   struct otp_error *error)
{
	record->name = name;
	record->fd = -1;
	if (otp_name_encode(name, record->file) != OTP_OK)
		return otp_fail(error, OTP_E_LIMIT, "%s: the name is too long for a file", store->path);
	(void)snprintf(record->where, sizeof record->where, "%s/%.*s", store->path, WHERE_MAX - 2, record->file);
	return OTP_OK;
}

static void close_record(struct file_record *record)
{
	if (record->fd >= 0)
		(void)close(record->fd); /* also ends the lock */
	record->fd = -1;
}

/* Lock, read, check. record->fd stays open, also on failure, until close_record. */
static enum otp_status open_record(const struct file_store *store, const char *name, short lock,
                                   struct file_record *record, struct otp_stored *stored, struct otp_error *error)
{
	enum otp_status status;

	if ((status = name_record(store, name, record, error)) != OTP_OK ||
	    (status = otp_lock_open(store->dir, record->file, O_RDWR, lock, OTP_FILE_SIZE, &record->fd, record->where,
	                            error)) != OTP_OK ||
	    (status = otp_durable_read(record->fd, record->image.bytes, OTP_FILE_SIZE, record->where, error)) != OTP_OK)
		return status;
	return otp_block_read(&store->key, name, &record->image, stored, &record->slot, record->where, error);
}

static enum otp_status file_load(struct otp_store *store, const char *name, struct otp_stored *stored,
                                 struct otp_error *error)
{
	struct file_record record;
	enum otp_status status;

	record.fd = -1;
	status = open_record(own(store), name, F_RDLCK, &record, stored, error);
	close_record(&record);
	return status;
}

/* What spares the next login a second write; see block.h. */
static void settle(const struct file_record *record, unsigned index, uint64_t sequence)
{
	uint8_t settled[OTP_SETTLED_SIZE];

	otp_block_settled(sequence, settled);
	otp_durable_hint(record->fd, settled, sizeof settled, otp_block_offset(index) + OTP_SETTLED_AT);
}

/* Overwrite the older slot. The one in force must be on the disk before: see block.h. */
static enum otp_status write_state(const struct file_store *store, const struct file_record *record,
                                   const struct otp_stored *stored, struct otp_error *error)
{
	unsigned older = 1 - record->slot.index;
	const uint8_t *in_force = record->image.bytes + otp_block_offset(record->slot.index);
	uint8_t slot[OTP_SLOT_SIZE];
	enum otp_status status;

	if (!record->slot.settled) {
		status = otp_durable_overwrite(record->fd, in_force, OTP_SLOT_SIZE,
		                               otp_block_offset(record->slot.index), record->where, error);
		if (status == OTP_OK && record->slot.sequence == OTP_FIRST_SEQUENCE) /* nor perhaps is its name */
			status = otp_durable_names(store->dir, record->where, error);
		if (status != OTP_OK)
			return status;
		settle(record, record->slot.index, record->slot.sequence);
	}
	status = otp_block_slot(&store->key, record->name, &record->image, record->slot.sequence + 1, stored, slot);
	if (status != OTP_OK)
		return otp_fail(error, status, "%s: cannot authenticate", record->where);
	status = otp_durable_overwrite(record->fd, slot, sizeof slot, otp_block_offset(older), record->where, error);
	if (status == OTP_OK)
		settle(record, older, record->slot.sequence + 1);
	else /* the page cache must not show what the disk may not have */
		otp_durable_hint(record->fd, record->image.bytes + otp_block_offset(older), OTP_SLOT_SIZE,
		                 otp_block_offset(older));
	return status;
}

static enum otp_status file_update(struct otp_store *store, const char *name, otp_store_step *step, void *arg,
                                   struct otp_error *error)
{
	struct file_record record;
	struct otp_stored stored;
	bool write = false;
	enum otp_status status;

	record.fd = -1;
	if ((status = open_record(own(store), name, F_WRLCK, &record, &stored, error)) == OTP_OK &&
	    (status = step(arg, &stored, &write, error)) == OTP_OK && write)
		status = stored.state_len <= OTP_STATE_MAX
		             ? write_state(own(store), &record, &stored, error)
		             : otp_fail(error, OTP_E_LIMIT, "%s: the state is too large", record.where);
	close_record(&record);
	return status;
}

/* Write the whole file anew, with a new generation; flags as for renameat2. */
static enum otp_status install(const struct file_store *store, struct file_record *record,
                               const struct otp_stored *stored, unsigned flags, struct otp_error *error)
{
	struct file_record made = *record;
	enum otp_status status;

	if (otp_block_new(&store->key, record->name, stored, &made.image) != OTP_OK)
		return otp_fail(error, OTP_E_CRYPTO, "%s: cannot authenticate", record->where);
	status = otp_install(store->dir, record->file, flags, made.image.bytes, OTP_FILE_SIZE, &made.fd, record->where,
	                     error);
	if (status != OTP_OK)
		return status;
	settle(&made, 0, OTP_FIRST_SEQUENCE);
	close_record(&made);
	return OTP_OK;
}

static enum otp_status file_create(struct otp_store *store, const char *name, const struct otp_stored *stored,
                                   struct otp_error *error)
{
	struct file_record record;
	enum otp_status status = name_record(own(store), name, &record, error);

	return status == OTP_OK ? install(own(store), &record, stored, RENAME_NOREPLACE, error) : status;
}

/* Open for change: locked, good, and still of that revision. */
static enum otp_status open_unchanged(const struct file_store *store, const char *name,
                                      const struct otp_revision *revision, struct file_record *record,
                                      struct otp_error *error)
{
	struct otp_stored now;
	enum otp_status status = open_record(store, name, F_WRLCK, record, &now, error);

	if (status == OTP_OK && memcmp(&now.revision, revision, sizeof *revision) != 0)
		status = otp_fail(error, OTP_E_CHANGED, "%s: changed meanwhile", record->where);
	return status;
}

static enum otp_status file_replace(struct otp_store *store, const char *name, const struct otp_stored *stored,
                                    struct otp_error *error)
{
	struct file_record record;
	enum otp_status status;

	record.fd = -1;
	if ((status = open_unchanged(own(store), name, &stored->revision, &record, error)) == OTP_OK)
		status = install(own(store), &record, stored, 0, error);
	close_record(&record);
	return status;
}

static enum otp_status file_remove(struct otp_store *store, const char *name, const struct otp_revision *revision,
                                   struct otp_error *error)
{
	struct file_record record;
	enum otp_status status;

	record.fd = -1;
	if ((status = open_unchanged(own(store), name, revision, &record, error)) == OTP_OK) {
		if (unlinkat(own(store)->dir, record.file, 0) != 0)
			status = otp_fail(error, OTP_E_IO, "%s: unlink: %s", record.where, strerror(errno));
		else
			status = otp_durable_names(own(store)->dir, record.where, error);
	}
	close_record(&record);
	return status;
}

static enum otp_status file_list(struct otp_store *store, otp_store_visitor *visit, void *arg, struct otp_error *error)
{
	int fd = openat(own(store)->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	char name[OTP_FILE_NAME_MAX + 1];
	struct dirent *entry;
	enum otp_status status = OTP_OK;

	if (dir == NULL) {
		status = otp_fail(error, OTP_E_IO, "%s: open: %s", own(store)->path, strerror(errno));
		if (fd >= 0)
			(void)close(fd);
		return status;
	}
	while (errno = 0, status == OTP_OK && (entry = readdir(dir)) != NULL)
		if (otp_name_decode(entry->d_name, name))
			status = visit(arg, name);
	if (status == OTP_OK && errno != 0)
		status = otp_fail(error, OTP_E_IO, "%s: read: %s", own(store)->path, strerror(errno));
	(void)closedir(dir);
	return status;
}

static enum otp_status file_begin(struct otp_store *store, struct otp_error *error)
{
	return otp_lock_dir(own(store)->dir, own(store)->path, error);
}

static void file_end(struct otp_store *store)
{
	otp_unlock_dir(own(store)->dir);
}

static void file_close(struct otp_store *store)
{
	struct file_store *file = own(store);

	if (file->dir >= 0)
		(void)close(file->dir);
	OPENSSL_cleanse(file, sizeof *file);
	free(file);
}

static const struct otp_store_functions functions = {
    .load = file_load,
    .create = file_create,
    .update = file_update,
    .replace = file_replace,
    .remove = file_remove,
    .list = file_list,
    .begin = file_begin,
    .end = file_end,
    .close = file_close,
};

/* In-place writes keep their promise on a copy-on-write file system only without the copy; others refuse the flag. */
static void ask_for_no_copy_on_write(int dir)
{
	int flags;

	if (ioctl(dir, FS_IOC_GETFLAGS, &flags) == 0 && (flags & FS_NOCOW_FL) == 0) {
		flags |= FS_NOCOW_FL;
		(void)ioctl(dir, FS_IOC_SETFLAGS, &flags);
	}
}

enum otp_status otp_store_file_make(const char *path, const char *space, struct otp_error *error)
{
	char full[PATH_MAX];
	int dir;
	enum otp_status status;

	if (snprintf(full, sizeof full, "%s/%s", path, space) >= (int)sizeof full)
		return otp_fail(error, OTP_E_INVALID, "%s: the path is too long", path);
	if ((status = otp_safe_make_dir(path, error)) != OTP_OK ||
	    (status = otp_safe_make_dir(full, error)) != OTP_OK ||
	    (status = otp_safe_open_dir(full, &dir, error)) != OTP_OK)
		return status;
	ask_for_no_copy_on_write(dir);
	(void)close(dir);
	return OTP_OK;
}

enum otp_status otp_store_file_discard(const char *path, const char *space, const char *name, struct otp_error *error)
{
	char full[PATH_MAX], file[OTP_FILE_NAME_MAX + 1];
	int dir;
	enum otp_status status;

	if (snprintf(full, sizeof full, "%s/%s", path, space) >= (int)sizeof full ||
	    otp_name_encode(name, file) != OTP_OK)
		return otp_fail(error, OTP_E_LIMIT, "%s: the path is too long", path);
	if ((status = otp_safe_open_dir(full, &dir, error)) != OTP_OK)
		return status == OTP_E_NOT_FOUND ? OTP_OK : status;
	if (unlinkat(dir, file, 0) != 0 && errno != ENOENT)
		status = otp_fail(error, OTP_E_IO, "%s: unlink: %s", full, strerror(errno));
	(void)close(dir);
	return status;
}

enum otp_status otp_store_file_open(const char *path, const struct otp_block_key *key, struct otp_store **store,
                                    struct otp_error *error)
{
	char full[PATH_MAX];
	struct file_store *file;
	enum otp_status status;

	*store = NULL;
	if (snprintf(full, sizeof full, "%s/%s", path, key->space) >= (int)sizeof full)
		return otp_fail(error, OTP_E_INVALID, "%s: the path is too long", path);
	if ((file = calloc(1, sizeof *file)) == NULL)
		return otp_fail(error, OTP_E_NOMEM, "%s: out of memory", full);
	file->base.functions = &functions;
	file->key = *key;
	(void)snprintf(file->path, sizeof file->path, "%.*s", WHERE_MAX - 1, full);
	if ((status = otp_safe_open_dir(full, &file->dir, error)) != OTP_OK) {
		file_close(&file->base);
		return status;
	}
	*store = &file->base;
	return OTP_OK;
}
