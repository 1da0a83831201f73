/* SPDX-License-Identifier: BSD-2-Clause */
/* Recovery and temporary codes from their making to their use (product §5.7), on a real store. */
#include "scene.h"

#include "credential/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SOON (NOW / 1000 + 3600) /* s */

/* How often a tag was made: what a login pays beyond the token's own codes. */
static size_t tags;

enum otp_status __real_otp_sealer_tag(const struct otp_sealer *sealer, const void *data, size_t len,
                                      uint8_t tag[OTP_TAG_LEN]);
enum otp_status __wrap_otp_sealer_tag(const struct otp_sealer *sealer, const void *data, size_t len,
                                      uint8_t tag[OTP_TAG_LEN]);

enum otp_status __wrap_otp_sealer_tag(const struct otp_sealer *sealer, const void *data, size_t len,
                                      uint8_t tag[OTP_TAG_LEN])
{
	tags++;
	return __real_otp_sealer_tag(sealer, data, len, tag);
}

static int begin_with_alice(void **state)
{
	if (scene_begin(state) != 0)
		return -1;
	add_token(EVENT_0);
	add_token(EVENT_1);
	enroll("alice", EVENT_0, 0);
	return 0;
}

static void renew(const char *user, struct otp_spare_code codes[OTP_RECOVERY_MAX])
{
	struct otp_error error = {.what = ""};

	if (otp_codes_renew(vault, user, codes, &error) != OTP_OK)
		fail_msg("%s", error.what);
}

static struct otp_spare_code lend(const char *user, int64_t expires, bool once)
{
	struct otp_spare_code code;
	struct otp_error error = {.what = ""};

	if (otp_codes_lend(vault, user, expires, once, &code, &error) != OTP_OK)
		fail_msg("%s", error.what);
	return code;
}

static struct otp_outcome outcome_of(const char *user, const char *typed, enum otp_reach reach, int64_t now)
{
	struct otp_attempt attempt = attempt_of(user, typed, now);
	struct otp_outcome outcome;

	attempt.reach = reach;
	assert_int_equal(otp_login(vault, &limits, &attempt, &outcome, NULL), OTP_OK);
	return outcome;
}

/* ---- recovery codes ---------------------------------------------------------------------------------------------- */

static void ten_codes_serve_once_each(void **state)
{
	struct otp_spare_code codes[OTP_RECOVERY_MAX];
	char grouped[OTP_RECOVERY_GROUPED_LEN + 1];

	(void)state;
	assert_int_equal(report_of("alice").recovery_left, 0);
	renew("alice", codes);
	scene_reopen();
	assert_int_equal(report_of("alice").recovery_left, OTP_RECOVERY_MAX);
	for (size_t i = 0; i < OTP_RECOVERY_MAX; i++) {
		struct otp_outcome outcome;

		otp_recovery_group(&codes[i], grouped);
		for (char *c = grouped; i % 2 == 1 && *c != '\0'; c++) /* as some people type it */
			*c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
		outcome = outcome_of("alice", grouped, i % 3 == 0 ? OTP_REMOTE : OTP_LOCAL, NOW);
		assert_int_equal(outcome.verdict, OTP_ACCEPTED);
		assert_int_equal(outcome.way, OTP_BY_RECOVERY);
		assert_string_equal(outcome.token.text, "");
		assert_int_equal(outcome.recovery_left, OTP_RECOVERY_MAX - 1 - i);
		assert_int_equal(outcome_of("alice", grouped, OTP_LOCAL, NOW).verdict,
		                 i + 1 < OTP_RECOVERY_MAX ? OTP_REFUSED : OTP_MALFORMED);
		scene_reopen();
	}
	assert_int_equal(report_of("alice").token[0].next, 2); /* the token has no part in it */
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_ACCEPTED);
}

