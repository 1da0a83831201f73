/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * No branch and no address depends on a secret before the verdict is there (product §5.8, §10 rule 7). By itself this
 * program checks that the decisions are right. Under valgrind, as constant_time.sh runs it, every secret is marked as
 * uninitialised where it comes into being; memcheck follows the marks through all arithmetic, libcrypto's included, and
 * reports each jump and each address that depends on one. What follows is real logins on a real store.
 *
 * Secret are the master key and its subkeys, so that whatever is made with them is secret too: the tokens' keys, the
 * codes computed, the tags of recovery and temporary codes, the MACs of records. What is typed is not: whoever typed it
 * knows it. At the places below, and nowhere else, something made of secrets is given away, and its marks come off.
 */
#include "../flow/scene.h"
#include "credential/record.h"
#include "policy/match.h"
#include "policy/spare.h"
#include "store/block.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
enum { CAN_MARK = 1 };
#else
/* The decisions can be checked all the same; constant_time.sh tells what is left out. */
#define VALGRIND_MAKE_MEM_UNDEFINED(at, len) ((void)(at), (void)(len))
#define VALGRIND_MAKE_MEM_DEFINED(at, len) ((void)(at), (void)(len))
#define VALGRIND_GET_VBITS(at, bits, len) ((void)(at), (void)(bits), (void)(len), 0)
#define RUNNING_ON_VALGRIND 0
enum { CAN_MARK = 0 };
#endif

/* ---- marks ------------------------------------------------------------------------------------------------- */

/* What is given away. */
enum gift {
	GIFT_CODE,   /* whether and where a code of a token matches: the verdict */
	GIFT_PAIR,   /* the same of a pair */
	GIFT_SPARE,  /* which recovery or temporary code an answer is: the verdict */
	GIFT_MAC,    /* whether a block of a record authenticates */
	GIFT_SLOT,   /* a slot with its MAC: goes to the disk */
	GIFT_KEY_ID, /* tells one master key from another and reveals neither: stands in every record */
	GIFT_SEALED, /* a sealed key */
	GIFT_VALUE,  /* what a test itself looks at */
	GIFTS,
};

static unsigned given[GIFTS]; /* how often something that bore marks was given away */
static bool marking;          /* from here on secrets are marked */
static bool in_spare;         /* which one of many comparisons is true is not to be given away */

static void mark(void *secret, size_t len)
{
	if (marking)
		(void)VALGRIND_MAKE_MEM_UNDEFINED(secret, len);
}

static void give_away(enum gift gift, const void *at, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char bits = 0;

		if (VALGRIND_GET_VBITS((const char *)at + i, &bits, 1) == 1 && bits != 0) {
			given[gift]++;
			break;
		}
	}
	(void)VALGRIND_MAKE_MEM_DEFINED(at, len);
}

/* A test that looks at no secret would find nothing: under valgrind the marks must have come this far. */
static void assert_was_secret(enum gift gift)
{
	if (RUNNING_ON_VALGRIND)
		assert_int_not_equal(given[gift], 0);
}

enum otp_status __real_otp_sealer_new(const uint8_t master[OTP_MASTER_LEN], struct otp_sealer **sealer);
enum otp_status __wrap_otp_sealer_new(const uint8_t master[OTP_MASTER_LEN], struct otp_sealer **sealer);
enum otp_status __wrap_otp_sealer_new(const uint8_t master[OTP_MASTER_LEN], struct otp_sealer **sealer)
{
	uint8_t secret[OTP_MASTER_LEN];
	enum otp_status status;

	memcpy(secret, master, sizeof secret);
	mark(secret, sizeof secret);
	if ((status = __real_otp_sealer_new(secret, sealer)) == OTP_OK)
		give_away(GIFT_KEY_ID, otp_sealer_key_id(*sealer), OTP_KEY_ID_LEN);
	return status;
}

enum otp_status __real_otp_subkey(const uint8_t master[OTP_MASTER_LEN], const char *label,
                                  uint8_t subkey[OTP_SUBKEY_LEN]);
enum otp_status __wrap_otp_subkey(const uint8_t master[OTP_MASTER_LEN], const char *label,
                                  uint8_t subkey[OTP_SUBKEY_LEN]);
