/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_EXCHANGE_OTPAUTH_H
#define OTP_EXCHANGE_OTPAUTH_H

#include "foreign.h"

/*
 * otpauth URIs (uri.h), a line each, as apps export them. Blanks around a URI do not count; empty lines and lines that
 * begin with # are passed over. A token ID that comes twice is an error.
 */
otp_foreign_reader otp_otpauth_read;
bool otp_otpauth_looks_like(const struct otp_foreign *file);

#endif
