/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls that fail (product §10.2): every change of changes.h is made while one call of the system, of the random
 * generator or for memory fails, each in its turn, and once more while all later ones fail, too, as on a disk that
 * died. The act then says that it failed, and why, and has done all or nothing; or it succeeds without that call. The
 * calls are the library's own, wrapped by the linker (-Wl,--wrap).
 */
#include "changes.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cmocka.h>

static struct {
	bool watching, for_good, hit;
	unsigned at, calls;
} fault;

static bool fails(void)
{
	if (!fault.watching)
		return false;
	fault.calls++;
	if (fault.calls != fault.at && !(fault.for_good && fault.calls > fault.at))
		return false;
	fault.hit = true;
	errno = EIO;
	return true;
}

/* WRAP(type, what a failure returns, name, parameters, arguments) */
#define WRAP(type, failure, name, parameters, arguments)                                                               \
	type __real_##name parameters;                                                                                 \
	type __wrap_##name parameters;                                                                                 \
	type __wrap_##name parameters                                                                                  \
	{                                                                                                              \
		return fails() ? (failure) : __real_##name arguments;                                                  \
	}

WRAP(ssize_t, -1, pwritev2, (int fd, const struct iovec *iov, int n, off_t at, int flags), (fd, iov, n, at, flags))
WRAP(ssize_t, -1, pread, (int fd, void *bytes, size_t len, off_t at), (fd, bytes, len, at))
WRAP(int, -1, ftruncate, (int fd, off_t len), (fd, len))
WRAP(int, -1, fsync, (int fd), (fd))
WRAP(int, -1, fdatasync, (int fd), (fd))
WRAP(int, -1, renameat2, (int from, const char *name, int to, const char *other, unsigned flags),
     (from, name, to, other, flags))
WRAP(int, -1, unlinkat, (int dir, const char *name, int flags), (dir, name, flags))
WRAP(int, -1, fstatat, (int dir, const char *name, struct stat *st, int flags), (dir, name, st, flags))
WRAP(int, -1, fstat, (int fd, struct stat *st), (fd, st))
WRAP(int, -1, flock, (int fd, int operation), (fd, operation))
WRAP(int, -1, openat, (int dir, const char *name, int flags, mode_t mode), (dir, name, flags, mode))
WRAP(int, -1, fcntl, (int fd, int command, void *argument), (fd, command, argument))
WRAP(int, 0, RAND_bytes, (unsigned char *bytes, int len), (bytes, len))
WRAP(int, 0, RAND_priv_bytes, (unsigned char *bytes, int len), (bytes, len))
WRAP(int, -1, mkdirat, (int dir, const char *name, mode_t mode), (dir, name, mode))
WRAP(int, -1, fchown, (int fd, uid_t uid, gid_t gid), (fd, uid, gid))
WRAP(int, -1, fchmod, (int fd, mode_t mode), (fd, mode))
WRAP(EVP_MD_CTX *, NULL, EVP_MD_CTX_new, (void), ())
WRAP(void *, NULL, calloc, (size_t n, size_t size), (n, size))

static unsigned failures;

/* The act, with its nth call failing; true if it had so many. */
static bool fail_at(const struct change *change, unsigned n, bool for_good)
{
	struct otp_error error = {.what = ""};
	enum otp_status status;
	const char *wrong;

	changes_prepare(change);
	fault.at = n;
	fault.for_good = for_good;
	fault.calls = 0;
	fault.hit = false;
	fault.watching = true;
	status = change->act(&error);
	fault.watching = false;
	failures += fault.hit;
	if (!fault.hit && status != OTP_OK)
		fail_msg("nothing failed, but: %s", error.what);
	if (status != OTP_OK && (error.status != status || *error.what == '\0'))
		fail_msg("call %u: status %d, but the error says %d: \"%s\"", n, (int)status, (int)error.status,
		         error.what);
	if ((wrong = changes_judge(change, status == OTP_OK ? DONE : FAILED)) != NULL)
		fail_msg("call %u%s, status %d: %s", n, for_good ? " and all later ones" : "", (int)status, wrong);
	return fault.hit;
}

static void failing_anywhere(void **state)
{
	for (int for_good = 0; for_good < 2; for_good++) {
		unsigned n = 1;

		while (fail_at(*state, n, for_good == 1))
			n++;
		assert_true(n > 5); /* every change makes a few calls */
	}
}

int main(void)
{
	struct CMUnitTest tests[CHANGES];
	int failed;

	scene_prepare();
	changes_begin();
	for (size_t i = 0; i < CHANGES; i++)
		tests[i] = (struct CMUnitTest){changes[i].name, failing_anywhere, scene_begin, scene_end,
		                               (void *)(uintptr_t)&changes[i]};
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	(void)printf("# %u failures\n", failures);
	scene_clear();
	return failed;
}
