/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_STORE_DURABLE_H
#define OTP_STORE_DURABLE_H

#include "../error.h"

#include <stddef.h>
#include <sys/types.h>

/*
 * Writes that return OTP_OK only when the bytes survive a power cut. The signal that a write beyond RLIMIT_FSIZE raises
 * is consumed: it would kill the host process (product §10, rule 8). A short write is a failed one.
 */

/* Overwrite in place by one pwritev2(RWF_DSYNC), or write and fdatasync where the file system lacks it. */
OTP_MUST_CHECK enum otp_status otp_durable_overwrite(int fd, const void *bytes, size_t len, off_t offset,
                                                     const char *where, struct otp_error *error);

/* Fill an empty file and sync it. */
OTP_MUST_CHECK enum otp_status otp_durable_fill(int fd, const void *bytes, size_t len, const char *where,
                                                struct otp_error *error);

/* Overwrite in place without any promise: for what only spares work later. */
void otp_durable_hint(int fd, const void *bytes, size_t len, off_t offset);

/* Sync a directory, so that its names are durable. */
OTP_MUST_CHECK enum otp_status otp_durable_names(int dir, const char *where, struct otp_error *error);

/* Read exactly len bytes from the start. OTP_E_CORRUPT if the file is shorter. */
OTP_MUST_CHECK enum otp_status otp_durable_read(int fd, void *bytes, size_t len, const char *where,
                                                struct otp_error *error);

#endif
