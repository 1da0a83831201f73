/* SPDX-License-Identifier: BSD-2-Clause */
#include "facts.h"

#include "language/language.h"
#include "terminal/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum otp_kind facts_kind(const char *text)
{
	if (strcmp(text, "time") == 0)
		return OTP_TIME;
	return strcmp(text, "event") == 0 ? OTP_EVENT : OTP_KIND_UNKNOWN;
}

const char *facts_kind_word(enum otp_kind kind)
{
	switch (kind) {
	case OTP_TIME:
		return N_("time");
	case OTP_EVENT:
		return N_("event");
	case OTP_KIND_UNKNOWN:
		break;
	}
	return N_("unknown");
}

const char *facts_digest_word(enum otp_digest digest)
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

const char *facts_first_given(const struct facts *facts)
{
	return facts->digits != NULL    ? "digits"
	       : facts->digest != NULL  ? "digest"
	       : facts->period != NULL  ? "period"
	       : facts->counter != NULL ? "counter"
	       : facts->label != NULL   ? "label"
	       : facts->issuer != NULL  ? "issuer"
	                                : NULL;
}

/* A decimal number from lowest to highest; *number stays as it is if text is NULL. */
static enum command_exit read_number(const struct command *command, const char *option, const char *text,
                                     int64_t lowest, int64_t highest, int64_t *number)
{
	char *end;
	long long value;

	if (text == NULL)
		return COMMAND_DONE;
	errno = 0;
	value = strtoll(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || value < lowest || value > highest)
		return verb_usage(command, _("--%s must be a number from %lld to %lld, not \"%s\"."), option,
		                  (long long)lowest, (long long)highest, text);
	*number = value;
	return COMMAND_DONE;
}

static enum command_exit read_digest(const struct command *command, const char *text, enum otp_digest *digest)
{
	if (text == NULL)
		return COMMAND_DONE;
	if (strcasecmp(text, "SHA1") == 0)
		*digest = OTP_SHA1;
	else if (strcasecmp(text, "SHA256") == 0)
		*digest = OTP_SHA256;
	else if (strcasecmp(text, "SHA512") == 0)
		*digest = OTP_SHA512;
	else
		return verb_usage(command, _("--digest must be SHA1, SHA256 or SHA512, not \"%s\"."), text);
	return COMMAND_DONE;
}

enum command_exit facts_check_text(const struct command *command, const char *option, const char *text, size_t most)
{
	size_t len;

	if (strlen(text) > most)
		return verb_usage(command, _("--%s may have at most %zu bytes."), option, most);
	for (; *text != '\0'; text += len)
		if ((len = text_character(text)) == 0 || text_is_control(text, len))
			return verb_usage(command, _("--%s must be UTF-8 text without control characters."), option);
	return COMMAND_DONE;
}

static enum command_exit read_text(const struct command *command, const char *option, const char *text,
                                   char field[OTP_TEXT_MAX + 1])
{
	enum command_exit result;

	if (text == NULL)
		return COMMAND_DONE;
	if ((result = facts_check_text(command, option, text, OTP_TEXT_MAX)) == COMMAND_DONE)
		memcpy(field, text, strlen(text) + 1);
	return result;
}

enum command_exit facts_read(const struct command *command, const struct facts *facts, struct otp_seed *seed)
{
	int64_t digits = seed->digits, period = seed->period;
	enum command_exit result;

	if (facts->period != NULL && seed->kind == OTP_EVENT)
		return verb_usage(command, _("--period is for time tokens; an event token has none."));
	if (facts->counter != NULL && seed->kind == OTP_TIME)
		return verb_usage(command, _("--counter is for event tokens; a time token has none."));
	result = read_number(command, "digits", facts->digits, OTP_DIGITS_MIN, OTP_DIGITS_MAX, &digits);
	if (result == COMMAND_DONE)
		result = read_number(command, "period", facts->period, OTP_PERIOD_MIN, OTP_PERIOD_MAX, &period);
	if (result == COMMAND_DONE)
		result = read_number(command, "counter", facts->counter, 0, INT64_MAX / 2, &seed->counter);
	if (result == COMMAND_DONE)
		result = read_digest(command, facts->digest, &seed->digest);
	if (result == COMMAND_DONE)
		result = read_text(command, "label", facts->label, seed->label);
	if (result == COMMAND_DONE)
		result = read_text(command, "issuer", facts->issuer, seed->issuer);
	seed->digits = (uint8_t)digits;
	seed->period = (uint16_t)period;
	return result;
}
