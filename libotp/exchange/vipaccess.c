/* SPDX-License-Identifier: BSD-2-Clause */
#include "vipaccess.h"

#include "../core/base32.h"
#include "field.h"
#include "lines.h"
#include "text.h"
#include "timestamp.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

enum { PERIOD = 30, DRIFT_MAX = 86400 };

static bool read_version(const char *value, struct otp_seed *seed)
{
	(void)seed;
	return strcmp(value, "1") == 0;
}

static bool read_secret(const char *value, struct otp_seed *seed)
{
	return otp_field_read(OTP_FIELD_KEY, value, seed);
}

static bool read_id(const char *value, struct otp_seed *seed)
{
	return otp_field_read(OTP_FIELD_ID, value, seed);
}

static bool read_expiry(const char *value, struct otp_seed *seed)
{
	return otp_field_read(OTP_FIELD_EXPIRES, value, seed);
}

static bool read_label(const char *value, struct otp_seed *seed)
{
	return otp_field_read(OTP_FIELD_LABEL, value, seed);
}

static bool read_issuer(const char *value, struct otp_seed *seed)
{
	return otp_field_read(OTP_FIELD_ISSUER, value, seed);
}

/* A clock that nobody ever set right says nothing of its skew. */
static bool read_drift(const char *value, struct otp_seed *seed)
{
	int64_t drift = otp_text_number(value + (*value == '-' || *value == '+'));

	if (drift < 0 || drift > DRIFT_MAX)
		return false;
	seed->skewed = drift != 0;
	seed->skew = (*value == '-' ? -drift : drift) * 1000;
	return true;
}

enum { VERSION, SECRET, ID, EXPIRY, LABEL, ISSUER, DRIFT, NAMES };

static const struct {
	const char *name;
	bool (*read)(const char *value, struct otp_seed *seed);
	const char *wanted;
} names[NAMES] = {
    [VERSION] = {"version", read_version, "1; a token of another kind goes by its otpauth URI"},
    [SECRET] = {"secret", read_secret, "base32 (A to Z and 2 to 7) of 16 to 64 bytes"},
    [ID] = {"id", read_id, "a token ID such as VSST12345678"},
    [EXPIRY] = {"expiry", read_expiry, "a moment such as 2019-01-15T12:00:00.000Z"},
    [LABEL] = {"label", read_label, "UTF-8 text of at most 63 bytes without control characters"},
    [ISSUER] = {"issuer", read_issuer, "UTF-8 text of at most 63 bytes without control characters"},
    [DRIFT] = {"drift", read_drift, "seconds, at most 86400 either way"},
};

/* The line's name and value, without the blanks around them. */
static size_t split(char *line, const char **value)
{
	char *name = line + strspn(line, " \t");
	char *end = line + strlen(line);
	char *rest = name + strcspn(name, " \t");
	size_t i = 0;

	while (end > rest && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*end = '\0';
	*value = rest + strspn(rest, " \t");
	*rest = '\0';
	while (i < NAMES && strcmp(name, names[i].name) != 0)
		i++;
	return i;
}

static enum otp_status take(struct otp_lines *lines, bool seen[NAMES], struct otp_seed *seed)
{
	const char *value;
	size_t i = split(lines->text, &value);

	if (i == NAMES)
		return otp_lines_fail(lines,
		                      "the line begins with none of version, secret, id and expiry; take it out");
	if (seen[i])
		return otp_lines_fail(lines, "a second %s; a file holds one token, leave only its own", names[i].name);
	seen[i] = true;
	if (!names[i].read(value, seed))
		return otp_lines_fail(lines, "%s must be %s", names[i].name, names[i].wanted);
	return OTP_OK;
}

static enum otp_status read_token(struct otp_lines *lines, struct otp_seed *seed)
{
	bool seen[NAMES] = {false};
	enum otp_status status;

	while (otp_lines_next_filled(lines, &status))
		if ((status = take(lines, seen, seed)) != OTP_OK)
			return status;
	if (status != OTP_OK)
		return status;
	if (!seen[VERSION])
		return otp_lines_fail(lines, "there is no line \"version 1\"; copy all of the file");
	if (!seen[SECRET])
		return otp_lines_fail(lines, "there is no line with the secret; copy all of the file");
	seed->kind = OTP_TIME;
	otp_field_defaults(seed);
	return OTP_OK;
}

enum otp_status otp_vipaccess_read(const struct otp_foreign *file, otp_seed_visitor *visit, void *arg,
                                   struct otp_error *error)
{
	struct otp_lines lines;
	struct otp_seed seed = {.kind = OTP_KIND_UNKNOWN};
	enum otp_status status;

	otp_lines_begin(&lines, file, error);
	if ((status = read_token(&lines, &seed)) == OTP_OK)
		status = visit(arg, &seed, 1, error);
	otp_seed_wipe(&seed);
	otp_lines_wipe(&lines);
	return status;
}

bool otp_vipaccess_looks_like(const struct otp_foreign *file)
{
	struct otp_lines lines;
	enum otp_status status;
	const char *value;
	bool known;

	otp_lines_begin(&lines, file, NULL);
	known = otp_lines_next_filled(&lines, &status) && split(lines.text, &value) < NAMES && *value != '\0';
	otp_lines_wipe(&lines);
	return known;
}

enum otp_status otp_vipaccess_print(const struct otp_seed *seed, char text[OTP_VIPACCESS_MAX])
{
	char key[OTP_BASE32_LEN(OTP_SECRET_MAX) + 1], expiry[OTP_TIMESTAMP_LEN + 1] = "";
	const char *id = seed->id.text;

	text[0] = '\0';
	if (seed->kind != OTP_TIME || seed->digest != OTP_SHA1 || seed->digits != OTP_DIGITS_MIN ||
	    seed->period != PERIOD)
		return OTP_E_LIMIT;
	otp_base32_encode(seed->secret.bytes, seed->secret.len, key);
	if (seed->expires > 0)
		otp_timestamp_print(seed->expires, expiry);
	(void)snprintf(text, OTP_VIPACCESS_MAX, "version 1\nsecret %s\n%s%s%s%s%s%s", key, *id != '\0' ? "id " : "", id,
	               *id != '\0' ? "\n" : "", *expiry != '\0' ? "expiry " : "", expiry, *expiry != '\0' ? "\n" : "");
	OPENSSL_cleanse(key, sizeof key);
	return OTP_OK;
}
