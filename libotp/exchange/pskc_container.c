/* SPDX-License-Identifier: BSD-2-Clause */
#include "pskc_walk.h"

#include <string.h>

/* The container, how it is encrypted (RFC 6030 §6), and values, plain or encrypted. */

static void open_container(struct otp_pskc_reading *r, const struct otp_pskc_tag *tag)
{
	char version[OTP_PSKC_ATTRIBUTE_MAX + 1];

	if (strcmp(otp_pskc_attribute(tag, "Version", version), "1.0") != 0 && strcmp(version, "1") != 0)
		otp_pskc_refuse(r, "only Version=\"1.0\" of the format is understood");
}

/* The schema's order, and the order of reading: what values need must be known when they come. */
static void open_before_packages(struct otp_pskc_reading *r, const struct otp_pskc_tag *tag)
{
	(void)tag;
	if (r->packages)
		otp_pskc_refuse(r, "it must stand before the first KeyPackage");
}

static void refuse_certificate(struct otp_pskc_reading *r, const struct otp_pskc_tag *tag)
{
	(void)tag;
	otp_pskc_refuse(r, "the file is encrypted for the owner of a certificate; get one under a pre-shared key or a "
	                   "passphrase");
}

static void open_derived_key(struct otp_pskc_reading *r, const struct otp_pskc_tag *tag)
{
	(void)tag;
	r->crypt.derived_line = otp_pskc_line(r);
}

/* A key that cannot be derived is refused here, not where the first value needs it. */
static void close_derived_key(struct otp_pskc_reading *r)
{
	if (r->crypt.salt.len == 0 || r->crypt.iterations == 0)
		otp_pskc_refuse(r, "it lacks PBKDF2-params with a Salt and an IterationCount");
}

static void open_derivation(struct otp_pskc_reading *r, const struct otp_pskc_tag *tag)
{
	char algorithm[OTP_PSKC_ATTRIBUTE_MAX + 1];

	otp_pskc_attribute(tag, "Algorithm", algorithm);
	if (strcmp(algorithm, "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2") != 0 &&
	    strcmp(algorithm, "http://www.w3.org/2009/xmlenc11#pbkdf2") != 0)
		otp_pskc_refuse(r, "its Algorithm must be PBKDF2 (RFC 6030 section 6.2)");
}

static void close_salt(struct otp_pskc_reading *r)
{
	if (!otp_pskc_base64(r->text, &r->crypt.salt) || r->crypt.salt.len == 0 ||
	    r->crypt.salt.len > OTP_PSKC_SALT_MAX)
		otp_pskc_refuse(r, "it must be base64 of 1 to %d bytes", OTP_PSKC_SALT_MAX);
}

static void close_iterations(struct otp_pskc_reading *r)
{
	int64_t number;

	if (!otp_pskc_number(r->text, &number) || number < 1 || number > OTP_PSKC_ITERATIONS_MAX)
		otp_pskc_refuse(r, "it must be a number from 1 to %d", OTP_PSKC_ITERATIONS_MAX);
	else
		r->crypt.iterations = (unsigned)number;
}

static void close_key_length(struct otp_pskc_reading *r)
{
	int64_t number;

	if (!otp_pskc_number(r->text, &number) || (number != 16 && number != 24 && number != 32))
		otp_pskc_refuse(r, "it must be 16, 24 or 32 bytes, as AES has them");
	else
		r->crypt.derived_len = (size_t)number;
}

static const char *named_hmac(struct otp_pskc_reading *r, const char *uri)
{
	const char *digest = otp_pskc_digest_named(uri);

	if (digest == NULL)
		otp_pskc_refuse(r,
		                "its Algorithm must be the URI of HMAC-SHA1, HMAC-SHA256, HMAC-SHA384 or HMAC-SHA512");
	return digest;
}

static void open_prf(struct otp_pskc_reading *r, const struct otp_pskc_tag *tag)
{
	char algorithm[OTP_PSKC_ATTRIBUTE_MAX + 1];

	if (*otp_pskc_attribute(tag, "Algorithm", algorithm) != '\0')
		r->crypt.prf = named_hmac(r, algorithm);
}

/* python-pskc writes the URI as text. */
static void close_prf(struct otp_pskc_reading *r)
{
	if (r->text[0] != '\0')
		r->crypt.prf = named_hmac(r, r->text);
}

