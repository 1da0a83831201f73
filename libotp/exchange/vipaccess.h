/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_EXCHANGE_VIPACCESS_H
#define OTP_EXCHANGE_VIPACCESS_H

#include "foreign.h"

/*
 * The .vipaccess file of python-vipaccess, one time token with SHA-1, 6 digits and 30 s, a line for each value:
 *
 *   version 1
 *   secret BASE32
 *   id VSST12345678
 *   expiry 2019-01-15T12:00:00.000Z
 *
 * id and expiry may be missing. vipotp-token's own files add label, issuer and drift, the seconds by which the token's
 * clock is before the host's, which other readers pass over.
 */
otp_foreign_reader otp_vipaccess_read;
bool otp_vipaccess_looks_like(const struct otp_foreign *file);

enum { OTP_VIPACCESS_MAX = 256 }; /* bytes of a printed file with its NUL */

/* The four lines; the key is in them. OTP_E_LIMIT for any other kind of token, which python-vipaccess cannot read. */
OTP_MUST_CHECK enum otp_status otp_vipaccess_print(const struct otp_seed *seed, char text[OTP_VIPACCESS_MAX]);

#endif
