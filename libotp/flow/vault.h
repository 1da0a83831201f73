/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_FLOW_VAULT_H
#define OTP_FLOW_VAULT_H

#include "../error.h"

#include <stdbool.h>

/* The opened stores (users, tokens, invitations) and the sealing key: what every flow works on. */
struct otp_vault;

/* Absolute paths. product §4.3, §9.1. */
struct otp_places {
	const char *key_file;  /* normally /etc/vipotp/key */
	const char *store_dir; /* normally /var/lib/vipotp; holds users/, tokens/ and invitations/ */
};

enum otp_purpose {
	OTP_TO_JUDGE,      /* logins, tests, lists: nothing is created; a missing store is an empty one */
	OTP_TO_INSPECT,    /* the same, and invitations can be looked at */
	OTP_TO_ADMINISTER, /* enrolment: directories and key are made, while there is neither key nor record */
};

/*
 * Open the key and the stores. The caller owns *vault. OTP_E_NOT_FOUND: not to administer, and there is neither
 * key nor store, so nobody is enrolled here. OTP_E_KEY_MISSING: records exist and the key does not; *error says
 * what to restore. OTP_E_UNSAFE, OTP_E_CORRUPT, OTP_E_IO, OTP_E_NOMEM, OTP_E_CRYPTO.
 */
OTP_MUST_CHECK enum otp_status otp_vault_open(const struct otp_places *places, enum otp_purpose purpose,
                                              struct otp_vault **vault, struct otp_error *error);

/* Wipe, close, and set *vault to NULL. NULL is allowed inside. */
void otp_vault_close(struct otp_vault **vault);

#endif