/* No Algorithm is no fault where nothing has a MAC: a writer for key wraps leaves it out. */
static void open_mac_method(struct otp_pskc_reading *r, const struct otp_pskc_tag *tag)
{
	char algorithm[OTP_PSKC_ATTRIBUTE_MAX + 1];

	open_before_packages(r, tag);
	if (r->status == OTP_OK && *otp_pskc_attribute(tag, "Algorithm", algorithm) != '\0')
		r->crypt.digest = named_hmac(r, algorithm);
}

static void refuse_mac_reference(struct otp_pskc_reading *r, const struct otp_pskc_tag *tag)
{
	(void)tag;
	otp_pskc_refuse(r, "a MAC key that the file only refers to cannot be had; get a file with a MACKey");
}

/* ---- values, plain or encrypted ---------------------------------------------------------------------------------- */

static void open_mac_key(struct otp_pskc_reading *r, const struct otp_pskc_tag *tag)
{
	r->item = &r->crypt.mac_item;
	*r->item = (struct otp_pskc_item){.name = "MACKey", .line = otp_pskc_line(r)};
	(void)tag;
}

static void open_datum(struct otp_pskc_reading *r, const struct otp_pskc_tag *tag)
{
	static const char *const names[OTP_PSKC_DATA] = {"Secret", "Counter", "Time", "TimeInterval", "TimeDrift"};
	size_t i = 0;

	while (i < OTP_PSKC_DATA - 1 && strcmp(names[i], tag->name) != 0)
		i++;
	r->item = &r->key.datum[i];
	*r->item = (struct otp_pskc_item){.name = names[i], .line = otp_pskc_line(r)};
}

static void open_method(struct otp_pskc_reading *r, const struct otp_pskc_tag *tag)
{
	char algorithm[OTP_PSKC_ATTRIBUTE_MAX + 1];

	if ((r->item->cipher = otp_pskc_cipher_named(otp_pskc_attribute(tag, "Algorithm", algorithm))) == NULL)
		otp_pskc_refuse(
		    r, "its Algorithm must be the URI of AES-CBC or of AES key wrap, with 128, 192 or 256 bits");
}

static void close_cipher_value(struct otp_pskc_reading *r)
{
	if (otp_pskc_base64(r->text, &r->item->content))
		r->item->encrypted = true;
	else
		otp_pskc_refuse(r, "it must be base64 of at most %d bytes", OTP_PSKC_BYTES_MAX);
}

static void close_plain_value(struct otp_pskc_reading *r)
{
	struct otp_pskc_bytes *content = &r->item->content;

	if (r->text_len >= sizeof content->bytes) {
		otp_pskc_refuse(r, "its text is too long");
		return;
	}
	memcpy(content->bytes, r->text, r->text_len + 1);
	content->len = r->text_len + 1;
	r->item->plain = true;
}

static void close_value_mac(struct otp_pskc_reading *r)
{
	if (!otp_pskc_base64(r->text, &r->item->mac) || r->item->mac.len == 0)
		otp_pskc_refuse(r, "it must be the MAC in base64");
}

static void close_item(struct otp_pskc_reading *r)
{
	if (r->item->plain == r->item->encrypted)
		otp_pskc_refuse(r, "it must hold a value, once");
	r->item = NULL;
}

/* ---- what may stand where ---------------------------------------------------------------------------------------- */

static void open_package(struct otp_pskc_reading *r, const struct otp_pskc_tag *tag)
{
	(void)tag;
	r->packages = true;
	memset(&r->device, 0, sizeof r->device);
}

#define PSKC OTP_PSKC_SPACE
#define DS OTP_PSKC_XMLDSIG
#define XENC OTP_PSKC_XMLENC
#define XENC11 OTP_PSKC_XMLENC11
/* RFC 6030's example has PBKDF2's parameters in no namespace, others in this one or that. */
#define PBKDF2 (OTP_PSKC_NO_SPACE | OTP_PSKC_XMLENC11 | OTP_PSKC_PKCS5)

