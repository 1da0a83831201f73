/* SPDX-License-Identifier: BSD-2-Clause */
#include "uri.h"

#include "../core/base32.h"

#include <openssl/crypto.h>
#include <string.h>

/*
 * otpauth URIs as phone apps and provisioning tools write them (product §7.6):
 *
 *   otpauth://totp/ISSUER:ACCOUNT?secret=BASE32&issuer=ISSUER&algorithm=SHA1&digits=6&period=30
 *   otpauth://hotp/ISSUER:ACCOUNT?secret=BASE32&counter=0&…
 *
 * The input is untrusted and holds a key. MUST, each with a line in tests/exchange/test_uri.c:
 *  - every percent sign is followed by two hexadecimal digits, and none makes a NUL;
 *  - label and issuer are UTF-8 without control characters, since they end up on terminals and in logs;
 *  - no message repeats a value: whatever stands in the wrong place may be the key.
 */

enum { NUMBER_DIGITS_MAX = 18, PERIOD_DEFAULT = 30 };

#define TOTP "otpauth://totp/"
#define HOTP "otpauth://hotp/"

/* ---- parameters ------------------------------------------------------------------------------------- */

/*
 * What follows prefix (in lower case) at the start of text, in either case, or NULL. Not strcasecmp: in a Turkish
 * locale it tells I from i, and the host's locale must change nothing (product §10.10).
 */
static const char *after_prefix(const char *text, const char *prefix)
{
	for (; *prefix != '\0'; text++, prefix++)
		if (*text != *prefix && !(*prefix >= 'a' && *prefix <= 'z' && *text == *prefix - 'a' + 'A'))
			return NULL;
	return text;
}

static bool is_word(const char *text, const char *word)
{
	const char *rest = after_prefix(text, word);

	return rest != NULL && *rest == '\0';
}

/* A decimal number without sign, at most NUMBER_DIGITS_MAX digits; -1 for anything else. */
static int64_t read_number(const char *text)
{
	int64_t number = 0;
	size_t len = strspn(text, "0123456789");

	if (len == 0 || len > NUMBER_DIGITS_MAX || text[len] != '\0')
		return -1;
	for (; *text != '\0'; text++)
		number = number * 10 + (*text - '0');
	return number;
}

/* Unicode 15 table 3-7: no overlong form, no surrogate, nothing past U+10FFFF; and no control character. */
static bool is_text(const char *text)
{
	for (const uint8_t *u = (const uint8_t *)text; *u != '\0';) {
		uint8_t lowest = 0x80, highest = 0xbf;
		unsigned more;

		if (*u < 0x20 || *u == 0x7f)
			return false;
		if (*u < 0x80)
			more = 0;
		else if (*u >= 0xc2 && *u <= 0xdf)
			more = 1;
		else if (*u >= 0xe0 && *u <= 0xef)
			more = 2;
		else if (*u >= 0xf0 && *u <= 0xf4)
			more = 3;
		else
			return false;
		if (*u == 0xe0 || *u == 0xc2) /* U+0080 to U+009F are control characters, too */
			lowest = 0xa0;
		else if (*u == 0xf0)
			lowest = 0x90;
		else if (*u == 0xed)
			highest = 0x9f;
		else if (*u == 0xf4)
			highest = 0x8f;
		for (u++; more > 0; more--, u++) {
			if (*u < lowest || *u > highest)
				return false;
			lowest = 0x80;
			highest = 0xbf;
		}
	}
	return true;
}

static bool read_text(const char *value, char text[OTP_TEXT_MAX + 1])
{
	size_t len = strlen(value);

	if (len > OTP_TEXT_MAX || !is_text(value))
		return false;
	memcpy(text, value, len + 1);
	return true;
}

static bool read_secret(const char *value, struct otp_seed *seed)
{
	seed->secret.len = sizeof seed->secret.bytes;
	if (otp_base32_decode(value, seed->secret.bytes, &seed->secret.len) == OTP_OK)
		return seed->secret.len >= OTP_SECRET_MIN;
	seed->secret.len = 0;
	return false;
}

/* An empty one is none: the label's stays. */
static bool read_issuer(const char *value, struct otp_seed *seed)
{
	return *value == '\0' || read_text(value, seed->issuer);
}

