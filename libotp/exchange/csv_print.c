/* SPDX-License-Identifier: BSD-2-Clause */
#include "../core/base32.h"
#include "csv.h"
#include "field.h"
#include "timestamp.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

/* The longest line: every byte of every text is a quote. */
_Static_assert(OTP_CSV_LINE_MAX >= 2 * (OTP_USER_MAX + 2 * OTP_TEXT_MAX) + OTP_BASE32_LEN(OTP_SECRET_MAX) + 128,
               "a line holds whatever a seed can hold");

const char *otp_csv_header(void)
{
	return "id,kind,key,digits,digest,period,counter,user,label,issuer,expires\n";
}

static char *put(char *at, const char *text)
{
	size_t len = strlen(text);

	memcpy(at, text, len);
	return at + len;
}

/* Blanks at either end are quoted for the sake of programs that would cut them off. */
static char *put_text(char *at, const char *text)
{
	size_t len = strlen(text);

	if (strpbrk(text, ",\"") == NULL && text[0] != ' ' && (len == 0 || text[len - 1] != ' '))
		return put(at, text);
	*at++ = '"';
	for (; *text != '\0'; text++) {
		if (*text == '"')
			*at++ = '"';
		*at++ = *text;
	}
	*at++ = '"';
	return at;
}

void otp_csv_print(const struct otp_seed *seed, char line[OTP_CSV_LINE_MAX])
{
	char key[OTP_BASE32_LEN(OTP_SECRET_MAX) + 1];
	char text[64];
	char *at = put(line, seed->id.text);

	otp_base32_encode(seed->secret.bytes, seed->secret.len, key);
	at = put(put(put(put(at, ","), otp_field_kind_word(seed->kind)), ","), key);
	OPENSSL_cleanse(key, sizeof key);
	(void)snprintf(text, sizeof text, ",%u,%s,", seed->digits, otp_field_digest_word(seed->digest));
	at = put(at, text);
	(void)snprintf(text, sizeof text, "%u", seed->period);
	if (seed->kind == OTP_TIME)
		at = put(at, text);
	(void)snprintf(text, sizeof text, ",%" PRId64 ",", seed->counter);
	at = put_text(put(at, text), seed->user);
	at = put_text(put(at, ","), seed->label);
	at = put_text(put(at, ","), seed->issuer);
	text[0] = '\0';
	if (seed->expires > 0)
		otp_timestamp_print(seed->expires, text);
	at = put(put(put(at, ","), text), "\n");
	*at = '\0';
}
