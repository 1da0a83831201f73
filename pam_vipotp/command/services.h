/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_SERVICES_H
#define VIPOTP_COMMAND_SERVICES_H

#include "command.h"

/* The PAM services whose files name pam_vipotp: where a token serves (product §3). What includes them is not looked at.
 */

enum { SERVICES_MAX = 64, SERVICES_NAME_MAX = 63 };

struct services {
	size_t n; /* at most SERVICES_MAX */
	char name[SERVICES_MAX][SERVICES_NAME_MAX + 1];
};

/* Read /etc/pam.d and /etc/pam.conf. COMMAND_UNAVAILABLE, said: something could not be read; the rest is there, sorted.
 */
enum command_exit services_read(struct services *services);

#endif
