/* SPDX-License-Identifier: BSD-2-Clause */
/* Stored bytes: the layout of vipotp-credential(5), and that nothing else is taken for it. */
#include "credential/record.h"
#include "policy/judge.h"
#include "policy/window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t seed;

/* Steele, Lea and Flood's splitmix64. */
static uint64_t random_bits(void)
{
	uint64_t z = seed += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static int64_t between(int64_t lowest, int64_t highest)
{
	return lowest + (int64_t)(random_bits() % (uint64_t)(highest - lowest + 1));
}

static void random_bytes(uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)random_bits();
}

/* Any bytes but NUL, of any length that fits. */
static void random_text(char *text, size_t longest)
{
	size_t len = (size_t)between(0, (int64_t)longest);

	for (size_t i = 0; i < len; i++)
		text[i] = (char)between(1, 255);
}

static void random_token(struct otp_token *token, size_t i)
{
	(void)snprintf(token->id.text, sizeof token->id.text, "%s%07u%u", i % 2 == 0 ? "VSST" : "DP9Z",
	               (unsigned)between(0, 9999999), (unsigned)i);
	token->kind = between(0, 1) == 0 ? OTP_TIME : OTP_EVENT;
	token->digest = (enum otp_digest)between(OTP_SHA1, OTP_SHA512);
	token->digits = (uint8_t)between(OTP_DIGITS_MIN, OTP_DIGITS_MAX);
	token->period = token->kind == OTP_TIME ? (uint16_t)between(OTP_PERIOD_MIN, OTP_PERIOD_MAX) : 0;
	token->status = (enum otp_token_status)between(OTP_TOKEN_NEW, OTP_TOKEN_LOCKED);
	token->expires = between(0, 4102444800);
	token->enrolled_at = between(0, 4102444800);
	random_text(token->label, OTP_TEXT_MAX);
	random_text(token->issuer, OTP_TEXT_MAX);
	random_text(token->reason, OTP_TEXT_MAX);
	if (between(0, 4) == 0)
		return; /* the inventory's stub of a bound token has no key */
	token->sealed.len = (uint8_t)between(OTP_SECRET_MIN, OTP_SECRET_MAX);
	random_bytes(token->sealed.nonce, OTP_NONCE_LEN);
	random_bytes(token->sealed.tag, OTP_TAG_LEN);
	random_bytes(token->sealed.bytes, token->sealed.len);
}

static void random_clock(struct otp_clock *clock)
{
	const int64_t fortnight = 1209600000;

	clock->known = true;
	clock->lo = between(-fortnight, fortnight);
	clock->hi = between(clock->lo, fortnight);
	clock->at = between(0, 4102444800000);
	clock->anchor_lo = between(-fortnight, fortnight);
	clock->anchor_hi = between(clock->anchor_lo, fortnight);
	clock->anchor_at = between(0, 4102444800000);
}

/* Codes that need no token, a temporary one among them or not; some are spent. */
static void random_recovery(struct otp_credential *credential)
{
	struct otp_recovery *recovery = &credential->recovery;

	recovery->n = (size_t)between(0, OTP_RECOVERY_MAX);
	for (size_t i = 0; i < recovery->n; i++)
		random_bytes(recovery->tag[i], OTP_TAG_LEN);
	if (between(0, 1) == 1) {
		recovery->expires = between(1, 17592186044);
		recovery->once = between(0, 1);
		random_bytes(recovery->temporary, OTP_TAG_LEN);
		credential->state.temporary_spent = between(0, 1);
	}
	if (recovery->n > 0 || recovery->expires > 0)
		random_bytes(recovery->salt, OTP_SALT_LEN);
	credential->state.recovery_spent = (uint16_t)(random_bits() & ((1U << recovery->n) - 1));
}

static struct otp_credential random_credential(size_t n)
{
	struct otp_credential credential;

