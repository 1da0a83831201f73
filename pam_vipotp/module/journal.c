/* SPDX-License-Identifier: BSD-2-Clause */
#include "journal.h"

#include "outcome.h"

#include <inttypes.h>
#include <security/pam_ext.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

enum { VALUE_MAX = JOURNAL_WORD_MAX, REASON_MAX = 400 };

const char *journal_word(const char *value, char word[JOURNAL_WORD_MAX])
{
	size_t len = strnlen(value, VALUE_MAX - 1);

	if (len == 0)
		return "-";
	for (size_t i = 0; i < len; i++) {
		char c = value[i];

		word[i] = (c > ' ' && c < 0x7f && c != '=' && c != '"' && c != '\\') ? c : '?';
	}
	word[len] = '\0';
	return word;
}

/* A sentence between quotes: a quote in it becomes an apostrophe, what could end the line '?'. */
static const char *sentence_of(const char *value, char sentence[REASON_MAX])
{
	size_t len = strnlen(value, REASON_MAX - 1);

	for (size_t i = 0; i < len; i++) {
		char c = value[i];

		if (c == '"')
			c = '\'';
		sentence[i] = ((unsigned char)c >= ' ' && c != 0x7f && c != '\\') ? c : '?';
	}
	sentence[len] = '\0';
	return sentence;
}

/* What every line begins with. A name that nobody has may be a password typed too early: it is not written down. */
static void print_head(const struct login *login, const char *event, char *line, size_t size)
{
	char user[VALUE_MAX], service[VALUE_MAX], rhost[VALUE_MAX], tty[VALUE_MAX];

	(void)snprintf(line, size, "event=%s user=%s service=%s rhost=%s tty=%s", event,
	               login->known ? journal_word(login->user, user) : "(unknown)",
	               journal_word(login->service, service), journal_word(login->rhost, rhost),
	               journal_word(login->tty, tty));
}

/* What was accepted or replayed: a token by its ID, any other code by its kind alone. */
static const char *source_of(const struct otp_outcome *outcome, char word[VALUE_MAX])
{
	switch (outcome->way) {
	case OTP_BY_TOKEN:
	case OTP_BY_PAIR:
		return journal_word(outcome->token.text, word);
	case OTP_BY_RECOVERY:
		return "recovery-code";
	case OTP_BY_TEMPORARY:
		return "temporary-code";
	}
	return "-";
}

void journal_attempt(const struct login *login, enum otp_status status, const struct otp_outcome *outcome,
                     const struct otp_error *error)
{
	char head[5 * VALUE_MAX + 64], token[VALUE_MAX], reason[REASON_MAX] = "";
	char offset[32] = "-", failures[16] = "-";

	print_head(login, outcome->way == OTP_BY_PAIR ? "resync" : "login", head, sizeof head);
	if (outcome->verdict == OTP_ACCEPTED && (outcome->way == OTP_BY_TOKEN || outcome->way == OTP_BY_PAIR))
		(void)snprintf(offset, sizeof offset, "%+" PRId64, outcome->ahead);
	if (error != NULL)
		(void)sentence_of(error->what, reason);
	else
		(void)snprintf(failures, sizeof failures, "%" PRIu32, outcome->bucket_failures);
	pam_syslog(login->pamh, error != NULL ? LOG_ERR : LOG_NOTICE,
	           "%s token=%s verdict=%s error=%s offset=%s failures=%s%s%s%s", head, source_of(outcome, token),
	           outcome_word(status, outcome->verdict), outcome_error(status, outcome->verdict, login->known),
	           offset, failures, error != NULL ? " reason=\"" : "", reason, error != NULL ? "\"" : "");
}

static void print_event(const struct login *login, int priority, const char *event, const char *word,
                        const char *reason)
{
	char head[5 * VALUE_MAX + 64], sentence[REASON_MAX];

	print_head(login, event, head, sizeof head);
	pam_syslog(login->pamh, priority, "%s token=- verdict=%s error=- offset=- failures=- reason=\"%s\"", head, word,
	           sentence_of(reason, sentence));
}

void journal_event(const struct login *login, int priority, const char *word, const char *reason)
{
	print_event(login, priority, "login", word, reason);
}

void journal_failure(const struct login *login, const char *event, const struct otp_error *error)
{
	print_event(login, LOG_ERR, event, "unavailable", error->what);
}

void journal_enrolment(const struct login *login, const struct otp_token_id *token, const char *verdict,
                       const char *code, const struct otp_judgement *judgement, const char *reason)
{
	char head[5 * VALUE_MAX + 64], sentence[REASON_MAX], offset[32] = "-";
	bool failed = strcmp(verdict, "unavailable") == 0, silent = *reason == '\0';

	print_head(login, "enroll", head, sizeof head);
	if (judgement != NULL)
		(void)snprintf(offset, sizeof offset, "%+" PRId64, judgement->ahead);
	pam_syslog(login->pamh, failed ? LOG_ERR : LOG_NOTICE,
	           "%s token=%s verdict=%s error=%s offset=%s failures=-%s%s%s", head,
	           token != NULL ? token->text : "-", verdict, code, offset, silent ? "" : " reason=\"",
	           sentence_of(reason, sentence), silent ? "" : "\"");
}

void journal_debug(const struct login *login, const char *format, ...)
{
	char text[REASON_MAX], sentence[REASON_MAX];
	va_list args;

	if (!login->arguments.debug)
		return;
	va_start(args, format);
	(void)vsnprintf(text, sizeof text, format, args);
	va_end(args);
	pam_syslog(login->pamh, LOG_DEBUG, "event=debug %s", sentence_of(text, sentence));
}
