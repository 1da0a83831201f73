/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records of version 1, as the releases before recovery codes wrote them: their bytes stand here by hand, so that no
 * change of the printer can change what is tested. They parse to the same credential, and are as strict.
 */
#include "credential/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FACTS = 528, TOKEN_FACTS = 320, STATE = 144, TOKEN_STATE = 64 };

/* Bytes at an offset; all others of the part are zero. */
struct bytes {
	size_t at, len;
	const char *bytes;
};

/* Alice's: a time token with SHA-256 and 8 digits, and a disabled event token. */
static const struct bytes facts_of_alice[] = {
    {0, 2, "\x01\x02"},         /* version, tokens */
    {4, 4, "\x00\x00\x10\x92"}, /* uid 4242 */
    {8, 4, "\xde\xad\xbe\xef"}, /* key ID */
    {16, 5, "alice"},
    {528, 12, "VSST12345678"},
    {540, 4, "\x01\x02\x08\x02"}, /* time, SHA-256, 8 digits, enabled */
    {544, 2, "\x00\x1e"},         /* 30 s */
    {546, 1, "\x14"},             /* 20 bytes of key */
    {548, 12, "nonce of 12."},
    {560, 16, "tag of 16 bytes."},
    {576, 20, "12345678901234567890"},
    {640, 8, "\x00\x00\x00\x00\x6b\x49\xd2\x00"}, /* expires 2027-01-17T18:30:40Z */
    {648, 8, "\x00\x00\x00\x00\x69\x55\xb9\x00"}, /* enrolled 2026-01-01T00:00:00Z */
    {656, 5, "Alice"},
    {720, 7, "Example"},
    {848, 12, "UBHE00000042"},
    {860, 4, "\x02\x01\x06\x03"}, /* event, SHA-1, 6 digits, disabled */
    {866, 1, "\x10"},             /* 16 bytes of key */
    {868, 12, "another non."},
    {880, 16, "another tag of 1"},
    {896, 16, "abcdefghijklmnop"},
    {968, 8, "\x00\x00\x00\x00\x69\x55\xb9\x01"},
    {1104, 4, "lost"},
};

static const struct bytes state_of_alice[] = {
    {0, 2, "\x01\x02"},
    {8, 8, "\x00\x00\x00\x03\x00\x00\x00\x0c"},    /* local: 3 failures, 12 candidates */
    {16, 8, "\x00\x00\x01\x9b\x76\xda\x70\x10"},   /* failed at */
    {32, 8, "\x00\x00\x00\x32\x00\x00\x01\xf4"},   /* remote: 50 failures, 500 candidates */
    {40, 8, "\x00\x00\x01\x9b\x76\xda\x70\x11"},   /* failed at */
    {48, 8, "\x00\x00\x01\x9b\x76\xda\x70\x12"},   /* locked at */
    {56, 4, "\x00\x00\x00\x35"},                   /* 53 failures since the last success */
    {64, 8, "\x00\x00\x01\x9b\x76\xda\x70\x13"},   /* the last of them */
    {72, 8, "\x00\x00\x01\x9b\x76\xda\x70\x14"},   /* the last success */
    {80, 12, "192.0.2.4 ok"},                      /* origin */
    {144, 8, "\x00\x00\x00\x00\x03\x60\xa9\x2b"},  /* next step 56666411 */
    {152, 1, "\x01"},                              /* clock known */
    {160, 8, "\xff\xff\xff\xff\xff\xff\xfc\x18"},  /* lo -1000 */
    {168, 8, "\x00\x00\x00\x00\x00\x00\x07\xd0"},  /* hi 2000 */
    {176, 8, "\x00\x00\x01\x9b\x76\xda\x70\x15"},  /* at */
    {184, 8, "\xff\xff\xff\xff\xff\xff\x8a\xd0"},  /* anchor lo -30000 */
    {192, 8, "\x00\x00\x00\x00\x00\x00\x75\x30"},  /* anchor hi 30000 */
    {200, 8, "\x00\x00\x01\x9b\x76\xda\x70\x16"},  /* anchor at */
    {208, 8, "\x00\x00\x00\x00\x00\x00\x03\xe9"}}; /* next counter 1001 */

