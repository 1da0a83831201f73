/* SPDX-License-Identifier: BSD-2-Clause */
#include "client.h"

#include "channel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* A queue that is full is not waited for by the kernel where the socket does not block. */
static bool connect_by(int fd, int64_t deadline)
{
	static const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = PROTOCOL_SOCKET};
	static const struct timespec pause = {0, 5000000};

	while (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
		if (errno != EAGAIN && errno != EINTR)
			return false;
		if (channel_now() >= deadline)
			return false;
		(void)nanosleep(&pause, NULL);
	}
	return true;
}

/* Who made the socket listen, by the kernel's word. */
static bool is_roots(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof peer;

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 && peer.uid == 0;
}

static enum otp_status reach(int64_t deadline, int *connection, struct otp_error *error)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	enum otp_status status = OTP_OK;

	if (fd < 0 || !connect_by(fd, deadline))
		status = otp_fail(error, OTP_E_IO, "%s: no service answers: %s", PROTOCOL_SOCKET, strerror(errno));
	else if (!is_roots(fd))
		status = otp_fail(error, OTP_E_UNSAFE, "%s: it is not root who answers", PROTOCOL_SOCKET);
	if (status != OTP_OK && fd >= 0)
		(void)close(fd);
	else
		*connection = fd;
	return status;
}

/*
 * Ask, and read how the answer begins. *connection is the caller's after OTP_OK. What cannot be sent because the other
 * side hung up may have been answered all the same.
 */
static enum otp_status ask(const struct packet *request, int64_t deadline, struct packet *answer, int *streams,
                           int *connection, struct otp_error *error)
{
	enum otp_status status;

	if (request->bad)
		return otp_fail(error, OTP_E_LIMIT, "%s: more than a request may hold", PROTOCOL_SOCKET);
	if ((status = reach(deadline, connection, error)) != OTP_OK)
		return status;
	if ((!channel_send(*connection, request, NULL, deadline) && errno != EPIPE && errno != ECONNRESET) ||
	    !channel_receive(*connection, answer, streams, deadline))
		status = otp_fail(error, OTP_E_IO, "%s: no answer: %s", PROTOCOL_SOCKET, strerror(errno));
	else
		status = protocol_answered(answer, error);
	if (status != OTP_OK)
		(void)close(*connection);
	return status;
}

/* One question, one answer, which take reads into *arg. */
static enum otp_status exchange(const struct packet *request, void (*take)(struct packet *answer, void *arg), void *arg,
                                struct otp_error *error)
{
	struct packet answer = {.len = 0};
	int connection;
	enum otp_status status =
	    ask(request, channel_now() + CLIENT_PATIENCE * 1000, &answer, NULL, &connection, error);

	if (status == OTP_OK) {
		(void)close(connection);
		take(&answer, arg);
		if (!packet_ended(&answer))
			status = otp_fail(error, OTP_E_IO, "%s: the answer is not understood", PROTOCOL_SOCKET);
	}
	packet_wipe(&answer);
	return status;
}

struct enrolled {
	bool enrolled;
	unsigned lengths;
};

static void take_enrolled(struct packet *answer, void *arg)
{
	struct enrolled *enrolled = arg;

	enrolled->enrolled = packet_next_number(answer, 0, 1) != 0;
	enrolled->lengths = (unsigned)packet_next_number(answer, 0, UINT16_MAX);
}

static enum otp_status ask_enrolled(const char *user, struct enrolled *enrolled, struct otp_error *error)
{
	struct packet request = {.len = 0};

	protocol_ask(&request, PROTOCOL_ENROLLED);
	protocol_put_user(&request, user);
	return exchange(&request, take_enrolled, enrolled, error);
}

enum otp_status client_enrolled(const char *user, bool *enrolled, struct otp_error *error)
{
	struct enrolled answer = {.enrolled = false};
	enum otp_status status = ask_enrolled(user, &answer, error);

	*enrolled = status == OTP_OK && answer.enrolled;
	return status;
}

enum otp_status client_lengths(const char *user, unsigned *lengths, struct otp_error *error)
{
	struct enrolled answer = {.lengths = 0};
	enum otp_status status = ask_enrolled(user, &answer, error);

	*lengths = status == OTP_OK ? answer.lengths : 0;
	return status;
}

static void take_outcome(struct packet *answer, void *arg)
{
	protocol_take_outcome(answer, arg);
}

/* What is longer than any code is none, however it begins. */
static const char *within(const char *text, const char *otherwise)
{
	return text == NULL || strlen(text) <= PROTOCOL_TEXT_MAX ? text : otherwise;
}

enum otp_status client_login(const struct client_login *request, struct otp_outcome *outcome, struct otp_error *error)
{
	const struct otp_attempt *attempt = request->attempt;
	const struct protocol_login login = {
	    .service = request->service,
	    .password = request->password,
	    .typed = within(attempt->typed, "?"),
	    .origin = within(attempt->origin, ""),
	    .first = within(attempt->first, NULL),
	    .first_at = attempt->first_at,
	};
	struct packet packet = {.len = 0};
	enum otp_status status;

	*outcome = (struct otp_outcome){.verdict = OTP_REFUSED};
	if (strlen(request->password) >
	    PROTOCOL_TEXT_MAX) /* nobody has one; libpam takes no longer ones than 511 bytes */
		return OTP_OK;
	protocol_ask(&packet, PROTOCOL_LOGIN);
	protocol_put_user(&packet, attempt->user);
	protocol_put_login(&packet, &login);
	status = exchange(&packet, take_outcome, outcome, error);
	packet_wipe(&packet);
	if (status != OTP_OK)
		*outcome = (struct otp_outcome){.verdict = OTP_REFUSED};
	return status;
}

static void close_streams(const struct client_session *session)
{
	for (int i = 0; i < CHANNEL_STREAMS; i++)
		if (session->stream[i] >= 0)
			(void)close(session->stream[i]);
}

enum otp_status client_session_begin(int argc, char *const *argv, const char *password, const char *language,
                                     struct client_session *session, struct otp_error *error)
{
	struct protocol_session words = {.password = password, .japanese = strcmp(language, "ja") == 0, .argc = argc};
	struct packet request = {.len = 0}, answer = {.len = 0};
	enum otp_status status;

	if (argc < 1 || argc > PROTOCOL_WORDS_MAX)
		return otp_fail(error, OTP_E_LIMIT, "%s: more than a request may hold", PROTOCOL_SOCKET);
	for (int i = 0; i < argc; i++)
		words.argv[i] = argv[i];
	protocol_ask(&request, PROTOCOL_SESSION);
	protocol_put_session(&request, &words);
	status = ask(&request, channel_now() + CLIENT_PATIENCE * 1000, &answer, session->stream, &session->connection,
	             error);
	if (status == OTP_OK && (!packet_ended(&answer) || session->stream[0] < 0)) {
		close_streams(session);
		(void)close(session->connection);
		status = otp_fail(error, OTP_E_IO, "%s: the answer is not understood", PROTOCOL_SOCKET);
	}
	packet_wipe(&request);
	packet_wipe(&answer);
	return status;
}

int client_session_end(struct client_session *session)
{
	struct packet last = {.len = 0};
	struct otp_error error;
	int code = -1;

	close_streams(session);
	if (channel_receive(session->connection, &last, NULL, channel_now() + CLIENT_PATIENCE * 1000) &&
	    protocol_answered(&last, &error) == OTP_OK) {
		code = (int)packet_next_number(&last, 0, UINT8_MAX);
		if (!packet_ended(&last))
			code = -1;
	}
	(void)close(session->connection);
	return code;
}
