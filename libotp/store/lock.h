/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_STORE_LOCK_H
#define OTP_STORE_LOCK_H

#include "../error.h"

#include <fcntl.h>

enum { OTP_LOCK_PATIENCE_MS = 2000 }; /* product §6.8 */

/*
 * Open a file of the store in dir and lock it: an open-file-description lock on the file itself, tried for
 * OTP_LOCK_PATIENCE_MS. After the lock is had the name must still lead to the same file, else it starts over.
 * The lock ends when *fd is closed, also by death. flags O_RDWR, and O_CREAT where it may be new. kind F_WRLCK or
 * F_RDLCK. OTP_E_NOT_FOUND, OTP_E_UNSAFE, OTP_E_BUSY, OTP_E_IO.
 */
OTP_MUST_CHECK enum otp_status otp_lock_open(int dir, const char *file, int flags, short kind, off_t max_size, int *fd,
                                             const char *where, struct otp_error *error);

/* Lock an open directory against other callers of this function, with the same patience; it ends with its process. */
OTP_MUST_CHECK enum otp_status otp_lock_dir(int dir, const char *where, struct otp_error *error);
void otp_unlock_dir(int dir);

#endif
