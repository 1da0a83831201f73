/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_FLOW_STATES_H
#define OTP_FLOW_STATES_H

#include "../credential/token_id.h"
#include "vault.h"

#include <stddef.h>

/*
 * The states of a token (product §4.2), and what an administrator may do:
 *
 *   lock     ENABLED -> LOCKED              its codes are refused, and its user's recovery and temporary codes
 *   unlock   LOCKED -> ENABLED              and the user's throttle is cleared
 *   disable  ENABLED, LOCKED -> DISABLED    with a reason; recovery and temporary codes still work
 *            NEW -> DISABLED                nobody can enrol it
 *   enable   DISABLED -> ENABLED            bound
 *            DISABLED -> NEW                in the inventory
 */
enum otp_change {
	OTP_LOCK,
	OTP_UNLOCK,
	OTP_DISABLE,
	OTP_ENABLE,
};

/*
 * Change a user's token, or all his tokens that are in the state it starts from if token is NULL. reason: for
 * OTP_DISABLE, at most OTP_TEXT_MAX bytes; else NULL. *changed: how many. OTP_E_NOT_FOUND: not enrolled; OTP_E_INVALID:
 * not his; OTP_E_STATE: the token, or every token, is in another state, which *error names.
 */
OTP_MUST_CHECK enum otp_status otp_change_user(struct otp_vault *vault, const char *user,
                                               const struct otp_token_id *token, enum otp_change change,
                                               const char *reason, size_t *changed, struct otp_error *error);

/* Disable or enable a token of the inventory. OTP_E_BOUND: it is a user's; OTP_E_NOT_FOUND; OTP_E_STATE. */
OTP_MUST_CHECK enum otp_status otp_change_stocked(struct otp_vault *vault, const struct otp_token_id *token,
                                                  enum otp_change change, const char *reason, struct otp_error *error);

/*
 * Clear both buckets of a user and unlock his locked tokens. *was_locked tells whether a bucket or token was locked.
 * Logins of his that are remembered end, as with every change here (flow/remember.h), unless no token was locked and
 * the disk takes no new file: a wait can be lifted on a full disk, too. OTP_E_NOT_FOUND: not enrolled.
 */
OTP_MUST_CHECK enum otp_status otp_unlock(struct otp_vault *vault, const char *user, bool *was_locked,
                                          struct otp_error *error);

#endif
