/* SPDX-License-Identifier: BSD-2-Clause */
/* Token IDs (product §4.1), keys at rest (§4.3), seeds, and the token list of a credential. */
#include "core/base32.h"
#include "credential/credential.h"
#include "credential/seed.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t master[OTP_MASTER_LEN] = "0123456789abcdef0123456789ABCDE";
static const uint8_t other_master[OTP_MASTER_LEN] = "1123456789abcdef0123456789ABCDE";

static struct otp_sealer *new_sealer(const uint8_t key[OTP_MASTER_LEN])
{
	struct otp_sealer *sealer;

	assert_int_equal(otp_sealer_new(key, &sealer), OTP_OK);
	assert_non_null(sealer);
	return sealer;
}

static struct otp_secret secret_of(size_t len)
{
	struct otp_secret secret = {.len = len};

	for (size_t i = 0; i < len; i++)
		secret.bytes[i] = (uint8_t)(i * 7 + 1);
	return secret;
}

/* ---- token IDs -------------------------------------------------------------------------------------- */

static void token_ids_that_are_read(void **state)
{
	static const struct {
		const char *typed, *canonical;
		enum otp_kind kind;
	} rows[] = {
	    {"VSST12345678", "VSST12345678", OTP_TIME},
	    {"SYMC00000000", "SYMC00000000", OTP_TIME},
	    {"SYDC99999999", "SYDC99999999", OTP_TIME},
	    {"VSMT12345678", "VSMT12345678", OTP_TIME},
	    {"LVOT12345678", "LVOT12345678", OTP_TIME},
	    {"UBHE12345678", "UBHE12345678", OTP_EVENT},
	    {"FT1012345678", "FT1012345678", OTP_EVENT},
	    {"FT1112345678", "FT1112345678", OTP_EVENT},
	    {"FT1212345678", "FT1212345678", OTP_EVENT},
	    {"VSMB12345678", "VSMB12345678", OTP_EVENT},
	    {"LVOE12345678", "LVOE12345678", OTP_EVENT},
	    {"FT1312345678", "FT1312345678", OTP_KIND_UNKNOWN},
	    {"A00012345678", "A00012345678", OTP_KIND_UNKNOWN},
	    {"ZZZZ12345678", "ZZZZ12345678", OTP_KIND_UNKNOWN},
	    {"DP1234567890", "DP1234567890", OTP_KIND_UNKNOWN},
	    {"DPABCDEFGHIJ", "DPABCDEFGHIJ", OTP_KIND_UNKNOWN},
	    {"DP9Z8Y7X6W5V", "DP9Z8Y7X6W5V", OTP_KIND_UNKNOWN},
	    /* as people type them */
	    {"vsst12345678", "VSST12345678", OTP_TIME},
	    {"dp9z8y7x6w5v", "DP9Z8Y7X6W5V", OTP_KIND_UNKNOWN},
	    {"VSST 1234 5678", "VSST12345678", OTP_TIME},
	    {"VSST-1234-5678", "VSST12345678", OTP_TIME},
	    {"  VSST\t1234-5678 ", "VSST12345678", OTP_TIME},
	    {"ＶＳＳＴ１２３４５６７８", "VSST12345678", OTP_TIME},
	    {"ｖｓｓｔ　１２３４　５６７８", "VSST12345678", OTP_TIME},
	    {"ＶSＳt－1２3４－5６7８", "VSST12345678", OTP_TIME},
	    {"ｄｐａｚ０９ＡＺ１２３４", "DPAZ09AZ1234", OTP_KIND_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_token_id id;

		if (otp_token_id_parse(rows[i].typed, &id) != OTP_OK)
			fail_msg("refused: \"%s\"", rows[i].typed);
		assert_string_equal(id.text, rows[i].canonical);
		assert_int_equal(otp_token_id_kind(&id), rows[i].kind);
	}
}

static void token_ids_that_are_refused(void **state)
{
	static const char *const rows[] = {
	    "",
	    " ",
	    "-",
	    "VSST1234567",
	    "VSST123456789",
	    "VSST 1234 5678 9",
	    "VSST12345678VSST12345678",
	    "1SST12345678", /* begins with a digit */
	    "123456789012",
	    "V_ST12345678",
	    "VSST1234567A", /* a letter in the serial number of a VIP prefix */
	    "VSSTABCDEFGH",
	    "DPABCDEFGHI",
	    "DPABCDEFGHIJK",
	    "DQABCDEFGHIJ",
	    "DP12345678_0",
	    "DP1234567.90",
	    "VSST1234/678", /* before 0 */
	    "VSST1234:678", /* after 9 */
	    "VSS@12345678", /* before A */
	    "VSS[12345678", /* after Z */
	    "VSS`12345678", /* before a */
	    "VSS{12345678", /* after z */
	    "VSST\n12345678",
	    "../../../etc",
	    "VSST1234567\xef",
	    "VSST1234567\xef\xbc",
	    "VSST1234567\xef\xbd",
	    "VSST1234567\xe3\x80",
	    "VSST1234567\xff",
	    "VSST1234567：",
	    "VSST1234567ｦ", /* half-width, as the full-width letters' neighbours are */
	    "VSST1234567é",
	    "VSST1234567٨",
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *copy = strdup(rows[i]); /* its own block: a sanitizer sees a read behind its end */
		struct otp_token_id id;

		assert_non_null(copy);
		if (otp_token_id_parse(copy, &id) != OTP_E_INVALID)
			fail_msg("accepted: \"%s\"", rows[i]);
		free(copy);
	}
}

static void token_ids_for_people(void **state)
{
	char grouped[OTP_TOKEN_ID_GROUPED_LEN + 1];
	struct otp_token_id id, again;

	(void)state;
	assert_int_equal(otp_token_id_parse("vsst12345678", &id), OTP_OK);
	otp_token_id_group(&id, grouped);
	assert_string_equal(grouped, "VSST 1234 5678");
	assert_int_equal(otp_token_id_parse(grouped, &again), OTP_OK);
	assert_true(otp_token_id_equal(&id, &again));
	for (size_t i = 0; i < OTP_TOKEN_ID_LEN; i++) {
		again = id;
		again.text[i]++;
		assert_false(otp_token_id_equal(&id, &again));
	}
}

static void token_ids_of_our_own(void **state)
{
	static const enum otp_kind kinds[] = {OTP_TIME, OTP_EVENT};
	struct otp_token_id first, id;

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		size_t same = 0;

		assert_int_equal(otp_token_id_random(kinds[k], &first), OTP_OK);
		for (int i = 0; i < 100; i++) {
			struct otp_token_id again;

			assert_int_equal(otp_token_id_random(kinds[k], &id), OTP_OK);
			assert_int_equal(otp_token_id_kind(&id), kinds[k]);
			assert_int_equal(otp_token_id_parse(id.text, &again), OTP_OK);
			assert_string_equal(again.text, id.text);
			same += otp_token_id_equal(&first, &id);
		}
		assert_in_range(same, 0, 2); /* more than two of 100 among 10^8: once in 10^18 runs */
	}
}

