/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_REMEMBER_H
#define VIPOTP_REMEMBER_H

#include "login.h"

/*
 * A login that gave a code a short time ago and is not asked again (product §6.6). It is the same login if user,
 * service and, from the network, address and SSH key, or, locally, the login session are the same.
 */

/*
 * Whether this login is remembered; reason says so for the log. vault NULL: nobody is. A record that is damaged,
 * forged, too old or of another login is none. Failing to look is no failure of the login: a code is asked for.
 */
OTP_MUST_CHECK enum otp_status remember_holds(const struct login *login, struct otp_vault *vault, bool *holds,
                                              char *reason, size_t size, struct otp_error *error);

/* A token's code was accepted: remember it, where the settings say so. That it could not be is logged, no more. */
void remember_keep(const struct login *login, struct otp_vault *vault, const struct otp_outcome *outcome);

#endif