	memset(&credential, 0, sizeof credential);
	random_text(credential.holder, OTP_USER_MAX);
	random_text(credential.owner, OTP_USER_MAX);
	random_text(credential.reserved, OTP_USER_MAX);
	random_recovery(&credential);
	credential.uid = (uint32_t)random_bits();
	random_bytes(credential.key_id, OTP_KEY_ID_LEN);
	credential.n = n;
	for (size_t i = 0; i < n; i++) {
		random_token(&credential.token[i], i);
		credential.state.token[i].next = between(0, 1000000000000);
		if (credential.token[i].kind == OTP_TIME && between(0, 3) > 0)
			random_clock(&credential.state.token[i].clock);
	}
	for (size_t i = 0; i < OTP_REACHES; i++)
		credential.state.bucket[i] = (struct otp_bucket){.failures = (uint32_t)random_bits(),
		                                                 .candidates = (uint32_t)random_bits(),
		                                                 .failed_at = between(0, 4102444800000),
		                                                 .locked_at = between(0, 4102444800000)};
	credential.state.failures = (uint32_t)random_bits();
	credential.state.failed_at = between(0, 4102444800000);
	credential.state.accepted_at = between(0, 4102444800000);
	random_text(credential.state.origin, OTP_TEXT_MAX);
	return credential;
}

static void assert_same_token(const struct otp_token *a, const struct otp_token *b)
{
	assert_string_equal(a->id.text, b->id.text);
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->digest, b->digest);
	assert_int_equal(a->digits, b->digits);
	assert_int_equal(a->period, b->period);
	assert_int_equal(a->status, b->status);
	assert_int_equal(a->expires, b->expires);
	assert_int_equal(a->enrolled_at, b->enrolled_at);
	assert_string_equal(a->label, b->label);
	assert_string_equal(a->issuer, b->issuer);
	assert_string_equal(a->reason, b->reason);
	assert_memory_equal(&a->sealed, &b->sealed, sizeof a->sealed);
	assert_null(b->key);
}

static void assert_same_recovery(const struct otp_recovery *a, const struct otp_recovery *b)
{
	assert_memory_equal(a->salt, b->salt, sizeof a->salt);
	assert_int_equal(a->n, b->n);
	assert_memory_equal(a->tag, b->tag, sizeof a->tag);
	assert_int_equal(a->expires, b->expires);
	assert_int_equal(a->once, b->once);
	assert_memory_equal(a->temporary, b->temporary, sizeof a->temporary);
}

static void assert_same_state(const struct otp_state *a, const struct otp_state *b, size_t n)
{
	for (size_t i = 0; i < OTP_REACHES; i++) {
		assert_int_equal(a->bucket[i].failures, b->bucket[i].failures);
		assert_int_equal(a->bucket[i].candidates, b->bucket[i].candidates);
		assert_int_equal(a->bucket[i].failed_at, b->bucket[i].failed_at);
		assert_int_equal(a->bucket[i].locked_at, b->bucket[i].locked_at);
	}
	assert_int_equal(a->failures, b->failures);
	assert_int_equal(a->failed_at, b->failed_at);
	assert_int_equal(a->accepted_at, b->accepted_at);
	assert_string_equal(a->origin, b->origin);
	assert_int_equal(a->recovery_spent, b->recovery_spent);
	assert_int_equal(a->temporary_spent, b->temporary_spent);
	for (size_t i = 0; i < n; i++) {
		const struct otp_clock *c = &a->token[i].clock, *d = &b->token[i].clock;

		assert_int_equal(a->token[i].next, b->token[i].next);
		assert_int_equal(c->known, d->known);
		assert_int_equal(c->lo, d->lo);
		assert_int_equal(c->hi, d->hi);
		assert_int_equal(c->at, d->at);
		assert_int_equal(c->anchor_lo, d->anchor_lo);
		assert_int_equal(c->anchor_hi, d->anchor_hi);
		assert_int_equal(c->anchor_at, d->anchor_at);
	}
}

