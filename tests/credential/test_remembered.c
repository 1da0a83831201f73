/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of remembered logins (vipotp-credential(5)), and that nothing else is taken for them. */
#include "credential/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FACTS = OTP_RECORD_REMEMBERED_FACTS, STATE_MAX = OTP_RECORD_REMEMBERED_STATE_MAX };

static enum otp_status parse(const uint8_t *facts, size_t facts_len, const uint8_t *state, size_t state_len,
                             struct otp_remembered *remembered, struct otp_error *error)
{
	uint8_t *blocks[2]; /* exactly so long: a sanitizer sees a read outside */
	enum otp_status status;

	blocks[0] = malloc(facts_len + (facts_len == 0));
	blocks[1] = malloc(state_len + (state_len == 0));
	assert_non_null(blocks[0]);
	assert_non_null(blocks[1]);
	memcpy(blocks[0], facts, facts_len);
	memcpy(blocks[1], state, state_len);
	memset(remembered, 0x5a, sizeof *remembered);
	status = otp_record_parse_remembered(blocks[0], facts_len, blocks[1], state_len, remembered, error);
	free(blocks[0]);
	free(blocks[1]);
	return status;
}

/* carol, with n logins that have no byte in common with each other. */
static struct otp_remembered carols(size_t n)
{
	struct otp_remembered remembered = {.user = "carol", .uid = 0x01020304, .n = n};

	for (size_t i = 0; i < 16; i++) {
		remembered.generation[i] = (uint8_t)(0x10 + i);
		remembered.boot_id[i] = (uint8_t)(0x20 + i);
	}
	for (size_t i = 0; i < n; i++) {
		struct otp_remembered_login *login = &remembered.login[i];

		memset(login->tie, 0xa0 + (int)i, sizeof login->tie);
		login->given = (struct otp_two_clocks){0x0506070809, 0x0a0b};
		login->ends = (struct otp_two_clocks){0x050607080a + (int64_t)i, 0x0a0c + (int64_t)i};
	}
	return remembered;
}

struct printed {
	uint8_t facts[FACTS], state[STATE_MAX];
	size_t state_len;
};

static struct printed print(const struct otp_remembered *remembered)
{
	struct printed printed;

	memset(&printed, 0xa5, sizeof printed);
	assert_int_equal(otp_record_print_remembered_facts(remembered, printed.facts), FACTS);
	printed.state_len = otp_record_print_remembered_state(remembered, printed.state);
	return printed;
}

static void the_layout(void **state)
{
	const struct otp_remembered carol = carols(1);
	struct printed printed = print(&carol);

	(void)state;
	assert_int_equal(FACTS, 260);
	assert_memory_equal(printed.facts, "\x01\0\0\0carol", 9);
	for (size_t i = 9; i < FACTS; i++)
		assert_int_equal(printed.facts[i], 0);
	assert_int_equal(printed.state_len, 104);
	assert_memory_equal(printed.state, "\x01\x01\0\0\x01\x02\x03\x04", 8);
	assert_memory_equal(printed.state + 8, carol.generation, 16);
	assert_memory_equal(printed.state + 24, carol.boot_id, 16);
	assert_memory_equal(printed.state + 40, carol.login[0].tie, 32);
	assert_memory_equal(printed.state + 72,
	                    "\0\0\0\x05\x06\x07\x08\x09\0\0\0\x05\x06\x07\x08\x0a"
	                    "\0\0\0\0\0\0\x0a\x0b\0\0\0\0\0\0\x0a\x0c",
	                    32);
	assert_true(STATE_MAX <= 1024); /* what a store has room for */
}

static void what_is_printed_is_parsed(void **state)
{
	(void)state;
	for (size_t n = 0; n <= OTP_REMEMBERED_MAX; n++) {
		struct otp_remembered carol = carols(n), back;
		struct printed printed;

		memset(carol.user, 'a' + (int)n, n * OTP_USER_MAX / OTP_REMEMBERED_MAX);
		printed = print(&carol);
		assert_int_equal(parse(printed.facts, FACTS, printed.state, printed.state_len, &back, NULL), OTP_OK);
		assert_memory_equal(&back, &carol, sizeof back);
	}
}

