/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_HELPER_CONFINE_H
#define VIPOTP_HELPER_CONFINE_H

#include <stdbool.h>

/*
 * What the processes of vipotp-helper give away (product §6.8). Each step is for the process and what it forks; none
 * can be taken back. False: errno tells why, and the process must not go on.
 */

/*
 * The service itself: no new privileges by exec, of the capabilities only those that the check of a password needs, no
 * core, no debugger, no environment, umask 077, working directory "/".
 */
bool confine_service(void);

/* A request's process: a group of its own, which dies with the service; bounds for time on the CPU, memory, files. */
bool confine_request(void);

/* What judges needs no capability: the files are root's. */
bool confine_powerless(void);

/* A child of a request's process: dies with its parent, whose process ID is this. */
bool confine_child(int parent);

#endif
