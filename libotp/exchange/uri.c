/* SPDX-License-Identifier: BSD-2-Clause */
#include "uri.h"

#include "field.h"
#include "text.h"

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

#define TOTP "otpauth://totp/"
#define HOTP "otpauth://hotp/"

enum { SECRET, ISSUER, ALGORITHM, DIGITS, PERIOD, COUNTER, PARAMETERS };

static const struct {
	const char *name;
	enum otp_field field;
} parameters[PARAMETERS] = {
    [SECRET] = {"secret", OTP_FIELD_KEY},          [ISSUER] = {"issuer", OTP_FIELD_ISSUER},
    [ALGORITHM] = {"algorithm", OTP_FIELD_DIGEST}, [DIGITS] = {"digits", OTP_FIELD_DIGITS},
    [PERIOD] = {"period", OTP_FIELD_PERIOD},       [COUNTER] = {"counter", OTP_FIELD_COUNTER},
};

/* ---- the URI ---------------------------------------------------------------------------------------- */

/* What is being read: the whole URI, for positions in messages, and which parameters it had. */
struct reading {
	const char *uri;
	struct otp_seed *seed;
	struct otp_error *error;
	bool seen[PARAMETERS];
};

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
			high = otp_text_hex_digit(at[1]);
			low = otp_text_hex_digit(at[2]);
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
	if ((colon != NULL && !otp_field_read(OTP_FIELD_ISSUER, label, r->seed)) ||
	    !otp_field_read(OTP_FIELD_LABEL, account, r->seed)) {
		status = otp_fail(r->error, OTP_E_INVALID,
		                  "character %td of the URI: the label before and after its colon must be UTF-8 text "
		                  "of at most %d bytes without control characters",
		                  at - r->uri + 1, OTP_TEXT_MAX);
		goto out;
	}
	if (!otp_field_read(OTP_FIELD_ID, account, r->seed))
		r->seed->id.text[0] = '\0';
out:
	OPENSSL_cleanse(label, sizeof label); /* a key pasted into the wrong place */
	return status;
}

static enum otp_status take_parameter(struct reading *r, const char *at, const char *name, const char *value)
{
	size_t i = 0;

	while (i < PARAMETERS && !otp_text_is(name, parameters[i].name))
		i++;
	if (i == PARAMETERS)
		return OTP_OK;
	if (r->seen[i])
		return otp_fail(r->error, OTP_E_INVALID,
		                "character %td of the URI: a second %s=; leave only the right one", at - r->uri + 1,
		                parameters[i].name);
	r->seen[i] = true;
	if (i == ISSUER && *value == '\0') /* none: the label's stays */
		return OTP_OK;
	if (!otp_field_read(parameters[i].field, value, r->seed))
		return otp_fail(r->error, OTP_E_INVALID, "character %td of the URI: %s= must be %s", at - r->uri + 1,
		                parameters[i].name, otp_field_wanted(parameters[i].field));
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
	otp_field_defaults(r->seed); /* some apps write a period into every URI: an event token's is forgotten */
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
	if ((label = otp_text_after(uri, TOTP)) != NULL)
		seed->kind = OTP_TIME;
	else if ((label = otp_text_after(uri, HOTP)) != NULL)
		seed->kind = OTP_EVENT;
	else
		return otp_fail(error, OTP_E_INVALID, "this is no token's URI; it begins with " TOTP " or " HOTP);
	for (size_t i = 0; i < len; i++)
		if (uri[i] <= ' ' || uri[i] >= 0x7f || uri[i] == '#')
			return otp_fail(error, OTP_E_INVALID,
			                "character %zu of the URI must be percent-encoded, as %%20 stands for a blank",
			                i + 1);
	label_len = strcspn(label, "?");
	if ((status = read_label(&r, label, label_len)) == OTP_OK && label[label_len] == '?')
		status = read_query(&r, label + label_len + 1);
	return status == OTP_OK ? check_whole(&r) : status;
}
