/* SPDX-License-Identifier: BSD-2-Clause */
#include "safe_path.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* Root's, and no one else may write: what is below can be trusted not to change under us. */
static enum otp_status judge_dir(int fd, const char *path, struct otp_error *error)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return otp_fail(error, OTP_E_IO, "%s: fstat: %s", path, strerror(errno));
	if (st.st_uid != 0)
		return otp_fail(error, OTP_E_UNSAFE, "%s: owned by uid %u, must be root's (chown root)", path,
		                (unsigned)st.st_uid);
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return otp_fail(error, OTP_E_UNSAFE, "%s: mode %04o, others may write (chmod go-w)", path,
		                (unsigned)(st.st_mode & 07777));
	return OTP_OK;
}

static enum otp_status open_failed(const char *path, struct otp_error *error)
{
	switch (errno) {
	case ENOENT:
		return otp_fail(error, OTP_E_NOT_FOUND, "%s: does not exist", path);
	case ELOOP:
		return otp_fail(error, OTP_E_UNSAFE, "%s: a symbolic link; name the real path", path);
	case ENOTDIR:
		return otp_fail(error, OTP_E_UNSAFE,
		                "%s: not a directory, or a symbolic link to one; name the real path", path);
	case ENXIO:
	case EISDIR:
		return otp_fail(error, OTP_E_UNSAFE, "%s: not a regular file", path);
	default:
		return otp_fail(error, OTP_E_IO, "%s: open: %s", path, strerror(errno));
	}
}

/* The next component of *path into name; false at the end. Empty ones and "." are passed over. */
static bool next_component(const char **path, char name[NAME_MAX + 1])
{
	do {
		size_t len;

		*path += strspn(*path, "/");
		len = strcspn(*path, "/");
		if (len == 0 || len > NAME_MAX)
			return false;
		memcpy(name, *path, len);
		name[len] = '\0';
		*path += len;
	} while (strcmp(name, ".") == 0);
	return true;
}

enum otp_status otp_safe_open_dir(const char *path, int *fd, struct otp_error *error)
{
	const char *rest = path;
	char name[NAME_MAX + 1];
	enum otp_status status;

	*fd = -1;
	if (*path != '/')
		return otp_fail(error, OTP_E_INVALID, "%s: the path must be absolute", path);
	if ((*fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return open_failed("/", error);
	while ((status = judge_dir(*fd, path, error)) == OTP_OK && next_component(&rest, name)) {
		int next = openat(*fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		if (next < 0)
			status = open_failed(path, error);
		(void)close(*fd);
		*fd = next;
		if (status != OTP_OK)
			return status;
	}
	if (status == OTP_OK && rest[strspn(rest, "/")] != '\0')
		status = otp_fail(error, OTP_E_INVALID, "%s: a component is too long", path);
	if (status != OTP_OK) {
		(void)close(*fd);
		*fd = -1;
	}
	return status;
}

static enum otp_status judge_file(const struct stat *st, mode_t allowed_mode, off_t max_size, const char *where,
                                  struct otp_error *error)
{
	if (!S_ISREG(st->st_mode))
		return otp_fail(error, OTP_E_UNSAFE, "%s: not a regular file", where);
	if (st->st_uid != 0)
		return otp_fail(error, OTP_E_UNSAFE, "%s: owned by uid %u, must be root's (chown root)", where,
		                (unsigned)st->st_uid);
	if ((st->st_mode & 07777 & ~allowed_mode) != 0)
		return otp_fail(error, OTP_E_UNSAFE, "%s: mode %04o, at most %04o is allowed (chmod %04o)", where,
		                (unsigned)(st->st_mode & 07777), (unsigned)allowed_mode, (unsigned)allowed_mode);
	if (st->st_nlink > 1) /* none: replaced since the open, which is no fault */
		return otp_fail(error, OTP_E_UNSAFE, "%s: has %lu hard links, must have one", where,
		                (unsigned long)st->st_nlink);
	if (st->st_size > max_size)
		return otp_fail(error, OTP_E_UNSAFE, "%s: %lld bytes, at most %lld are allowed", where,
		                (long long)st->st_size, (long long)max_size);
	return OTP_OK;
}

enum otp_status otp_safe_open_at(int dir, const char *name, int flags, mode_t allowed_mode, off_t max_size, int *fd,
                                 struct stat *st, const char *where, struct otp_error *error)
{
	struct stat own;
	enum otp_status status;

	if (st == NULL)
		st = &own;
	/* O_NONBLOCK: the open of a FIFO or a device must not wait; a regular file does not mind. */
	*fd = openat(dir, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
	if (*fd < 0)
		return open_failed(where, error);
	if (fstat(*fd, st) != 0)
		status = otp_fail(error, OTP_E_IO, "%s: fstat: %s", where, strerror(errno));
	else
		status = judge_file(st, allowed_mode, max_size, where, error);
	if (status != OTP_OK) {
		(void)close(*fd);
		*fd = -1;
	}
	return status;
}

/* The directory part of an absolute path, opened; *name is the last component. */
static enum otp_status open_parent(const char *path, int *dir, const char **name, struct otp_error *error)
{
	char parent[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t len;

	*dir = -1;
	if (slash == NULL || *path != '/' || slash[1] == '\0')
		return otp_fail(error, OTP_E_INVALID, "%s: the path must be absolute and end in a name", path);
	len = slash == path ? 1 : (size_t)(slash - path);
	if (len >= sizeof parent)
		return otp_fail(error, OTP_E_INVALID, "%s: the path is too long", path);
	memcpy(parent, path, len);
	parent[len] = '\0';
	*name = slash + 1;
	return otp_safe_open_dir(parent, dir, error);
}

enum otp_status otp_safe_open(const char *path, int flags, mode_t allowed_mode, off_t max_size, int *fd,
                              struct stat *st, struct otp_error *error)
{
	const char *name;
	int dir;
	enum otp_status status;

	*fd = -1;
	if ((status = open_parent(path, &dir, &name, error)) != OTP_OK)
		return status;
	status = otp_safe_open_at(dir, name, flags, allowed_mode, max_size, fd, st, path, error);
	(void)close(dir);
	return status;
}

enum otp_status otp_safe_make_dir(const char *path, struct otp_error *error)
{
	const char *name;
	int dir;
	enum otp_status status;

	if ((status = open_parent(path, &dir, &name, error)) != OTP_OK)
		return status;
	if (mkdirat(dir, name, 0700) != 0 && errno != EEXIST)
		status = otp_fail(error, OTP_E_IO, "%s: mkdir: %s", path, strerror(errno));
	else if (fsync(dir) != 0)
		status = otp_fail(error, OTP_E_IO, "%s: fsync of the directory: %s", path, strerror(errno));
	(void)close(dir);
	return status;
}

enum otp_status otp_safe_make_shared_dir(const char *path, struct otp_error *error)
{
	const char *name;
	int dir, fd = -1;
	enum otp_status status;

	if ((status = open_parent(path, &dir, &name, error)) != OTP_OK)
		return status;
	if (mkdirat(dir, name, 0700) == 0) {
		/* By its descriptor: a name may lead elsewhere by now, if only through root. */
		if ((fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) < 0)
			status = open_failed(path, error);
		else if (fchown(fd, 0, 0) != 0 || fchmod(fd, 0755) != 0)
			status = otp_fail(error, OTP_E_IO, "%s: chmod: %s", path, strerror(errno));
	} else if (errno != EEXIST) {
		status = otp_fail(error, OTP_E_IO, "%s: mkdir: %s", path, strerror(errno));
	}
	if (fd >= 0)
		(void)close(fd);
	(void)close(dir);
	return status;
}