enum otp_status __wrap_otp_subkey(const uint8_t master[OTP_MASTER_LEN], const char *label,
                                  uint8_t subkey[OTP_SUBKEY_LEN])
{
	uint8_t secret[OTP_MASTER_LEN];

	memcpy(secret, master, sizeof secret);
	mark(secret, sizeof secret);
	return __real_otp_subkey(secret, label, subkey);
}

/* The tags come from the disk, where nobody but root reads them. */
enum otp_status __real_otp_record_parse(const uint8_t *facts, size_t facts_len, const uint8_t *state, size_t state_len,
                                        struct otp_credential *credential, struct otp_error *error);
enum otp_status __wrap_otp_record_parse(const uint8_t *facts, size_t facts_len, const uint8_t *state, size_t state_len,
                                        struct otp_credential *credential, struct otp_error *error);
enum otp_status __wrap_otp_record_parse(const uint8_t *facts, size_t facts_len, const uint8_t *state, size_t state_len,
                                        struct otp_credential *credential, struct otp_error *error)
{
	enum otp_status status = __real_otp_record_parse(facts, facts_len, state, state_len, credential, error);

	mark(credential->recovery.tag, sizeof credential->recovery.tag);
	mark(credential->recovery.temporary, sizeof credential->recovery.temporary);
	return status;
}

enum otp_status __real_otp_match_code(const struct otp_token *token, struct otp_code code, struct otp_range range,
                                      int64_t expected, struct otp_match *match);
enum otp_status __wrap_otp_match_code(const struct otp_token *token, struct otp_code code, struct otp_range range,
                                      int64_t expected, struct otp_match *match);
enum otp_status __wrap_otp_match_code(const struct otp_token *token, struct otp_code code, struct otp_range range,
                                      int64_t expected, struct otp_match *match)
{
	enum otp_status status = __real_otp_match_code(token, code, range, expected, match);

	give_away(GIFT_CODE, match, sizeof *match);
	return status;
}

enum otp_status __real_otp_match_pair(const struct otp_token *token, struct otp_code first, struct otp_code second,
                                      struct otp_range range, int64_t expected, struct otp_match *match);
enum otp_status __wrap_otp_match_pair(const struct otp_token *token, struct otp_code first, struct otp_code second,
                                      struct otp_range range, int64_t expected, struct otp_match *match);
enum otp_status __wrap_otp_match_pair(const struct otp_token *token, struct otp_code first, struct otp_code second,
                                      struct otp_range range, int64_t expected, struct otp_match *match)
{
	enum otp_status status = __real_otp_match_pair(token, first, second, range, expected, match);

	give_away(GIFT_PAIR, match, sizeof *match);
	return status;
}

struct otp_spare __real_otp_spare_find(const struct otp_credential *credential, const uint8_t tag[OTP_TAG_LEN],
                                       int64_t now);
struct otp_spare __wrap_otp_spare_find(const struct otp_credential *credential, const uint8_t tag[OTP_TAG_LEN],
                                       int64_t now);
struct otp_spare __wrap_otp_spare_find(const struct otp_credential *credential, const uint8_t tag[OTP_TAG_LEN],
                                       int64_t now)
{
	struct otp_spare found;

	in_spare = true;
	found = __real_otp_spare_find(credential, tag, now);
	in_spare = false;
	give_away(GIFT_SPARE, &found, sizeof found);
	return found;
}

int __real_CRYPTO_memcmp(const void *a, const void *b, size_t len);
int __wrap_CRYPTO_memcmp(const void *a, const void *b, size_t len);
int __wrap_CRYPTO_memcmp(const void *a, const void *b, size_t len)
{
	int different = __real_CRYPTO_memcmp(a, b, len);

	if (!in_spare)
		give_away(GIFT_MAC, &different, sizeof different);
	return different;
}

enum otp_status __real_otp_block_slot(const struct otp_block_key *key, const char *name, const struct otp_image *image,
                                      uint64_t sequence, const struct otp_stored *stored, uint8_t slot[OTP_SLOT_SIZE]);
