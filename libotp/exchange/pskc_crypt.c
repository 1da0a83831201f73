/* SPDX-License-Identifier: BSD-2-Clause */
#include "pskc_crypt.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

enum { BLOCK = 16 };

struct otp_pskc_cipher {
	const char *uri;
	size_t key_len;
	const char *name;   /* libcrypto's */
	const char *padded; /* of a key wrap: its form for lengths that are no multiple of 8 */
};

#define XMLENC "http://www.w3.org/2001/04/xmlenc#"
#define XMLENC11 "http://www.w3.org/2009/xmlenc11#"

/* python-pskc names the plain key wrap where it used the padded one: each URI stands for both. */
static const struct otp_pskc_cipher ciphers[] = {
    {XMLENC "aes128-cbc", 16, "AES-128-CBC", NULL},
    {XMLENC "aes192-cbc", 24, "AES-192-CBC", NULL},
    {XMLENC "aes256-cbc", 32, "AES-256-CBC", NULL},
    {XMLENC "kw-aes128", 16, "AES-128-WRAP", "AES-128-WRAP-PAD"},
    {XMLENC "kw-aes192", 24, "AES-192-WRAP", "AES-192-WRAP-PAD"},
    {XMLENC "kw-aes256", 32, "AES-256-WRAP", "AES-256-WRAP-PAD"},
    {XMLENC11 "kw-aes-128-pad", 16, "AES-128-WRAP", "AES-128-WRAP-PAD"},
    {XMLENC11 "kw-aes-192-pad", 24, "AES-192-WRAP", "AES-192-WRAP-PAD"},
    {XMLENC11 "kw-aes-256-pad", 32, "AES-256-WRAP", "AES-256-WRAP-PAD"},
};

const struct otp_pskc_cipher *otp_pskc_cipher_named(const char *uri)
{
	for (size_t i = 0; i < sizeof ciphers / sizeof *ciphers; i++)
		if (strcmp(ciphers[i].uri, uri) == 0)
			return &ciphers[i];
	return NULL;
}

const char *otp_pskc_digest_named(const char *uri)
{
	static const struct {
		const char *uri, *digest;
	} known[] = {
	    {"http://www.w3.org/2000/09/xmldsig#hmac-sha1", "SHA1"},
	    {"http://www.w3.org/2001/04/xmldsig-more#hmac-sha1", "SHA1"},
	    {"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", "SHA256"},
	    {"http://www.w3.org/2001/04/xmldsig-more#hmac-sha384", "SHA384"},
	    {"http://www.w3.org/2001/04/xmldsig-more#hmac-sha512", "SHA512"},
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i].uri, uri) == 0)
			return known[i].digest;
	return NULL;
}

/* ---- the key ----------------------------------------------------------------------------------------------- */

static enum otp_status derive(struct otp_pskc_crypt *c, const struct otp_pskc_item *item)
{
	const char *passphrase = c->file->passphrase;
	size_t len = c->derived_len != 0 ? c->derived_len : item->cipher->key_len;
	const EVP_MD *md;

	if (passphrase == NULL)
		return otp_pskc_fail(c->file, c->error, OTP_E_KEY_MISSING, c->derived_line, "DerivedKey",
		                     "the file is encrypted under a passphrase; give it");
	if ((md = EVP_get_digestbyname(c->prf)) == NULL ||
	    PKCS5_PBKDF2_HMAC(passphrase, (int)strlen(passphrase), c->salt.bytes, (int)c->salt.len, (int)c->iterations,
	                      md, (int)len, c->key) != 1)
		return otp_pskc_fail(c->file, c->error, OTP_E_CRYPTO, c->derived_line, "DerivedKey",
		                     "the cryptographic library could not derive the key");
	c->key_len = len;
	return OTP_OK;
}

/* Late, since a file whose values are all plain needs no key, and once, since a derivation takes its time. */
static enum otp_status need_key(struct otp_pskc_crypt *c, const struct otp_pskc_item *item)
{
	enum otp_status status = OTP_OK;

