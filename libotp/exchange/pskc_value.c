/* SPDX-License-Identifier: BSD-2-Clause */
#include "pskc_value.h"

#include "text.h"
#include "timestamp.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char blanks[] = " \t\r\n";

bool otp_pskc_base64(const char *text, struct otp_pskc_bytes *bytes)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char packed[4 * OTP_PSKC_BYTES_MAX / 3 + 4];
	size_t len = 0, digits, padding;
	bool good = false;
	int decoded;

	for (; *text != '\0'; text++) {
		if (strchr(blanks, *text) != NULL)
			continue;
		if (len == sizeof packed - 1)
			goto out;
		packed[len++] = *text;
	}
	packed[len] = '\0';
	digits = strspn(packed, alphabet);
	padding = strspn(packed + digits, "=");
	if (digits + padding != len || padding > 2 || len % 4 != 0 || len / 4 * 3 > sizeof bytes->bytes)
		goto out;
	decoded = EVP_DecodeBlock(bytes->bytes, (const unsigned char *)packed, (int)len);
	if (decoded < 0 || (size_t)decoded < padding)
		goto out;
	bytes->len = (size_t)decoded - padding;
	good = true;
out:
	OPENSSL_cleanse(packed, sizeof packed);
	return good;
}

bool otp_pskc_number(const char *text, int64_t *number)
{
	bool negative = *text == '-';
	int64_t value = otp_text_number(negative ? text + 1 : text);

	*number = negative ? -value : value;
	return value >= 0;
}

bool otp_pskc_integer(const struct otp_pskc_bytes *bytes, int64_t *number)
{
	char text[32] = "";
	uint64_t value = 0;

	if (bytes->len < sizeof text && memchr(bytes->bytes, '\0', bytes->len) == NULL) {
		memcpy(text, bytes->bytes, bytes->len);
		if (otp_pskc_number(text, number))
			return true;
	}
	if (bytes->len == 0 || bytes->len > sizeof value)
		return false;
	for (size_t i = 0; i < bytes->len; i++)
		value = value << 8 | bytes->bytes[i];
	if (bytes->len == sizeof(int32_t))
		*number = (int32_t)(uint32_t)value;
	else
		*number = (int64_t)value;
	return true;
}

bool otp_pskc_date(const char *text, int64_t *seconds)
{
	const char *rest = otp_timestamp_civil(text, seconds);

	return ((rest != NULL && *rest == '\0') || otp_timestamp_parse(text, seconds)) && *seconds > 0;
}

bool otp_pskc_text(const char *value, char text[OTP_TEXT_MAX + 1])
{
	size_t len = strlen(value);

	if (len > OTP_TEXT_MAX || !otp_text_is_clean(value))
		return false;
	memcpy(text, value, len + 1);
	return true;
}

/* ---- accounts -------------------------------------------------------------------------------------------- */

/* Wide enough for a directory's accounts (user@example.net, EXAMPLE\user, machine$); a person's name has a blank. */
static bool is_account(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len > OTP_USER_MAX || *name == '-' || strpbrk(name, ":/,=\"") != NULL)
		return false;
	for (; *name != '\0'; name++)
		if (*name <= ' ' || *name >= 0x7f)
			return false;
	return true;
}

/* A value of a distinguished name (RFC 4514 §2.4) up to its end; false if it does not fit or is cut. */
static bool take_name(const char *at, char name[OTP_USER_MAX + 1])
{
	size_t len = 0;

	for (; *at != '\0' && *at != ',' && *at != '+' && *at != ';'; at++) {
		int high = -1, low = -1;

		if (len == OTP_USER_MAX)
			return false;
		if (*at == '\\') {
			at++;
			if ((high = otp_text_hex_digit(*at)) >= 0)
				low = otp_text_hex_digit(at[1]);
		}
		if (*at == '\0' || (high >= 0 && low < 0))
			return false;
		name[len++] = (char)(high >= 0 ? high << 4 | low : *at);
		at += high >= 0 ? 1 : 0;
	}
	name[len] = '\0';
	return strlen(name) == len;
}

/* RFC 6030 §4.2 asks for a distinguished name; many write the account as it is. A common name may be a person's. */
void otp_pskc_account(const char *user_id, char user[OTP_USER_MAX + 1])
{
	const char *uid = otp_text_after(user_id, "uid=");
	const char *name = uid != NULL ? uid : otp_text_after(user_id, "cn=");
	bool good;

	if (name == NULL && is_account(user_id)) {
		memcpy(user, user_id, strlen(user_id) + 1);
		return;
	}
	good = name != NULL && take_name(name, user) && otp_text_is_clean(user);
	if (!good || (uid == NULL && !is_account(user)))
		user[0] = '\0';
}

/* ---- errors ------------------------------------------------------------------------------------------------ */

enum otp_status otp_pskc_fail(const struct otp_foreign *file, struct otp_error *error, enum otp_status status,
                              unsigned long line, const char *element, const char *format, ...)
{
	char what[OTP_ERROR_WHAT_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(what, sizeof what, format, args);
	va_end(args);
	(void)otp_foreign_fail(file, line, error, "%s: %s", element, what);
	if (error != NULL)
		error->status = status;
	return status;
}
