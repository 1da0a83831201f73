/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_HELPER_GATE_H
#define VIPOTP_HELPER_GATE_H

#include "verb/verb.h"

/* The socket at which vipotp-helper listens: systemd's, or one of its own making. */
struct gate {
	int fd;
	int dir;          /* of a socket of our own; -1: it is systemd's */
	const char *name; /* in dir; borrowed */
};

enum { GATE_INHERITED = 3 }; /* sd_listen_fds(3) */

/* The one that systemd handed over. COMMAND_DONE, or what is wrong was told on standard error. */
OTP_MUST_CHECK enum command_exit gate_inherit(struct gate *gate);

/*
 * Make one at an absolute path, which gate borrows, for everybody to connect to. Its directory is made 0755 if it is
 * missing, and must be such that only root could have changed the path. One that nobody listens at is replaced.
 */
OTP_MUST_CHECK enum command_exit gate_make(const char *path, struct gate *gate);

/* Close it; one of our own making is removed. */
void gate_close(struct gate *gate);

#endif
