/* SPDX-License-Identifier: BSD-2-Clause */
#include "request.h"

#include "confine.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

/* What the module asks in a process that is not root's: answered from the vault as the module itself does for root. */

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum otp_status incomplete(struct otp_error *error)
{
	return otp_fail(error, OTP_E_INVALID, "the request is not understood");
}

/* The vault; NULL if nobody is enrolled on this host. */
static enum otp_status open_vault(const struct settings *settings, struct otp_vault **vault, struct otp_error *error)
{
	const struct otp_places places = {settings->key_file, settings->store_dir};
	enum otp_status status = otp_vault_open(&places, OTP_TO_JUDGE, vault, error);

	if (status == OTP_E_NOT_FOUND) {
		*vault = NULL;
		return OTP_OK;
	}
	return status;
}

static enum otp_status look(const struct request *request, const char *user, bool *enrolled, unsigned *lengths,
                            struct otp_error *error)
{
	struct settings settings;
	struct otp_vault *vault = NULL;
	enum otp_status status = settings_read(request->service->config, NULL, &settings, error);

	if (status == OTP_OK)
		status = open_vault(&settings, &vault, error);
	if (status == OTP_OK && vault != NULL)
		status = otp_login_enrolled(vault, user, enrolled, error);
	if (status == OTP_OK && vault != NULL)
		status = otp_login_lengths(vault, user, now_ms(), lengths, error);
	otp_vault_close(&vault);
	return status;
}

void answer_enrolled(struct request *request)
{
	const char *name = protocol_take_user(&request->asked);
	char user[OTP_USER_MAX + 1];
	struct otp_error error;
	bool enrolled = false;
	unsigned lengths = 0;
	enum otp_status status = OTP_OK;

	if (!confine_powerless())
		status = otp_fail(&error, OTP_E_IO, "capabilities: %s", strerror(errno));
	else if (!packet_ended(&request->asked))
		status = incomplete(&error);
	if (status == OTP_OK)
		status = request_account(request, name, user, &error);
	if (status == OTP_OK)
		status = look(request, user, &enrolled, &lengths, &error);
	if (status != OTP_OK) {
		request_failed(request, &error);
		return;
	}
	protocol_answer(request->answer, OTP_OK, NULL);
	packet_number(request->answer, enrolled);
	packet_number(request->answer, lengths);
}

/* The names that PAM services have. It chooses among settings and stands in the log. */
static bool is_service(const char *name)
{
	for (const char *c = name; *c != '\0'; c++)
		if (!isalnum((unsigned char)*c) && strchr("._+@-", *c) == NULL)
			return false;
	return *name != '\0';
}

/* What stands in the record for the owner's notice: his terminal's name, and nothing that moves its cursor. */
static void copy_origin(const char *given, char origin[OTP_TEXT_MAX + 1])
{
	(void)snprintf(origin, OTP_TEXT_MAX + 1, "%s", given);
	for (char *c = origin; *c != '\0'; c++)
		if (!isgraph((unsigned char)*c))
			*c = '?';
}

/* The pair's first answer counts if it was judged here, a moment ago, and made no pair before; its age is ours to say.
 */
static bool makes_pair(const struct request *request, const struct protocol_login *login)
{
	return login->first != NULL && tickets_take(request->service->tickets, request->uid, login->first_at, now_ms());
}

static enum otp_status judge(const struct request *request, const char *user, const struct protocol_login *login,
                             struct otp_outcome *outcome, struct otp_error *error)
{
	char origin[OTP_TEXT_MAX + 1];
	struct settings settings;
	struct otp_vault *vault = NULL;
	struct otp_attempt attempt = {
	    .user = user,
	    .uid = request->uid,
	    .typed = login->typed,
	    .reach = OTP_LOCAL,
	    .origin = origin,
	    .clock = now_ms,
	};
	enum otp_status status = settings_read(request->service->config, login->service, &settings, error);

	*outcome = (struct otp_outcome){.verdict = OTP_UNENROLLED};
	copy_origin(login->origin, origin);
	if (status == OTP_OK)
		status = open_vault(&settings, &vault, error);
	if (status == OTP_OK && vault != NULL) {
		if (settings.resync == RESYNC_LOGIN && makes_pair(request, login)) {
			attempt.first = login->first;
			attempt.first_at = login->first_at;
		}
		status = otp_login(vault, &settings.limits, &attempt, outcome, error);
	}
	otp_vault_close(&vault);
	if (status == OTP_OK && attempt.first == NULL && outcome->verdict != OTP_ACCEPTED && outcome->at != 0)
		tickets_leave(request->service->tickets, request->uid, outcome->at);
	return status;
}

static enum otp_status check_and_judge(const struct request *request, const char *user,
                                       const struct protocol_login *login, struct otp_outcome *outcome,
                                       struct otp_error *error)
{
	bool right = false;
	char reason[PROTOCOL_SERVICE_MAX + 64];
	enum otp_status status = request_password(request, user, login->password, &right, error);

	*outcome = (struct otp_outcome){.verdict = OTP_REFUSED};
	if (status != OTP_OK || !right)
		return status;
	if ((status = judge(request, user, login, outcome, error)) == OTP_OK) {
		(void)snprintf(reason, sizeof reason, "a login of %s, counted failures: %" PRIu32, login->service,
		               outcome->bucket_failures);
		request_log(request, LOG_NOTICE, user, otp_verdict_word(outcome->verdict), reason);
	}
	return status;
}

void answer_login(struct request *request)
{
	const char *name = protocol_take_user(&request->asked);
	char user[OTP_USER_MAX + 1];
	struct protocol_login login;
	struct otp_outcome outcome;
	struct otp_error error;
	enum otp_status status = OTP_OK;

	protocol_take_login(&request->asked, &login);
	if (!packet_ended(&request->asked) || !is_service(login.service))
		status = incomplete(&error);
	if (status == OTP_OK)
		status = request_account(request, name, user, &error);
	if (status == OTP_OK)
		status = check_and_judge(request, user, &login, &outcome, &error);
	if (status != OTP_OK) {
		request_failed(request, &error);
		return;
	}
	protocol_answer(request->answer, OTP_OK, NULL);
	protocol_put_outcome(request->answer, &outcome);
}
