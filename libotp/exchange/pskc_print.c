/* SPDX-License-Identifier: BSD-2-Clause */
#include "pskc_print.h"

#include "text.h"
#include "timestamp.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ITERATIONS = 600000, SALT = 16, KEY = 32, BLOCK = 16, SEALED_MAX = OTP_SECRET_MAX + 2 * BLOCK };

struct otp_pskc_writer {
	otp_pskc_sink *sink;
	void *arg;
	bool failed;         /* the sink refused: nothing more is given to it */
	unsigned long count; /* of the tokens */
	uint8_t key[KEY];
	uint8_t mac_key[KEY];
};

/* ---- text --------------------------------------------------------------------------------------------------- */

static void put(struct otp_pskc_writer *w, const char *text)
{
	w->failed = w->failed || !w->sink(w->arg, text, strlen(text));
}

static void put_number(struct otp_pskc_writer *w, int64_t number)
{
	char text[32];

	(void)snprintf(text, sizeof text, "%lld", (long long)number);
	put(w, text);
}

static void put_base64(struct otp_pskc_writer *w, const uint8_t *bytes, size_t len)
{
	char text[4 * SEALED_MAX / 3 + 5];

	(void)EVP_EncodeBlock((unsigned char *)text, bytes, (int)len);
	put(w, text);
}

/* XML has no U+FFFE and U+FFFF (EF BF BE and EF BF BF), not even escaped; U+FFFD stands for what cannot be shown. */
static void put_escaped(struct otp_pskc_writer *w, const char *text)
{
	if (!otp_text_is_clean(text))
		return;
	for (; *text != '\0'; text++) {
		char plain[] = {*text, '\0'};

		if (strncmp(text, "\xef\xbf\xbe", 3) == 0 || strncmp(text, "\xef\xbf\xbf", 3) == 0) {
			put(w, "\xef\xbf\xbd");
			text += 2;
		} else if (*text == '&') {
			put(w, "&amp;");
		} else if (*text == '<') {
			put(w, "&lt;");
		} else if (*text == '>') {
			put(w, "&gt;");
		} else {
			put(w, plain);
		}
	}
}

/* An element with text, unless there is none. */
static void put_element(struct otp_pskc_writer *w, const char *name, const char *text)
{
	if (*text == '\0')
		return;
	put(w, "<pskc:");
	put(w, name);
	put(w, ">");
	put_escaped(w, text);
	put(w, "</pskc:");
	put(w, name);
	put(w, ">\n");
}

/* A distinguished name (RFC 4514 §2.4), as RFC 6030 §4.2 wants it. */
static void put_user(struct otp_pskc_writer *w, const char *user)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-@$";
	char name[sizeof "UID=" + 3 * OTP_USER_MAX] = "UID=";
	size_t len = strlen(name);

	if (*user == '\0')
		return;
	for (; *user != '\0'; user++) {
		if (strchr(plain, *user) != NULL || (uint8_t)*user >= 0x80)
			name[len++] = *user;
		else
			len += (size_t)snprintf(name + len, 4, "\\%02x", (uint8_t)*user);
	}
	name[len] = '\0';
	put_element(w, "UserId", name);
}

static void put_datum(struct otp_pskc_writer *w, const char *name, int64_t number)
{
	put(w, "<pskc:");
	put(w, name);
	put(w, "><pskc:PlainValue>");
	put_number(w, number);
	put(w, "</pskc:PlainValue></pskc:");
	put(w, name);
	put(w, ">\n");
}

/* ---- encryption --------------------------------------------------------------------------------------------- */

