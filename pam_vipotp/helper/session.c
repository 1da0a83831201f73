/* SPDX-License-Identifier: BSD-2-Clause */
#include "request.h"

#include "channel.h"
#include "command/serve.h"
#include "confine.h"
#include "language/language.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

/*
 * A verb of vipotp(1), run for the caller in a process of its own whose standard streams lead to him. This process
 * looks after it: it tells its exit code, and ends it when the time is over or the caller is gone.
 */

/* Both ends of the three streams: the verb's and the caller's. */
struct streams {
	int ours[CHANNEL_STREAMS], theirs[CHANNEL_STREAMS];
};

enum { ANSWER_PATIENCE = SERVE_PATIENCE + 5, READER_PATIENCE = 20 }; /* s */

static void close_ends(int ends[CHANNEL_STREAMS])
{
	for (int i = 0; i < CHANNEL_STREAMS; i++) {
		if (ends[i] >= 0)
			(void)close(ends[i]);
		ends[i] = -1;
	}
}

/* A caller who neither writes nor reads lets the verb fail as an input that ends and a full disk do. */
static bool open_streams(struct streams *streams)
{
	static const struct timeval input = {ANSWER_PATIENCE, 0}, output = {READER_PATIENCE, 0};
	bool opened = true;

	*streams = (struct streams){{-1, -1, -1}, {-1, -1, -1}};
	for (int i = 0; opened && i < CHANNEL_STREAMS; i++) {
		int pair[2];

		if ((opened = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0)) {
			streams->ours[i] = pair[0];
			streams->theirs[i] = pair[1];
			opened = setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &input, sizeof input) == 0 &&
			         setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &output, sizeof output) == 0;
		}
	}
	if (!opened) {
		close_ends(streams->ours);
		close_ends(streams->theirs);
	}
	return opened;
}

/* Never returns, so that the words and the name live as long as the verb. */
static _Noreturn void run_verb(const struct request *request, struct streams *streams, int parent,
                               const struct protocol_session *words, const struct caller *caller)
{
	char *argv[PROTOCOL_WORDS_MAX + 1];

	if (!confine_child(parent))
		_exit(COMMAND_UNAVAILABLE);
	close_ends(streams->theirs);
	for (int i = 0; i < CHANNEL_STREAMS; i++)
		if (dup2(streams->ours[i], i) < 0)
			_exit(COMMAND_UNAVAILABLE);
	close_ends(streams->ours);
	(void)close(request->connection);
	memcpy(argv, words->argv, sizeof argv);
	language_use(words->japanese ? LANGUAGE_JAPANESE : LANGUAGE_ENGLISH);
	_exit((int)serve(words->argc, argv, caller, request->service->config));
}

/*
 * Until the verb has ended by itself; a caller who hangs up is waited for so long as a verb needs to see that its input
 * has ended. False: the time was over.
 */
static bool watch(const struct request *request, int verb)
{
	struct pollfd fds[2] = {{.fd = verb, .events = POLLIN}, {.fd = request->connection, .events = POLLIN}};
	int64_t until = channel_now() + SESSION_LIFE * 1000;

	for (;;) {
		int64_t left = until - channel_now();

		if (left <= 0)
			return false;
		if (poll(fds, 2, (int)left) < 0 && errno != EINTR)
			return false;
		if (fds[0].revents != 0)
			return true;
		if (fds[1].revents != 0) { /* gone, or saying what nobody wants to hear */
			fds[1].fd = -1;
			fds[1].revents = 0;
			until = channel_now() + SESSION_UNWIND * 1000;
		}
	}
}

static void look_after(struct request *request, pid_t child)
{
	int verb = (int)syscall(SYS_pidfd_open, child, 0), status = 0;
	struct packet last = {.len = 0};

	(void)alarm(SESSION_LIFE + 2 * SESSION_UNWIND + 1);
	if (verb < 0 || !watch(request, verb))
		(void)kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	if (!WIFEXITED(status)) {
		request_log(request, LOG_ERR, "", "ended", "a session took too long, or was killed");
		return;
	}
	protocol_answer(&last, OTP_OK, NULL);
	packet_number(&last, WEXITSTATUS(status));
	(void)!channel_send(request->connection, &last, NULL, channel_now() + SESSION_UNWIND * 1000);
}

static enum otp_status begin(struct request *request, const struct protocol_session *words, const struct caller *caller,
                             struct otp_error *error)
{
	struct packet answer = {.len = 0};
	struct streams streams;
	int parent = getpid();
	pid_t child = -1;
	bool sent;

	explicit_bzero(request->asked.bytes + (words->password - request->asked.bytes), strlen(words->password));
	if (open_streams(&streams) && (child = fork()) == 0)
		run_verb(request, &streams, parent, words, caller);
	if (child < 0) {
		enum otp_status status = otp_fail(error, OTP_E_IO, "the session cannot begin: %s", strerror(errno));

		close_ends(streams.ours);
		close_ends(streams.theirs);
		return status;
	}
	close_ends(streams.ours);
	protocol_answer(&answer, OTP_OK, NULL);
	sent = channel_send(request->connection, &answer, streams.theirs, request->deadline);
	close_ends(streams.theirs);
	if (!sent)
		(void)kill(child, SIGKILL);
	look_after(request, child);
	return OTP_OK;
}

/* Root's own vipotp needs nobody, and a session is for people who need one. */
static enum otp_status find_caller(const struct request *request, struct caller *caller, struct otp_error *error)
{
	*caller = (struct caller){.uid = request->uid};
	if (request->uid == 0)
		return otp_fail(error, OTP_E_INVALID, "root runs the command itself");
	return request_account(request, NULL, caller->name, error);
}

static enum otp_status admit(struct request *request, const struct protocol_session *words, const struct caller *caller,
                             struct otp_error *error)
{
	char *argv[PROTOCOL_WORDS_MAX + 1];
	bool right = false;
	enum otp_status status = OTP_OK;

	memcpy(argv, words->argv, sizeof argv);
	if (!serve_wants_password(words->argc, argv)) {
		if (!confine_powerless())
			status = otp_fail(error, OTP_E_IO, "capabilities: %s", strerror(errno));
		return status;
	}
	if (*words->password != '\0')
		status = request_password(request, caller->name, words->password, &right, error);
	else
		request_log(request, LOG_NOTICE, caller->name, "password",
		            "a session that needs the password has none");
	if (status == OTP_OK && !right)
		status = otp_fail(error, OTP_E_STATE, "the password was wrong");
	return status;
}

void answer_session(struct request *request)
{
	struct protocol_session words;
	struct caller caller;
	struct otp_error error;
	enum otp_status status = OTP_OK;

	protocol_take_session(&request->asked, &words);
	if (!packet_ended(&request->asked))
		status = otp_fail(&error, OTP_E_INVALID, "the request is not understood");
	if (status == OTP_OK && (status = find_caller(request, &caller, &error)) == OTP_OK &&
	    (status = admit(request, &words, &caller, &error)) == OTP_OK)
		status = begin(request, &words, &caller, &error);
	if (status == OTP_E_STATE) /* logged where it was found */
		protocol_answer(request->answer, status, &error);
	else if (status != OTP_OK)
		request_failed(request, &error);
}