/* The bytes of a credential. */
struct record {
	uint8_t facts[OTP_RECORD_FACTS_MAX], state[OTP_RECORD_STATE_MAX];
	size_t facts_len, state_len;
};

static struct record print(const struct otp_credential *credential)
{
	struct record record;

	memset(&record, 0xa5, sizeof record);
	record.facts_len = otp_record_print_facts(credential, record.facts);
	record.state_len = otp_record_print_state(credential, record.state);
	return record;
}

/* Parse from blocks of exactly the record's size: a sanitizer sees a read outside. */
static enum otp_status parse(const uint8_t *facts, size_t facts_len, const uint8_t *state, size_t state_len,
                             struct otp_credential *credential, struct otp_error *error)
{
	uint8_t *f = malloc(facts_len + (facts_len == 0)), *s = malloc(state_len + (state_len == 0));
	enum otp_status status;

	assert_non_null(f);
	assert_non_null(s);
	memcpy(f, facts, facts_len);
	memcpy(s, state, state_len);
	memset(credential, 0x5a, sizeof *credential);
	status = otp_record_parse(f, facts_len, s, state_len, credential, error);
	free(f);
	free(s);
	return status;
}

/* Under a tool that slows the program thirtyfold a sample shows whether memory is touched amiss. */
static bool sparse(void)
{
	return getenv("SPARSE") != NULL;
}

static void round_trip(void **state)
{
	(void)state;
	seed = 1;
	for (size_t i = 0; i < (sparse() ? 400 : 4000); i++) {
		struct otp_credential credential = random_credential(1 + i % OTP_TOKENS_MAX), back;
		struct record record = print(&credential), again;
		struct otp_error error = {.what = ""};

		assert_int_equal(record.facts_len, 992 + 320 * credential.n);
		assert_int_equal(record.state_len, 144 + 64 * credential.n);
		assert_in_range(record.state_len, 0, 1024); /* product §4.2 */
		if (parse(record.facts, record.facts_len, record.state, record.state_len, &back, &error) != OTP_OK)
			fail_msg("record %zu: %s", i, error.what);
		assert_string_equal(back.holder, credential.holder);
		assert_string_equal(back.owner, credential.owner);
		assert_string_equal(back.reserved, credential.reserved);
		assert_same_recovery(&credential.recovery, &back.recovery);
		assert_int_equal(back.uid, credential.uid);
		assert_memory_equal(back.key_id, credential.key_id, OTP_KEY_ID_LEN);
		assert_int_equal(back.n, credential.n);
		for (size_t j = 0; j < credential.n; j++)
			assert_same_token(&credential.token[j], &back.token[j]);
		assert_same_state(&credential.state, &back.state, credential.n);
		again = print(&back);
		assert_memory_equal(again.facts, record.facts, record.facts_len);
		assert_memory_equal(again.state, record.state, record.state_len);
	}
}

static uint64_t number_at(const uint8_t *at, size_t len)
{
	uint64_t number = 0;

	for (size_t i = 0; i < len; i++)
		number = number << 8 | at[i];
	return number;
}

/* Seven recovery codes, of which the third and the seventh are spent, and a spent temporary code. */
static void fill_recovery(struct otp_credential *credential)
{
	struct otp_recovery *recovery = &credential->recovery;

	memset(recovery, 0, sizeof *recovery);
	recovery->n = 7;
	random_bytes(recovery->tag[0], 7 * sizeof recovery->tag[0]);
	random_bytes(recovery->salt, sizeof recovery->salt);
	random_bytes(recovery->temporary, sizeof recovery->temporary);
	recovery->expires = 1767225600;
	recovery->once = true;
	credential->state.recovery_spent = 1U << 2 | 1U << 6;
	credential->state.temporary_spent = true;
}

