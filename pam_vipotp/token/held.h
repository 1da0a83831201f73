/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_HELD_H
#define VIPOTP_HELD_H

#include "soft_token.h"
#include "wallet.h"

/*
 * One token's file, open and locked. MUST, each with a point in tests/token/:
 *  - it is regular, the caller's own, and nobody else can read it; no symbolic link is followed to it, and opening it
 *    never blocks;
 *  - a new one appears whole or not at all, and never in place of another;
 *  - whoever changes it holds its lock, and has looked whether it is still the one its name leads to;
 *  - a counter that held_save made durable never comes back, whatever the process dies of.
 */
struct held {
	int fd;
	struct soft_token token;
	char where[PATH_MAX + WALLET_FILE_MAX];
};

enum held_purpose {
	HELD_TO_READ = 1,
	HELD_TO_CHANGE,
};

/*
 * Open a token's file and lock it, shared or exclusively. On OTP_OK the caller closes it, which wipes the key; else
 * there is nothing to close. OTP_E_NOT_FOUND, OTP_E_UNSAFE, OTP_E_CORRUPT, OTP_E_BUSY, OTP_E_IO.
 */
OTP_MUST_CHECK enum otp_status held_open(const struct wallet *wallet, const struct otp_token_id *id,
                                         enum held_purpose purpose, struct held *held, struct otp_error *error);
void held_close(struct held *held);

/*
 * Make the counter or the drift in held->token durable, in place: that needs no space, so that who has used up his
 * quota still gets codes, and keeps the lock valid, which a rename would not. OTP_E_IO: the file has the old or the new
 * one.
 */
OTP_MUST_CHECK enum otp_status held_save(const struct held *held, struct otp_error *error);

/* Remove it durably. wallet is the one it was opened from. OTP_E_IO. */
OTP_MUST_CHECK enum otp_status held_remove(const struct wallet *wallet, const struct held *held,
                                           struct otp_error *error);

/* Add a token durably. OTP_E_EXISTS if one has its ID; OTP_E_LIMIT, OTP_E_BUSY, OTP_E_UNSAFE, OTP_E_IO. */
OTP_MUST_CHECK enum otp_status held_add(const struct wallet *wallet, const struct soft_token *token,
                                        struct otp_error *error);

#endif