/* The inventory's stub of a token that became Bob's: no holder, an owner, no key. */
static const struct bytes facts_of_stub[] = {
    {0, 2, "\x01\x01"},        {8, 4, "\xde\xad\xbe\xef"},   {272, 3, "bob"},
    {528, 12, "LVOE00000007"}, {540, 4, "\x02\x01\x06\x01"},
};

static const struct bytes state_of_stub[] = {{0, 2, "\x01\x01"}, {144, 8, "\x00\x00\x00\x00\x00\x00\x00\x02"}};

struct record {
	size_t facts_len, state_len;
	uint8_t facts[OTP_RECORD_FACTS_MAX], state[OTP_RECORD_STATE_MAX];
};

static void fill(uint8_t *part, const struct bytes *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		memcpy(part + rows[i].at, rows[i].bytes, rows[i].len);
}

#define FILL(part, rows) fill(part, rows, sizeof(rows) / sizeof *(rows))

static struct record alice(void)
{
	struct record record = {.facts_len = FACTS + 2 * TOKEN_FACTS, .state_len = STATE + 2 * TOKEN_STATE};

	FILL(record.facts, facts_of_alice);
	FILL(record.state, state_of_alice);
	return record;
}

static struct record stub(void)
{
	struct record record = {.facts_len = FACTS + TOKEN_FACTS, .state_len = STATE + TOKEN_STATE};

	FILL(record.facts, facts_of_stub);
	FILL(record.state, state_of_stub);
	return record;
}

/* Parse from blocks of exactly the record's size: a sanitizer sees a read outside. */
static enum otp_status parse(const struct record *record, struct otp_credential *credential, struct otp_error *error)
{
	uint8_t *facts = malloc(record->facts_len), *state = malloc(record->state_len);
	enum otp_status status;

	assert_non_null(facts);
	assert_non_null(state);
	memcpy(facts, record->facts, record->facts_len);
	memcpy(state, record->state, record->state_len);
	memset(credential, 0x5a, sizeof *credential);
	status = otp_record_parse(facts, record->facts_len, state, record->state_len, credential, error);
	free(facts);
	free(state);
	return status;
}

static struct otp_credential parsed(struct record record)
{
	struct otp_credential credential;
	struct otp_error error = {.what = ""};

	if (parse(&record, &credential, &error) != OTP_OK)
		fail_msg("%s", error.what);
	return credential;
}

static void alice_is_what_she_was(void **state)
{
	const struct otp_credential credential = parsed(alice());
	const struct otp_token *time = &credential.token[0], *event = &credential.token[1];

	(void)state;
	assert_string_equal(credential.holder, "alice");
	assert_string_equal(credential.owner, "");
	assert_int_equal(credential.uid, 4242);
	assert_memory_equal(credential.key_id, "\xde\xad\xbe\xef", 4);
	assert_int_equal(credential.n, 2);
	assert_string_equal(time->id.text, "VSST12345678");
	assert_int_equal(time->kind, OTP_TIME);
	assert_int_equal(time->digest, OTP_SHA256);
	assert_int_equal(time->digits, 8);
	assert_int_equal(time->period, 30);
	assert_int_equal(time->status, OTP_TOKEN_ENABLED);
	assert_int_equal(time->expires, 0x6b49d200);
	assert_int_equal(time->enrolled_at, 1767225600);
	assert_string_equal(time->label, "Alice");
	assert_string_equal(time->issuer, "Example");
	assert_string_equal(time->reason, "");
	assert_int_equal(time->sealed.len, 20);
	assert_memory_equal(time->sealed.nonce, "nonce of 12.", 12);
	assert_memory_equal(time->sealed.tag, "tag of 16 bytes.", 16);
	assert_memory_equal(time->sealed.bytes, "12345678901234567890", 21); /* a zero byte behind it */
	assert_null(time->key);
	assert_string_equal(event->id.text, "UBHE00000042");
	assert_int_equal(event->kind, OTP_EVENT);
	assert_int_equal(event->digest, OTP_SHA1);
	assert_int_equal(event->digits, 6);
	assert_int_equal(event->period, 0);
	assert_int_equal(event->status, OTP_TOKEN_DISABLED);
	assert_string_equal(event->reason, "lost");
	assert_int_equal(event->sealed.len, 16);
	assert_memory_equal(event->sealed.bytes, "abcdefghijklmnop", 17);
}