/* ---- subkeys ---------------------------------------------------------------------------------------- */

/* HKDF-Expand (RFC 5869 §2.3) by the library's own HKDF. */
static void expand(const uint8_t key[OTP_MASTER_LEN], const char *label, uint8_t subkey[OTP_SUBKEY_LEN])
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
	int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
	char digest[] = "SHA256";
	OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
	    OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
	    OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)key, OTP_MASTER_LEN),
	    OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)label, strlen(label)),
	    OSSL_PARAM_construct_end(),
	};

	assert_non_null(ctx);
	assert_int_equal(EVP_KDF_derive(ctx, subkey, OTP_SUBKEY_LEN, params), 1);
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
}

static void subkeys_equal_hkdf_and_differ(void **state)
{
	static const char *const labels[] = {
	    "vipotp seal v1",
	    "vipotp key id v1",
	    "vipotp seal v2",
	    "v",
	    "",
	    "0123456789012345678901234567890123456789012345678901234567890123", /* 64, the longest */
	    "012345678901234567890123456789012345678901234567890123456789012",
	};
	const size_t n = sizeof labels / sizeof *labels;
	uint8_t subkey[sizeof labels / sizeof *labels][OTP_SUBKEY_LEN], other[OTP_SUBKEY_LEN];

	(void)state;
	for (size_t i = 0; i < n; i++) {
		uint8_t expected[OTP_SUBKEY_LEN];

		assert_int_equal(otp_subkey(master, labels[i], subkey[i]), OTP_OK);
		expand(master, labels[i], expected);
		assert_memory_equal(subkey[i], expected, OTP_SUBKEY_LEN);
		assert_int_equal(otp_subkey(other_master, labels[i], other), OTP_OK);
		assert_memory_not_equal(subkey[i], other, OTP_SUBKEY_LEN);
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(subkey[i], subkey[j], OTP_SUBKEY_LEN);
	}
}

