/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_FLOW_RESET_H
#define OTP_FLOW_RESET_H

#include "../policy/judge.h"
#include "vault.h"

/*
 * Resynchronise a user's token by two consecutive codes and unlock him (product §5.4, §7.3). OTP_OK: judged and
 * durable; the verdict is as for otp_enroll, or OTP_MALFORMED for codes of another length than the token's. rewind:
 * a time token may go back. OTP_E_NOT_FOUND: the user is not enrolled; OTP_E_INVALID: he has no such token.
 */
OTP_MUST_CHECK enum otp_status otp_reset(struct otp_vault *vault, const struct otp_limits *limits, const char *user,
                                         const struct otp_token_id *token, const struct otp_pair *pair, bool rewind,
                                         struct otp_judgement *judgement, struct otp_error *error);

/* Where a code of the user stands (product §7.2); changes nothing. *token: whose code it is, "" if none's. */
OTP_MUST_CHECK enum otp_status otp_test(struct otp_vault *vault, const struct otp_limits *limits, const char *user,
                                        const char *typed, int64_t now, enum otp_code_form *form,
                                        struct otp_assay *assay, struct otp_token_id *token, struct otp_error *error);

#endif
