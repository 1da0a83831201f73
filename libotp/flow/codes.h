/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_FLOW_CODES_H
#define OTP_FLOW_CODES_H

#include "../credential/recovery.h"
#include "vault.h"

/*
 * Recovery and temporary codes (product §5.7). What is given here is durable before it can be shown, and cannot be read
 * again: only tags are kept. The caller wipes the codes. OTP_E_NOT_FOUND: the user is not enrolled.
 */

/* OTP_RECOVERY_MAX new recovery codes; the old ones are dead. */
OTP_MUST_CHECK enum otp_status otp_codes_renew(struct otp_vault *vault, const char *user,
                                               struct otp_spare_code codes[OTP_RECOVERY_MAX], struct otp_error *error);

/*
 * A temporary code until expires (s since the epoch), in the place of one before it; once: for one login. OTP_E_STATE:
 * a token of the user is locked, which withholds it; OTP_E_INVALID: no such end.
 */
OTP_MUST_CHECK enum otp_status otp_codes_lend(struct otp_vault *vault, const char *user, int64_t expires, bool once,
                                              struct otp_spare_code *code, struct otp_error *error);

/* End the temporary code. OTP_E_STATE: there was none in force at now (ms). */
OTP_MUST_CHECK enum otp_status otp_codes_end(struct otp_vault *vault, const char *user, int64_t now,
                                             struct otp_error *error);

#endif
