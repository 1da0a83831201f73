/* SPDX-License-Identifier: BSD-2-Clause */
#include "lock.h"

#include "safe_path.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_PAUSE_US = 100, LONGEST_PAUSE_US = 4000 };

static int64_t monotonic_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* One try for the lock: 0, or -1 with errno EAGAIN where somebody has it. */
typedef int try_lock(int fd, short kind);

static int try_file(int fd, short kind)
{
	struct flock lock = {.l_type = kind, .l_whence = SEEK_SET};

	return fcntl(fd, F_OFD_SETLK, &lock);
}

/* A directory cannot be opened for writing, which F_OFD_SETLK asks for; flock does not. */
static int try_dir(int fd, short kind)
{
	(void)kind;
	return flock(fd, LOCK_EX | LOCK_NB);
}

/*
 * Asking again and again, and not F_OFD_SETLKW: a wait inside the kernel could only be ended by a signal, and signals
 * belong to the host process.
 */
static enum otp_status acquire(int fd, try_lock *try, short kind, int64_t deadline, const char *where,
                               struct otp_error *error)
{
	struct timespec pause = {0, FIRST_PAUSE_US * 1000L};

	while (try(fd, kind) != 0) {
		if (errno != EAGAIN && errno != EACCES && errno != EINTR)
			return otp_fail(error, OTP_E_IO, "%s: lock: %s", where, strerror(errno));
		if (monotonic_ms() >= deadline)
			return otp_fail(error, OTP_E_BUSY, "%s: locked by another process for more than %d ms", where,
			                OTP_LOCK_PATIENCE_MS);
		(void)nanosleep(&pause, NULL);
		if (pause.tv_nsec < LONGEST_PAUSE_US * 1000L)
			pause.tv_nsec *= 2;
	}
	return OTP_OK;
}

/* Whether the name still leads to the file that was opened. */
static enum otp_status leads_to(int dir, const char *file, const struct stat *st, bool *same, const char *where,
                                struct otp_error *error)
{
	struct stat now;

	*same = false;
	if (fstatat(dir, file, &now, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? OTP_OK : otp_fail(error, OTP_E_IO, "%s: stat: %s", where, strerror(errno));
	*same = now.st_ino == st->st_ino && now.st_dev == st->st_dev;
	return OTP_OK;
}

enum otp_status otp_lock_open(int dir, const char *file, int flags, short kind, off_t max_size, int *fd,
                              const char *where, struct otp_error *error)
{
	int64_t deadline = monotonic_ms() + OTP_LOCK_PATIENCE_MS;
	struct stat st;
	bool same;
	enum otp_status status;

	do {
		if ((status = otp_safe_open_at(dir, file, flags, 0600, max_size, fd, &st, where, error)) != OTP_OK)
			return status;
		if ((status = acquire(*fd, try_file, kind, deadline, where, error)) == OTP_OK &&
		    (status = leads_to(dir, file, &st, &same, where, error)) == OTP_OK && same)
			return OTP_OK;
		(void)close(*fd);
		*fd = -1;
	} while (status == OTP_OK && monotonic_ms() < deadline);
	return status != OTP_OK ? status : otp_fail(error, OTP_E_BUSY, "%s: replaced again and again", where);
}

enum otp_status otp_lock_dir(int dir, const char *where, struct otp_error *error)
{
	return acquire(dir, try_dir, F_WRLCK, monotonic_ms() + OTP_LOCK_PATIENCE_MS, where, error);
}

void otp_unlock_dir(int dir)
{
	(void)flock(dir, LOCK_UN);
}
