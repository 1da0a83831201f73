/* SPDX-License-Identifier: BSD-2-Clause */
#include "uri.h"

#include "../core/base32.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

enum { PERIOD_DEFAULT = 30 }; /* the format's */

/* Appends, never past the end; len keeps counting, so that what did not fit shows. */
struct writing {
	char *uri;
	size_t len;
};

static void put(struct writing *w, const char *text)
{
	for (; *text != '\0'; text++, w->len++)
		if (w->len < OTP_URI_MAX - 1)
			w->uri[w->len] = *text;
}

static void put_encoded(struct writing *w, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~@";
	char encoded[4];

	for (; *text != '\0'; text++) {
		if (strchr(plain, *text) != NULL)
			(void)snprintf(encoded, sizeof encoded, "%c", *text);
		else
			(void)snprintf(encoded, sizeof encoded, "%%%02X", (uint8_t)*text);
		put(w, encoded);
	}
}

static void put_number(struct writing *w, const char *name, int64_t number)
{
	char text[32];

	(void)snprintf(text, sizeof text, "%s%lld", name, (long long)number);
	put(w, text);
}

/* A colon in the issuer would split the label in the wrong place; one in the account needs one before it. */
static void put_label(struct writing *w, const struct otp_seed *seed)
{
	const char *account = seed->label[0] != '\0' ? seed->label : seed->id.text;
	const char *prefix = strchr(seed->issuer, ':') == NULL ? seed->issuer : "";

	put_encoded(w, prefix);
	if (*prefix != '\0' || strchr(account, ':') != NULL)
		put(w, ":");
	put_encoded(w, account);
}

/* What equals the format's default is left out: the QR code still fits a terminal of 24 lines then. */
enum otp_status otp_uri_print(const struct otp_seed *seed, char uri[OTP_URI_MAX])
{
	char key[OTP_BASE32_LEN(OTP_SECRET_MAX) + 1];
	struct writing w = {.uri = uri};
	enum otp_status status = OTP_OK;

	put(&w, seed->kind == OTP_TIME ? "otpauth://totp/" : "otpauth://hotp/");
	put_label(&w, seed);
	put(&w, "?secret=");
	otp_base32_encode(seed->secret.bytes, seed->secret.len, key);
	put(&w, key);
	OPENSSL_cleanse(key, sizeof key);
	if (seed->issuer[0] != '\0')
		put(&w, "&issuer=");
	put_encoded(&w, seed->issuer);
	if (seed->digest != OTP_SHA1)
		put(&w, seed->digest == OTP_SHA256 ? "&algorithm=SHA256" : "&algorithm=SHA512");
	if (seed->digits != OTP_DIGITS_MIN)
		put_number(&w, "&digits=", seed->digits);
	if (seed->kind == OTP_EVENT)
		put_number(&w, "&counter=", seed->counter);
	else if (seed->period != PERIOD_DEFAULT)
		put_number(&w, "&period=", seed->period);
	if (w.len >= OTP_URI_MAX) {
		w.len = 0;
		OPENSSL_cleanse(uri, OTP_URI_MAX);
		status = OTP_E_LIMIT;
	}
	uri[w.len] = '\0';
	return status;
}
