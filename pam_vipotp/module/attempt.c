/* SPDX-License-Identifier: BSD-2-Clause */
#include "attempt.h"

#include "journal.h"
#include "notice.h"
#include "outcome.h"
#include "question.h"
#include "remember.h"
#include "split.h"

#include <errno.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

/*
 * The prompt for the next code comes no sooner than this after an answer, ms, or than the delay of refusals where that
 * is shorter: libpam's own delay comes at the end only, and what counting a miss costs must not be told from not
 * counting it.
 */
enum { NEXT_PROMPT_AFTER = 300 };

static struct timespec monotonic_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now;
}

static void hold_back(const struct login *login, struct timespec since)
{
	int64_t ms = login->settings.fail_delay < NEXT_PROMPT_AFTER ? login->settings.fail_delay : NEXT_PROMPT_AFTER;
	int64_t nanoseconds = since.tv_nsec + ms * 1000000;
	struct timespec until = {since.tv_sec + nanoseconds / 1000000000, nanoseconds % 1000000000};

	while (ms > 0 && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
		continue;
}

/* What an answer came to. */
struct verdict {
	enum otp_status status;
	struct otp_outcome outcome;
	int result; /* the PAM code */
};

/* The words for the user. What was not decided has an outcome of which nothing is known. */
static void tell_verdict(const struct login *login, const struct verdict *verdict)
{
	if (verdict->result == PAM_SUCCESS)
		notice_success(login, &verdict->outcome);
	else
		notice_refused(login, &verdict->outcome);
}

/*
 * Judge one answer, with the one before it if that was not accepted, and write its line. status: what went wrong before
 * the answer came.
 */
static struct verdict decide(const struct login *login, const struct judge *judge, const char *typed, const char *first,
                             int64_t first_at, enum otp_status status, struct otp_error *error)
{
	struct verdict verdict = {.status = status, .outcome = {.verdict = OTP_UNENROLLED}, .result = PAM_AUTH_ERR};
	const struct otp_attempt attempt = {
	    .user = login->user,
	    .uid = login->uid,
	    .typed = typed,
	    .reach = *login->rhost != '\0' ? OTP_REMOTE : OTP_LOCAL,
	    .origin = *login->rhost != '\0' ? login->rhost : login->tty,
	    .clock = login_now,
	    .first = first,
	    .first_at = first_at,
	};

	if (status == OTP_OK)
		verdict.status = judge_answer(login, judge, &attempt, &verdict.outcome, error);
	verdict.result = outcome_code(verdict.status, verdict.outcome.verdict);
	if (verdict.status != OTP_OK)
		verdict.outcome = (struct otp_outcome){.verdict = OTP_UNENROLLED};
	journal_attempt(login, verdict.status, &verdict.outcome, verdict.status != OTP_OK ? error : NULL);
	if (verdict.result == PAM_SUCCESS)
		remember_keep(login, judge->vault, &verdict.outcome);
	return verdict;
}

/* An answer that is the password is a slip, not a guess (product §5.5). */
static bool is_password(const struct login *login, const struct answer *answer)
{
	const char *password = login_item(login->pamh, PAM_AUTHTOK);

	return answer->len > 0 && strcmp(password, answer->text) == 0;
}

/* Whether the answer was the password; then that was told, also where nothing could be judged, and *result is there. */
static bool was_password(const struct login *login, const struct answer *answer, enum otp_status status,
                         const struct otp_error *error, int *result)
{
	const struct otp_outcome none = {.verdict = OTP_UNENROLLED};

	if (!is_password(login, answer))
		return false;
	if (status == OTP_OK)
		journal_event(login, LOG_NOTICE, "password", "the answer was the password");
	else
		journal_attempt(login, status, &none, error);
	*result = outcome_code(status, OTP_REFUSED);
	notice_refusal(login, login->proven ? N_("That was the password, not the security code.")
	                                    : N_("Authentication error."));
	return true;
}

/*
 * After a miss of whatever kind the next code is asked for, with the same words: a pair of the two brings back a token
 * that has run out of its window, and nobody learns whether it was that (product §5.3).
 */
static int ask_for_next(const struct login *login, const struct judge *judge, const struct answer *first,
                        const struct verdict *missed, enum otp_status status, struct otp_error *error)
{
	struct answer second = {NULL, 0};
	struct verdict verdict;
	int result;
	/* One that nobody judged, or whose count is not durable, makes no pair. */
	const char *judged = missed->status == OTP_OK && missed->outcome.at != 0 ? first->text : NULL;

	notice_missed(login, &missed->outcome);
	result = question_ask(login, login_text(login, N_("Next security code: ")), login->arguments.echo, &second);
	if (result == PAM_SUCCESS && !was_password(login, &second, status, error, &result)) {
		verdict = decide(login, judge, second.text, judged, missed->outcome.at, status, error);
		tell_verdict(login, &verdict);
		result = verdict.result;
	}
	answer_wipe(&second);
	return result;
}

static int ask_and_decide(const struct login *login, const struct judge *judge, enum otp_status status,
                          struct otp_error *error)
{
	struct answer first = {NULL, 0};
	struct verdict verdict;
	struct timespec answered;
	int result;

	result = question_ask(login, question_first(login, N_("Security code: ")), login->arguments.echo, &first);
	if (result != PAM_SUCCESS)
		goto out;
	answered = monotonic_now();
	if (was_password(login, &first, status, error, &result))
		goto out;
	verdict = decide(login, judge, first.text, NULL, 0, status, error);
	if (verdict.result == PAM_SUCCESS || first.len == 0 || login->settings.resync != RESYNC_LOGIN) {
		tell_verdict(login, &verdict);
		result = verdict.result;
	} else {
		hold_back(login, answered);
		result = ask_for_next(login, judge, &first, &verdict, status, error);
	}
out:
	answer_wipe(&first);
	return result;
}

static bool has_form_of_digits(const char *typed)
{
	struct otp_code code = {0, 0};
	bool has = otp_code_parse(typed, &code) == OTP_CODE_WELL_FORMED;

	explicit_bzero(&code, sizeof code);
	return has;
}

/*
 * Whether it is rather a code than a password. Ten letters are as likely a password, which must not be charged to its
 * owner as a wrong recovery code at each login; with the hyphen that is shown in a recovery code they are taken for
 * one.
 */
static bool is_likely_code(const char *typed)
{
	return has_form_of_digits(typed) || (otp_recovery_has_form(typed) && strchr(typed, '-') != NULL);
}

/*
 * Judge the answer that an earlier module left in PAM_AUTHTOK. A code does not stay there; but with try_first_pass a
 * refused one may be a password that later modules want.
 */
static int decide_first_pass(const struct login *login, const struct judge *judge, enum otp_status status,
                             struct otp_error *error)
{
	const char *typed = login_item(login->pamh, PAM_AUTHTOK);
	bool is_code = has_form_of_digits(typed) || otp_recovery_has_form(typed);
	struct verdict verdict = decide(login, judge, typed, NULL, 0, status, error);
	int result = verdict.result;

	tell_verdict(login, &verdict);
	if ((result == PAM_SUCCESS || (is_code && login->arguments.use_first_pass)) &&
	    pam_set_item(login->pamh, PAM_AUTHTOK, NULL) != PAM_SUCCESS)
		result = PAM_AUTH_ERR;
	return result;
}

/*
 * Judge the code that the first listing of option split kept. Nothing is asked, for the client would give the same
 * answer again.
 */
static int decide_kept(const struct login *login, const struct judge *judge, const struct split_kept *kept,
                       enum otp_status status, struct otp_error *error)
{
	struct verdict verdict;

	if (kept->result == PAM_CONV_ERR)
		return PAM_CONV_ERR;
	if (kept->result != PAM_IGNORE) {
		notice_refusal(login, N_("Authentication error."));
		return kept->result;
	}
	verdict = decide(login, judge, kept->code, NULL, 0, status, error);
	tell_verdict(login, &verdict);
	return verdict.result;
}

bool attempt_takes_first_pass(const struct login *login)
{
	return login->arguments.use_first_pass ||
	       (login->arguments.try_first_pass && is_likely_code(login_item(login->pamh, PAM_AUTHTOK)));
}

int attempt(const struct login *login, const struct judge *judge, enum otp_status status, struct otp_error *error)
{
	const struct split_kept *kept = login->arguments.split ? split_kept(login->pamh) : NULL;
	int result = PAM_AUTH_ERR;

	if (kept != NULL)
		return decide_kept(login, judge, kept, status, error);
	if (attempt_takes_first_pass(login))
		result = decide_first_pass(login, judge, status, error);
	if (result == PAM_SUCCESS || login->arguments.use_first_pass)
		return result;
	return ask_and_decide(login, judge, status, error);
}