static void her_state_is_what_it_was(void **state)
{
	const struct otp_credential credential = parsed(alice());
	const struct otp_state *was = &credential.state;
	const struct otp_clock *clock = &was->token[0].clock;
	const int64_t at = INT64_C(0x19b76da7010);

	(void)state;
	assert_int_equal(was->bucket[OTP_LOCAL].failures, 3);
	assert_int_equal(was->bucket[OTP_LOCAL].candidates, 12);
	assert_int_equal(was->bucket[OTP_LOCAL].failed_at, at);
	assert_int_equal(was->bucket[OTP_LOCAL].locked_at, 0);
	assert_int_equal(was->bucket[OTP_REMOTE].failures, 50);
	assert_int_equal(was->bucket[OTP_REMOTE].candidates, 500);
	assert_int_equal(was->bucket[OTP_REMOTE].failed_at, at + 1);
	assert_int_equal(was->bucket[OTP_REMOTE].locked_at, at + 2);
	assert_int_equal(was->failures, 53);
	assert_int_equal(was->failed_at, at + 3);
	assert_int_equal(was->accepted_at, at + 4);
	assert_string_equal(was->origin, "192.0.2.4 ok");
	assert_int_equal(was->token[0].next, 56666411);
	assert_true(clock->known);
	assert_int_equal(clock->lo, -1000);
	assert_int_equal(clock->hi, 2000);
	assert_int_equal(clock->at, at + 5);
	assert_int_equal(clock->anchor_lo, -30000);
	assert_int_equal(clock->anchor_hi, 30000);
	assert_int_equal(clock->anchor_at, at + 6);
	assert_int_equal(was->token[1].next, 1001);
	assert_false(was->token[1].clock.known);
}

/* What version 1 did not know is not there. */
static void nothing_is_reserved_and_there_are_no_codes(void **state)
{
	static const struct otp_recovery none;
	const struct record records[] = {alice(), stub()};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct otp_credential credential = parsed(records[i]);

		assert_string_equal(credential.reserved, "");
		assert_int_equal(credential.recovery.n, 0);
		assert_int_equal(credential.recovery.expires, 0);
		assert_false(credential.recovery.once);
		assert_memory_equal(credential.recovery.salt, none.salt, sizeof none.salt);
		assert_memory_equal(credential.recovery.tag, none.tag, sizeof none.tag);
		assert_memory_equal(credential.recovery.temporary, none.temporary, sizeof none.temporary);
		assert_int_equal(credential.state.recovery_spent, 0);
		assert_false(credential.state.temporary_spent);
	}
}

static void a_stub_names_its_owner(void **state)
{
	const struct otp_credential credential = parsed(stub());

	(void)state;
	assert_string_equal(credential.holder, "");
	assert_string_equal(credential.owner, "bob");
	assert_int_equal(credential.uid, 0);
	assert_int_equal(credential.token[0].status, OTP_TOKEN_NEW);
	assert_int_equal(credential.token[0].sealed.len, 0);
	assert_int_equal(credential.state.token[0].next, 2);
}

/* Facts of version 1 whose state a login of today wrote, and the whole record written anew: the same credential. */
static void it_lives_on_in_version_2(void **state)
{
	struct record record = alice();
	struct otp_credential was = parsed(record), is;

	(void)state;
	record.state_len = otp_record_print_state(&was, record.state);
	assert_int_equal(record.state[0], 2);
	is = parsed(record);
	assert_memory_equal(&is, &was, sizeof was);
	record.facts_len = otp_record_print_facts(&was, record.facts);
	assert_int_equal(record.facts[0], 2);
	is = parsed(record);
	assert_memory_equal(&is, &was, sizeof was);
}

/* All but the version and the place of the tokens is as in version 2. */
static void version_1_is_version_2_with_a_gap(void **state)
{
	struct record before = alice(), now;
	struct otp_credential credential = parsed(before);

	(void)state;
	now.facts_len = otp_record_print_facts(&credential, now.facts);
	now.state_len = otp_record_print_state(&credential, now.state);
	assert_int_equal(now.facts_len, before.facts_len + 464);
	assert_int_equal(now.state_len, before.state_len);
	assert_memory_equal(now.facts + 1, before.facts + 1, 527);
	for (size_t i = 528; i < 992; i++)
		assert_int_equal(now.facts[i], 0);
	assert_memory_equal(now.facts + 992, before.facts + 528, 2 * TOKEN_FACTS);
	assert_memory_equal(now.state + 1, before.state + 1, now.state_len - 1);
}

