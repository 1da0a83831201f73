/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_STORE_SAFE_PATH_H
#define OTP_STORE_SAFE_PATH_H

#include "../error.h"

#include <fcntl.h>
#include <sys/stat.h>

/*
 * The path rules (product §9.1). MUST, each with a test in tests/store/test_safe_path.c:
 *  - every directory from the root on is root's and writable by nobody else;
 *  - no symbolic link is followed, at any component;
 *  - what is opened is judged by its descriptor: regular, root's, no second link, no mode bit outside the allowed;
 *  - nothing that is opened can block (FIFO, device) and every descriptor is close-on-exec.
 */

/* Open a directory by its absolute path. *fd is the caller's. OTP_E_NOT_FOUND, OTP_E_UNSAFE, OTP_E_IO. */
OTP_MUST_CHECK enum otp_status otp_safe_open_dir(const char *path, int *fd, struct otp_error *error);

/* Make a directory in a safe one, 0700 and root's, and its name durable. One that is there already is OTP_OK. */
OTP_MUST_CHECK enum otp_status otp_safe_make_dir(const char *path, struct otp_error *error);

/*
 * The same, but 0755 and of root's group, whatever the umask and the group of the process are: for a directory through
 * which everybody reaches something. One that is there already stays as it is.
 */
OTP_MUST_CHECK enum otp_status otp_safe_make_shared_dir(const char *path, struct otp_error *error);

/*
 * Open a regular file by its absolute path; allowed_mode are the permission bits it may have (0600, 0644), max_size
 * its bytes at most; *st may be NULL. OTP_E_NOT_FOUND if it or its directory is absent, OTP_E_UNSAFE, OTP_E_IO.
 */
OTP_MUST_CHECK enum otp_status otp_safe_open(const char *path, int flags, mode_t allowed_mode, off_t max_size, int *fd,
                                             struct stat *st, struct otp_error *error);

/* The same in an open directory; name has no slash. where names the file in messages. */
OTP_MUST_CHECK enum otp_status otp_safe_open_at(int dir, const char *name, int flags, mode_t allowed_mode,
                                                off_t max_size, int *fd, struct stat *st, const char *where,
                                                struct otp_error *error);

#endif
