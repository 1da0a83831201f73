/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_PROTOCOL_H
#define VIPOTP_PROTOCOL_H

#include "settings/settings.h"

/*
 * What vipotp-helper and those who call it say to each other (product §6.8), on a UNIX socket of type SOCK_SEQPACKET:
 * one packet asks, one answers, and the connection is over. A packet is a list of texts, each with a NUL behind it, in
 * the order that each request's table in protocol.c gives; there are no others, and none is optional. Whoever reads
 * trusts nothing: a packet with a wrong count, a text too long, a number that is none is refused as a whole.
 */

#define PROTOCOL_SOCKET SETTINGS_RUN_DIR "/socket"
#define PROTOCOL_VERSION "vipotp-1"

enum { PROTOCOL_PACKET_MAX = 8192, PROTOCOL_TEXT_MAX = 1024, PROTOCOL_TEXTS_MAX = 24 };

enum protocol_request {
	PROTOCOL_ENROLLED = 1, /* whether the caller has a token */
	PROTOCOL_LOGIN,        /* judge an answer to the module's prompt in a process of the caller */
	PROTOCOL_SESSION,      /* run a verb of vipotp(1) for the caller; descriptors of its three streams come back */
};

/* A packet being written or read. All zero: empty. Whoever holds one ends it with packet_wipe: it has secrets in it. */
struct packet {
	size_t len;
	size_t at; /* reading: the next text */
	bool bad;  /* something did not fit, or was not there */
	char bytes[PROTOCOL_PACKET_MAX];
};

void packet_text(struct packet *packet, const char *text);
void packet_number(struct packet *packet, int64_t number);

/* The next text, or "" and packet->bad. It lives as long as the packet. At most `longest` bytes. */
const char *packet_next(struct packet *packet, size_t longest);
int64_t packet_next_number(struct packet *packet, int64_t least, int64_t most);

/* Whether everything was there and nothing is left over. */
bool packet_ended(const struct packet *packet);

void packet_wipe(struct packet *packet);

#endif