/* The offsets that vipotp-credential(5) tells, one by one. */
static void the_layout_of_facts(void **state)
{
	struct otp_credential credential;
	struct record record;
	const uint8_t *facts;

	(void)state;
	seed = 2;
	credential = random_credential(3);
	fill_recovery(&credential);
	credential.token[2].kind = OTP_TIME;
	credential.token[2].period = 0x12c;
	credential.token[2].sealed.len = 20;
	memset(credential.token[2].sealed.bytes + 20, 0, OTP_SECRET_MAX - 20);
	record = print(&credential);
	assert_int_equal(record.facts[0], 2);
	assert_int_equal(record.facts[1], 3);
	assert_int_equal(number_at(record.facts + 2, 2), 0);
	assert_int_equal(number_at(record.facts + 4, 4), credential.uid);
	assert_memory_equal(record.facts + 8, credential.key_id, 4);
	assert_int_equal(number_at(record.facts + 12, 4), 0);
	assert_string_equal((char *)record.facts + 16, credential.holder);
	assert_string_equal((char *)record.facts + 272, credential.owner);
	assert_string_equal((char *)record.facts + 528, credential.reserved);
	assert_int_equal(record.facts[784], 7);
	assert_int_equal(record.facts[785], 1);
	assert_int_equal(number_at(record.facts + 786, 6), 0);
	assert_memory_equal(record.facts + 792, credential.recovery.salt, 16);
	assert_int_equal(number_at(record.facts + 808, 8), 1767225600);
	assert_memory_equal(record.facts + 816, credential.recovery.temporary, 16);
	for (size_t i = 0; i < 7; i++)
		assert_memory_equal(record.facts + 832 + 16 * i, credential.recovery.tag[i], 16);
	for (size_t i = 832 + 16 * 7; i < 992; i++)
		assert_int_equal(record.facts[i], 0);
	facts = record.facts + 992 + 2 * 320;
	assert_memory_equal(facts, credential.token[2].id.text, 12);
	assert_int_equal(facts[12], 1);
	assert_int_equal(facts[13], credential.token[2].digest);
	assert_int_equal(facts[14], credential.token[2].digits);
	assert_int_equal(facts[15], credential.token[2].status);
	assert_int_equal(number_at(facts + 16, 2), 300);
	assert_int_equal(facts[18], 20);
	assert_int_equal(facts[19], 0);
	assert_memory_equal(facts + 20, credential.token[2].sealed.nonce, 12);
	assert_memory_equal(facts + 32, credential.token[2].sealed.tag, 16);
	assert_memory_equal(facts + 48, credential.token[2].sealed.bytes, 64);
	assert_int_equal(number_at(facts + 112, 8), credential.token[2].expires);
	assert_int_equal(number_at(facts + 120, 8), credential.token[2].enrolled_at);
	assert_string_equal((const char *)facts + 128, credential.token[2].label);
	assert_string_equal((const char *)facts + 192, credential.token[2].issuer);
	assert_string_equal((const char *)facts + 256, credential.token[2].reason);
}