static bool read_algorithm(const char *value, struct otp_seed *seed)
{
	if (is_word(value, "sha1"))
		seed->digest = OTP_SHA1;
	else if (is_word(value, "sha256"))
		seed->digest = OTP_SHA256;
	else if (is_word(value, "sha512"))
		seed->digest = OTP_SHA512;
	else
		return false;
	return true;
}

static bool read_digits(const char *value, struct otp_seed *seed)
{
	int64_t digits = read_number(value);

	if (digits < OTP_DIGITS_MIN || digits > OTP_DIGITS_MAX)
		return false;
	seed->digits = (uint8_t)digits;
	return true;
}

/* Some apps write a period into every URI: an event token's is checked and forgotten. */
static bool read_period(const char *value, struct otp_seed *seed)
{
	int64_t period = read_number(value);

	if (period < OTP_PERIOD_MIN || period > OTP_PERIOD_MAX)
		return false;
	if (seed->kind == OTP_TIME)
		seed->period = (uint16_t)period;
	return true;
}

static bool read_counter(const char *value, struct otp_seed *seed)
{
	seed->counter = read_number(value);
	return seed->counter >= 0 && seed->counter <= OTP_COUNTER_MAX;
}

enum { SECRET, ISSUER, ALGORITHM, DIGITS, PERIOD, COUNTER, PARAMETERS };

static const struct {
	const char *name;
	bool (*read)(const char *value, struct otp_seed *seed);
	const char *wanted;
} parameters[PARAMETERS] = {
    [SECRET] = {"secret", read_secret, "base32 (A to Z and 2 to 7) of 16 to 64 bytes"},
    [ISSUER] = {"issuer", read_issuer, "UTF-8 text of at most 63 bytes without control characters"},
    [ALGORITHM] = {"algorithm", read_algorithm, "SHA1, SHA256 or SHA512"},
    [DIGITS] = {"digits", read_digits, "6, 7 or 8"},
    [PERIOD] = {"period", read_period, "15 to 300 seconds"},
    [COUNTER] = {"counter", read_counter, "a number from 0 to 1000000000000"},
};

/* ---- the URI ---------------------------------------------------------------------------------------- */

/* What is being read: the whole URI, for positions in messages, and which parameters it had. */
struct reading {
	const char *uri;
	struct otp_seed *seed;
	struct otp_error *error;
	bool seen[PARAMETERS];
};

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Decode len characters at `at` (RFC 3986 §2.1) into text; form: a plus sign is a blank, as in a query it is. */
static enum otp_status decode(const struct reading *r, const char *at, size_t len, bool form, char text[OTP_URI_MAX])
{
	const char *end = at + len;

	while (at < end) {
		int high = -1, low = -1;

		if (*at != '%') {
			*text++ = form && *at == '+' ? ' ' : *at;
			at++;
			continue;
		}
		if (end - at >= 3) {
			high = hex_digit(at[1]);
			low = hex_digit(at[2]);
		}
		if (high < 0 || low < 0 || (high == 0 && low == 0))
			return otp_fail(r->error, OTP_E_INVALID,
			                "character %td of the URI: after %% come two hexadecimal digits other than 00; "
			                "a percent sign itself is %%25",
			                at - r->uri + 1);
		*text++ = (char)(high << 4 | low);
		at += 3;
	}
	*text = '\0';
	return OTP_OK;
}

/* "ISSUER:ACCOUNT" or "ACCOUNT"; blanks before the account do not count. */
static enum otp_status read_label(struct reading *r, const char *at, size_t len)
{
	char label[OTP_URI_MAX];
	char *account = label;
	char *colon;
	enum otp_status status;

	if ((status = decode(r, at, len, false, label)) != OTP_OK)
		goto out;
	if ((colon = strchr(label, ':')) != NULL) {
		*colon = '\0';
		account = colon + 1 + strspn(colon + 1, " ");
	}
	if ((colon != NULL && !read_text(label, r->seed->issuer)) || !read_text(account, r->seed->label)) {
		status = otp_fail(r->error, OTP_E_INVALID,
		                  "character %td of the URI: the label before and after its colon must be UTF-8 text "
		                  "of at most %d bytes without control characters",
		                  at - r->uri + 1, OTP_TEXT_MAX);
		goto out;
	}
	if (otp_token_id_parse(account, &r->seed->id) != OTP_OK)
		r->seed->id.text[0] = '\0';
out:
	OPENSSL_cleanse(label, sizeof label); /* a key pasted into the wrong place */
	return status;
}

