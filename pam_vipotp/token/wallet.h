/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_WALLET_H
#define VIPOTP_WALLET_H

#include "otp.h"

#include <limits.h>

/*
 * The directory of a person's tokens: $XDG_DATA_HOME/vipotp, or ~/.local/share/vipotp. MUST, with a point in
 * tests/token/test_files.sh: it is the caller's own, and nobody else can look into it. What leads to it may be symbolic
 * links: a home directory is where its owner put it.
 */
struct wallet {
	int dir; /* -1: there is none, and so no token */
	char path[PATH_MAX];
};

enum wallet_purpose {
	WALLET_TO_READ = 1,
	WALLET_TO_ADD, /* makes the directories that are missing, 0700 */
};

/* The caller closes it, also after an error. OTP_E_INVALID (no HOME), OTP_E_LIMIT, OTP_E_UNSAFE, OTP_E_IO. */
OTP_MUST_CHECK enum otp_status wallet_open(enum wallet_purpose purpose, struct wallet *wallet, struct otp_error *error);
void wallet_close(struct wallet *wallet);

/* Anything but OTP_OK ends the round and is returned by it. */
typedef enum otp_status wallet_visitor(void *arg, const struct otp_token_id *id);

/* The ID of every token that has a file, in their order. OTP_E_IO. */
OTP_MUST_CHECK enum otp_status wallet_each(const struct wallet *wallet, wallet_visitor *visit, void *arg,
                                           struct otp_error *error);

enum { WALLET_FILE_MAX = 32 };

/* The name of a token's file in the directory. */
void wallet_file(const struct otp_token_id *id, char file[WALLET_FILE_MAX]);

#endif