static void the_layout_of_state(void **state)
{
	struct otp_credential credential;
	struct record record;
	const uint8_t *own;

	(void)state;
	seed = 8;
	credential = random_credential(3);
	random_clock(&credential.state.token[2].clock);
	fill_recovery(&credential);
	record = print(&credential);
	assert_int_equal(record.state[0], 2);
	assert_int_equal(record.state[1], 3);
	assert_int_equal(number_at(record.state + 2, 2), 0x44);
	assert_int_equal(record.state[4], 1);
	assert_int_equal(number_at(record.state + 5, 3), 0);
	assert_int_equal(number_at(record.state + 60, 4), 0);
	for (size_t i = 0; i < OTP_REACHES; i++) {
		const uint8_t *bucket = record.state + 8 + 24 * i;

		assert_int_equal(number_at(bucket, 4), credential.state.bucket[i].failures);
		assert_int_equal(number_at(bucket + 4, 4), credential.state.bucket[i].candidates);
		assert_int_equal(number_at(bucket + 8, 8), credential.state.bucket[i].failed_at);
		assert_int_equal(number_at(bucket + 16, 8), credential.state.bucket[i].locked_at);
	}
	assert_int_equal(number_at(record.state + 56, 4), credential.state.failures);
	assert_int_equal(number_at(record.state + 64, 8), credential.state.failed_at);
	assert_int_equal(number_at(record.state + 72, 8), credential.state.accepted_at);
	assert_string_equal((char *)record.state + 80, credential.state.origin);
	own = record.state + 144 + 2 * 64;
	assert_int_equal(number_at(own, 8), credential.state.token[2].next);
	assert_int_equal(own[8], 1);
	assert_int_equal(number_at(own + 16, 8), credential.state.token[2].clock.lo);
	assert_int_equal(number_at(own + 24, 8), credential.state.token[2].clock.hi);
	assert_int_equal(number_at(own + 32, 8), credential.state.token[2].clock.at);
	assert_int_equal(number_at(own + 40, 8), credential.state.token[2].clock.anchor_lo);
	assert_int_equal(number_at(own + 48, 8), credential.state.token[2].clock.anchor_hi);
	assert_int_equal(number_at(own + 56, 8), credential.state.token[2].clock.anchor_at);
}

/* Every length but the right one, of either half. */
static void every_truncation_is_refused(void **state)
{
	struct otp_credential credential, back;
	uint8_t more[OTP_RECORD_FACTS_MAX + 400];
	struct record record;

	(void)state;
	seed = 3;
	for (size_t n = 1; n <= OTP_TOKENS_MAX; n++) {
		credential = random_credential(n);
		record = print(&credential);
		memset(more, 0, sizeof more);
		memcpy(more, record.facts, record.facts_len);
		for (size_t len = 0; len <= record.facts_len + 321; len += sparse() ? 16 : 1) {
			struct otp_error error = {.what = ""};

			if (len == record.facts_len)
				continue;
			assert_int_equal(parse(more, len, record.state, record.state_len, &back, &error),
			                 OTP_E_CORRUPT);
			assert_string_not_equal(error.what, "");
		}
		memset(more, 0, sizeof more);
		memcpy(more, record.state, record.state_len);
		for (size_t len = 0; len <= record.state_len + 65; len++)
			if (len != record.state_len)
				assert_int_equal(parse(record.facts, record.facts_len, more, len, &back, NULL),
				                 OTP_E_CORRUPT);
	}
}

/* What a parsed credential must be, so that the judge need not look again: product, "parse once at the edge". */
static void assert_sane(const struct otp_credential *credential)
{
	const struct otp_limits limits = otp_limits_normal();

	assert_in_range(credential->n, 1, OTP_TOKENS_MAX);
	for (size_t i = 0; i < credential->n; i++) {
		const struct otp_token *token = &credential->token[i];
		struct otp_range range;

		assert_true(token->kind == OTP_TIME || token->kind == OTP_EVENT);
		assert_true(token->sealed.len == 0 || token->sealed.len >= OTP_SECRET_MIN);
		assert_in_range(token->sealed.len, 0, OTP_SECRET_MAX);
		range = otp_window_login(token, &credential->state.token[i], 1767225600000, &limits);
		assert_in_range(otp_range_count(range), 0, 21);
	}
}

/*
 * Every byte changed to every other value: refused, or a credential that prints as exactly these bytes. So a record
 * has one form only, and no byte is without meaning.
 */
