/* SPDX-License-Identifier: BSD-2-Clause */
#include "pskc_walk.h"

#include <openssl/crypto.h>
#include <string.h>

/* A KeyPackage: the device, and its keys with parameters and policy (RFC 6030 §4.2, §4.3, §5). */

static void keep_text(struct otp_pskc_reading *r, char text[OTP_TEXT_MAX + 1])
{
	if (!otp_pskc_text(r->text, text))
		otp_pskc_refuse(r, "it must be text of at most %d bytes without control characters", OTP_TEXT_MAX);
}

static void keep_date(struct otp_pskc_reading *r, int64_t *seconds)
{
	if (!otp_pskc_date(r->text, seconds))
		otp_pskc_refuse(r, "it must be a date and time after 1970, such as 2030-12-31T23:59:59Z");
}

static void close_serial(struct otp_pskc_reading *r)
{
	keep_text(r, r->device.serial);
}

static void close_device_user(struct otp_pskc_reading *r)
{
	otp_pskc_account(r->text, r->device.user);
}

static void close_device_expiry(struct otp_pskc_reading *r)
{
	keep_date(r, &r->device.expires);
}

/* A policy on when to hand the token out, not on its codes: looked at and not kept. */
static void close_start(struct otp_pskc_reading *r)
{
	int64_t seconds;

	keep_date(r, &seconds);
}

/* RFC 6030 §10, the profiles' drafts, and the spelling that some makers kept from them. */
static enum otp_kind kind_of(const char *algorithm)
{
	static const char *const prefixes[] = {
	    "urn:ietf:params:xml:ns:keyprov:pskc:", "urn:ietf:params:xml:ns:keyprov:pskc#",
	    "http://www.ietf.org/keyprov/pskc#"};

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		size_t len = strlen(prefixes[i]);

		if (strncmp(algorithm, prefixes[i], len) != 0)
			continue;
		if (strcmp(algorithm + len, "hotp") == 0)
			return OTP_EVENT;
		if (strcmp(algorithm + len, "totp") == 0)
			return OTP_TIME;
	}
	return OTP_KIND_UNKNOWN;
}

static void open_key(struct otp_pskc_reading *r, const struct otp_pskc_tag *tag)
{
	char value[OTP_PSKC_ATTRIBUTE_MAX + 1];

	OPENSSL_cleanse(&r->key, sizeof r->key);
	r->key.line = otp_pskc_line(r);
	r->key.seed.digest = OTP_SHA1;
	r->key.seed.digits = OTP_DIGITS_MIN;
	r->key.seed.kind = kind_of(otp_pskc_attribute(tag, "Algorithm", value));
	if (r->key.seed.kind == OTP_KIND_UNKNOWN)
		otp_pskc_refuse(r,
		                "its Algorithm must be urn:ietf:params:xml:ns:keyprov:pskc:hotp or …:totp; other codes "
		                "cannot be computed here");
	if (!otp_pskc_text(otp_pskc_attribute(tag, "Id", value), r->key.id))
		r->key.id[0] = '\0';
}

static void close_issuer(struct otp_pskc_reading *r)
{
	keep_text(r, r->key.seed.issuer);
}

/* It may stand there in several languages: the first. */
static void close_name(struct otp_pskc_reading *r)
{
	if (r->key.seed.label[0] == '\0')
		keep_text(r, r->key.seed.label);
}

static void close_user(struct otp_pskc_reading *r)
{
	otp_pskc_account(r->text, r->key.seed.user);
}

static void close_expiry(struct otp_pskc_reading *r)
{
	keep_date(r, &r->key.seed.expires);
}

/* "HMAC-SHA256", and what is written for it: "SHA256", "SHA-256", "hmac-sha-256". */
static void close_suite(struct otp_pskc_reading *r)
{
	char name[16] = "";
	size_t len = 0;

	for (const char *c = r->text; *c != '\0' && len < sizeof name - 1; c++)
		if (*c != '-' && *c != '_')
			name[len++] = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
	if (strncmp(name, "HMAC", 4) == 0)
		memmove(name, name + 4, sizeof name - 4);
	if (strcmp(name, "SHA1") == 0)
		r->key.seed.digest = OTP_SHA1;
	else if (strcmp(name, "SHA256") == 0)
		r->key.seed.digest = OTP_SHA256;
	else if (strcmp(name, "SHA512") == 0)
		r->key.seed.digest = OTP_SHA512;
	else
		otp_pskc_refuse(r, "it must be HMAC-SHA1, HMAC-SHA256 or HMAC-SHA512");
}

/* pskctool writes an empty one, which says nothing, beside every Suite. */
static void open_challenge(struct otp_pskc_reading *r, const struct otp_pskc_tag *tag)
{
	if (tag->n > 0)
		otp_pskc_refuse(r, "the token answers challenges, which are not given here");
}

static void open_response(struct otp_pskc_reading *r, const struct otp_pskc_tag *tag)
{
	char value[OTP_PSKC_ATTRIBUTE_MAX + 1];
	int64_t digits;

	if (*otp_pskc_attribute(tag, "Encoding", value) != '\0' && strcmp(value, "DECIMAL") != 0)
		otp_pskc_refuse(r, "its Encoding must be DECIMAL");
	else if (*otp_pskc_attribute(tag, "CheckDigits", value) != '\0' && strcmp(value, "false") != 0 &&
	         strcmp(value, "0") != 0)
		otp_pskc_refuse(r, "the token appends a check digit (CheckDigits), which is not understood here");
	else if (!otp_pskc_number(otp_pskc_attribute(tag, "Length", value), &digits) || digits < OTP_DIGITS_MIN ||
	         digits > OTP_DIGITS_MAX)
		otp_pskc_refuse(r, "its Length must be %d to %d digits", OTP_DIGITS_MIN, OTP_DIGITS_MAX);
	else
		r->key.seed.digits = (uint8_t)digits;
}

