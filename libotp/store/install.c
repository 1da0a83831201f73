/* SPDX-License-Identifier: BSD-2-Clause */
#include "install.h"

#include "durable.h"
#include "lock.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum otp_status otp_install(int dir, const char *file, unsigned flags, const void *bytes, size_t len, int *kept,
                            const char *where, struct otp_error *error)
{
	char temporary[NAME_MAX + 1];
	int fd;
	enum otp_status status;

	if (snprintf(temporary, sizeof temporary, ".%s.new", file) >= (int)sizeof temporary)
		return otp_fail(error, OTP_E_LIMIT, "%s: the name is too long", where);
	status = otp_lock_open(dir, temporary, O_RDWR | O_CREAT, F_WRLCK, (off_t)len, &fd, where, error);
	if (status != OTP_OK)
		return status;
	status = otp_durable_fill(fd, bytes, len, where, error);
	if (status == OTP_OK && renameat2(dir, temporary, dir, file, flags) != 0)
		status = errno == EEXIST ? otp_fail(error, OTP_E_EXISTS, "%s: exists already", where)
		                         : otp_fail(error, OTP_E_IO, "%s: rename: %s", where, strerror(errno));
	if (status == OTP_OK)
		status = otp_durable_names(dir, where, error);
	else
		(void)unlinkat(dir, temporary, 0); /* ours: it is locked, and not renamed */
	if (status == OTP_OK && kept != NULL)
		*kept = fd; /* transferred */
	else
		(void)close(fd);
	return status;
}
