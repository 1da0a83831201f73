/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_FLOW_HELD_H
#define OTP_FLOW_HELD_H

#include "../credential/credential.h"
#include "../credential/seal.h"
#include "../store/store.h"
#include "vault.h"

/*
 * Credentials as the stores hold them: the one place where bytes become credentials and back. A user's record lies in
 * `users` under his name, a token's in `tokens` under its ID.
 */

struct otp_vault {
	struct otp_store *users;
	struct otp_store *tokens;
	struct otp_store *invitations; /* NULL where nobody asks for them */
	struct otp_sealer *sealer;
	uint8_t store_key[OTP_SUBKEY_LEN]; /* which the records of every space are authenticated under */
};

/*
 * Open the space in dir that holds records of another kind under the vault's key. The caller closes *store.
 * OTP_E_NOT_FOUND: there is none; others as otp_store_file_open.
 */
OTP_MUST_CHECK enum otp_status otp_vault_space(const struct otp_vault *vault, const char *dir, const char *space,
                                               struct otp_store **store, struct otp_error *error);

/* A credential and the revision it was read at. Whoever holds one ends it with otp_held_wipe. */
struct otp_held {
	struct otp_credential credential;
	struct otp_revision revision;
};

/* Parse a user's record and check that it is his. OTP_E_CORRUPT. The caller wipes *credential in either case. */
OTP_MUST_CHECK enum otp_status otp_held_parse_user(const struct otp_stored *stored, const char *user,
                                                   struct otp_credential *credential, struct otp_error *error);

/* Prepare the keys of a credential; *error names whose. As otp_credential_open. */
OTP_MUST_CHECK enum otp_status otp_held_open(const struct otp_vault *vault, struct otp_credential *credential,
                                             struct otp_error *error);

/* Load. OTP_E_NOT_FOUND with a sentence for people. The caller wipes *held in either case. */
OTP_MUST_CHECK enum otp_status otp_held_load_user(struct otp_vault *vault, const char *user, struct otp_held *held,
                                                  struct otp_error *error);
OTP_MUST_CHECK enum otp_status otp_held_load_token(struct otp_vault *vault, const struct otp_token_id *id,
                                                   struct otp_held *held, struct otp_error *error);

/* Write where nothing was. OTP_E_EXISTS. */
OTP_MUST_CHECK enum otp_status otp_held_create(struct otp_store *store, const char *name, const struct otp_held *held,
                                               struct otp_error *error);

/* Write over what was read. OTP_E_CHANGED. */
OTP_MUST_CHECK enum otp_status otp_held_replace(struct otp_store *store, const char *name, const struct otp_held *held,
                                                struct otp_error *error);

/*
 * The one update of a user's state: parse, check that it is his, run the step on the credential, and write if it says
 * so. The keys are prepared if the step wants them. *read, which may be NULL: the revision that the step last saw.
 */
typedef enum otp_status otp_held_step(void *arg, struct otp_credential *credential, bool *write,
                                      struct otp_error *error);
OTP_MUST_CHECK enum otp_status otp_held_update(struct otp_vault *vault, const char *user, otp_held_step *step,
                                               void *arg, struct otp_revision *read, struct otp_error *error);

/*
 * Change a user's facts: the same, but the whole record is replaced, and the step runs again on what a login in between
 * left. OTP_E_CHANGED after too many of those.
 */
OTP_MUST_CHECK enum otp_status otp_held_amend(struct otp_vault *vault, const char *user, otp_held_step *step, void *arg,
                                              struct otp_error *error);

/* Write a user's facts anew as they are, which gives them another revision (store/store.h) and ends what hung on it. */
OTP_MUST_CHECK enum otp_status otp_held_renew(struct otp_vault *vault, const char *user, struct otp_error *error);

void otp_held_wipe(struct otp_held *held);

#endif
