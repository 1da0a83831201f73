/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_STORE_INSTALL_H
#define OTP_STORE_INSTALL_H

#include "../error.h"

#include <stddef.h>

/*
 * Write a whole file into an open, safe directory: temporary, sync, renameat2 with flags (RENAME_NOREPLACE:
 * OTP_E_EXISTS if there is one), sync of the directory. It appears whole or not at all. The temporary's name is fixed
 * and it is locked while it is written: a dead process's leftover is taken over, a living process's is waited for. The
 * new file stays locked until its name is durable; where kept is not NULL longer, and its descriptor is the caller's.
 * OTP_E_BUSY, OTP_E_UNSAFE, OTP_E_IO.
 */
OTP_MUST_CHECK enum otp_status otp_install(int dir, const char *file, unsigned flags, const void *bytes, size_t len,
                                           int *kept, const char *where, struct otp_error *error);

#endif
