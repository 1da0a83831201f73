/* SPDX-License-Identifier: BSD-2-Clause */
#include "show.h"

#include <inttypes.h>
#include <time.h>

const char *show_kind(enum otp_kind kind)
{
	switch (kind) {
	case OTP_TIME:
		return "time";
	case OTP_EVENT:
		return "event";
	case OTP_KIND_UNKNOWN:
		break;
	}
	return "unknown";
}

const char *show_digest(enum otp_digest digest)
{
	switch (digest) {
	case OTP_SHA1:
		return "SHA1";
	case OTP_SHA256:
		return "SHA256";
	case OTP_SHA512:
		return "SHA512";
	}
	return "unknown";
}

const char *show_token_status(enum otp_token_status status)
{
	switch (status) {
	case OTP_TOKEN_NEW:
		return "new";
	case OTP_TOKEN_ENABLED:
		return "enabled";
	case OTP_TOKEN_DISABLED:
		return "disabled";
	}
	return "unknown";
}

void show_time(int64_t s, char text[SHOW_TIME_MAX])
{
	time_t t = (time_t)s;
	struct tm broken;

	if (s == 0 || localtime_r(&t, &broken) == NULL ||
	    strftime(text, SHOW_TIME_MAX, "%Y-%m-%d %H:%M:%S %z", &broken) == 0)
		(void)snprintf(text, SHOW_TIME_MAX, "%s", s == 0 ? "never" : "at an impossible time");
}

void show_duration(int64_t ms, char text[SHOW_DURATION_MAX])
{
	int64_t s = (ms + 999) / 1000, minutes = (s + 59) / 60;

	if (s < 120)
		(void)snprintf(text, SHOW_DURATION_MAX, "%" PRId64 " s", s);
	else if (minutes < 60)
		(void)snprintf(text, SHOW_DURATION_MAX, "%" PRId64 " min", minutes);
	else
		(void)snprintf(text, SHOW_DURATION_MAX, "%" PRId64 " h %" PRId64 " min", minutes / 60, minutes % 60);
}

void show_seconds(int64_t ms, bool sign, char text[SHOW_DURATION_MAX])
{
	uint64_t tenths = ((ms < 0 ? 0 - (uint64_t)ms : (uint64_t)ms) + 50) / 100;
	const char *before = ms < 0 ? "-" : sign ? "+" : "";

	(void)snprintf(text, SHOW_DURATION_MAX, "%s%" PRIu64 ".%" PRIu64 " s", before, tenths / 10, tenths % 10);
}

bool show_clock(const struct otp_clock *clock, int64_t *middle, int64_t *width)
{
	*middle = (clock->lo + clock->hi) / 2;
	*width = (clock->hi - clock->lo) / 2;
	return clock->known;
}

void show_facts(FILE *out, const struct otp_token_report *token)
{
	(void)fprintf(out, "%s, %u digits, %s", show_kind(token->kind), token->digits, show_digest(token->digest));
	if (token->kind == OTP_TIME)
		(void)fprintf(out, ", every %u s", token->period);
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
	json_string(json, "kind", show_kind(token->kind));
	json_number(json, "digits", token->digits);
	json_string(json, "digest", show_digest(token->digest));
	if (token->kind == OTP_TIME)
		json_number(json, "period", token->period);
	else
		json_null(json, "period");
	json_string(json, "label", token->label);
	json_string(json, "issuer", token->issuer);
	json_string(json, "state", show_token_status(token->status));
	show_json_time(json, "expires", token->expires);
}
