/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_FLOW_INVITATION_H
#define OTP_FLOW_INVITATION_H

#include "vault.h"

#include <stdint.h>

/*
 * An invitation lets a user who has no token make himself one, once, at his next login (product §6.4). The enrolment
 * that binds a token to him uses it up, whoever does it. The vault must be open to administer or to inspect.
 */

/*
 * Invite until expires (s since the epoch), in the place of an invitation before it. The vault must be open to
 * administer. OTP_E_EXISTS: he is enrolled; OTP_E_INVALID: no such end.
 */
OTP_MUST_CHECK enum otp_status otp_invite(struct otp_vault *vault, const char *user, uint32_t uid, int64_t expires,
                                          struct otp_error *error);

/* Until when (s) a user is invited. OTP_E_NOT_FOUND: he is not, or no longer at now (ms), or the uid is another's. */
OTP_MUST_CHECK enum otp_status otp_invitation(struct otp_vault *vault, const char *user, uint32_t uid, int64_t now,
                                              int64_t *expires, struct otp_error *error);

/* Take an invitation back. OTP_E_NOT_FOUND: there was none. */
OTP_MUST_CHECK enum otp_status otp_uninvite(struct otp_vault *vault, const char *user, struct otp_error *error);

/* A token was bound to the user. An invitation that could not be removed is of no use to somebody who is enrolled. */
void otp_invitation_use(struct otp_vault *vault, const char *user);

#endif