	if (c->key_len == 0 && c->derived_line != 0) {
		status = derive(c, item);
	} else if (c->key_len == 0) {
		if (c->file->key == NULL)
			return otp_pskc_fail(
			    c->file, c->error, OTP_E_KEY_MISSING, item->line, item->name,
			    "it is encrypted under a pre-shared key; give the key that came with the file");
		if (c->file->key_len <= sizeof c->key) {
			memcpy(c->key, c->file->key, c->file->key_len);
			c->key_len = c->file->key_len;
		}
	}
	if (status == OTP_OK && c->key_len != item->cipher->key_len && c->derived_line != 0)
		return otp_pskc_fail(
		    c->file, c->error, OTP_E_INVALID, item->line, item->name,
		    "the algorithm needs a key of %zu bytes, but the DerivedKey has a KeyLength of %zu",
		    item->cipher->key_len, c->key_len);
	if (status == OTP_OK && c->key_len != item->cipher->key_len)
		return otp_pskc_fail(c->file, c->error, OTP_E_KEY_WRONG, item->line, item->name,
		                     "the algorithm needs a key of %zu bytes; the one given has %zu",
		                     item->cipher->key_len, c->file->key_len);
	return status;
}

static enum otp_status does_not_fit(const struct otp_pskc_crypt *c, const struct otp_pskc_item *item)
{
	if (c->proven)
		return otp_pskc_fail(
		    c->file, c->error, OTP_E_INVALID, item->line, item->name,
		    "its content does not authenticate although others did: the file was changed or is "
		    "damaged; get it anew");
	return otp_pskc_fail(c->file, c->error, OTP_E_KEY_WRONG, item->line, item->name,
	                     "it does not authenticate: the %s is wrong, or the file was changed",
	                     c->derived_line != 0 ? "passphrase" : "key");
}

/* ---- decryption ---------------------------------------------------------------------------------------------- */

/*
 * len bytes through libcrypto's cipher of this name; -1 if it refuses. A refusal of a key wrap is its integrity check;
 * CBC comes without padding taken off, and so never refuses for its sake.
 */