/* ---- sealing ---------------------------------------------------------------------------------------- */

static void secrets_have_16_to_64_bytes(void **state)
{
	static const size_t refused[] = {0, 1, 15, 65, 128, SIZE_MAX};
	struct otp_secret secret, again;

	(void)state;
	for (size_t len = OTP_SECRET_MIN; len <= OTP_SECRET_MAX; len++) {
		assert_int_equal(otp_secret_random(&secret, len), OTP_OK);
		assert_int_equal(otp_secret_random(&again, len), OTP_OK);
		assert_int_equal(secret.len, len);
		assert_memory_not_equal(secret.bytes, again.bytes, len);
	}
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		assert_int_equal(otp_secret_random(&secret, refused[i]), OTP_E_LIMIT);
		assert_int_equal(secret.len, 0);
	}
	otp_secret_wipe(&again);
	memset(&secret, 0, sizeof secret);
	assert_memory_equal(&again, &secret, sizeof secret);
}

static void sealed_and_unsealed(void **state)
{
	struct otp_sealer *sealer = new_sealer(master);

	(void)state;
	for (size_t len = OTP_SECRET_MIN; len <= OTP_SECRET_MAX; len++) {
		struct otp_secret secret = secret_of(len), back;
		struct otp_sealed sealed, again;

		assert_int_equal(otp_seal(sealer, "alice", 5, &secret, &sealed), OTP_OK);
		assert_int_equal(sealed.len, len);
		assert_memory_not_equal(sealed.bytes, secret.bytes, len);
		assert_int_equal(otp_unseal(sealer, "alice", 5, &sealed, &back), OTP_OK);
		assert_int_equal(back.len, len);
		assert_memory_equal(back.bytes, secret.bytes, len);
		/* a nonce serves once */
		assert_int_equal(otp_seal(sealer, "alice", 5, &secret, &again), OTP_OK);
		assert_memory_not_equal(again.nonce, sealed.nonce, OTP_NONCE_LEN);
		assert_memory_not_equal(again.bytes, sealed.bytes, len);
	}
	otp_sealer_free(&sealer);
	assert_null(sealer);
	otp_sealer_free(&sealer); /* allowed */
}

/* What is on disk is AES-256-GCM under HKDF's subkey: another program could read it by vipotp-credential(5). */
static void sealed_is_aes_256_gcm(void **state)
{
	struct otp_sealer *sealer = new_sealer(master);
	struct otp_secret secret = secret_of(20);
	struct otp_sealed sealed;
	uint8_t key[OTP_SUBKEY_LEN], id[OTP_SUBKEY_LEN], plain[OTP_SECRET_MAX];
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n, rest;

	(void)state;
	assert_int_equal(otp_seal(sealer, "associated", 10, &secret, &sealed), OTP_OK);
	expand(master, "vipotp seal v1", key);
	expand(master, "vipotp key id v1", id);
	assert_memory_equal(otp_sealer_key_id(sealer), id, OTP_KEY_ID_LEN);
	assert_int_equal(EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, sealed.nonce), 1);
	assert_int_equal(EVP_DecryptUpdate(ctx, NULL, &n, (const uint8_t *)"associated", 10), 1);
	assert_int_equal(EVP_DecryptUpdate(ctx, plain, &n, sealed.bytes, sealed.len), 1);
	assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, OTP_TAG_LEN, sealed.tag), 1);
	assert_int_equal(EVP_DecryptFinal_ex(ctx, plain + n, &rest), 1);
	assert_int_equal(n, 20);
	assert_memory_equal(plain, secret.bytes, 20);
	EVP_CIPHER_CTX_free(ctx);
	otp_sealer_free(&sealer);
}