/* Under a tool that slows the program thirtyfold a sample shows whether memory is touched amiss. */
static bool sparse(void)
{
	return getenv("SPARSE") != NULL;
}

/* Every byte changed to every other value is refused, or means something: what is parsed comes back the same. */
static void every_changed_byte_is_refused_or_means_something(void **state)
{
	struct record record = alice(), now;
	struct otp_credential credential;
	size_t accepted = 0, refused = 0;

	(void)state;
	for (size_t at = 0; at < record.facts_len + record.state_len; at++) {
		bool in_facts = at < record.facts_len;
		uint8_t *byte = in_facts ? &record.facts[at] : &record.state[at - record.facts_len];
		uint8_t was = *byte;

		for (unsigned change = 1; change < 256; change += sparse() ? 51 : 1) {
			*byte = (uint8_t)(was ^ change);
			if (parse(&record, &credential, NULL) != OTP_OK) {
				refused++;
				continue;
			}
			accepted++;
			(void)otp_record_print_facts(&credential, now.facts);
			(void)otp_record_print_state(&credential, now.state);
			assert_memory_equal(now.facts + 1, record.facts + 1, 527);
			assert_memory_equal(now.facts + 992, record.facts + 528, 2 * TOKEN_FACTS);
			assert_memory_equal(now.state + 1, record.state + 1, record.state_len - 1);
		}
		*byte = was;
	}
	assert_true(accepted > 1000 && refused > 1000);
}

/* One line: a byte of alice's record that no version 1 ever had. */
static void what_version_1_never_had(void **state)
{
	static const struct {
		const char *what;
		bool in_state;
		size_t at;
		uint8_t value;
	} rows[] = {
	    {"version 2 with the bytes of version 1", false, 0, 2},
	    {"version 0", false, 0, 0},
	    {"spent recovery code", true, 2, 1},
	    {"spent recovery code", true, 3, 1},
	    {"spent temporary code", true, 4, 1},
	    {"reserved byte of the state", true, 5, 1},
	    {"state of version 0", true, 0, 0},
	    {"state of version 3", true, 0, 3},
	    {"byte after the owner's NUL", false, 527, 1},
	    {"three tokens in the bytes of two", false, 1, 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct record record = alice();
		struct otp_credential credential;
		struct otp_error error = {.what = ""};

		(rows[i].in_state ? record.state : record.facts)[rows[i].at] = rows[i].value;
		if (parse(&record, &credential, &error) != OTP_E_CORRUPT)
			fail_msg("accepted: %s", rows[i].what);
		assert_non_null(strstr(error.what, "damaged"));
	}
}

static void every_truncation_is_refused(void **state)
{
	const struct record whole = alice();
	struct otp_credential credential;

	(void)state;
	for (size_t len = 1; len <= whole.facts_len + 465; len++) {
		struct record record = whole;

		record.facts_len = len;
		assert_int_equal(parse(&record, &credential, NULL), len == whole.facts_len ? OTP_OK : OTP_E_CORRUPT);
	}
	for (size_t len = 1; len <= whole.state_len + 65; len++) {
		struct record record = whole;

		record.state_len = len;
		assert_int_equal(parse(&record, &credential, NULL), len == whole.state_len ? OTP_OK : OTP_E_CORRUPT);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(alice_is_what_she_was),
	    cmocka_unit_test(her_state_is_what_it_was),
	    cmocka_unit_test(nothing_is_reserved_and_there_are_no_codes),
	    cmocka_unit_test(a_stub_names_its_owner),
	    cmocka_unit_test(it_lives_on_in_version_2),
	    cmocka_unit_test(version_1_is_version_2_with_a_gap),
	    cmocka_unit_test(what_version_1_never_had),
	    cmocka_unit_test(every_truncation_is_refused),
	    cmocka_unit_test(every_changed_byte_is_refused_or_means_something),
	};

	return cmocka_run_group_tests_name("record before", tests, NULL, NULL);
}
