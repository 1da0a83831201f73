/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_EXCHANGE_SEEN_H
#define OTP_EXCHANGE_SEEN_H

#include "../credential/token_id.h"

/* The token IDs of a file so far, to find one that comes twice: 16 to 32 bytes for each. */
struct otp_seen;

/* OTP_E_NOMEM, OTP_E_CRYPTO. The caller ends it with otp_seen_free. */
OTP_MUST_CHECK enum otp_status otp_seen_new(struct otp_seen **seen);

/* Add an ID; "" is passed over. OTP_E_EXISTS, OTP_E_NOMEM. */
OTP_MUST_CHECK enum otp_status otp_seen_add(struct otp_seen *seen, const struct otp_token_id *id);

void otp_seen_free(struct otp_seen **seen);

#endif
