/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_TAKE_H
#define VIPOTP_TAKE_H

#include "held.h"

/*
 * Take the next code of an event token that is held to change: its counter is durably past the code when this returns
 * OTP_OK, so that no code is ever given twice, also after a death at any moment; at worst one is given to nobody. The
 * caller wipes code. OTP_E_INVALID (a time token), OTP_E_LIMIT (the last counter), OTP_E_IO, OTP_E_CRYPTO.
 */
OTP_MUST_CHECK enum otp_status take_code(struct held *held, char code[SOFT_TOKEN_CODE_LEN + 1],
                                         struct otp_error *error);

#endif