/* IV and AES-256-CBC's output, padded as XML Encryption §5.2 allows; sealed has room for SEALED_MAX. */
static bool seal(const struct otp_pskc_writer *w, const uint8_t *plain, size_t len, uint8_t *sealed, size_t *sealed_len)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int first = 0, last = 0;
	bool good = false;

	if (ctx != NULL && RAND_bytes(sealed, BLOCK) == 1 &&
	    EVP_EncryptInit_ex2(ctx, EVP_aes_256_cbc(), w->key, sealed, NULL) == 1 &&
	    EVP_EncryptUpdate(ctx, sealed + BLOCK, &first, plain, (int)len) == 1 &&
	    EVP_EncryptFinal_ex(ctx, sealed + BLOCK + first, &last) == 1) {
		*sealed_len = BLOCK + (size_t)first + (size_t)last;
		good = true;
	}
	EVP_CIPHER_CTX_free(ctx);
	return good;
}

static void put_sealed(struct otp_pskc_writer *w, const uint8_t *sealed, size_t len)
{
	put(w, "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#aes256-cbc\"/>\n"
	       "<xenc:CipherData><xenc:CipherValue>");
	put_base64(w, sealed, len);
	put(w, "</xenc:CipherValue></xenc:CipherData>\n");
}

static enum otp_status put_secret(struct otp_pskc_writer *w, const struct otp_secret *secret)
{
	uint8_t sealed[SEALED_MAX], mac[EVP_MAX_MD_SIZE];
	size_t len, mac_len;

	if (!seal(w, secret->bytes, secret->len, sealed, &len) ||
	    EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, w->mac_key, sizeof w->mac_key, sealed, len, mac, sizeof mac,
	              &mac_len) == NULL)
		return OTP_E_CRYPTO;
	put(w, "<pskc:Secret><pskc:EncryptedValue>\n");
	put_sealed(w, sealed, len);
	put(w, "</pskc:EncryptedValue><pskc:ValueMAC>");
	put_base64(w, mac, mac_len);
	put(w, "</pskc:ValueMAC></pskc:Secret>\n");
	return OTP_OK;
}

/* ---- the file ------------------------------------------------------------------------------------------------- */

static enum otp_status put_head(struct otp_pskc_writer *w, const char *passphrase)
{
	uint8_t salt[SALT], sealed[SEALED_MAX];
	size_t len;

	if (RAND_bytes(salt, sizeof salt) != 1 || RAND_priv_bytes(w->mac_key, sizeof w->mac_key) != 1 ||
	    PKCS5_PBKDF2_HMAC(passphrase, (int)strlen(passphrase), salt, sizeof salt, ITERATIONS, EVP_sha256(),
	                      sizeof w->key, w->key) != 1 ||
	    !seal(w, w->mac_key, sizeof w->mac_key, sealed, &len))
		return OTP_E_CRYPTO;
	put(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	       "<pskc:KeyContainer Version=\"1.0\" xmlns:pskc=\"urn:ietf:params:xml:ns:keyprov:pskc\"\n"
	       " xmlns:pkcs5=\"http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#\"\n"
	       " xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" xmlns:xenc11=\"http://www.w3.org/2009/xmlenc11#\">\n"
	       "<pskc:EncryptionKey><xenc11:DerivedKey>\n"
	       "<xenc11:KeyDerivationMethod "
	       "Algorithm=\"http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2\">\n"
	       "<pkcs5:PBKDF2-params><Salt><Specified>");
	put_base64(w, salt, sizeof salt);
	put(w, "</Specified></Salt><IterationCount>");
	put_number(w, ITERATIONS);
	put(w, "</IterationCount><KeyLength>");
	put_number(w, KEY);
	put(w, "</KeyLength>\n<PRF "
	       "Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256\"/></pkcs5:PBKDF2-params>\n"
	       "</xenc11:KeyDerivationMethod></xenc11:DerivedKey></pskc:EncryptionKey>\n"
	       "<pskc:MACMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256\"><pskc:MACKey>\n");
	put_sealed(w, sealed, len);
	put(w, "</pskc:MACKey></pskc:MACMethod>\n");
	return w->failed ? OTP_E_IO : OTP_OK;
}