/* Refused, and nothing of the key is left behind. */
static void assert_corrupt(enum otp_status status, const struct otp_secret *secret)
{
	static const struct otp_secret wiped;

	assert_int_equal(status, OTP_E_CORRUPT);
	assert_memory_equal(secret, &wiped, sizeof wiped);
}

static void every_flipped_bit_of_the_seal_is_refused(void **state)
{
	struct otp_sealer *sealer = new_sealer(master);
	struct otp_secret secret = secret_of(20), back;
	struct otp_sealed sealed, shorter;
	uint8_t associated[] = "associated";
	uint8_t *const fields[] = {sealed.nonce, sealed.tag, sealed.bytes, associated};
	const size_t lengths[] = {OTP_NONCE_LEN, OTP_TAG_LEN, 20, sizeof associated - 1};

	(void)state;
	assert_int_equal(otp_seal(sealer, associated, sizeof associated - 1, &secret, &sealed), OTP_OK);
	for (size_t f = 0; f < 4; f++)
		for (size_t bit = 0; bit < 8 * lengths[f]; bit++) {
			fields[f][bit / 8] ^= (uint8_t)(1U << bit % 8);
			memset(&back, 0x5a, sizeof back);
			assert_corrupt(otp_unseal(sealer, associated, sizeof associated - 1, &sealed, &back), &back);
			fields[f][bit / 8] ^= (uint8_t)(1U << bit % 8);
		}
	for (unsigned len = 0; len < 256; len++) {
		sealed.len = (uint8_t)len;
		memset(&back, 0x5a, sizeof back);
		if (len == 20)
			assert_int_equal(otp_unseal(sealer, associated, sizeof associated - 1, &sealed, &back), OTP_OK);
		else
			assert_corrupt(otp_unseal(sealer, associated, sizeof associated - 1, &sealed, &back), &back);
	}
	sealed.len = 20;
	secret.len = OTP_SECRET_MIN - 1; /* well sealed, but no key of a token */
	assert_int_equal(otp_seal(sealer, "alice", 5, &secret, &shorter), OTP_OK);
	assert_corrupt(otp_unseal(sealer, "alice", 5, &shorter, &back), &back);
	for (size_t len = 0; len < sizeof associated - 1; len++)
		assert_corrupt(otp_unseal(sealer, associated, len, &sealed, &back), &back);
	otp_sealer_free(&sealer);
}

/* ---- the credential --------------------------------------------------------------------------------- */

static struct otp_token token_of(const char *id)
{
	struct otp_token token = {
	    .kind = OTP_TIME, .digest = OTP_SHA1, .digits = 6, .period = 30, .status = OTP_TOKEN_ENABLED};

	assert_int_equal(otp_token_id_parse(id, &token.id), OTP_OK);
	return token;
}

