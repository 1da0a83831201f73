/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_REMEMBER_H
#define VIPOTP_REMEMBER_H

#include "login.h"

/*
 * A login that gave a code a short time ago and is not asked again (product §6.6). It is the same login if user and
 * service are the same and, from the network, PAM_RHOST and the SSH keys that sshd has seen proven; at the console the
 * login session, by the kernel's audit session ID, and who calls in it. Without a key or such a session nothing is
 * remembered, nor in a process of somebody who is not root. libotp's flow/remember.h tells when it ends.
 */

/*
 * Whether this login is remembered; reason says so for the log. vault NULL: nobody is. A record that is damaged,
 * forged, too old or of another login is none. Failing to look is no failure of the login, and always OTP_OK: it is
 * logged, and a code is asked for.
 */
OTP_MUST_CHECK enum otp_status remember_holds(const struct login *login, struct otp_vault *vault, bool *holds,
                                              char *reason, size_t size, struct otp_error *error);

/* A token's code was accepted: remember it, where the settings say so. That it could not be is logged, no more. */
void remember_keep(const struct login *login, struct otp_vault *vault, const struct otp_outcome *outcome);

#endif