static enum otp_status take_parameter(struct reading *r, const char *at, const char *name, const char *value)
{
	size_t i = 0;

	while (i < PARAMETERS && !is_word(name, parameters[i].name))
		i++;
	if (i == PARAMETERS)
		return OTP_OK;
	if (r->seen[i])
		return otp_fail(r->error, OTP_E_INVALID,
		                "character %td of the URI: a second %s=; leave only the right one", at - r->uri + 1,
		                parameters[i].name);
	r->seen[i] = true;
	if (!parameters[i].read(value, r->seed))
		return otp_fail(r->error, OTP_E_INVALID, "character %td of the URI: %s= must be %s", at - r->uri + 1,
		                parameters[i].name, parameters[i].wanted);
	return OTP_OK;
}

static enum otp_status read_query(struct reading *r, const char *at)
{
	char name[OTP_URI_MAX], value[OTP_URI_MAX];
	enum otp_status status = OTP_OK;

	while (status == OTP_OK && *at != '\0') {
		size_t len = strcspn(at, "&");
		size_t name_len = strcspn(at, "=&");
		size_t skip = name_len < len ? name_len + 1 : len;

		if ((status = decode(r, at, name_len, true, name)) == OTP_OK &&
		    (status = decode(r, at + skip, len - skip, true, value)) == OTP_OK)
			status = take_parameter(r, at, name, value);
		at += at[len] == '&' ? len + 1 : len;
	}
	OPENSSL_cleanse(name, sizeof name);
	OPENSSL_cleanse(value, sizeof value);
	return status;
}

static enum otp_status check_whole(const struct reading *r)
{
	if (!r->seen[SECRET])
		return otp_fail(r->error, OTP_E_INVALID,
		                "the URI has no secret=; copy all of it, and in a shell put it in quotes");
	if (r->seed->kind == OTP_EVENT && !r->seen[COUNTER])
		return otp_fail(r->error, OTP_E_INVALID,
		                "the URI of an event token has no counter=; add &counter=0 if the token is new");
	if (r->seed->kind == OTP_TIME && r->seen[COUNTER])
		return otp_fail(r->error, OTP_E_INVALID,
		                "the URI of a time token has a counter=; take it out, or write hotp for totp");
	return otp_seed_check(r->seed, r->error);
}

enum otp_status otp_uri_parse(const char *uri, struct otp_seed *seed, struct otp_error *error)
{
	struct reading r = {.uri = uri, .seed = seed, .error = error};
	size_t len = strnlen(uri, OTP_URI_MAX);
	const char *label;
	size_t label_len;
	enum otp_status status;

	memset(seed, 0, sizeof *seed);
	if (len == OTP_URI_MAX)
		return otp_fail(error, OTP_E_INVALID, "the URI is too long; at most %d characters are read",
		                OTP_URI_MAX - 1);
	if ((label = after_prefix(uri, TOTP)) != NULL)
		seed->kind = OTP_TIME;
	else if ((label = after_prefix(uri, HOTP)) != NULL)
		seed->kind = OTP_EVENT;
	else
		return otp_fail(error, OTP_E_INVALID, "this is no token's URI; it begins with " TOTP " or " HOTP);
	for (size_t i = 0; i < len; i++)
		if (uri[i] <= ' ' || uri[i] >= 0x7f || uri[i] == '#')
			return otp_fail(error, OTP_E_INVALID,
			                "character %zu of the URI must be percent-encoded, as %%20 stands for a blank",
			                i + 1);
	seed->digest = OTP_SHA1;
	seed->digits = OTP_DIGITS_MIN;
	seed->period = seed->kind == OTP_TIME ? PERIOD_DEFAULT : 0;
	label_len = strcspn(label, "?");
	if ((status = read_label(&r, label, label_len)) == OTP_OK && label[label_len] == '?')
		status = read_query(&r, label + label_len + 1);
	return status == OTP_OK ? check_whole(&r) : status;
}