static int run_cipher(const char *name, const uint8_t *key, const uint8_t *iv, const uint8_t *in, size_t len,
                      uint8_t *out)
{
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int written = 0, last = 0, result = -1;

	if (cipher == NULL || ctx == NULL)
		goto out;
	EVP_CIPHER_CTX_set_flags(ctx, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
	if (EVP_DecryptInit_ex2(ctx, cipher, key, iv, NULL) == 1 && EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
	    EVP_DecryptUpdate(ctx, out, &written, in, (int)len) == 1 && written >= 0 &&
	    EVP_DecryptFinal_ex(ctx, out + written, &last) == 1)
		result = written + last;
out:
	EVP_CIPHER_CTX_free(ctx);
	EVP_CIPHER_free(cipher);
	ERR_clear_error(); /* a wrong key is no error of the library's */
	return result;
}

/* The IV comes first; the last byte tells how many to cut off, and nothing of the others (XML Encryption §5.2). */
static bool decrypt_cbc(const struct otp_pskc_crypt *c, const struct otp_pskc_item *item, struct otp_pskc_bytes *plain)
{
	const struct otp_pskc_bytes *in = &item->content;
	int len;

	if (in->len < 2 * BLOCK || in->len % BLOCK != 0)
		return false;
	len = run_cipher(item->cipher->name, c->key, in->bytes, in->bytes + BLOCK, in->len - BLOCK, plain->bytes);
	if (len < BLOCK || plain->bytes[len - 1] < 1 || plain->bytes[len - 1] > BLOCK)
		return false;
	plain->len = (size_t)len - plain->bytes[len - 1];
	return true;
}

static bool unwrap(const struct otp_pskc_crypt *c, const struct otp_pskc_item *item, struct otp_pskc_bytes *plain)
{
	const struct otp_pskc_bytes *in = &item->content;
	int len;

	if (in->len < BLOCK || in->len % 8 != 0)
		return false;
	len = run_cipher(item->cipher->name, c->key, NULL, in->bytes, in->len, plain->bytes);
	if (len < 0)
		len = run_cipher(item->cipher->padded, c->key, NULL, in->bytes, in->len, plain->bytes);
	if (len < 0)
		return false;
	plain->len = (size_t)len;
	return true;
}

static bool decrypt(struct otp_pskc_crypt *c, const struct otp_pskc_item *item, struct otp_pskc_bytes *plain)
{
	bool good;

	plain->len = 0;
	if (item->cipher->padded == NULL)
		return decrypt_cbc(c, item, plain);
	good = unwrap(c, item, plain);
	c->proven = c->proven || good;
	return good;
}

/* ---- authentication ------------------------------------------------------------------------------------------- */

/* RFC 6030 §6.1.1: the MAC key is encrypted as the values are. Nothing authenticates it but the MACs that it gives. */
static enum otp_status need_mac_key(struct otp_pskc_crypt *c)
{
	const struct otp_pskc_item *item = &c->mac_item;
	enum otp_status status;

	if (c->mac_known)
		return OTP_OK;
	if (item->line == 0) {
		memcpy(c->mac_key.bytes, c->key, c->key_len);
		c->mac_key.len = c->key_len;
	} else if ((status = need_key(c, item)) != OTP_OK) {
		return status;
	} else if (!decrypt(c, item, &c->mac_key) || c->mac_key.len == 0) {
		return does_not_fit(c, item);
	}
	c->mac_known = true;
	return OTP_OK;
}

static enum otp_status authenticate(struct otp_pskc_crypt *c, const struct otp_pskc_item *item)
{
	uint8_t mac[EVP_MAX_MD_SIZE];
	size_t len = 0;
	enum otp_status status;

	if (item->mac.len == 0)
		return otp_pskc_fail(c->file, c->error, OTP_E_INVALID, item->line, item->name,
		                     "AES-CBC without a ValueMAC can be changed unseen (RFC 6030 section 6.1.1); get a "
		                     "file with a MACMethod and ValueMACs, or one under a key wrap");
	if (c->digest == NULL)
		return otp_pskc_fail(
		    c->file, c->error, OTP_E_INVALID, item->line, item->name,
		    "it has a ValueMAC, but no MACMethod stands before the first KeyPackage and names its "
		    "Algorithm");
	if ((status = need_mac_key(c)) != OTP_OK)
		return status;
	if (EVP_Q_mac(NULL, "HMAC", NULL, c->digest, NULL, c->mac_key.bytes, c->mac_key.len, item->content.bytes,
	              item->content.len, mac, sizeof mac, &len) == NULL)
		return otp_pskc_fail(c->file, c->error, OTP_E_CRYPTO, item->line, item->name,
		                     "the cryptographic library could not compute the MAC");
	if (len != item->mac.len || CRYPTO_memcmp(mac, item->mac.bytes, len) != 0)
		return does_not_fit(c, item);
	c->proven = true;
	return OTP_OK;
}

enum otp_status otp_pskc_reveal(struct otp_pskc_crypt *c, const struct otp_pskc_item *item,
                                struct otp_pskc_bytes *plain)
{
	enum otp_status status;

	plain->len = 0;
	if (item->cipher == NULL)
		return otp_pskc_fail(c->file, c->error, OTP_E_INVALID, item->line, item->name,
		                     "its EncryptedValue has no EncryptionMethod");
	if ((status = need_key(c, item)) != OTP_OK)
		return status;
	if (item->cipher->padded == NULL || item->mac.len != 0)
		status = authenticate(c, item);
	if (status == OTP_OK && !decrypt(c, item, plain))
		status = does_not_fit(c, item);
	return status;
}
