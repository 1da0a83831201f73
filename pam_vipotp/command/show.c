/* SPDX-License-Identifier: BSD-2-Clause */
#include "show.h"

#include "language/language.h"
#include "verb/facts.h"

#include <time.h>

const char *show_token_status(enum otp_token_status status)
{
	switch (status) {
	case OTP_TOKEN_NEW:
		return N_("new");
	case OTP_TOKEN_ENABLED:
		return N_("enabled");
	case OTP_TOKEN_DISABLED:
		return N_("disabled");
	case OTP_TOKEN_LOCKED:
		return N_("locked");
	}
	return N_("unknown");
}

void show_time(int64_t s, char text[SHOW_TIME_MAX])
{
	time_t t = (time_t)s;
	struct tm broken;

	if (s == 0 || localtime_r(&t, &broken) == NULL ||
	    strftime(text, SHOW_TIME_MAX, "%Y-%m-%d %H:%M:%S %z", &broken) == 0)
		(void)snprintf(text, SHOW_TIME_MAX, "%s", s == 0 ? _("never") : _("at an impossible time"));
}

void show_duration(int64_t ms, char text[SHOW_DURATION_MAX])
{
	long long s = (ms + 999) / 1000, minutes = (s + 59) / 60;

	if (s < 120)
		(void)snprintf(text, SHOW_DURATION_MAX, _("%lld s"), s);
	else if (minutes < 60)
		(void)snprintf(text, SHOW_DURATION_MAX, _("%lld min"), minutes);
	else
		(void)snprintf(text, SHOW_DURATION_MAX, _("%lld h %lld min"), minutes / 60, minutes % 60);
}

void show_seconds(int64_t ms, bool sign, char text[SHOW_DURATION_MAX])
{
	unsigned long long tenths = ((ms < 0 ? 0 - (uint64_t)ms : (uint64_t)ms) + 50) / 100;
	const char *before = ms < 0 ? "-" : sign ? "+" : "";

	(void)snprintf(text, SHOW_DURATION_MAX, _("%s%llu.%llu s"), before, tenths / 10, tenths % 10);
}

bool show_clock(const struct otp_clock *clock, int64_t *middle, int64_t *width)
{
	*middle = (clock->lo + clock->hi) / 2;
	*width = (clock->hi - clock->lo) / 2;
	return clock->known;
}

void show_facts(const struct otp_token_report *token, char text[SHOW_FACTS_MAX])
{
	const char *kind = _(facts_kind_word(token->kind)), *digest = facts_digest_word(token->digest);

	if (token->kind == OTP_TIME)
		(void)snprintf(text, SHOW_FACTS_MAX, _("%s, %u digits, %s, every %u s"), kind, token->digits, digest,
		               token->period);
	else
		(void)snprintf(text, SHOW_FACTS_MAX, _("%s, %u digits, %s"), kind, token->digits, digest);
}

void show_json_time(struct json *json, const char *name, int64_t s)
{
	time_t t = (time_t)s;
	char text[SHOW_TIME_MAX];
	struct tm broken;

	if (s == 0 || gmtime_r(&t, &broken) == NULL || strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &broken) == 0)
		json_null(json, name);
	else
		json_string(json, name, text);
}

void show_json_facts(struct json *json, const struct otp_token_report *token)
{
	json_string(json, "id", token->id.text);
	json_string(json, "kind", facts_kind_word(token->kind));
	json_number(json, "digits", token->digits);
	json_string(json, "digest", facts_digest_word(token->digest));
	if (token->kind == OTP_TIME)
		json_number(json, "period", token->period);
	else
		json_null(json, "period");
	json_string(json, "label", token->label);
	json_string(json, "issuer", token->issuer);
	json_string(json, "state", show_token_status(token->status));
	show_json_time(json, "expires", token->expires);
}
