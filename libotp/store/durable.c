/* SPDX-License-Identifier: BSD-2-Clause */
#include "durable.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* One write with SIGXFSZ held back and, if our write raised it, taken away. flags as for pwritev2. */
static ssize_t guarded_write(int fd, const void *bytes, size_t len, off_t offset, int flags)
{
	struct iovec iov = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = len};
	const struct timespec at_once = {0, 0};
	sigset_t exceeded, before;
	ssize_t written;
	int errnum;

	(void)sigemptyset(&exceeded);
	(void)sigaddset(&exceeded, SIGXFSZ);
	if (pthread_sigmask(SIG_BLOCK, &exceeded, &before) != 0) {
		errno = EAGAIN;
		return -1;
	}
	do {
		written = pwritev2(fd, &iov, 1, offset, flags);
	} while (written < 0 && errno == EINTR);
	errnum = errno;
	if (written < 0 && errnum == EFBIG)
		(void)sigtimedwait(&exceeded, NULL, &at_once);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = errnum;
	return written;
}

static enum otp_status write_failed(ssize_t written, const char *where, struct otp_error *error)
{
	if (written >= 0)
		errno = ENOSPC; /* the usual reason of a short write */
	return otp_fail(error, OTP_E_IO, "%s: write: %s", where, strerror(errno));
}

enum otp_status otp_durable_overwrite(int fd, const void *bytes, size_t len, off_t offset, const char *where,
                                      struct otp_error *error)
{
	ssize_t written = guarded_write(fd, bytes, len, offset, RWF_DSYNC);

	if (written < 0 && (errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL)) {
		written = guarded_write(fd, bytes, len, offset, 0);
		if (written == (ssize_t)len && fdatasync(fd) != 0)
			return otp_fail(error, OTP_E_IO, "%s: fdatasync: %s", where, strerror(errno));
	}
	if (written != (ssize_t)len)
		return write_failed(written, where, error);
	return OTP_OK;
}

enum otp_status otp_durable_fill(int fd, const void *bytes, size_t len, const char *where, struct otp_error *error)
{
	ssize_t written;

	if (ftruncate(fd, 0) != 0)
		return otp_fail(error, OTP_E_IO, "%s: truncate: %s", where, strerror(errno));
	if ((written = guarded_write(fd, bytes, len, 0, 0)) != (ssize_t)len)
		return write_failed(written, where, error);
	if (fsync(fd) != 0)
		return otp_fail(error, OTP_E_IO, "%s: fsync: %s", where, strerror(errno));
	return OTP_OK;
}

void otp_durable_hint(int fd, const void *bytes, size_t len, off_t offset)
{
	(void)guarded_write(fd, bytes, len, offset, 0);
}

enum otp_status otp_durable_names(int dir, const char *where, struct otp_error *error)
{
	if (fsync(dir) != 0)
		return otp_fail(error, OTP_E_IO, "%s: fsync of the directory: %s", where, strerror(errno));
	return OTP_OK;
}

enum otp_status otp_durable_read(int fd, void *bytes, size_t len, const char *where, struct otp_error *error)
{
	size_t have = 0;

	while (have < len) {
		ssize_t n = pread(fd, (char *)bytes + have, len - have, (off_t)have);

		if (n == 0)
			return otp_fail(error, OTP_E_CORRUPT, "%s: truncated: %zu of %zu bytes", where, have, len);
		if (n < 0 && errno != EINTR)
			return otp_fail(error, OTP_E_IO, "%s: read: %s", where, strerror(errno));
		if (n > 0)
			have += (size_t)n;
	}
	return OTP_OK;
}
