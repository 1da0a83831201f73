/* SPDX-License-Identifier: BSD-2-Clause */
#include "vault.h"

#include "../store/durable.h"
#include "../store/file.h"
#include "../store/install.h"
#include "../store/safe_path.h"
#include "held.h"

#include <limits.h>
#include <linux/fs.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The key file is one line of text: this, 64 hexadecimal digits, a newline. */
static const char key_label[] = "vipotp-key-v1 ";

enum { LABEL_LEN = sizeof key_label - 1, KEY_FILE_LEN = LABEL_LEN + 2 * OTP_MASTER_LEN + 1 };

static void print_key(const uint8_t master[OTP_MASTER_LEN], char text[KEY_FILE_LEN + 1])
{
	static const char hex[] = "0123456789abcdef";
	char *end = text;

	memcpy(end, key_label, LABEL_LEN);
	end += LABEL_LEN;
	for (size_t i = 0; i < OTP_MASTER_LEN; i++) {
		*end++ = hex[master[i] >> 4];
		*end++ = hex[master[i] & 15];
	}
	*end++ = '\n';
	*end = '\0';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse_key(const char text[KEY_FILE_LEN], uint8_t master[OTP_MASTER_LEN])
{
	const char *digits = text + LABEL_LEN;

	if (memcmp(text, key_label, LABEL_LEN) != 0 || text[KEY_FILE_LEN - 1] != '\n')
		return false;
	for (size_t i = 0; i < OTP_MASTER_LEN; i++) {
		int high = hex_digit(digits[2 * i]);
		int low = hex_digit(digits[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		master[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static enum otp_status read_key(const char *path, uint8_t master[OTP_MASTER_LEN], struct otp_error *error)
{
	char text[KEY_FILE_LEN];
	int fd;
	enum otp_status status;

	if ((status = otp_safe_open(path, O_RDONLY, 0600, KEY_FILE_LEN, &fd, NULL, error)) != OTP_OK)
		return status;
	if ((status = otp_durable_read(fd, text, sizeof text, path, error)) == OTP_OK && !parse_key(text, master))
		status = otp_fail(error, OTP_E_CORRUPT, "%s: not a sealing key; restore it from the backup", path);
	OPENSSL_cleanse(text, sizeof text);
	(void)close(fd);
	return status;
}

static enum otp_status make_key(const char *path, struct otp_error *error)
{
	uint8_t master[OTP_MASTER_LEN];
	char text[KEY_FILE_LEN + 1];
	char parent[PATH_MAX];
	const char *slash = strrchr(path, '/');
	int dir;
	enum otp_status status;

	if (slash == NULL || snprintf(parent, sizeof parent, "%.*s", (int)(slash - path), path) >= (int)sizeof parent)
		return otp_fail(error, OTP_E_INVALID, "%s: the path must be absolute and not too long", path);
	if ((status = otp_safe_make_dir(parent, error)) != OTP_OK ||
	    (status = otp_safe_open_dir(parent, &dir, error)) != OTP_OK)
		return status;
	if (RAND_priv_bytes(master, sizeof master) != 1) {
		status = otp_fail(error, OTP_E_CRYPTO, "%s: no random bytes to be had", path);
	} else {
		print_key(master, text);
		status = otp_install(dir, slash + 1, RENAME_NOREPLACE, text, KEY_FILE_LEN, NULL, path, error);
	}
	OPENSSL_cleanse(master, sizeof master);
	OPENSSL_cleanse(text, sizeof text);
	(void)close(dir);
	return status == OTP_E_EXISTS ? OTP_OK : status; /* somebody made it at the same moment */
}

static enum otp_status stop_at_first(void *arg, const char *name)
{
	(void)name;
	*(bool *)arg = true;
	return OTP_E_EXISTS;
}

/* Whether any record is there, which no key is needed to see. */
static enum otp_status any_record(const char *store_dir, bool *any, struct otp_error *error)
{
	static const char *const spaces[] = {"users", "tokens", "invitations"};
	enum otp_status status = OTP_OK;

	*any = false;
	for (size_t i = 0; i < sizeof spaces / sizeof *spaces && status == OTP_OK && !*any; i++) {
		struct otp_block_key no_key = {0};
		struct otp_store *store = NULL;

		(void)snprintf(no_key.space, sizeof no_key.space, "%s", spaces[i]);
		status = otp_store_file_open(store_dir, &no_key, &store, error);
		if (status == OTP_OK)
			status = otp_store_list(store, stop_at_first, any, error);
		otp_store_close(&store);
		if (status == OTP_E_NOT_FOUND || (status == OTP_E_EXISTS && *any))
			status = OTP_OK;
	}
	return status;
}

static enum otp_status make_stores(const char *store_dir, struct otp_error *error)
{
	enum otp_status status = otp_store_file_make(store_dir, "users", error);

	if (status == OTP_OK)
		status = otp_store_file_make(store_dir, "tokens", error);
	return status == OTP_OK ? otp_store_file_make(store_dir, "invitations", error) : status;
}

/* There is no key file. A lost key must never be masked by a new one, so it is made only while there is no record. */
static enum otp_status without_key(const struct otp_places *places, enum otp_purpose purpose,
                                   uint8_t master[OTP_MASTER_LEN], struct otp_error *error)
{
	bool any;
	enum otp_status status = any_record(places->store_dir, &any, error);

	if (status != OTP_OK)
		return status;
	if (any)
		return otp_fail(
		    error, OTP_E_KEY_MISSING,
		    "%s: the sealing key is missing, but %s holds records; restore the key file from the backup",
		    places->key_file, places->store_dir);
	if (purpose != OTP_TO_ADMINISTER)
		return otp_fail(error, OTP_E_NOT_FOUND, "nobody is enrolled here yet");
	/* The key comes last: a key without a store is a store that went missing, and locks everybody out. */
	if ((status = make_stores(places->store_dir, error)) != OTP_OK ||
	    (status = make_key(places->key_file, error)) != OTP_OK)
		return status;
	return read_key(places->key_file, master, error);
}

enum otp_status otp_vault_space(const struct otp_vault *vault, const char *dir, const char *space,
                                struct otp_store **store, struct otp_error *error)
{
	struct otp_block_key key;
	enum otp_status status;

	_Static_assert((int)OTP_STORE_KEY_LEN == (int)OTP_SUBKEY_LEN, "the store's key is a subkey");
	memcpy(key.key, vault->store_key, sizeof key.key);
	(void)snprintf(key.space, sizeof key.space, "%s", space);
	status = otp_store_file_open(dir, &key, store, error);
	OPENSSL_cleanse(&key, sizeof key);
	return status;
}

/* A key without a store is a store that went missing, perhaps not mounted: not an empty one. */
static enum otp_status open_required(const struct otp_vault *vault, const char *store_dir, const char *space,
                                     struct otp_store **store, struct otp_error *error)
{
	enum otp_status status = otp_vault_space(vault, store_dir, space, store, error);

	if (status == OTP_E_NOT_FOUND)
		status = otp_fail(error, OTP_E_IO,
		                  "%s/%s: does not exist although the sealing key does; mount or restore it", store_dir,
		                  space);
	return status;
}

/* Invitations came after users and tokens: a host may lack their directory and lose nothing by it. */
static enum otp_status open_invitations(struct otp_vault *vault, const char *store_dir, enum otp_purpose purpose,
                                        struct otp_error *error)
{
	enum otp_status status = OTP_OK;

	if (purpose == OTP_TO_JUDGE)
		return OTP_OK;
	if (purpose == OTP_TO_ADMINISTER)
		status = otp_store_file_make(store_dir, "invitations", error);
	if (status == OTP_OK)
		status = otp_vault_space(vault, store_dir, "invitations", &vault->invitations, error);
	return status == OTP_E_NOT_FOUND ? OTP_OK : status;
}

static enum otp_status open_with_key(const struct otp_places *places, enum otp_purpose purpose,
                                     const uint8_t master[OTP_MASTER_LEN], struct otp_vault *vault,
                                     struct otp_error *error)
{
	enum otp_status status;

	if ((status = otp_sealer_new(master, &vault->sealer)) != OTP_OK ||
	    (status = otp_subkey(master, "vipotp store v1", vault->store_key)) != OTP_OK)
		return otp_fail(error, status, "the sealing key cannot be used: %s", otp_status_text(status));
	if ((status = open_required(vault, places->store_dir, "users", &vault->users, error)) == OTP_OK)
		status = open_required(vault, places->store_dir, "tokens", &vault->tokens, error);
	if (status == OTP_OK)
		status = open_invitations(vault, places->store_dir, purpose, error);
	return status;
}

enum otp_status otp_vault_open(const struct otp_places *places, enum otp_purpose purpose, struct otp_vault **vault,
                               struct otp_error *error)
{
	uint8_t master[OTP_MASTER_LEN];
	struct otp_vault *opened;
	enum otp_status status;

	*vault = NULL;
	if ((opened = calloc(1, sizeof *opened)) == NULL)
		return otp_fail(error, OTP_E_NOMEM, "out of memory");
	if ((status = read_key(places->key_file, master, error)) == OTP_E_NOT_FOUND)
		status = without_key(places, purpose, master, error);
	if (status == OTP_OK && (status = open_with_key(places, purpose, master, opened, error)) == OTP_OK) {
		*vault = opened;
		opened = NULL; /* transferred */
	}
	OPENSSL_cleanse(master, sizeof master);
	otp_vault_close(&opened);
	return status;
}

void otp_vault_close(struct otp_vault **vault)
{
	if (*vault == NULL)
		return;
	otp_store_close(&(*vault)->users);
	otp_store_close(&(*vault)->tokens);
	otp_store_close(&(*vault)->invitations);
	otp_sealer_free(&(*vault)->sealer);
	OPENSSL_cleanse(*vault, sizeof **vault);
	free(*vault);
	*vault = NULL;
}