/* The associated data is everything that a key must not be moved away from: product §4.3. */
static void a_sealed_key_cannot_be_moved(void **state)
{
	struct otp_sealer *sealer = new_sealer(master);
	struct otp_credential credential = {.holder = "alice", .n = 2}, moved;
	struct otp_secret secret = secret_of(20), back;
	struct otp_token *token = &moved.token[0];
	struct {
		void *at;
		size_t len;
	} const fields[] = {
	    {moved.holder, 6}, /* with its NUL: "alice" is no prefix of another user */
	    {token->id.text, OTP_TOKEN_ID_LEN},
	    {&token->kind, sizeof token->kind},
	    {&token->digest, sizeof token->digest},
	    {&token->digits, sizeof token->digits},
	    {&token->period, sizeof token->period},
	};

	(void)state;
	credential.token[0] = token_of("VSST12345678");
	credential.token[1] = token_of("VSST12345679");
	assert_int_equal(otp_credential_seal(sealer, &credential, 0, &secret), OTP_OK);
	for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
		for (size_t bit = 0; bit < 8 * fields[f].len; bit++) {
			if (fields[f].len == sizeof(enum otp_kind) && bit >= 8)
				continue; /* both enums are stored as a byte */
			moved = credential;
			((uint8_t *)fields[f].at)[bit / 8] ^= (uint8_t)(1U << bit % 8);
			memset(&back, 0x5a, sizeof back);
			assert_corrupt(otp_credential_unseal(sealer, &moved, 0, &back), &back);
		}
	moved = credential;
	moved.token[1].sealed = credential.token[0].sealed; /* to the user's other token */
	assert_corrupt(otp_credential_unseal(sealer, &moved, 1, &back), &back);
	assert_int_equal(otp_credential_unseal(sealer, &credential, 0, &back), OTP_OK);
	assert_memory_equal(back.bytes, secret.bytes, 20);
	otp_sealer_free(&sealer);
}

static void another_master_key_is_told_from_damage(void **state)
{
	struct otp_sealer *sealer = new_sealer(master), *other = new_sealer(other_master);
	struct otp_credential credential = {.holder = "alice", .n = 1};
	struct otp_secret secret = secret_of(20), back;

	(void)state;
	credential.token[0] = token_of("VSST12345678");
	assert_int_equal(otp_credential_seal(sealer, &credential, 0, &secret), OTP_OK);
	assert_memory_equal(credential.key_id, otp_sealer_key_id(sealer), OTP_KEY_ID_LEN);
	assert_int_equal(otp_credential_unseal(other, &credential, 0, &back), OTP_E_KEY_WRONG);
	assert_int_equal(back.len, 0);
	assert_int_equal(otp_credential_open(other, &credential), OTP_E_KEY_WRONG);
	assert_null(credential.token[0].key);
	/* and if the key's mark were forged, the seal itself still holds */
	memcpy(credential.key_id, otp_sealer_key_id(other), OTP_KEY_ID_LEN);
	assert_corrupt(otp_credential_unseal(other, &credential, 0, &back), &back);
	otp_sealer_free(&sealer);
	otp_sealer_free(&other);
}

/* Only enabled and new tokens get their keys prepared, and those give the token's codes. */
static void opened_keys_give_codes(void **state)
{
	struct otp_sealer *sealer = new_sealer(master);
	struct otp_credential credential = {.holder = "alice", .n = 5};
	static const struct otp_credential wiped;
	struct otp_secret secret = {.len = OTP_SECRET_MAX};
	uint32_t value;

	(void)state;
	assert_int_equal(otp_base32_decode("LJYWKRGZO5TV2IQSD434O5RWELYBGXDJ", secret.bytes, &secret.len), OTP_OK);
	for (size_t i = 0; i < 5; i++) {
		credential.token[i] = token_of("VSST12345678");
		credential.token[i].id.text[11] = (char)('0' + i);
		if (i != 2) /* the third token has no key */
			assert_int_equal(otp_credential_seal(sealer, &credential, i, &secret), OTP_OK);
	}
	credential.token[1].status = OTP_TOKEN_DISABLED;
	credential.token[3].status = OTP_TOKEN_NEW;
	credential.token[4].status = OTP_TOKEN_LOCKED;
	assert_int_equal(otp_credential_open(sealer, &credential), OTP_OK);
	assert_null(credential.token[1].key);
	assert_null(credential.token[2].key);
	assert_null(credential.token[4].key);
	for (size_t i = 0; i < 4; i += 3) {
		assert_non_null(credential.token[i].key);
		assert_int_equal(otp_hotp_value(credential.token[i].key, 1425448020 / 30, 6, &value), OTP_OK);
		assert_int_equal(value, 27167);
	}
	assert_int_equal(otp_credential_open(sealer, &credential), OTP_OK); /* again: nothing to do, nothing lost */
	otp_credential_wipe(&credential);
	assert_memory_equal(&credential, &wiped, sizeof wiped);
	otp_sealer_free(&sealer);
}

