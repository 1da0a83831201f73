/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_STORE_FILE_H
#define OTP_STORE_FILE_H

#include "block.h"

/*
 * The default backend (product §9.1): one file per name in a directory that only root could have changed.
 *
 * MUST, each shown in tests/store and tests/fault:
 *  - a login overwrites the older slot in place by one durable write; no rename, no allocation;
 *  - whatever kills it, at whatever call, leaves the state before or the new one, never an answered state lost;
 *  - creation and replacement appear whole: temporary, sync, rename, sync of the directory, under the locks of the old
 *    and the new file.
 */

/* Open the directory path/space. The caller owns *store. OTP_E_NOT_FOUND, OTP_E_UNSAFE, OTP_E_IO, OTP_E_NOMEM. */
OTP_MUST_CHECK enum otp_status otp_store_file_open(const char *path, const struct otp_block_key *key,
                                                   struct otp_store **store, struct otp_error *error);

/* Make path and path/space, 0700, where they are missing. OTP_E_UNSAFE, OTP_E_IO. */
OTP_MUST_CHECK enum otp_status otp_store_file_make(const char *path, const char *space, struct otp_error *error);

/*
 * Take a record's file away unread, be it damaged: for a space whose records may be lost without harm. One that is not
 * there, nor its directory, is OTP_OK. OTP_E_UNSAFE, OTP_E_LIMIT, OTP_E_IO.
 */
OTP_MUST_CHECK enum otp_status otp_store_file_discard(const char *path, const char *space, const char *name,
                                                      struct otp_error *error);

#endif
