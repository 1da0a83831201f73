/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets between vipotp-helper and its callers: what is put in comes out, and nothing else passes for one. */
#include "helper/protocol.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
/* after those that it needs */
#include <cmocka.h>

/* As if it had come through a socket. */
static struct packet *came(struct packet *packet)
{
	packet->at = 0;
	return packet;
}

static void a_login_comes_out_as_it_went_in(void **state)
{
	const struct protocol_login login = {"i3lock", "p\xc3\xa4ss word", "123 456", "tty7", "000001", 1795332667969};
	struct protocol_login again;
	struct packet packet = {.len = 0};

	(void)state;
	protocol_ask(&packet, PROTOCOL_LOGIN);
	protocol_put_user(&packet, "alice");
	protocol_put_login(&packet, &login);
	assert_int_equal(protocol_asked(came(&packet)), PROTOCOL_LOGIN);
	assert_string_equal(protocol_take_user(&packet), "alice");
	protocol_take_login(&packet, &again);
	assert_true(packet_ended(&packet));
	assert_string_equal(again.service, login.service);
	assert_string_equal(again.password, login.password);
	assert_string_equal(again.typed, login.typed);
	assert_string_equal(again.origin, login.origin);
	assert_string_equal(again.first, login.first);
	assert_int_equal(again.first_at, login.first_at);
}

static void no_first_answer_is_none(void **state)
{
	const struct protocol_login login = {"i3lock", "", "", "", NULL, 0};
	struct protocol_login again = {.first = ""};
	struct packet packet = {.len = 0};

	(void)state;
	protocol_put_login(&packet, &login);
	protocol_take_login(came(&packet), &again);
	assert_true(packet_ended(&packet));
	assert_null(again.first);
}

static void an_outcome_comes_out_as_it_went_in(void **state)
{
	struct otp_outcome outcome = {.verdict = OTP_ACCEPTED,
	                              .at = INT64_MAX,
	                              .way = OTP_BY_PAIR,
	                              .token = {"VSST12345678"},
	                              .recovery_left = 10,
	                              .temporary_until = 5,
	                              .ahead = INT64_MIN,
	                              .wait = 30000,
	                              .locked = true,
	                              .bucket_failures = UINT32_MAX,
	                              .failures = 7,
	                              .failed_at = -1};
	struct otp_outcome again;
	struct packet packet = {.len = 0};

	(void)state;
	memset(outcome.origin, 'x', sizeof outcome.origin - 1);
	protocol_put_outcome(&packet, &outcome);
	protocol_take_outcome(came(&packet), &again);
	assert_true(packet_ended(&packet));
	assert_int_equal(again.verdict, outcome.verdict);
	assert_int_equal(again.at, outcome.at);
	assert_int_equal(again.way, outcome.way);
	assert_string_equal(again.token.text, outcome.token.text);
	assert_int_equal(again.recovery_left, outcome.recovery_left);
	assert_int_equal(again.temporary_until, outcome.temporary_until);
	assert_int_equal(again.ahead, outcome.ahead);
	assert_int_equal(again.wait, outcome.wait);
	assert_int_equal(again.locked, outcome.locked);
	assert_int_equal(again.bucket_failures, outcome.bucket_failures);
	assert_int_equal(again.failures, outcome.failures);
	assert_int_equal(again.failed_at, outcome.failed_at);
	assert_string_equal(again.origin, outcome.origin);
}

/* Cut anywhere, or one text short or too long, it is no acceptance. */
static void half_an_outcome_is_a_refusal(void **state)
{
	const struct otp_outcome outcome = {.verdict = OTP_ACCEPTED, .at = 1795332667969};
	struct packet whole = {.len = 0};

	(void)state;
	protocol_put_outcome(&whole, &outcome);
	for (size_t len = 0; len < whole.len; len++) {
		struct packet part = whole;
		struct otp_outcome again;

		part.len = len;
		protocol_take_outcome(&part, &again);
		assert_false(packet_ended(&part));
		assert_int_equal(again.verdict, OTP_REFUSED);
		assert_int_equal(again.at, 0);
	}
	packet_text(&whole, "");
	protocol_take_outcome(&whole, &(struct otp_outcome){.verdict = OTP_REFUSED});
	assert_false(packet_ended(&whole));
}