static void new_codes_kill_the_old_ones(void **state)
{
	struct otp_spare_code old[OTP_RECOVERY_MAX], fresh[OTP_RECOVERY_MAX];

	(void)state;
	renew("alice", old);
	assert_int_equal(login("alice", old[0].text), OTP_ACCEPTED);
	assert_int_equal(login("alice", old[7].text), OTP_ACCEPTED);
	renew("alice", fresh);
	assert_int_equal(report_of("alice").recovery_left, OTP_RECOVERY_MAX);
	for (size_t i = 0; i < OTP_RECOVERY_MAX; i++) {
		assert_int_equal(login_at("alice", old[i].text, NOW + (int64_t)i * 3600000), OTP_REFUSED);
		for (size_t j = 0; j < OTP_RECOVERY_MAX; j++)
			assert_string_not_equal(old[i].text, fresh[j].text);
	}
	for (size_t i = 0; i < OTP_RECOVERY_MAX; i++)
		assert_int_equal(login_at("alice", fresh[i].text, NOW + 11 * 3600000), OTP_ACCEPTED);
}

static void codes_are_one_users(void **state)
{
	struct otp_spare_code alices[OTP_RECOVERY_MAX], bobs[OTP_RECOVERY_MAX];

	(void)state;
	enroll("bob", EVENT_1, 0);
	renew("alice", alices);
	assert_int_equal(login("bob", alices[0].text), OTP_MALFORMED);
	renew("bob", bobs);
	assert_int_equal(login("bob", alices[0].text), OTP_REFUSED);
	assert_int_equal(login("bob", bobs[0].text), OTP_ACCEPTED);
	assert_int_equal(report_of("alice").recovery_left, OTP_RECOVERY_MAX);
}

static void a_wrong_code_is_counted_and_its_origin_kept(void **state)
{
	struct otp_spare_code codes[OTP_RECOVERY_MAX];
	struct otp_outcome outcome;

	(void)state;
	assert_int_equal(login("alice", "AAAAA-AAAAA"), OTP_MALFORMED); /* there is none that it could be */
	assert_int_equal(report_of("alice").failures, 0);
	renew("alice", codes);
	assert_int_equal(login("alice", "AAAAA-AAAAA"), OTP_REFUSED);
	assert_int_equal(report_of("alice").failures, 1);
	assert_int_equal(report_of("alice").bucket[OTP_LOCAL].candidates, 1);
	assert_string_equal(report_of("alice").origin, "tty1");
	outcome = outcome_of("alice", codes[0].text, OTP_REMOTE, NOW);
	assert_int_equal(outcome.verdict, OTP_ACCEPTED);
	assert_int_equal(outcome.failures, 1); /* the owner is told */
	assert_int_equal(report_of("alice").failures, 0);
}

static void a_recovery_code_opens_the_locks(void **state)
{
	struct otp_spare_code codes[OTP_RECOVERY_MAX];
	int64_t now = NOW;

	(void)state;
	renew("alice", codes);
	for (enum otp_reach reach = OTP_LOCAL; reach <= OTP_REMOTE; reach++)
		while (outcome_of("alice", code_at(EVENT_0, 1200), reach, now).verdict == OTP_REFUSED)
			now += limits.longest_wait;
	assert_true(report_of("alice").bucket[OTP_LOCAL].locked && report_of("alice").bucket[OTP_REMOTE].locked);
	assert_int_equal(outcome_of("alice", "AAAAA-AAAAA", OTP_REMOTE, now).verdict, OTP_REFUSED);
	assert_int_equal(outcome_of("alice", codes[0].text, OTP_REMOTE, now).verdict, OTP_WAITING);
	now += limits.longest_wait;
	assert_int_equal(outcome_of("alice", codes[0].text, OTP_REMOTE, now).verdict, OTP_ACCEPTED);
	assert_false(report_of("alice").bucket[OTP_LOCAL].locked || report_of("alice").bucket[OTP_REMOTE].locked);
	assert_int_equal(outcome_of("alice", code_at(EVENT_0, 2), OTP_LOCAL, now).verdict, OTP_ACCEPTED);
}