static void every_changed_byte_is_refused_or_means_something(void **state)
{
	struct otp_credential credential, back;
	struct record record, again;
	size_t accepted = 0, refused = 0;

	(void)state;
	seed = 4;
	credential = random_credential(2);
	fill_recovery(&credential);
	random_clock(&credential.state.token[0].clock);
	credential.token[0].kind = OTP_TIME;
	credential.token[0].period = 30;
	record = print(&credential);
	for (size_t at = 0; at < record.facts_len + record.state_len; at++) {
		uint8_t *byte = at < record.facts_len ? &record.facts[at] : &record.state[at - record.facts_len];
		uint8_t was = *byte;

		for (unsigned change = 1; change < 256; change += sparse() ? 51 : 1) {
			*byte = (uint8_t)(was ^ change);
			if (parse(record.facts, record.facts_len, record.state, record.state_len, &back, NULL) !=
			    OTP_OK) {
				refused++;
				continue;
			}
			accepted++;
			assert_sane(&back);
			again = print(&back);
			assert_memory_equal(again.facts, record.facts, record.facts_len);
			assert_memory_equal(again.state, record.state, record.state_len);
		}
		*byte = was;
	}
	assert_true(accepted > 1000 && refused > 1000);
}

/* One line: bytes put at an offset of the facts or the state of a good record with one time token. */
static const struct {
	const char *what;
	bool in_state;
	size_t at;
	uint64_t value;
	size_t len;
} damages[] = {
    {"version 0", false, 0, 0, 1},
    {"version 1 with the bytes of version 2", false, 0, 1, 1},
    {"version 3", false, 0, 3, 1},
    {"no token", false, 1, 0, 1},
    {"two tokens in the bytes of one", false, 1, 2, 1},
    {"nine tokens", false, 1, 9, 1},
    {"reserved byte", false, 2, 1, 1},
    {"reserved byte", false, 15, 1, 1},
    {"byte after the holder's NUL", false, 271, 1, 1},
    {"byte after the owner's NUL", false, 527, 1, 1},
    {"byte after the NUL of whom it is reserved for", false, 783, 1, 1},
    {"11 recovery codes", false, 784, 11, 1},
    {"255 recovery codes", false, 784, 255, 1},
    {"fewer recovery codes than tags", false, 784, 2, 1},
    {"no recovery code, but tags", false, 784, 0, 1},
    {"once 2", false, 785, 2, 1},
    {"reserved byte of the codes", false, 786, 1, 1},
    {"reserved byte of the codes", false, 791, 1, 1},
    {"a temporary code that ended before 1970", false, 808, UINT64_MAX, 8},
    {"a temporary code that ends in the year 2528", false, 808, 17592186045, 8},
    {"no temporary code, but a tag of one", false, 808, 0, 8},
    {"byte behind the last tag", false, 832 + 16 * 3, 1, 1},
    {"byte behind the last tag", false, 991, 1, 1},
    {"token ID in lower case", false, 992, 'v', 1},
    {"token ID with a blank", false, 992, ' ', 1},
    {"token ID cut short", false, 1003, 0, 1},
    {"kind 0", false, 1004, 0, 1},
    {"kind 3", false, 1004, 3, 1},
    {"event token with a period", false, 1004, 2, 1},
    {"digest 0", false, 1005, 0, 1},
    {"digest 4", false, 1005, 4, 1},
    {"5 digits", false, 1006, 5, 1},
    {"9 digits", false, 1006, 9, 1},
    {"status 0", false, 1007, 0, 1},
    {"status 5", false, 1007, 5, 1},
    {"period 0", false, 1008, 0, 2},
    {"period 14", false, 1008, 14, 2},
    {"period 301", false, 1008, 301, 2},
    {"key of 1 byte", false, 1010, 1, 1},
    {"key of 15 bytes", false, 1010, 15, 1},
    {"key of 65 bytes", false, 1010, 65, 1},
    {"key of 255 bytes", false, 1010, 255, 1},
    {"byte behind the key", false, 1040 + 20, 1, 1},
    {"byte behind the key", false, 1040 + 63, 1, 1},
    {"reserved byte", false, 1011, 1, 1},
    {"byte after the label's NUL", false, 992 + 191, 1, 1},
    {"byte after the issuer's NUL", false, 992 + 255, 1, 1},
    {"byte after the reason's NUL", false, 992 + 319, 1, 1},
    {"version 0 of the state", true, 0, 0, 1},
    {"version 1 of the state, older than the facts", true, 0, 1, 1},
    {"version 3 of the state", true, 0, 3, 1},
    {"another number of tokens in the state", true, 1, 2, 1},
    {"a fourth of three recovery codes spent", true, 2, 1U << 3, 2},
    {"a sixteenth of three recovery codes spent", true, 2, 1U << 15, 2},
    {"temporary code spent twice", true, 4, 2, 1},
    {"reserved byte of the state", true, 5, 1, 1},
    {"reserved byte of the state", true, 7, 1, 1},
    {"reserved byte of the state", true, 63, 1, 1},
    {"failed before 1970", true, 16, UINT64_MAX, 8},
    {"locked before 1970", true, 24, UINT64_MAX, 8},
    {"failed before 1970, remote", true, 40, UINT64_MAX, 8},
    {"byte after the origin's NUL", true, 143, 1, 1},
    {"position -1", true, 144, UINT64_MAX, 8},
    {"position 2^62", true, 144, UINT64_C(1) << 62, 8},
    {"known 2", true, 152, 2, 1},
    {"unknown, but with a clock", true, 152, 0, 1},
    {"reserved byte of a token", true, 153, 1, 1},
    {"reserved byte of a token", true, 159, 1, 1},
    {"lo above hi", true, 160, 1001, 8},
    {"hi below lo", true, 168, (uint64_t)-1001, 8},
    {"lo beyond all reason", true, 160, UINT64_C(1) << 63, 8},
    {"hi beyond all reason", true, 168, INT64_MAX, 8},
    {"proven before 1970", true, 176, UINT64_MAX, 8},
    {"proven in the year 292 million", true, 176, INT64_MAX, 8},
    {"anchor lo above hi", true, 184, 1001, 8},
    {"anchor hi beyond all reason", true, 192, INT64_MAX, 8},
    {"anchor before 1970", true, 200, UINT64_MAX, 8},
    {"anchor in the year 292 million", true, 200, INT64_MAX, 8},
};

