/* SPDX-License-Identifier: BSD-2-Clause */
#include "protocol.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_MAX = 20 }; /* bytes of an int64_t, with its sign */

/* Of enums that come in from outside: their last values. */
enum { LAST_STATUS = OTP_E_KEY_WRONG, LAST_VERDICT = OTP_UNENROLLED, LAST_WAY = OTP_BY_PAIR };

void packet_text(struct packet *packet, const char *text)
{
	size_t len = strlen(text) + 1;

	if (len > PROTOCOL_TEXT_MAX + 1 || len > sizeof packet->bytes - packet->len) {
		packet->bad = true;
		return;
	}
	memcpy(packet->bytes + packet->len, text, len);
	packet->len += len;
}

void packet_number(struct packet *packet, int64_t number)
{
	char text[NUMBER_MAX + 1];

	(void)snprintf(text, sizeof text, "%" PRId64, number);
	packet_text(packet, text);
}

const char *packet_next(struct packet *packet, size_t longest)
{
	const char *text = packet->bytes + packet->at;
	size_t left = packet->len - packet->at, len = strnlen(text, left);

	if (packet->bad || len == left || len > longest) {
		packet->bad = true;
		return "";
	}
	packet->at += len + 1;
	return text;
}

/* Read as it is written, and in no other way: printed again it must be the same. */
int64_t packet_next_number(struct packet *packet, int64_t least, int64_t most)
{
	const char *text = packet_next(packet, NUMBER_MAX);
	char again[NUMBER_MAX + 1];
	int64_t number = strtoll(text, NULL, 10);

	(void)snprintf(again, sizeof again, "%" PRId64, number);
	if (packet->bad || strcmp(text, again) != 0 || number < least || number > most) {
		packet->bad = true;
		return least;
	}
	return number;
}

static bool next_flag(struct packet *packet)
{
	return packet_next_number(packet, 0, 1) != 0;
}

bool packet_ended(const struct packet *packet)
{
	return !packet->bad && packet->at == packet->len;
}

void packet_wipe(struct packet *packet)
{
	explicit_bzero(packet, sizeof *packet);
}

static void check_version(struct packet *packet)
{
	if (strcmp(packet_next(packet, sizeof PROTOCOL_VERSION - 1), PROTOCOL_VERSION) != 0)
		packet->bad = true;
}

void protocol_ask(struct packet *packet, enum protocol_request kind)
{
	packet_text(packet, PROTOCOL_VERSION);
	packet_number(packet, kind);
}

enum protocol_request protocol_asked(struct packet *packet)
{
	check_version(packet);
	return (enum protocol_request)packet_next_number(packet, PROTOCOL_ENROLLED, PROTOCOL_SESSION);
}

void protocol_put_user(struct packet *packet, const char *user)
{
	packet_text(packet, user);
}

const char *protocol_take_user(struct packet *packet)
{
	return packet_next(packet, OTP_USER_MAX);
}

void protocol_put_login(struct packet *packet, const struct protocol_login *login)
{
	packet_text(packet, login->service);
	packet_text(packet, login->password);
	packet_text(packet, login->typed);
	packet_text(packet, login->origin);
	packet_number(packet, login->first != NULL);
	packet_text(packet, login->first != NULL ? login->first : "");
	packet_number(packet, login->first_at);
}

void protocol_take_login(struct packet *packet, struct protocol_login *login)
{
	bool second;

	login->service = packet_next(packet, PROTOCOL_SERVICE_MAX);
	login->password = packet_next(packet, PROTOCOL_TEXT_MAX);
	login->typed = packet_next(packet, PROTOCOL_TEXT_MAX);
	login->origin = packet_next(packet, PROTOCOL_TEXT_MAX);
	second = next_flag(packet);
	login->first = packet_next(packet, second ? PROTOCOL_TEXT_MAX : 0);
	login->first_at = packet_next_number(packet, 0, INT64_MAX);
	if (!second)
		login->first = NULL;
}

