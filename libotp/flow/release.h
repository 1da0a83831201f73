/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_FLOW_RELEASE_H
#define OTP_FLOW_RELEASE_H

#include "../credential/token_id.h"
#include "vault.h"

#include <stddef.h>

/*
 * Unbind a token from a user, or all his tokens if token is NULL. They go back to the inventory with their positions
 * kept, so that a used code stays used, and a disabled one stays disabled. *released: how many. OTP_E_NOT_FOUND: not
 * enrolled; OTP_E_INVALID: not his.
 */
OTP_MUST_CHECK enum otp_status otp_release(struct otp_vault *vault, const char *user, const struct otp_token_id *token,
                                           size_t *released, struct otp_error *error);

#endif