enum otp_status otp_pskc_begin(const char *passphrase, otp_pskc_sink *sink, void *arg, struct otp_pskc_writer **writer)
{
	struct otp_pskc_writer *w;
	enum otp_status status;

	*writer = NULL;
	if (*passphrase == '\0')
		return OTP_E_INVALID;
	if ((w = calloc(1, sizeof *w)) == NULL)
		return OTP_E_NOMEM;
	w->sink = sink;
	w->arg = arg;
	*writer = w;
	if ((status = put_head(w, passphrase)) != OTP_OK)
		otp_pskc_free(writer);
	return status;
}

static void put_key_head(struct otp_pskc_writer *w, const struct otp_seed *seed)
{
	static const char *const suites[] = {
	    [OTP_SHA1] = "HMAC-SHA1", [OTP_SHA256] = "HMAC-SHA256", [OTP_SHA512] = "HMAC-SHA512"};

	put(w, "<pskc:KeyPackage>\n");
	if (seed->id.text[0] != '\0') {
		put(w, "<pskc:DeviceInfo>");
		put_element(w, "SerialNo", seed->id.text);
		put(w, "</pskc:DeviceInfo>\n");
	}
	put(w, "<pskc:Key Id=\"");
	if (seed->id.text[0] != '\0')
		put(w, seed->id.text);
	else
		put_number(w, (int64_t)w->count);
	put(w, "\" Algorithm=\"urn:ietf:params:xml:ns:keyprov:pskc:");
	put(w, seed->kind == OTP_TIME ? "totp\">\n" : "hotp\">\n");
	put_element(w, "Issuer", seed->issuer);
	put(w, "<pskc:AlgorithmParameters><pskc:Suite>");
	put(w, suites[seed->digest]);
	put(w, "</pskc:Suite><pskc:ResponseFormat Length=\"");
	put_number(w, seed->digits);
	put(w, "\" Encoding=\"DECIMAL\"/></pskc:AlgorithmParameters>\n");
	put_element(w, "FriendlyName", seed->label);
}

static int64_t rounded(int64_t value, int64_t unit)
{
	return (value + (value < 0 ? -unit : unit) / 2) / unit;
}

enum otp_status otp_pskc_token(struct otp_pskc_writer *w, const struct otp_seed *seed)
{
	char expires[OTP_TIMESTAMP_LEN + 1] = "";
	enum otp_status status;

	w->count++;
	put_key_head(w, seed);
	put(w, "<pskc:Data>\n");
	if ((status = put_secret(w, &seed->secret)) != OTP_OK)
		return status;
	put_datum(w, seed->kind == OTP_TIME ? "Time" : "Counter", seed->counter);
	if (seed->kind == OTP_TIME)
		put_datum(w, "TimeInterval", seed->period);
	if (seed->kind == OTP_TIME && seed->skewed)
		put_datum(w, "TimeDrift", rounded(seed->skew, INT64_C(1000) * seed->period));
	put(w, "</pskc:Data>\n");
	put_user(w, seed->user);
	if (seed->expires > 0)
		otp_timestamp_print(seed->expires, expires);
	if (expires[0] != '\0') {
		put(w, "<pskc:Policy>");
		put_element(w, "ExpiryDate", expires);
		put(w, "</pskc:Policy>\n");
	}
	put(w, "</pskc:Key>\n</pskc:KeyPackage>\n");
	return w->failed ? OTP_E_IO : OTP_OK;
}

enum otp_status otp_pskc_end(struct otp_pskc_writer *w)
{
	put(w, "</pskc:KeyContainer>\n");
	return w->failed ? OTP_E_IO : OTP_OK;
}

void otp_pskc_free(struct otp_pskc_writer **writer)
{
	if (*writer == NULL)
		return;
	OPENSSL_cleanse(*writer, sizeof **writer);
	free(*writer);
	*writer = NULL;
}