enum otp_status __wrap_otp_block_slot(const struct otp_block_key *key, const char *name, const struct otp_image *image,
                                      uint64_t sequence, const struct otp_stored *stored, uint8_t slot[OTP_SLOT_SIZE]);
enum otp_status __wrap_otp_block_slot(const struct otp_block_key *key, const char *name, const struct otp_image *image,
                                      uint64_t sequence, const struct otp_stored *stored, uint8_t slot[OTP_SLOT_SIZE])
{
	enum otp_status status = __real_otp_block_slot(key, name, image, sequence, stored, slot);

	give_away(GIFT_SLOT, slot, OTP_SLOT_SIZE);
	return status;
}

/* ---- the codes ------------------------------------------------------------------------------------------------ */

static void codes_of_every_digest(void **state)
{
	static const char digits[] = "1234567890123456789012345678901234567890123456789012345678901234";
	static const struct {
		enum otp_digest digest;
		size_t len;
		uint64_t position;
		unsigned digits;
		uint32_t value;
	} rfc[] = {
	    {OTP_SHA1, 20, 0, 6, 755224},                                     /* RFC 4226, appendix D */
	    {OTP_SHA1, 20, 9, 6, 520489},     {OTP_SHA1, 20, 1, 8, 94287082}, /* RFC 6238, appendix B */
	    {OTP_SHA256, 32, 1, 8, 46119246}, {OTP_SHA512, 64, 1, 8, 90693936},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rfc / sizeof *rfc; i++) {
		uint8_t secret[sizeof digits];
		struct otp_hmac *key;
		uint32_t value;

		memcpy(secret, digits, sizeof secret);
		marking = true;
		mark(secret, sizeof secret);
		assert_int_equal(otp_hmac_new(rfc[i].digest, secret, rfc[i].len, &key), OTP_OK);
		assert_int_equal(otp_hotp_value(key, rfc[i].position, rfc[i].digits, &value), OTP_OK);
		otp_hmac_free(&key);
		give_away(GIFT_VALUE, &value, sizeof value);
		assert_int_equal(value, rfc[i].value);
	}
	assert_was_secret(GIFT_VALUE);
}

static void a_key_is_sealed_and_opened(void **state)
{
	static const uint8_t master[OTP_MASTER_LEN] = "the key that all others are of";
	const struct otp_secret secret = {.len = OTP_SECRET_MIN, .bytes = "sixteen bytes …"};
	struct otp_secret copy = secret, opened;
	struct otp_sealer *sealer;
	struct otp_sealed sealed;

	(void)state;
	marking = true;
	assert_int_equal(otp_sealer_new(master, &sealer), OTP_OK);
	mark(copy.bytes, sizeof copy.bytes);
	assert_int_equal(otp_seal(sealer, "alice", 5, &copy, &sealed), OTP_OK);
	give_away(GIFT_SEALED, &sealed, sizeof sealed);
	assert_int_equal(otp_unseal(sealer, "alice", 5, &sealed, &opened), OTP_OK);
	give_away(GIFT_VALUE, &opened, sizeof opened);
	assert_memory_equal(opened.bytes, secret.bytes, secret.len);
	for (size_t i = 0; i < OTP_TAG_LEN; i += OTP_TAG_LEN - 1) {
		sealed.tag[i] ^= 1;
		assert_int_equal(otp_unseal(sealer, "alice", 5, &sealed, &opened), OTP_E_CORRUPT);
		sealed.tag[i] ^= 1;
	}
	assert_int_equal(otp_unseal(sealer, "bobby", 5, &sealed, &opened), OTP_E_CORRUPT);
	otp_sealer_free(&sealer);
	assert_was_secret(GIFT_SEALED);
	assert_was_secret(GIFT_KEY_ID);
}

/* ---- the decisions ---------------------------------------------------------------------------------------------- */

enum { PAIR_COUNTERS = 200 };

/* Alice has two event tokens, bob a time token. From here on secrets are marked. */
static int begin(void **state)
{
	memset(given, 0, sizeof given);
	marking = false;
	if (scene_begin(state) != 0)
		return -1;
	limits.pair_counters = PAIR_COUNTERS;
	limits.sync_counters = PAIR_COUNTERS;
	add_token(EVENT_0);
	add_token(EVENT_1);
	add_token(TIME_0);
	enroll("alice", EVENT_0, 0);
	enroll("alice", EVENT_1, 0);
	enroll("bob", TIME_0, FIRST_STEP - 10);
	return 0;
}

