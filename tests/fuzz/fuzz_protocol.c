/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets of vipotp-helper and of those who call it: what is read and written again, is the same packet. A line of the
 * input stands for a text, so that seeds can be read.
 */
#include "feed.h"
#include "helper/protocol.h"

#include <string.h>

static void expect_same_packet(const struct packet *packet, const struct packet *again)
{
	promised(!again->bad, "what was read can be written");
	promised(again->len == packet->len && memcmp(again->bytes, packet->bytes, packet->len) == 0,
	         "what was read has one writing");
}

static void try_login(struct packet packet, const char *user)
{
	struct packet again = {.len = 0};
	struct protocol_login login;

	protocol_take_login(&packet, &login);
	if (!packet_ended(&packet))
		return;
	promised(strlen(login.service) <= PROTOCOL_SERVICE_MAX, "a service's name fits");
	protocol_ask(&again, PROTOCOL_LOGIN);
	protocol_put_user(&again, user);
	protocol_put_login(&again, &login);
	expect_same_packet(&packet, &again);
}

static void try_session(struct packet packet)
{
	struct packet again = {.len = 0};
	struct protocol_session session;

	protocol_take_session(&packet, &session);
	if (!packet_ended(&packet))
		return;
	promised(session.argc >= 1 && session.argc <= PROTOCOL_WORDS_MAX && session.argv[session.argc] == NULL,
	         "the words of a session are counted");
	protocol_ask(&again, PROTOCOL_SESSION);
	protocol_put_session(&again, &session);
	expect_same_packet(&packet, &again);
}

static void try_request(struct packet packet)
{
	enum protocol_request kind = protocol_asked(&packet);
	const char *user;

	if (packet.bad)
		return;
	promised(kind >= PROTOCOL_ENROLLED && kind <= PROTOCOL_SESSION, "a request is one of those there are");
	if (kind == PROTOCOL_SESSION) {
		try_session(packet);
		return;
	}
	user = protocol_take_user(&packet);
	promised(strlen(user) <= OTP_USER_MAX, "a user's name fits");
	if (kind == PROTOCOL_LOGIN)
		try_login(packet, user);
}

static void try_answer(struct packet packet)
{
	struct packet again = {.len = 0};
	struct otp_error error = {.status = OTP_OK};
	struct otp_outcome outcome;

	if (protocol_answered(&packet, &error) != OTP_OK) {
		promised(error.status != OTP_OK && strlen(error.what) < sizeof error.what, "a failure has its reason");
		return;
	}
	protocol_take_outcome(&packet, &outcome);
	if (!packet_ended(&packet)) {
		promised(outcome.verdict == OTP_REFUSED && outcome.at == 0, "half an answer is a refusal");
		return;
	}
	protocol_put_outcome(&again, &outcome);
	promised(!again.bad && again.len <= packet.len &&
	             memcmp(again.bytes, packet.bytes + packet.len - again.len, again.len) == 0,
	         "an outcome has one writing");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct packet packet = {.len = size};

	if (size > sizeof packet.bytes)
		return 0;
	for (size_t i = 0; i < size; i++)
		packet.bytes[i] = data[i] == '\n' ? '\0' : (char)data[i];
	try_request(packet);
	try_answer(packet);
	return 0;
}