static const struct otp_pskc_rule rules[] = {
    {OTP_PSKC_IN_DOCUMENT, PSKC, "KeyContainer", OTP_PSKC_IN_CONTAINER, .attributes = "Version Id id ID ",
     .open = open_container},
    {OTP_PSKC_IN_CONTAINER, PSKC, "EncryptionKey", OTP_PSKC_IN_ENCRYPTION_KEY, .attributes = "Id ",
     .open = open_before_packages},
    {OTP_PSKC_IN_CONTAINER, PSKC, "MACMethod", OTP_PSKC_IN_MAC_METHOD, .attributes = "Algorithm ",
     .open = open_mac_method},
    {OTP_PSKC_IN_CONTAINER, PSKC, "KeyPackage", OTP_PSKC_IN_PACKAGE, .attributes = "", .many = true,
     .open = open_package},
    {OTP_PSKC_IN_CONTAINER, DS, "Signature", .skip = true},
    {OTP_PSKC_IN_CONTAINER, PSKC, "Extensions", .skip = true},

    {OTP_PSKC_IN_ENCRYPTION_KEY, DS, "KeyName", .skip = true},
    {OTP_PSKC_IN_ENCRYPTION_KEY, DS, "X509Data", .open = refuse_certificate},
    {OTP_PSKC_IN_ENCRYPTION_KEY, XENC11, "DerivedKey", OTP_PSKC_IN_DERIVED_KEY, .open = open_derived_key,
     .close = close_derived_key},
    {OTP_PSKC_IN_DERIVED_KEY, XENC11, "KeyDerivationMethod", OTP_PSKC_IN_DERIVATION, .open = open_derivation},
    {OTP_PSKC_IN_DERIVED_KEY, XENC, "ReferenceList", .skip = true},
    {OTP_PSKC_IN_DERIVED_KEY, XENC11, "DerivedKeyName", .skip = true},
    {OTP_PSKC_IN_DERIVED_KEY, XENC11, "MasterKeyName", .skip = true},
    {OTP_PSKC_IN_DERIVED_KEY, XENC | XENC11, "CarriedKeyName", .skip = true},
    {OTP_PSKC_IN_DERIVATION, XENC11 | OTP_PSKC_PKCS5, "PBKDF2-params", .within = OTP_PSKC_IN_PBKDF2},
    {OTP_PSKC_IN_PBKDF2, PBKDF2, "Salt", .within = OTP_PSKC_IN_SALT},
    {OTP_PSKC_IN_SALT, PBKDF2, "Specified", .text = true, .close = close_salt},
    {OTP_PSKC_IN_PBKDF2, PBKDF2, "IterationCount", .text = true, .close = close_iterations},
    {OTP_PSKC_IN_PBKDF2, PBKDF2, "KeyLength", .text = true, .close = close_key_length},
    {OTP_PSKC_IN_PBKDF2, PBKDF2, "PRF", .text = true, .open = open_prf, .close = close_prf},

    {OTP_PSKC_IN_MAC_METHOD, PSKC, "MACKey", OTP_PSKC_IN_ENCRYPTED, .open = open_mac_key, .close = close_item},
    {OTP_PSKC_IN_MAC_METHOD, PSKC, "MACKeyReference", .open = refuse_mac_reference},

    {OTP_PSKC_IN_DATA, PSKC, "Secret", OTP_PSKC_IN_DATUM, .attributes = "", .open = open_datum, .close = close_item},
    {OTP_PSKC_IN_DATA, PSKC, "Counter", OTP_PSKC_IN_DATUM, .attributes = "", .open = open_datum, .close = close_item},
    {OTP_PSKC_IN_DATA, PSKC, "Time", OTP_PSKC_IN_DATUM, .attributes = "", .open = open_datum, .close = close_item},
    {OTP_PSKC_IN_DATA, PSKC, "TimeInterval", OTP_PSKC_IN_DATUM, .attributes = "", .open = open_datum,
     .close = close_item},
    {OTP_PSKC_IN_DATA, PSKC, "TimeDrift", OTP_PSKC_IN_DATUM, .attributes = "", .open = open_datum, .close = close_item},
    {OTP_PSKC_IN_DATUM, PSKC, "PlainValue", .text = true, .attributes = "", .close = close_plain_value},
    {OTP_PSKC_IN_DATUM, PSKC, "EncryptedValue", .within = OTP_PSKC_IN_ENCRYPTED},
    {OTP_PSKC_IN_DATUM, PSKC, "ValueMAC", .text = true, .attributes = "", .close = close_value_mac},
    {OTP_PSKC_IN_ENCRYPTED, XENC, "EncryptionMethod", .open = open_method},
    {OTP_PSKC_IN_ENCRYPTED, DS, "KeyInfo", .skip = true},
    {OTP_PSKC_IN_ENCRYPTED, XENC, "EncryptionProperties", .skip = true},
    {OTP_PSKC_IN_ENCRYPTED, XENC, "CipherData", .within = OTP_PSKC_IN_CIPHER_DATA},
    {OTP_PSKC_IN_CIPHER_DATA, XENC, "CipherValue", .text = true, .close = close_cipher_value},
};

const struct otp_pskc_rules otp_pskc_container_rules = {rules, sizeof rules / sizeof *rules};