static void open_marked(void)
{
	marking = true;
	scene_reopen();
}

static int end(void **state)
{
	marking = false;
	return scene_end(state);
}

static void a_code_is_looked_for_in_the_whole_window(void **state)
{
	(void)state;
	open_marked();
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_ACCEPTED); /* the first of the window */
	assert_int_equal(login("alice", code_at(EVENT_1, 7)), OTP_ACCEPTED); /* the last, of the last token */
	assert_int_equal(login("alice", code_at(EVENT_0, 5)), OTP_ACCEPTED); /* in between */
	assert_int_equal(login("alice", code_at(EVENT_0, 5)), OTP_REPLAYED);
	assert_int_equal(login("alice", code_at(EVENT_0, 3)), OTP_REFUSED);
	assert_int_equal(login("alice", code_at(EVENT_1, 14)), OTP_REFUSED); /* one beyond */
	assert_int_equal(login("alice", code_at(EVENT_1, 1)), OTP_REFUSED);
	assert_int_equal(login("alice", code_at(EVENT_1, 8)), OTP_ACCEPTED);
	assert_int_equal(login("bob", code_at(TIME_0, FIRST_STEP + 9)), OTP_REFUSED);
	assert_int_equal(login("bob", code_at(TIME_0, FIRST_STEP)), OTP_ACCEPTED);
	assert_was_secret(GIFT_CODE);
	assert_was_secret(GIFT_MAC);
	assert_was_secret(GIFT_SLOT);
}

static enum otp_verdict next_at(const char *user, const char *first, const char *second, int64_t first_at)
{
	struct otp_attempt attempt = attempt_of(user, second, first_at + 20000);
	struct otp_outcome outcome;

	attempt.first = first;
	attempt.first_at = first_at;
	assert_int_equal(otp_login(vault, &limits, &attempt, &outcome, NULL), OTP_OK);
	return outcome.verdict;
}

static void a_pair_is_looked_for_in_the_whole_sync_range(void **state)
{
	(void)state;
	open_marked();
	assert_int_equal(login("alice", code_at(EVENT_1, 100)), OTP_REFUSED);
	assert_int_equal(next_at("alice", code_at(EVENT_1, 100), code_at(EVENT_1, 101), NOW), OTP_ACCEPTED);
	assert_int_equal(login("alice", code_at(EVENT_0, 100)), OTP_REFUSED);
	assert_int_equal(next_at("alice", code_at(EVENT_0, 100), code_at(EVENT_0, 102), NOW), OTP_REFUSED);
	assert_int_equal(login("bob", code_at(TIME_0, FIRST_STEP + 20)), OTP_REFUSED);
	assert_int_equal(next_at("bob", code_at(TIME_0, FIRST_STEP + 20), code_at(TIME_0, FIRST_STEP + 21), NOW),
	                 OTP_ACCEPTED);
	assert_was_secret(GIFT_PAIR);
}

static enum otp_verdict reset_by(const char *user, const char *id, struct otp_pair pair)
{
	const struct otp_token_id token = id_of(id);
	struct otp_judgement judgement;

	assert_int_equal(otp_reset(vault, &limits, user, &token, &pair, false, &judgement, NULL), OTP_OK);
	return judgement.verdict;
}

static void a_reset_looks_at_its_whole_range(void **state)
{
	struct otp_pair torn = pair_of(code_at(EVENT_0, 50), NOW, code_at(EVENT_0, 52), NOW);

	(void)state;
	open_marked();
	assert_int_equal(reset_by("alice", EVENT_0, torn), OTP_REFUSED);
	assert_int_equal(reset_by("alice", EVENT_0, pair_at(EVENT_0, 2)), OTP_ACCEPTED);
	assert_int_equal(reset_by("alice", EVENT_0, pair_at(EVENT_0, 150)), OTP_ACCEPTED);
	assert_int_equal(reset_by("bob", TIME_0, pair_at(TIME_0, FIRST_STEP + 30)), OTP_ACCEPTED);
	assert_was_secret(GIFT_PAIR);
}