static void codes_end_with_the_enrolment(void **state)
{
	struct otp_spare_code codes[OTP_RECOVERY_MAX], temporary;
	size_t released;

	(void)state;
	renew("alice", codes);
	temporary = lend("alice", SOON, false);
	assert_int_equal(otp_release(vault, "alice", NULL, &released, NULL), OTP_OK);
	assert_int_equal(login("alice", codes[0].text), OTP_UNENROLLED);
	enroll("alice", EVENT_0, 2);
	assert_int_equal(report_of("alice").recovery_left, 0);
	assert_int_equal(login("alice", codes[0].text), OTP_MALFORMED);
	assert_int_equal(login("alice", temporary.text), OTP_MALFORMED);
}

/* ---- temporary codes --------------------------------------------------------------------------------------------- */

static void a_temporary_code_is_lent_until_its_end(void **state)
{
	struct otp_spare_code once, often;
	struct otp_outcome outcome;

	(void)state;
	assert_int_equal(report_of("alice").temporary_until, 0);
	once = lend("alice", SOON, true);
	assert_int_equal(strspn(once.text, "0123456789"), OTP_TEMPORARY_LEN);
	assert_int_equal(report_of("alice").temporary_until, SOON);
	outcome = outcome_of("alice", once.text, OTP_REMOTE, NOW);
	assert_int_equal(outcome.verdict, OTP_ACCEPTED);
	assert_int_equal(outcome.way, OTP_BY_TEMPORARY);
	assert_string_equal(outcome.token.text, "");
	assert_int_equal(report_of("alice").temporary_until, 0);
	assert_int_equal(login("alice", once.text), OTP_MALFORMED); /* Alice's token has six digits */
	often = lend("alice", SOON, false);
	for (int i = 0; i < 3; i++)
		assert_int_equal(login_at("alice", often.text, SOON * 1000 - 3 + i), OTP_ACCEPTED);
	assert_int_equal(login_at("alice", often.text, SOON * 1000), OTP_MALFORMED);
	often = lend("alice", SOON, false);
	assert_int_equal(login("alice", once.text), OTP_REFUSED); /* the one before stays dead */
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_ACCEPTED);
	assert_int_equal(login("alice", often.text), OTP_MALFORMED); /* the token is there again */
	assert_int_equal(report_of("alice").temporary_until, 0);
}

static void another_temporary_code_takes_the_place_of_the_first(void **state)
{
	struct otp_spare_code first, second;

	(void)state;
	first = lend("alice", SOON, false);
	second = lend("alice", SOON, false);
	assert_string_not_equal(first.text, second.text);
	assert_int_equal(login("alice", first.text), OTP_REFUSED);
	assert_int_equal(login("alice", second.text), OTP_ACCEPTED);
}

/* One salt serves both kinds: to make either leaves the other alone. */
static void recovery_and_temporary_codes_leave_each_other_alone(void **state)
{
	struct otp_spare_code codes[OTP_RECOVERY_MAX], temporary;

	(void)state;
	temporary = lend("alice", SOON, false);
	renew("alice", codes);
	assert_int_equal(login("alice", temporary.text), OTP_ACCEPTED);
	assert_int_equal(login("alice", codes[0].text), OTP_ACCEPTED);
	temporary = lend("alice", SOON, false);
	assert_int_equal(login("alice", codes[0].text), OTP_REFUSED);
	assert_int_equal(login("alice", codes[1].text), OTP_ACCEPTED);
	assert_int_equal(login("alice", temporary.text), OTP_ACCEPTED);
	renew("alice", codes);
	assert_int_equal(login("alice", temporary.text), OTP_ACCEPTED);
	assert_int_equal(otp_codes_end(vault, "alice", NOW, NULL), OTP_OK);
	assert_int_equal(login("alice", temporary.text), OTP_REFUSED); /* eight digits may be a scratch code */
	assert_int_equal(login("alice", codes[1].text), OTP_ACCEPTED);
}