void protocol_put_session(struct packet *packet, const struct protocol_session *session)
{
	packet_text(packet, session->password);
	packet_number(packet, session->japanese);
	packet_number(packet, session->argc);
	if (session->argc < 1 || session->argc > PROTOCOL_WORDS_MAX)
		packet->bad = true;
	for (int i = 0; i < session->argc && !packet->bad; i++)
		packet_text(packet, session->argv[i]);
}

void protocol_take_session(struct packet *packet, struct protocol_session *session)
{
	session->password = packet_next(packet, PROTOCOL_TEXT_MAX);
	session->japanese = next_flag(packet);
	session->argc = (int)packet_next_number(packet, 1, PROTOCOL_WORDS_MAX);
	for (int i = 0; i < session->argc; i++)
		session->argv[i] = packet_next(packet, PROTOCOL_TEXT_MAX);
	session->argv[session->argc] = NULL;
}

void protocol_answer(struct packet *packet, enum otp_status status, const struct otp_error *error)
{
	packet_text(packet, PROTOCOL_VERSION);
	packet_number(packet, status);
	packet_number(packet, status != OTP_OK ? error->errnum : 0);
	packet_text(packet, status != OTP_OK ? error->what : "");
}

enum otp_status protocol_answered(struct packet *packet, struct otp_error *error)
{
	enum otp_status status;
	const char *what;
	int errnum;

	check_version(packet);
	status = (enum otp_status)packet_next_number(packet, OTP_OK, LAST_STATUS);
	errnum = (int)packet_next_number(packet, 0, INT16_MAX);
	what = packet_next(packet, OTP_ERROR_WHAT_MAX - 1);
	if (packet->bad || (status != OTP_OK && !packet_ended(packet)))
		return otp_fail(error, OTP_E_IO, "%s: the answer is not understood", PROTOCOL_SOCKET);
	if (status == OTP_OK)
		return OTP_OK;
	(void)otp_fail(error, status, "%s", what);
	if (error != NULL)
		error->errnum = errnum;
	return status;
}

void protocol_put_outcome(struct packet *packet, const struct otp_outcome *outcome)
{
	packet_number(packet, outcome->verdict);
	packet_number(packet, outcome->at);
	packet_number(packet, outcome->way);
	packet_text(packet, outcome->token.text);
	packet_number(packet, (int64_t)outcome->recovery_left);
	packet_number(packet, outcome->temporary_until);
	packet_number(packet, outcome->ahead);
	packet_number(packet, outcome->wait);
	packet_number(packet, outcome->locked);
	packet_number(packet, outcome->bucket_failures);
	packet_number(packet, outcome->failures);
	packet_number(packet, outcome->failed_at);
	packet_text(packet, outcome->origin);
}

static void take_text(struct packet *packet, char *field, size_t size)
{
	(void)snprintf(field, size, "%s", packet_next(packet, size - 1));
}

void protocol_take_outcome(struct packet *packet, struct otp_outcome *outcome)
{
	*outcome = (struct otp_outcome){.verdict = OTP_REFUSED};
	outcome->verdict = (enum otp_verdict)packet_next_number(packet, OTP_REFUSED, LAST_VERDICT);
	outcome->at = packet_next_number(packet, 0, INT64_MAX);
	outcome->way = (enum otp_way)packet_next_number(packet, OTP_BY_TOKEN, LAST_WAY);
	take_text(packet, outcome->token.text, sizeof outcome->token.text);
	outcome->recovery_left = (size_t)packet_next_number(packet, 0, UINT16_MAX);
	outcome->temporary_until = packet_next_number(packet, 0, INT64_MAX);
	outcome->ahead = packet_next_number(packet, INT64_MIN, INT64_MAX);
	outcome->wait = packet_next_number(packet, 0, INT64_MAX);
	outcome->locked = next_flag(packet);
	outcome->bucket_failures = (uint32_t)packet_next_number(packet, 0, UINT32_MAX);
	outcome->failures = (uint32_t)packet_next_number(packet, 0, UINT32_MAX);
	outcome->failed_at = packet_next_number(packet, INT64_MIN, INT64_MAX);
	take_text(packet, outcome->origin, sizeof outcome->origin);
	if (!packet_ended(packet))
		*outcome = (struct otp_outcome){.verdict = OTP_REFUSED};
}