static void damage_of_one_key_opens_nothing_more(void **state)
{
	struct otp_sealer *sealer = new_sealer(master);
	struct otp_credential credential = {.holder = "alice", .n = 2};
	struct otp_secret secret = secret_of(20);

	(void)state;
	credential.token[0] = token_of("VSST12345678");
	credential.token[1] = token_of("VSST12345679");
	assert_int_equal(otp_credential_seal(sealer, &credential, 0, &secret), OTP_OK);
	assert_int_equal(otp_credential_seal(sealer, &credential, 1, &secret), OTP_OK);
	credential.token[1].sealed.tag[0] ^= 1;
	assert_int_equal(otp_credential_open(sealer, &credential), OTP_E_CORRUPT);
	assert_null(credential.token[1].key);
	otp_credential_wipe(&credential); /* ends the first one's key */
	otp_sealer_free(&sealer);
}

static struct otp_credential full_credential(void)
{
	struct otp_credential credential = {.holder = "alice", .n = OTP_TOKENS_MAX};
	uint8_t key[20] = {0};

	for (size_t i = 0; i < OTP_TOKENS_MAX; i++) {
		credential.token[i] = token_of("VSST00000000");
		credential.token[i].id.text[11] = (char)('0' + i);
		key[0] = (uint8_t)i;
		assert_int_equal(otp_hmac_new(OTP_SHA1, key, sizeof key, &credential.token[i].key), OTP_OK);
		credential.state.token[i].next = (int64_t)(100 + i);
	}
	return credential;
}

static void found_and_dropped(void **state)
{
	static const struct otp_token no_token;
	static const struct otp_token_state no_state;
	struct otp_token_id id;

	(void)state;
	for (size_t gone = 0; gone < OTP_TOKENS_MAX; gone++) {
		struct otp_credential credential = full_credential();

		otp_credential_drop(&credential, gone);
		assert_int_equal(credential.n, OTP_TOKENS_MAX - 1);
		for (size_t i = 0; i < OTP_TOKENS_MAX; i++) {
			size_t now_at = i < gone ? i : i - 1;

			assert_int_equal(otp_token_id_parse("VSST00000000", &id), OTP_OK);
			id.text[11] = (char)('0' + i);
			if (i == gone) {
				assert_int_equal(otp_credential_find(&credential, &id), credential.n);
				continue;
			}
			assert_int_equal(otp_credential_find(&credential, &id), now_at);
			assert_int_equal(credential.state.token[now_at].next, 100 + i);
			assert_non_null(credential.token[now_at].key);
		}
		assert_memory_equal(&credential.token[OTP_TOKENS_MAX - 1], &no_token, sizeof no_token);
		assert_memory_equal(&credential.state.token[OTP_TOKENS_MAX - 1], &no_state, sizeof no_state);
		while (credential.n > 0)
			otp_credential_drop(&credential, 0);
		assert_int_equal(otp_credential_find(&credential, &id), 0);
		otp_credential_wipe(&credential);
	}
}

/* ---- seeds ------------------------------------------------------------------------------------------ */

static void seeds_of_our_own(void **state)
{
	static const struct otp_seed wiped;
	struct otp_seed seed;

	(void)state;
	assert_int_equal(otp_seed_random(OTP_TIME, &seed), OTP_OK);
	assert_int_equal(otp_seed_check(&seed, NULL), OTP_OK);
	assert_memory_equal(seed.id.text, "LVOT", 4);
	assert_int_equal(seed.digest, OTP_SHA1);
	assert_int_equal(seed.digits, 6);
	assert_int_equal(seed.period, 30);
	assert_int_equal(seed.secret.len, OTP_SECRET_DEFAULT);
	assert_int_equal(otp_seed_random(OTP_EVENT, &seed), OTP_OK);
	assert_int_equal(otp_seed_check(&seed, NULL), OTP_OK);
	assert_memory_equal(seed.id.text, "LVOE", 4);
	assert_int_equal(seed.period, 0);
	assert_int_equal(seed.counter, 0);
	otp_seed_wipe(&seed);
	assert_memory_equal(&seed, &wiped, sizeof wiped);
}