static struct otp_credential ordinary_credential(void)
{
	struct otp_credential credential = {.holder = "alice", .n = 1};

	credential.token[0] = (struct otp_token){.id = {"VSST12345678"},
	                                         .kind = OTP_TIME,
	                                         .digest = OTP_SHA1,
	                                         .digits = 6,
	                                         .period = 30,
	                                         .status = OTP_TOKEN_ENABLED,
	                                         .sealed = {.len = 20, .bytes = "12345678901234567890"}};
	credential.state.token[0].clock = (struct otp_clock){.known = true,
	                                                     .lo = -1000,
	                                                     .hi = 1000,
	                                                     .at = 1767225600000,
	                                                     .anchor_lo = -1000,
	                                                     .anchor_hi = 1000,
	                                                     .anchor_at = 1767225600000};
	credential.recovery = (struct otp_recovery){.salt = "0123456789abcde",
	                                            .n = 3,
	                                            .tag = {"one............", "two............", "three.........."},
	                                            .expires = 1767225600,
	                                            .once = true,
	                                            .temporary = "temporary......"};
	return credential;
}

static void what_no_credential_can_be(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
		struct otp_credential credential = ordinary_credential(), back;
		struct record record;
		struct otp_error error = {.what = ""};

		record = print(&credential);
		assert_int_equal(parse(record.facts, record.facts_len, record.state, record.state_len, &back, &error),
		                 OTP_OK);
		for (size_t j = 0; j < damages[i].len; j++)
			(damages[i].in_state ? record.state : record.facts)[damages[i].at + j] =
			    (uint8_t)(damages[i].value >> 8 * (damages[i].len - 1 - j));
		if (parse(record.facts, record.facts_len, record.state, record.state_len, &back, &error) !=
		    OTP_E_CORRUPT) {
			print_error("accepted: %s\n", damages[i].what);
			wrong++;
		} else {
			assert_non_null(strstr(error.what, "damaged"));
		}
	}
	assert_int_equal(wrong, 0);
}