static void it_serves_while_the_token_is_lost(void **state)
{
	struct otp_token_id token = id_of(EVENT_0);
	struct otp_spare_code codes[OTP_RECOVERY_MAX], temporary;
	size_t changed;

	(void)state;
	renew("alice", codes);
	assert_int_equal(otp_change_user(vault, "alice", &token, OTP_DISABLE, "lost", &changed, NULL), OTP_OK);
	temporary = lend("alice", SOON, false);
	assert_int_equal(login("alice", temporary.text), OTP_ACCEPTED);
	assert_int_equal(login("alice", codes[0].text), OTP_ACCEPTED);
	assert_int_equal(login("alice", temporary.text), OTP_ACCEPTED);
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_DISABLED);
	assert_int_equal(login("alice", temporary.text), OTP_ACCEPTED);
}

static void none_is_lent_to_who_is_locked(void **state)
{
	struct otp_token_id token = id_of(EVENT_0);
	struct otp_spare_code code;
	struct otp_error error = {.what = ""};
	size_t changed;

	(void)state;
	enroll("alice", EVENT_1, 0);
	assert_int_equal(otp_change_user(vault, "alice", &token, OTP_LOCK, NULL, &changed, NULL), OTP_OK);
	memset(&code, 'x', sizeof code);
	assert_fails(otp_codes_lend(vault, "alice", SOON, true, &code, &error), OTP_E_STATE, &error);
	assert_non_null(strstr(error.what, EVENT_0));
	assert_string_equal(code.text, "");
	assert_int_equal(report_of("alice").temporary_until, 0);
}

/* An end that a record cannot hold would make the whole record unreadable, and lock its user out. */
static void an_end_beyond_reason_is_refused(void **state)
{
	static const int64_t ends[] = {INT64_MIN, -1, 0, OTP_TEMPORARY_LAST + 1, INT64_MAX};
	struct otp_spare_code code;

	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		struct otp_error error = {.what = ""};

		memset(&code, 'x', sizeof code);
		assert_fails(otp_codes_lend(vault, "alice", ends[i], false, &code, &error), OTP_E_INVALID, &error);
		assert_string_equal(code.text, "");
	}
	code = lend("alice", OTP_TEMPORARY_LAST, false);
	assert_int_equal(login("alice", code.text), OTP_ACCEPTED);
	code = lend("alice", 1, false);
	assert_int_equal(login("alice", code.text), OTP_MALFORMED);
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_ACCEPTED);
}

static void a_temporary_code_is_taken_back(void **state)
{
	struct otp_spare_code code;
	struct otp_error error = {.what = ""};

	(void)state;
	assert_fails(otp_codes_end(vault, "alice", NOW, &error), OTP_E_STATE, &error);
	code = lend("alice", SOON, false);
	assert_int_equal(otp_codes_end(vault, "alice", NOW, NULL), OTP_OK);
	assert_int_equal(login("alice", code.text), OTP_MALFORMED);
	assert_int_equal(otp_codes_end(vault, "alice", NOW, &error), OTP_E_STATE);
	(void)lend("alice", SOON, false);
	assert_int_equal(otp_codes_end(vault, "alice", SOON * 1000, &error), OTP_E_STATE); /* it ended by itself */
	assert_int_equal(otp_codes_end(vault, "bob", NOW, &error), OTP_E_NOT_FOUND);
}

static void who_is_not_enrolled_gets_none(void **state)
{
	static const struct otp_spare_code nothing[OTP_RECOVERY_MAX];
	struct otp_spare_code codes[OTP_RECOVERY_MAX];
	struct otp_error error = {.what = ""};

	(void)state;
	memset(codes, 'x', sizeof codes);
	assert_fails(otp_codes_renew(vault, "bob", codes, &error), OTP_E_NOT_FOUND, &error);
	assert_memory_equal(codes, nothing, sizeof codes);
	memset(codes, 'x', sizeof codes);
	assert_fails(otp_codes_lend(vault, "bob", SOON, true, &codes[0], &error), OTP_E_NOT_FOUND, &error);
	assert_memory_equal(&codes[0], nothing, sizeof codes[0]);
}

/* ---- what it costs -------------------------------------------------------------------------------------------------
 */

