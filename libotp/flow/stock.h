/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_FLOW_STOCK_H
#define OTP_FLOW_STOCK_H

#include "../credential/seed.h"
#include "vault.h"

/* What an administrator does with the inventory. Times in ms since the epoch. */

/* Put a token into the inventory. OTP_E_EXISTS: its ID is known here; OTP_E_INVALID as otp_seed_check. */
OTP_MUST_CHECK enum otp_status otp_token_add(struct otp_vault *vault, const struct otp_seed *seed, int64_t now,
                                             struct otp_error *error);

/* Reserve a free token for a user, or for nobody if user is "". OTP_E_BOUND, OTP_E_NOT_FOUND, OTP_E_LIMIT. */
OTP_MUST_CHECK enum otp_status otp_token_assign(struct otp_vault *vault, const struct otp_token_id *token,
                                                const char *user, struct otp_error *error);

/*
 * Forget a free token, its key and position with it. A token whose key is lost, because its owner's record is gone, is
 * free in this sense. OTP_E_BOUND, OTP_E_NOT_FOUND.
 */
OTP_MUST_CHECK enum otp_status otp_token_remove(struct otp_vault *vault, const struct otp_token_id *token,
                                                struct otp_error *error);

/*
 * A number that goes with a key: always the same on this host, and of no use for finding the key out. vault NULL, where
 * nothing is stored yet: comparable with others of the same process alone, and not to be kept. OTP_E_NOMEM,
 * OTP_E_CRYPTO.
 */
OTP_MUST_CHECK enum otp_status otp_token_mark(const struct otp_vault *vault, const struct otp_seed *seed,
                                              uint64_t *mark);

/*
 * The ID of a token whose file tells none: always the same for the same key on this host, so that a file that is
 * imported twice brings nothing twice. Another token may have it: then the next one is this token's, and so on.
 * vault NULL, OTP_E_NOMEM, OTP_E_CRYPTO: as otp_token_mark.
 */
OTP_MUST_CHECK enum otp_status otp_token_name(const struct otp_vault *vault, struct otp_seed *seed);
void otp_token_name_next(struct otp_seed *seed);

/*
 * Whether a token could be added. OTP_OK: it could, or, with *known, this very token is here already, free or bound;
 * then there is nothing to do. OTP_E_EXISTS: another token has its ID.
 */
OTP_MUST_CHECK enum otp_status otp_token_known(struct otp_vault *vault, const struct otp_seed *seed, bool *known,
                                               struct otp_error *error);

/* A token as it is now, key in the clear, its owner or the user it is reserved for in seed->user. */
typedef enum otp_status otp_export_visitor(void *arg, const struct otp_seed *seed);

/*
 * Give every token with its key, those of users first. Anything but OTP_OK of the visitor ends it and is returned.
 * Recovery codes cannot be given: only their tags are kept.
 */
OTP_MUST_CHECK enum otp_status otp_export(struct otp_vault *vault, otp_export_visitor *visit, void *arg,
                                          struct otp_error *error);

#endif
