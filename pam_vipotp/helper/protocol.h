/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_PROTOCOL_H
#define VIPOTP_PROTOCOL_H

#include "settings/settings.h"

/*
 * What vipotp-helper and those who call it say to each other (product §6.8), on a UNIX socket of type SOCK_SEQPACKET:
 * one packet asks, one answers, and the connection is over; a session ends with one more. A packet is a list of texts,
 * each with a NUL behind it: the version, then what the functions below write, in their order; there are no others, and
 * none is optional. Whoever reads trusts nothing: a packet with a wrong count, a text too long, a number that is none
 * is refused as a whole. Nothing here does input or output; that is channel.h's.
 */

#define PROTOCOL_SOCKET SETTINGS_RUN_DIR "/socket"
#define PROTOCOL_VERSION "vipotp-1"

enum { PROTOCOL_PACKET_MAX = 8192, PROTOCOL_TEXT_MAX = 1024, PROTOCOL_WORDS_MAX = 32, PROTOCOL_SERVICE_MAX = 64 };

enum protocol_request {
	PROTOCOL_ENROLLED = 1, /* whether the caller has a token, and how long his codes are (otp_login_lengths) */
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

/* ---- requests; what is read borrows the packet's bytes, and counts only once packet_ended says so ---- */

void protocol_ask(struct packet *packet, enum protocol_request kind);
enum protocol_request protocol_asked(struct packet *packet);

/* The caller's account; every request begins with it but for a session, whose command line names it or nobody. */
void protocol_put_user(struct packet *packet, const char *user);
const char *protocol_take_user(struct packet *packet);

struct protocol_login {
	const char *service;
	const char *password;
	const char *typed;
	const char *origin;
	const char *first; /* NULL: none */
	int64_t first_at;
};

void protocol_put_login(struct packet *packet, const struct protocol_login *login);
void protocol_take_login(struct packet *packet, struct protocol_login *login);

struct protocol_session {
	const char *password; /* "" where none is wanted */
	bool japanese;
	int argc;
	const char *argv[PROTOCOL_WORDS_MAX + 1]; /* ends in NULL */
};

void protocol_put_session(struct packet *packet, const struct protocol_session *session);
void protocol_take_session(struct packet *packet, struct protocol_session *session);

/* ---- answers ---- */

/* How each begins: what the status is, and for others than OTP_OK why. Nothing more follows these. */
void protocol_answer(struct packet *packet, enum otp_status status, const struct otp_error *error);
enum otp_status protocol_answered(struct packet *packet, struct otp_error *error);

/* Everything but the generation, which only root's processes have a use for. */
void protocol_put_outcome(struct packet *packet, const struct otp_outcome *outcome);
void protocol_take_outcome(struct packet *packet, struct otp_outcome *outcome);

#endif
