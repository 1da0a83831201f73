/* SPDX-License-Identifier: BSD-2-Clause */
#include "request.h"

#include "channel.h"
#include "confine.h"
#include "password.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

enum { WORD_MAX = 128 };

enum otp_status request_account(const struct request *request, const char *name, char user[OTP_USER_MAX + 1],
                                struct otp_error *error)
{
	const struct passwd *entry;

	errno = 0;
	entry = name != NULL ? getpwnam(name) : getpwuid(request->uid);
	if (entry == NULL && errno != 0 && errno != ENOENT && errno != ESRCH)
		return otp_fail(error, OTP_E_IO, "the account database cannot be asked: %s", strerror(errno));
	if (entry == NULL || entry->pw_uid != request->uid || (name != NULL && strcmp(entry->pw_name, name) != 0) ||
	    strlen(entry->pw_name) > OTP_USER_MAX)
		return otp_fail(error, OTP_E_FOREIGN, "it is not the account of uid %u, who asks",
		                (unsigned)request->uid);
	(void)snprintf(user, OTP_USER_MAX + 1, "%s", entry->pw_name);
	return OTP_OK;
}

enum otp_status request_password(const struct request *request, const char *user, const char *password, bool *right,
                                 struct otp_error *error)
{
	enum otp_status status = password_check(user, password, request->deadline, right, error);

	if (status == OTP_OK && !confine_powerless())
		status = otp_fail(error, OTP_E_IO, "capabilities: %s", strerror(errno));
	if (status == OTP_OK && !*right)
		request_log(request, LOG_NOTICE, user, "password",
		            "the password was wrong, or the account may not log in");
	return status;
}

void request_failed(const struct request *request, const struct otp_error *error)
{
	protocol_answer(request->answer, error->status, error);
	request_log(request, LOG_ERR, "", "failed", error->what);
}

/* A word between blanks, or what stands in quotes: nothing in it may end either or the line. */
static const char *clean(const char *text, bool quoted, char word[WORD_MAX * 3])
{
	size_t len = strnlen(text, WORD_MAX * 3 - 1);

	for (size_t i = 0; i < len; i++) {
		char c = text[i];
		bool plain = c > ' ' && c < 0x7f && strchr("=\"\\", c) == NULL;

		word[i] = plain || (quoted && (c == ' ' || c == '=' || (unsigned char)c >= 0x80)) ? c : '?';
	}
	word[len] = '\0';
	return word;
}

void request_log(const struct request *request, int priority, const char *user, const char *verdict, const char *reason)
{
	char name[WORD_MAX * 3], sentence[WORD_MAX * 3];

	syslog(priority, "event=helper uid=%u user=%s verdict=%s reason=\"%s\"", (unsigned)request->uid,
	       *user != '\0' ? clean(user, false, name) : "-", verdict, clean(reason, true, sentence));
}

static void not_understood(const struct request *request)
{
	struct otp_error error;

	(void)otp_fail(&error, OTP_E_INVALID, "the request is not understood");
	request_failed(request, &error);
}

static void dispatch(struct request *request)
{
	enum protocol_request kind = protocol_asked(&request->asked);

	if (request->asked.bad)
		not_understood(request);
	else if (kind == PROTOCOL_ENROLLED)
		answer_enrolled(request);
	else if (kind == PROTOCOL_LOGIN)
		answer_login(request);
	else
		answer_session(request);
}

_Noreturn void request_serve(const struct service *service, int connection, uint32_t uid)
{
	struct packet answer = {.len = 0};
	struct request request = {.service = service, .connection = connection, .uid = uid, .answer = &answer};
	char user[OTP_USER_MAX + 1];
	struct otp_error error;
	int status = 1;

	/* Beyond these bounds lies what cannot be waited for with a deadline, such as the account database. */
	if (!confine_request())
		_exit(status);
	(void)alarm(REQUEST_PATIENCE + REQUEST_WORK + 1);
	/*
	 * Who has no account has nothing to ask. A user has thousands of such uids for his containers (subuid(5)), and
	 * they would take all places while what they say is waited for.
	 */
	if (request_account(&request, NULL, user, &error) != OTP_OK) {
		request_failed(&request, &error);
	} else if (channel_receive(connection, &request.asked, NULL, channel_now() + REQUEST_PATIENCE * 1000)) {
		request.deadline = channel_now() + REQUEST_WORK * 1000;
		dispatch(&request);
	} else if (errno == EBADMSG) {
		not_understood(&request);
	}
	if (answer.len > 0 && channel_send(connection, &answer, NULL, channel_now() + REQUEST_WORK * 1000))
		status = 0;
	packet_wipe(&request.asked);
	packet_wipe(&answer);
	_exit(status);
}
