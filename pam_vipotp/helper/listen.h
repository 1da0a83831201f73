/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_HELPER_LISTEN_H
#define VIPOTP_HELPER_LISTEN_H

#include "request.h"

/*
 * Accept callers and give each a process of its own, until SIGTERM or SIGINT, or, if it may be idle no longer, until
 * nobody has called for a minute. When it returns, no such process is left. It reads nothing that a caller sends.
 */
enum {
	LISTEN_CALLERS = 64, /* at once */
	LISTEN_OF_ONE = 4,   /* of one uid; root's come on top of all */
	LISTEN_IDLE = 60,    /* s */
};

OTP_MUST_CHECK bool listen_serve(const struct service *service, int gate, bool ends_idle);

#endif
