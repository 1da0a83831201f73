/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_POLICY_MATCH_H
#define OTP_POLICY_MATCH_H

#include "../core/code.h"
#include "window.h"

/*
 * Searches compute and compare every candidate, whatever matched before, so that the time tells nothing of where a
 * code lies (product §5.8). A code of another length than the token's matches nothing, at the same cost.
 */
struct otp_match {
	bool found;
	int64_t position; /* the one nearest to the expected position; of a pair, the first code's */
};

/* Where in range the code stands. token->key must be prepared. OTP_E_CRYPTO. */
OTP_MUST_CHECK enum otp_status otp_match_code(const struct otp_token *token, struct otp_code code,
                                              struct otp_range range, int64_t expected, struct otp_match *match);

/* Where in range both codes stand one after the other; range holds the first's positions. */
OTP_MUST_CHECK enum otp_status otp_match_pair(const struct otp_token *token, struct otp_code first,
                                              struct otp_code second, struct otp_range range, int64_t expected,
                                              struct otp_match *match);

#endif