/* A code for one login, and many for one each, in whatever order. */
static void a_spare_code_is_compared_with_all(void **state)
{
	struct otp_spare_code codes[OTP_RECOVERY_MAX], temporary;
	const int64_t ends = NOW / 1000 + 3600;

	(void)state;
	assert_int_equal(otp_codes_renew(vault, "alice", codes, NULL), OTP_OK);
	assert_int_equal(otp_codes_lend(vault, "alice", ends, true, &temporary, NULL), OTP_OK);
	open_marked();
	assert_int_equal(login("alice", codes[OTP_RECOVERY_MAX - 1].text), OTP_ACCEPTED);
	assert_int_equal(login("alice", codes[0].text), OTP_ACCEPTED);
	assert_int_equal(login("alice", codes[0].text), OTP_REFUSED);
	assert_int_equal(login("alice", codes[4].text), OTP_ACCEPTED);
	assert_int_equal(login("alice", temporary.text), OTP_ACCEPTED);
	assert_int_equal(login("alice", temporary.text), OTP_REFUSED);
	assert_int_equal(login("alice", "00000-00000"), OTP_REFUSED);
	assert_was_secret(GIFT_SPARE);
}

/* ---- the records ----------------------------------------------------------------------------------------------------
 */

static void flip(const char *path, off_t at)
{
	uint8_t byte;
	int fd = open(path, O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	assert_int_equal(close(fd), 0);
}

/* Wherever a MAC differs, the record is damaged, and found so in the same way. */
static void a_record_is_authenticated(void **state)
{
	static const off_t damage[] = {32, 63, 64}; /* of the facts: its MAC's first and last byte, and itself */
	static const off_t slot_damage[] = {16, 47};
	struct otp_attempt attempt = attempt_of("alice", code_at(EVENT_0, 2), NOW);
	struct otp_outcome outcome;
	char path[256];

	(void)state;
	open_marked();
	(void)snprintf(path, sizeof path, "%s", scene_path("store/users/alice"));
	for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
		flip(path, damage[i]);
		assert_int_equal(otp_login(vault, &limits, &attempt, &outcome, NULL), OTP_E_CORRUPT);
		flip(path, damage[i]);
	}
	for (size_t i = 0; i < sizeof slot_damage / sizeof *slot_damage; i++) {
		flip(path, otp_block_offset(0) + slot_damage[i]);
		assert_int_equal(otp_login(vault, &limits, &attempt, &outcome, NULL), OTP_E_CORRUPT);
		flip(path, otp_block_offset(0) + slot_damage[i]);
	}
	assert_int_equal(otp_login(vault, &limits, &attempt, &outcome, NULL), OTP_OK);
	assert_int_equal(outcome.verdict, OTP_ACCEPTED);
	assert_was_secret(GIFT_MAC);
}

/* ---- what the tool sees ------------------------------------------------------------------------------------------ */

/* What memcheck must report: for constant_time.sh, which has no other way to know that it would. */
static int break_the_rule(const char *how)
{
	static volatile unsigned table[256];
	volatile uint8_t secret = 7;
	uint8_t copy;

	marking = true;
	mark((void *)(uintptr_t)&secret, sizeof secret);
	copy = secret;
	if (strcmp(how, "branch") == 0 && copy == 9)
		table[0] = 1;
	if (strcmp(how, "address") == 0)
		table[copy] = 1;
	return CAN_MARK ? (int)table[9] : 77;
}

#define SCENE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(codes_of_every_digest),
	    cmocka_unit_test(a_key_is_sealed_and_opened),
	    SCENE(a_code_is_looked_for_in_the_whole_window),
	    SCENE(a_pair_is_looked_for_in_the_whole_sync_range),
	    SCENE(a_reset_looks_at_its_whole_range),
	    SCENE(a_spare_code_is_compared_with_all),
	    SCENE(a_record_is_authenticated),
	};
	int failed;

	if (argc > 1)
		return break_the_rule(argv[1]);
	scene_prepare();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scene_clear();
	return failed;
}
