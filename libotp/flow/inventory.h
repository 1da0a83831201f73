/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_FLOW_INVENTORY_H
#define OTP_FLOW_INVENTORY_H

#include "../credential/seed.h"
#include "held.h"

/*
 * The inventory keeps a record of every token known here. A free token's holds its sealed key; a bound one's is a stub
 * with its owner's name. Between the two lies the moment of binding, in which the record has an owner and a key: then
 * the owner's own record says whether the token is his (product §4.1, architecture: one enrolment, as data).
 */

/*
 * The record of a token that is stored nowhere yet, sealed; now (ms) is when its skew was true. OTP_E_INVALID as
 * otp_seed_check, OTP_E_CRYPTO.
 */
OTP_MUST_CHECK enum otp_status otp_inventory_fresh(const struct otp_vault *vault, const struct otp_seed *seed,
                                                   int64_t now, struct otp_held *held, struct otp_error *error);

/*
 * Load a token that nobody has. OTP_E_BOUND, naming the owner; OTP_E_NOT_FOUND. The caller wipes *held in either case.
 */
OTP_MUST_CHECK enum otp_status otp_inventory_load_free(struct otp_vault *vault, const struct otp_token_id *id,
                                                       struct otp_held *held, struct otp_error *error);

/* Whether the owner that an inventory record names, if any, has the token in his own. */
OTP_MUST_CHECK enum otp_status otp_inventory_is_bound(struct otp_vault *vault, const struct otp_credential *record,
                                                      bool *bound, struct otp_error *error);

/* Name the owner of a token, ahead of the write that makes him one. The key stays. */
OTP_MUST_CHECK enum otp_status otp_inventory_claim(struct otp_vault *vault, const struct otp_token_id *id,
                                                   const char *owner, struct otp_error *error);

/* Take the key out of a bound token's record, so that only its owner's has it; and all that was kept for its owner. */
OTP_MUST_CHECK enum otp_status otp_inventory_strip(struct otp_vault *vault, const struct otp_token_id *id,
                                                   struct otp_error *error);

/* Forget an owner whose record has lost the token. It is free without that; this is for the reader, and may fail. */
void otp_inventory_forget(struct otp_vault *vault, const struct otp_token_id *id);

/*
 * Write token i of a user's credential back, key and position, with the user still named as its owner: it becomes free
 * when the user's record has lost it, then reserved for a user or, if that is "", for nobody. A disabled token stays
 * so.
 */
OTP_MUST_CHECK enum otp_status otp_inventory_return(struct otp_vault *vault, const struct otp_credential *credential,
                                                    size_t i, const char *reserved, struct otp_error *error);

#endif