/* One line: what Alice has, what she types, and how many tags are made. Six digits cost what they did. */
static void a_tag_is_made_only_for_what_may_be_a_spare_code(void **state)
{
	static const struct {
		bool spare;
		const char *typed;
		size_t tags;
	} rows[] = {
	    {false, "123456", 0},   {false, "12345678", 0},  {false, "AAAAA-AAAAA", 0}, {false, "", 0},
	    {true, "123456", 0},    {true, "1234567", 0},    {true, "12345678", 1},     {true, "AAAAA-AAAAA", 1},
	    {true, "12 34 56", 0},  {true, "", 0},           {true, "123", 0},          {true, "AAAAA-AAAA", 0},
	    {true, "123456789", 0}, {true, "1234567890", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_spare_code codes[OTP_RECOVERY_MAX];
		bool was_locked;

		if (rows[i].spare && report_of("alice").recovery_left == 0)
			renew("alice", codes);
		tags = 0;
		(void)login("alice", rows[i].typed);
		if (tags != rows[i].tags)
			fail_msg("\"%s\": %zu tags", rows[i].typed, tags);
		assert_int_equal(otp_unlock(vault, "alice", &was_locked, NULL), OTP_OK);
	}
}

/* What is typed too long for a code is no recovery code either, however much of it is blank. */
static void a_recovery_code_lies_within_what_may_be_typed(void **state)
{
	struct otp_spare_code codes[OTP_RECOVERY_MAX];
	char typed[3 * OTP_CODE_TYPED_MAX];

	(void)state;
	renew("alice", codes);
	(void)snprintf(typed, sizeof typed, "%*s", OTP_CODE_TYPED_MAX + 1, codes[0].text);
	assert_int_equal(login("alice", typed), OTP_MALFORMED);
	(void)snprintf(typed, sizeof typed, "%*s", OTP_CODE_TYPED_MAX, codes[0].text);
	assert_int_equal(login("alice", typed), OTP_ACCEPTED);
}

/* What a client with one field takes for the code, at the end of its answer. */
static unsigned lengths_of(const char *user, int64_t now)
{
	unsigned lengths = ~0U;

	assert_int_equal(otp_login_lengths(vault, user, now, &lengths, NULL), OTP_OK);
	return lengths;
}

static void codes_have_the_lengths_of_what_is_usable(void **state)
{
	struct otp_token_id token = id_of(EVENT_0);
	size_t changed;

	(void)state;
	assert_int_equal(lengths_of("alice", NOW), 1U << 6);
	assert_int_equal(lengths_of("bob", NOW), 0);
	(void)lend("alice", SOON, false);
	assert_int_equal(lengths_of("alice", NOW), 1U << 6 | 1U << 8);
	assert_int_equal(otp_change_user(vault, "alice", &token, OTP_DISABLE, "lost", &changed, NULL), OTP_OK);
	assert_int_equal(lengths_of("alice", NOW), 1U << 8);
	assert_int_equal(lengths_of("alice", SOON * 1000), 0);
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, begin_with_alice, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FRESH(codes_have_the_lengths_of_what_is_usable),
	    FRESH(ten_codes_serve_once_each),
	    FRESH(new_codes_kill_the_old_ones),
	    FRESH(codes_are_one_users),
	    FRESH(a_wrong_code_is_counted_and_its_origin_kept),
	    FRESH(a_recovery_code_opens_the_locks),
	    FRESH(codes_end_with_the_enrolment),
	    FRESH(a_temporary_code_is_lent_until_its_end),
	    FRESH(another_temporary_code_takes_the_place_of_the_first),
	    FRESH(recovery_and_temporary_codes_leave_each_other_alone),
	    FRESH(it_serves_while_the_token_is_lost),
	    FRESH(none_is_lent_to_who_is_locked),
	    FRESH(an_end_beyond_reason_is_refused),
	    FRESH(a_temporary_code_is_taken_back),
	    FRESH(who_is_not_enrolled_gets_none),
	    FRESH(a_tag_is_made_only_for_what_may_be_a_spare_code),
	    FRESH(a_recovery_code_lies_within_what_may_be_typed),
	};
	int failed;

	scene_prepare();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scene_clear();
	return failed;
}
