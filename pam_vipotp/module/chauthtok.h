/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_CHAUTHTOK_H
#define VIPOTP_CHAUTHTOK_H

#include "login.h"

/*
 * The password phase of a service whose passwords are our tokens (product §6.4): whoever has none enrols one; who has
 * one replaces it, if the settings let him, for a code of it. A user who calls himself, through a program that has
 * root's rights, gives his password first, by the PAM service vipotp: he may only be who sits there (product §7). flags
 * and result are those of pam_sm_chauthtok; the table is in pam_vipotp(8). status: what went wrong before.
 */
int chauthtok(const struct login *login, int flags, enum otp_status status, const struct otp_error *error);

#endif