static void every_other_length_is_refused(void **state)
{
	const struct otp_remembered carol = carols(2);
	struct printed printed = print(&carol);
	struct otp_remembered back;
	uint8_t longer[FACTS + 1] = {0};

	(void)state;
	memcpy(longer, printed.facts, FACTS);
	for (size_t len = 0; len <= sizeof longer; len++) {
		struct otp_error error = {.what = ""};

		assert_int_equal(parse(longer, len, printed.state, printed.state_len, &back, &error),
		                 len == FACTS ? OTP_OK : OTP_E_CORRUPT);
		if (len != FACTS)
			assert_non_null(strstr(error.what, "damaged"));
	}
	for (size_t len = 0; len <= STATE_MAX; len++)
		assert_int_equal(parse(printed.facts, FACTS, printed.state, len, &back, NULL),
		                 len == printed.state_len ? OTP_OK : OTP_E_CORRUPT);
}

/* A byte changed to every other value: refused, or a record that prints as exactly these bytes. */
static void change(struct printed *printed, uint8_t *byte)
{
	for (unsigned by = 1; by < 256; by++) {
		struct otp_remembered back;
		struct printed again;

		*byte ^= (uint8_t)by;
		if (parse(printed->facts, FACTS, printed->state, printed->state_len, &back, NULL) == OTP_OK) {
			again = print(&back);
			assert_memory_equal(again.facts, printed->facts, FACTS);
			assert_int_equal(again.state_len, printed->state_len);
			assert_memory_equal(again.state, printed->state, printed->state_len);
		}
		*byte ^= (uint8_t)by;
	}
}

static void every_changed_byte_is_refused_or_means_something(void **state)
{
	const struct otp_remembered carol = carols(2);
	struct printed printed = print(&carol);

	(void)state;
	for (size_t at = 0; at < FACTS; at++)
		change(&printed, &printed.facts[at]);
	for (size_t at = 0; at < printed.state_len; at++)
		change(&printed, &printed.state[at]);
}

static void what_no_record_can_be(void **state)
{
	static const struct {
		const char *what;
		bool facts;
		size_t at;
		uint8_t value;
	} rows[] = {
	    {"facts of version 0", true, 0, 0},
	    {"facts of version 2", true, 0, 2},
	    {"reserved byte", true, 1, 1},
	    {"reserved byte", true, 3, 1},
	    {"byte behind the name's NUL", true, 10, 1},
	    {"name without an end", true, 259, 1},
	    {"state of version 0", false, 0, 0},
	    {"state of version 2", false, 0, 2},
	    {"more logins than there are", false, 1, 3},
	    {"fewer logins than there are", false, 1, 1},
	    {"reserved byte", false, 2, 1},
	    {"reserved byte", false, 3, 1},
	    {"given before 1970", false, 72, 0x80},
	    {"ends when it is given", false, 87, 0x09},
	    {"ends before it is given", false, 87, 0x08},
	    {"given before the boot", false, 88, 0x80},
	    {"ends by the other clock when it is given", false, 103, 0x0b},
	    {"the second login, ends before 1970", false, 144, 0x80},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct otp_remembered carol = carols(2);
		struct printed printed = print(&carol);
		struct otp_remembered back;

		(rows[i].facts ? printed.facts : printed.state)[rows[i].at] = rows[i].value;
		if (parse(printed.facts, FACTS, printed.state, printed.state_len, &back, NULL) != OTP_E_CORRUPT)
			fail_msg("accepted: %s", rows[i].what);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_layout),
	    cmocka_unit_test(what_is_printed_is_parsed),
	    cmocka_unit_test(every_other_length_is_refused),
	    cmocka_unit_test(what_no_record_can_be),
	    cmocka_unit_test(every_changed_byte_is_refused_or_means_something),
	};

	return cmocka_run_group_tests_name("remembered", tests, NULL, NULL);
}
