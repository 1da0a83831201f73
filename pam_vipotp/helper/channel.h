/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_CHANNEL_H
#define VIPOTP_CHANNEL_H

#include "protocol.h"

/*
 * Packets through a socket, up to a deadline. Used by both sides, in host processes too: no signal is raised, nothing
 * blocks beyond the deadline, descriptors that come in are close-on-exec. Deadlines are by CLOCK_MONOTONIC, in ms.
 */

enum { CHANNEL_STREAMS = 3 }; /* descriptors that go along with a packet, or none */

int64_t channel_now(void);

/* Wait until the descriptor is ready for one of these events of poll(2), or broken. False: the deadline came first. */
bool channel_wait(int fd, short events, int64_t deadline);

/* Send the packet, with three descriptors if streams is not NULL. False: errno tells why; ETIMEDOUT, or it is bad. */
OTP_MUST_CHECK bool channel_send(int fd, const struct packet *packet, const int *streams, int64_t deadline);

/*
 * Receive one into an empty packet. streams, if not NULL, gets the three descriptors that came along, or -1 in each;
 * the caller closes them. False: errno tells why; ECONNRESET: the other side is gone; EBADMSG: too long, or descriptors
 * that nobody wants.
 */
OTP_MUST_CHECK bool channel_receive(int fd, struct packet *packet, int *streams, int64_t deadline);

#endif
