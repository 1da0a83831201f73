/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_CORE_HOTP_H
#define OTP_CORE_HOTP_H

#include "hmac.h"

enum { OTP_DIGITS_MIN = 6, OTP_DIGITS_MAX = 8 };

/*
 * The one-time password at a position: RFC 4226 §5.3, and with a time step as the counter RFC 6238 §4.2.
 * digits is 6 to 8; *value is below 10^digits. OTP_E_CRYPTO: *value is undefined.
 */
OTP_MUST_CHECK enum otp_status otp_hotp_value(struct otp_hmac *key, uint64_t position, unsigned digits,
                                              uint32_t *value);

#endif