/* What there is not leaves no trace: no salt without a tag, nothing of a temporary code without its end. */
static void codes_that_are_not_there_leave_no_trace(void **state)
{
	static const struct {
		bool in_state;
		size_t at;
	} traces[] = {{false, 785}, {false, 792}, {false, 807}, {false, 816},
	              {false, 831}, {false, 832}, {true, 3},    {true, 4}};
	struct otp_credential back;

	(void)state;
	for (size_t i = 0; i < sizeof traces / sizeof *traces; i++) {
		struct otp_credential credential = ordinary_credential();
		struct record record;
		uint8_t *trace;

		memset(&credential.recovery, 0, sizeof credential.recovery);
		record = print(&credential);
		assert_int_equal(parse(record.facts, record.facts_len, record.state, record.state_len, &back, NULL),
		                 OTP_OK);
		trace = (traces[i].in_state ? record.state : record.facts) + traces[i].at;
		*trace = 1;
		if (parse(record.facts, record.facts_len, record.state, record.state_len, &back, NULL) != OTP_E_CORRUPT)
			fail_msg("accepted: a trace at %zu", traces[i].at);
	}
}

/* A text that fills its field to the last byte has no NUL, and is none. */
static void texts_end_inside_their_fields(void **state)
{
	static const struct {
		bool in_state;
		size_t at, len;
	} fields[] = {{false, 16, 256},  {false, 272, 256}, {false, 528, 256}, {false, 1120, 64},
	              {false, 1184, 64}, {false, 1248, 64}, {true, 80, 64}};
	struct otp_credential back;

	(void)state;
	seed = 6;
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		struct otp_credential credential = random_credential(1);
		struct record record = print(&credential);
		uint8_t *field = (fields[i].in_state ? record.state : record.facts) + fields[i].at;

		memset(field, 'x', fields[i].len);
		assert_int_equal(parse(record.facts, record.facts_len, record.state, record.state_len, &back, NULL),
		                 OTP_E_CORRUPT);
		field[fields[i].len - 1] = 0;
		assert_int_equal(parse(record.facts, record.facts_len, record.state, record.state_len, &back, NULL),
		                 OTP_OK);
		field[fields[i].len / 2] = 0; /* and behind its end there is nothing */
		assert_int_equal(parse(record.facts, record.facts_len, record.state, record.state_len, &back, NULL),
		                 OTP_E_CORRUPT);
	}
}

/* Any bytes whatever: refused without reading outside. Their begin is made plausible, or most would end there. */
static void random_bytes_are_refused(void **state)
{
	(void)state;
	seed = 7;
	for (int i = 0; i < (sparse() ? 1000 : 20000); i++) {
		struct otp_credential credential = random_credential(2), back;
		struct record record = print(&credential);
		size_t facts_at = (size_t)between(0, (int64_t)record.facts_len);
		size_t state_at = (size_t)between(0, (int64_t)record.state_len);

		random_bytes(record.facts + facts_at, record.facts_len - facts_at);
		random_bytes(record.state + state_at, record.state_len - state_at);
		if (parse(record.facts, record.facts_len, record.state, record.state_len, &back, NULL) == OTP_OK)
			assert_sane(&back);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(round_trip),
	    cmocka_unit_test(the_layout_of_facts),
	    cmocka_unit_test(the_layout_of_state),
	    cmocka_unit_test(every_truncation_is_refused),
	    cmocka_unit_test(what_no_credential_can_be),
	    cmocka_unit_test(codes_that_are_not_there_leave_no_trace),
	    cmocka_unit_test(texts_end_inside_their_fields),
	    cmocka_unit_test(every_changed_byte_is_refused_or_means_something),
	    cmocka_unit_test(random_bytes_are_refused),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