static void a_failure_comes_with_its_reason(void **state)
{
	const struct otp_error error = {.status = OTP_E_BUSY, .what = "locked"};
	struct otp_error again;
	struct packet packet = {.len = 0};

	(void)state;
	protocol_answer(&packet, OTP_E_BUSY, &error);
	assert_int_equal(protocol_answered(came(&packet), &again), OTP_E_BUSY);
	assert_string_equal(again.what, "locked");
	packet_text(&packet, "more");
	assert_int_equal(protocol_answered(came(&packet), &again), OTP_E_IO);
}

static void a_session_comes_out_as_it_went_in(void **state)
{
	const struct protocol_session session = {"secret", true, 3, {"vipotp", "test", "", NULL}};
	struct protocol_session again;
	struct packet packet = {.len = 0};

	(void)state;
	protocol_put_session(&packet, &session);
	protocol_take_session(came(&packet), &again);
	assert_true(packet_ended(&packet));
	assert_string_equal(again.password, "secret");
	assert_true(again.japanese);
	assert_int_equal(again.argc, 3);
	for (int i = 0; i < 3; i++)
		assert_string_equal(again.argv[i], session.argv[i]);
	assert_null(again.argv[3]);
}

static void what_does_not_fit_makes_no_packet(void **state)
{
	static char longest[PROTOCOL_TEXT_MAX + 2];
	struct protocol_session session = {.password = "", .argc = PROTOCOL_WORDS_MAX + 1};
	struct packet packet = {.len = 0};

	(void)state;
	memset(longest, 'x', PROTOCOL_TEXT_MAX);
	packet_text(&packet, longest);
	assert_false(packet.bad);
	for (int i = 0; i < 8; i++)
		packet_text(&packet, longest);
	assert_true(packet.bad && packet.len <= sizeof packet.bytes);
	packet = (struct packet){.len = 0};
	longest[PROTOCOL_TEXT_MAX] = 'x';
	packet_text(&packet, longest);
	assert_true(packet.bad);
	packet = (struct packet){.len = 0};
	protocol_put_session(&packet, &session);
	assert_true(packet.bad);
}

static void numbers_have_one_writing(void **state)
{
	static const char *const wrong[] = {"",    " 1",  "1 ",  "+1", "01", "-0",  "0x1",
	                                    "1e1", "1.0", "--1", "x",  "10", "-11", "9223372036854775808",
	                                    NULL};
	static const int64_t right[] = {-10, -1, 0, 1, 9};

	(void)state;
	for (size_t i = 0; wrong[i] != NULL; i++) {
		struct packet packet = {.len = 0};

		packet_text(&packet, wrong[i]);
		(void)packet_next_number(&packet, -10, 9);
		assert_true(packet.bad);
	}
	for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
		struct packet packet = {.len = 0};

		packet_number(&packet, right[i]);
		assert_int_equal(packet_next_number(&packet, -10, 9), right[i]);
		assert_true(packet_ended(&packet));
	}
}

static void a_wiped_packet_holds_nothing(void **state)
{
	struct packet packet = {.len = 0}, none = {.len = 0};

	(void)state;
	packet_text(&packet, "secret");
	packet_wipe(&packet);
	assert_memory_equal(packet.bytes, none.bytes, sizeof none.bytes);
	assert_int_equal(packet.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_login_comes_out_as_it_went_in),    cmocka_unit_test(no_first_answer_is_none),
	    cmocka_unit_test(an_outcome_comes_out_as_it_went_in), cmocka_unit_test(half_an_outcome_is_a_refusal),
	    cmocka_unit_test(a_failure_comes_with_its_reason),    cmocka_unit_test(a_session_comes_out_as_it_went_in),
	    cmocka_unit_test(what_does_not_fit_makes_no_packet),  cmocka_unit_test(numbers_have_one_writing),
	    cmocka_unit_test(a_wiped_packet_holds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