static void seeds_that_can_be_tokens(void **state)
{
	static const struct {
		int kind, digest;
		uint8_t digits;
		uint16_t period;
		int64_t counter;
		size_t len;
		const char *refused; /* a word of the message, or NULL: it can be a token */
	} rows[] = {
	    {OTP_TIME, OTP_SHA1, 6, 30, 0, 20, NULL},
	    {OTP_TIME, OTP_SHA256, 7, 15, 0, 16, NULL},
	    {OTP_TIME, OTP_SHA512, 8, 300, 0, 64, NULL},
	    {OTP_EVENT, OTP_SHA1, 6, 0, 0, 20, NULL},
	    {OTP_EVENT, OTP_SHA1, 8, 0, OTP_COUNTER_MAX, 32, NULL},
	    {OTP_KIND_UNKNOWN, OTP_SHA1, 6, 30, 0, 20, "kind"},
	    {3, OTP_SHA1, 6, 30, 0, 20, "kind"},
	    {OTP_TIME, 0, 6, 30, 0, 20, "digest"},
	    {OTP_TIME, 4, 6, 30, 0, 20, "digest"},
	    {OTP_TIME, OTP_SHA1, 0, 30, 0, 20, "digits must be 6 to 8, not 0"},
	    {OTP_TIME, OTP_SHA1, 5, 30, 0, 20, "digits must be 6 to 8, not 5"},
	    {OTP_EVENT, OTP_SHA1, 9, 0, 0, 20, "digits must be 6 to 8, not 9"},
	    {OTP_TIME, OTP_SHA1, 6, 0, 0, 20, "period must be 15 to 300 seconds, not 0"},
	    {OTP_TIME, OTP_SHA1, 6, 14, 0, 20, "not 14"},
	    {OTP_TIME, OTP_SHA1, 6, 301, 0, 20, "not 301"},
	    {OTP_TIME, OTP_SHA1, 6, 30, 0, 15, "16 to 64 bytes, not 15"},
	    {OTP_TIME, OTP_SHA1, 6, 30, 0, 0, "not 0"},
	    {OTP_EVENT, OTP_SHA1, 6, 0, 0, 65, "not 65"},
	    {OTP_EVENT, OTP_SHA1, 6, 0, -1, 20, "counter"},
	    {OTP_EVENT, OTP_SHA1, 6, 0, OTP_COUNTER_MAX + 1, 20, "counter"},
	    {OTP_EVENT, OTP_SHA1, 6, 0, INT64_MIN, 20, "counter"},
	    /* a time token that was used elsewhere goes on from there */
	    {OTP_TIME, OTP_SHA1, 6, 30, 56666667, 20, NULL},
	    {OTP_TIME, OTP_SHA1, 6, 30, OTP_COUNTER_MAX, 20, NULL},
	    {OTP_TIME, OTP_SHA1, 6, 30, OTP_COUNTER_MAX + 1, 20, "counter"},
	    {OTP_TIME, OTP_SHA1, 6, 30, -1, 20, "counter"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_seed seed = {.kind = (enum otp_kind)rows[i].kind,
		                        .digest = (enum otp_digest)rows[i].digest,
		                        .digits = rows[i].digits,
		                        .period = rows[i].period,
		                        .counter = rows[i].counter,
		                        .secret = {.len = rows[i].len}};
		struct otp_error error = {.what = ""};
		enum otp_status expected = rows[i].refused == NULL ? OTP_OK : OTP_E_INVALID;

		if (otp_seed_check(&seed, &error) != expected)
			fail_msg("row %zu: \"%s\"", i, error.what);
		assert_int_equal(otp_seed_check(&seed, NULL), expected);
		if (rows[i].refused != NULL && strstr(error.what, rows[i].refused) == NULL)
			fail_msg("row %zu: \"%s\" lacks \"%s\"", i, error.what, rows[i].refused);
	}
}

/* What came along from another system: a record must be able to hold it, or its user is locked out. */
static void a_past_that_a_record_can_hold(void **state)
{
	static const struct {
		int64_t skew;
		size_t scratches;
		const char *last; /* scratch code */
		const char *refused;
	} rows[] = {
	    {0, 0, "", NULL},
	    {OTP_SKEW_MAX, 10, "00123456", NULL},
	    {-OTP_SKEW_MAX, 1, "99999999", NULL},
	    {OTP_SKEW_MAX + 1, 0, "", "week"},
	    {-OTP_SKEW_MAX - 1, 0, "", "week"},
	    {INT64_MIN, 0, "", "week"},
	    {0, 11, "12345678", "10 scratch codes, not 11"},
	    {0, SIZE_MAX, "12345678", "10 scratch codes"},
	    {0, 3, "", "8 digits"},
	    {0, 3, "1234567", "8 digits"},
	    {0, 3, "1234567a", "8 digits"},
	    {0, 3, "1234 678", "8 digits"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_seed seed;
		struct otp_error error = {.what = ""};
		size_t n = rows[i].scratches < OTP_SCRATCH_MAX ? rows[i].scratches : OTP_SCRATCH_MAX;

		assert_int_equal(otp_seed_random(OTP_TIME, &seed), OTP_OK);
		seed.skewed = true;
		seed.skew = rows[i].skew;
		seed.scratches = rows[i].scratches;
		for (size_t j = 0; j < n; j++)
			(void)snprintf(seed.scratch[j], sizeof seed.scratch[j], "%s",
			               j + 1 == n ? rows[i].last : "12345678");
		if (otp_seed_check(&seed, &error) != (rows[i].refused == NULL ? OTP_OK : OTP_E_INVALID))
			fail_msg("row %zu: \"%s\"", i, error.what);
		if (rows[i].refused != NULL && strstr(error.what, rows[i].refused) == NULL)
			fail_msg("row %zu: \"%s\" lacks \"%s\"", i, error.what, rows[i].refused);
		seed.skewed = false; /* a skew that is not known is not looked at */
		if (rows[i].scratches == 0)
			assert_int_equal(otp_seed_check(&seed, NULL), OTP_OK);
	}
}

static void recovery_codes_that_are_left(void **state)
{
	struct otp_credential credential = {.holder = "alice"};

	(void)state;
	assert_int_equal(otp_credential_recovery_left(&credential), 0);
	credential.recovery.n = OTP_RECOVERY_MAX;
	assert_int_equal(otp_credential_recovery_left(&credential), 10);
	credential.state.recovery_spent = 0x201;
	assert_int_equal(otp_credential_recovery_left(&credential), 8);
	credential.state.recovery_spent = 0x3ff;
	assert_int_equal(otp_credential_recovery_left(&credential), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(token_ids_that_are_read),
	    cmocka_unit_test(token_ids_that_are_refused),
	    cmocka_unit_test(token_ids_for_people),
	    cmocka_unit_test(token_ids_of_our_own),
	    cmocka_unit_test(subkeys_equal_hkdf_and_differ),
	    cmocka_unit_test(secrets_have_16_to_64_bytes),
	    cmocka_unit_test(sealed_and_unsealed),
	    cmocka_unit_test(sealed_is_aes_256_gcm),
	    cmocka_unit_test(every_flipped_bit_of_the_seal_is_refused),
	    cmocka_unit_test(a_sealed_key_cannot_be_moved),
	    cmocka_unit_test(another_master_key_is_told_from_damage),
	    cmocka_unit_test(opened_keys_give_codes),
	    cmocka_unit_test(damage_of_one_key_opens_nothing_more),
	    cmocka_unit_test(found_and_dropped),
	    cmocka_unit_test(seeds_of_our_own),
	    cmocka_unit_test(seeds_that_can_be_tokens),
	    cmocka_unit_test(a_past_that_a_record_can_hold),
	    cmocka_unit_test(recovery_codes_that_are_left),
	};

	return cmocka_run_group_tests_name("credential", tests, NULL, NULL);
}
