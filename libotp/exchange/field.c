/* SPDX-License-Identifier: BSD-2-Clause */
#include "field.h"

#include "../core/base32.h"
#include "text.h"
#include "timestamp.h"

#include <string.h>

enum { PERIOD_DEFAULT = 30 };

static bool read_id(const char *value, struct otp_seed *seed)
{
	return otp_token_id_parse(value, &seed->id) == OTP_OK;
}

static bool read_kind(const char *value, struct otp_seed *seed)
{
	if (otp_text_is(value, "time"))
		seed->kind = OTP_TIME;
	else if (otp_text_is(value, "event"))
		seed->kind = OTP_EVENT;
	else
		return false;
	return true;
}

static bool read_key(const char *value, struct otp_seed *seed)
{
	seed->secret.len = sizeof seed->secret.bytes;
	if (otp_base32_decode(value, seed->secret.bytes, &seed->secret.len) == OTP_OK)
		return seed->secret.len >= OTP_SECRET_MIN;
	seed->secret.len = 0;
	return false;
}

static bool read_key_hex(const char *value, struct otp_seed *seed)
{
	size_t len = strlen(value);

	seed->secret.len = 0;
	if (len % 2 != 0 || len / 2 < OTP_SECRET_MIN || len / 2 > OTP_SECRET_MAX)
		return false;
	for (size_t i = 0; i < len / 2; i++) {
		int high = otp_text_hex_digit(value[2 * i]), low = otp_text_hex_digit(value[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		seed->secret.bytes[i] = (uint8_t)(high << 4 | low);
	}
	seed->secret.len = len / 2;
	return true;
}

static bool read_digits(const char *value, struct otp_seed *seed)
{
	int64_t digits = otp_text_number(value);

	if (digits < OTP_DIGITS_MIN || digits > OTP_DIGITS_MAX)
		return false;
	seed->digits = (uint8_t)digits;
	return true;
}

static bool read_digest(const char *value, struct otp_seed *seed)
{
	if (otp_text_is(value, "sha1"))
		seed->digest = OTP_SHA1;
	else if (otp_text_is(value, "sha256"))
		seed->digest = OTP_SHA256;
	else if (otp_text_is(value, "sha512"))
		seed->digest = OTP_SHA512;
	else
		return false;
	return true;
}

static bool read_period(const char *value, struct otp_seed *seed)
{
	int64_t period = otp_text_number(value);

	if (period < OTP_PERIOD_MIN || period > OTP_PERIOD_MAX)
		return false;
	seed->period = (uint16_t)period;
	return true;
}

static bool read_counter(const char *value, struct otp_seed *seed)
{
	seed->counter = otp_text_number(value);
	return seed->counter >= 0 && seed->counter <= OTP_COUNTER_MAX;
}

static bool read_text(const char *value, char *text, size_t max)
{
	size_t len = strlen(value);

	if (len > max || !otp_text_is_clean(value))
		return false;
	memcpy(text, value, len + 1);
	return true;
}

static bool read_user(const char *value, struct otp_seed *seed)
{
	return read_text(value, seed->user, OTP_USER_MAX);
}

static bool read_label(const char *value, struct otp_seed *seed)
{
	return read_text(value, seed->label, OTP_TEXT_MAX);
}

static bool read_issuer(const char *value, struct otp_seed *seed)
{
	return read_text(value, seed->issuer, OTP_TEXT_MAX);
}

static bool read_expires(const char *value, struct otp_seed *seed)
{
	return otp_timestamp_parse(value, &seed->expires) && seed->expires > 0;
}

static const struct {
	bool (*read)(const char *value, struct otp_seed *seed);
	const char *wanted;
} fields[OTP_FIELDS] = {
    [OTP_FIELD_ID] = {read_id, "a token ID such as VSST12345678"},
    [OTP_FIELD_KIND] = {read_kind, "time or event"},
    [OTP_FIELD_KEY] = {read_key, "base32 (A to Z and 2 to 7) of 16 to 64 bytes"},
    [OTP_FIELD_KEY_HEX] = {read_key_hex, "hexadecimal digits, two for each of 16 to 64 bytes"},
    [OTP_FIELD_DIGITS] = {read_digits, "6, 7 or 8"},
    [OTP_FIELD_DIGEST] = {read_digest, "SHA1, SHA256 or SHA512"},
    [OTP_FIELD_PERIOD] = {read_period, "15 to 300 seconds"},
    [OTP_FIELD_COUNTER] = {read_counter, "a number from 0 to 1000000000000"},
    [OTP_FIELD_USER] = {read_user, "a user name, UTF-8 text of at most 255 bytes without control characters"},
    [OTP_FIELD_LABEL] = {read_label, "UTF-8 text of at most 63 bytes without control characters"},
    [OTP_FIELD_ISSUER] = {read_issuer, "UTF-8 text of at most 63 bytes without control characters"},
    [OTP_FIELD_EXPIRES] = {read_expires, "a date such as 2027-12-31 or a moment such as 2027-12-31T23:59:59Z"},
};

bool otp_field_read(enum otp_field field, const char *value, struct otp_seed *seed)
{
	return fields[field].read(value, seed);
}

const char *otp_field_wanted(enum otp_field field)
{
	return fields[field].wanted;
}

const char *otp_field_kind_word(enum otp_kind kind)
{
	return kind == OTP_EVENT ? "event" : "time";
}

const char *otp_field_digest_word(enum otp_digest digest)
{
	if (digest == OTP_SHA512)
		return "SHA512";
	return digest == OTP_SHA256 ? "SHA256" : "SHA1";
}

void otp_field_defaults(struct otp_seed *seed)
{
	if ((int)seed->digest == 0)
		seed->digest = OTP_SHA1;
	if (seed->digits == 0)
		seed->digits = OTP_DIGITS_MIN;
	if (seed->kind == OTP_EVENT)
		seed->period = 0;
	else if (seed->period == 0)
		seed->period = PERIOD_DEFAULT;
}