static void refuse_pin(struct otp_pskc_reading *r, const struct otp_pskc_tag *tag)
{
	(void)tag;
	otp_pskc_refuse(r, "the token has a PIN of its own, which is not kept here; get the token without one");
}

static void refuse_transactions(struct otp_pskc_reading *r, const struct otp_pskc_tag *tag)
{
	(void)tag;
	otp_pskc_refuse(r, "a token that may be used a limited number of times is not understood here");
}

static void close_usage(struct otp_pskc_reading *r)
{
	r->key.usage_named = true;
	r->key.usage_otp = r->key.usage_otp || strcmp(r->text, "OTP") == 0;
}

static void close_policy(struct otp_pskc_reading *r)
{
	if (r->key.usage_named && !r->key.usage_otp)
		otp_pskc_refuse(r, "its KeyUsage does not allow one-time passwords (OTP)");
}

static void close_key(struct otp_pskc_reading *r)
{
	otp_pskc_give(r);
	OPENSSL_cleanse(&r->key, sizeof r->key);
}

/* ---- what may stand where ---------------------------------------------------------------------------------------- */

#define PSKC OTP_PSKC_SPACE

static const struct otp_pskc_rule rules[] = {
    {OTP_PSKC_IN_PACKAGE, PSKC, "DeviceInfo", OTP_PSKC_IN_DEVICE, .attributes = ""},
    {OTP_PSKC_IN_PACKAGE, PSKC, "CryptoModuleInfo", .skip = true},
    {OTP_PSKC_IN_PACKAGE, PSKC, "Key", OTP_PSKC_IN_KEY, .attributes = "Id Algorithm ", .many = true, .open = open_key,
     .close = close_key},
    {OTP_PSKC_IN_PACKAGE, PSKC, "Extensions", .skip = true},

    {OTP_PSKC_IN_DEVICE, PSKC, "Manufacturer", .skip = true},
    {OTP_PSKC_IN_DEVICE, PSKC, "SerialNo", .text = true, .attributes = "", .close = close_serial},
    {OTP_PSKC_IN_DEVICE, PSKC, "Model", .skip = true},
    {OTP_PSKC_IN_DEVICE, PSKC, "IssueNo", .skip = true},
    {OTP_PSKC_IN_DEVICE, PSKC, "DeviceBinding", .skip = true},
    {OTP_PSKC_IN_DEVICE, PSKC, "StartDate", .text = true, .attributes = "", .close = close_start},
    {OTP_PSKC_IN_DEVICE, PSKC, "ExpiryDate", .text = true, .attributes = "", .close = close_device_expiry},
    {OTP_PSKC_IN_DEVICE, PSKC, "UserId", .text = true, .attributes = "", .close = close_device_user},
    {OTP_PSKC_IN_DEVICE, PSKC, "Extensions", .skip = true},

    {OTP_PSKC_IN_KEY, PSKC, "Issuer", .text = true, .attributes = "", .close = close_issuer},
    {OTP_PSKC_IN_KEY, PSKC, "AlgorithmParameters", OTP_PSKC_IN_PARAMETERS, .attributes = ""},
    {OTP_PSKC_IN_KEY, PSKC, "KeyProfileId", .skip = true},
    {OTP_PSKC_IN_KEY, PSKC, "KeyReference", .skip = true},
    {OTP_PSKC_IN_KEY, PSKC, "FriendlyName", .many = true, .text = true, .attributes = "", .close = close_name},
    {OTP_PSKC_IN_KEY, PSKC, "Data", OTP_PSKC_IN_DATA, .attributes = ""},
    {OTP_PSKC_IN_KEY, PSKC, "UserId", .text = true, .attributes = "", .close = close_user},
    {OTP_PSKC_IN_KEY, PSKC, "Policy", OTP_PSKC_IN_POLICY, .attributes = "", .close = close_policy},
    {OTP_PSKC_IN_KEY, PSKC, "Extensions", .skip = true},

    {OTP_PSKC_IN_PARAMETERS, PSKC, "Suite", .text = true, .attributes = "", .close = close_suite},
    {OTP_PSKC_IN_PARAMETERS, PSKC, "ChallengeFormat", .open = open_challenge},
    {OTP_PSKC_IN_PARAMETERS, PSKC, "ResponseFormat", .attributes = "Encoding Length CheckDigits ",
     .open = open_response},
    {OTP_PSKC_IN_PARAMETERS, PSKC, "Extensions", .skip = true},

    {OTP_PSKC_IN_POLICY, PSKC, "StartDate", .text = true, .attributes = "", .close = close_start},
    {OTP_PSKC_IN_POLICY, PSKC, "ExpiryDate", .text = true, .attributes = "", .close = close_expiry},
    {OTP_PSKC_IN_POLICY, PSKC, "PINPolicy", .open = refuse_pin},
    {OTP_PSKC_IN_POLICY, PSKC, "KeyUsage", .many = true, .text = true, .attributes = "", .close = close_usage},
    {OTP_PSKC_IN_POLICY, PSKC, "NumberOfTransactions", .open = refuse_transactions},
};

const struct otp_pskc_rules otp_pskc_key_rules = {rules, sizeof rules / sizeof *rules};
