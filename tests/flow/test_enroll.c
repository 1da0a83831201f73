/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two consecutive codes bind a token to a user (product §5.4, §7.1; architecture, one enrolment as data): what binds,
 * what is refused, and that a refusal leaves nothing bound.
 */
#include "scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct otp_token_report inventory(const char *id)
{
	struct otp_token_id token = id_of(id);
	struct otp_token_report report;

	assert_int_equal(otp_token_report(vault, &token, &report, NULL), OTP_OK);
	return report;
}

/* Not bound to alice, and free. */
static void assert_free(const char *id)
{
	struct otp_enrolment enrolment = {.user = "alice", .uid = ALICE, .token = id_of(id)};
	enum otp_kind kind;
	uint8_t digits;

	assert_false(is_enrolled("alice"));
	assert_string_equal(inventory(id).owner, "");
	assert_int_equal(otp_enroll_check(vault, &enrolment, &digits, &kind, NULL), OTP_OK);
}

static enum otp_status enroll_seed(const char *user, const struct otp_seed *seed, struct otp_pair pair,
                                   enum otp_verdict *verdict)
{
	const struct otp_enrolment enrolment = {.user = user,
	                                        .uid = *user == 'a' ? ALICE : BOB,
	                                        .seed = seed,
	                                        .how = is_enrolled(user) ? OTP_ENROLL_ADD : OTP_ENROLL_FIRST,
	                                        .pair = pair};
	struct otp_judgement judgement;
	enum otp_status status = otp_enroll(vault, &limits, &enrolment, &judgement, NULL);

	*verdict = judgement.verdict;
	return status;
}

/* ---- what binds --------------------------------------------------------------------------------------------- */

static void a_token_of_the_inventory_is_bound_by_its_pair(void **state)
{
	static const char *const ids[] = {EVENT_0, TIME_0};
	static const char *const users[] = {"alice", "bob"};
	static const int64_t positions[] = {0, FIRST_STEP};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct otp_user_report report;

		add_token(ids[i]);
		assert_string_equal(inventory(ids[i]).owner, "");
		enroll(users[i], ids[i], positions[i]);
		scene_reopen();
		report = report_of(users[i]);
		assert_int_equal(report.n, 1);
		assert_string_equal(report.token[0].id.text, ids[i]);
		assert_int_equal(report.token[0].status, OTP_TOKEN_ENABLED);
		assert_int_equal(report.token[0].next, positions[i] + 2);
		assert_string_equal(inventory(ids[i]).owner, users[i]);
	}
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_ACCEPTED);
	assert_int_equal(login_at("bob", code_at(TIME_0, FIRST_STEP + 2), NOW + 60000), OTP_ACCEPTED);
}

static void the_start_of_an_event_token_is_free(void **state)
{
	(void)state;
	add_token(EVENT_0);
	enroll("alice", EVENT_0, 1000);
	assert_int_equal(login("alice", code_at(EVENT_0, 1002)), OTP_ACCEPTED);
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_REFUSED);
}

static void a_time_token_whose_clock_is_off_is_bound_as_it_goes(void **state)
{
	struct otp_pair pair =
	    pair_of(code_at(TIME_0, FIRST_STEP + 100), NOW, code_at(TIME_0, FIRST_STEP + 101), NOW + 30000);
	enum otp_verdict verdict;

	(void)state;
	add_token(TIME_0);
	assert_int_equal(try_enroll("alice", TIME_0, false, pair, &verdict), OTP_OK);
	assert_int_equal(verdict, OTP_ACCEPTED);
	assert_int_equal(login_at("alice", code_at(TIME_0, FIRST_STEP + 2), NOW + 60000), OTP_REFUSED);
	assert_int_equal(login_at("alice", code_at(TIME_0, FIRST_STEP + 102), NOW + 60000), OTP_ACCEPTED);
}

static void a_seed_is_bound_and_known_to_the_inventory(void **state)
{
	struct otp_seed seed = seed_of(EVENT_1);
	enum otp_verdict verdict;

	(void)state;
	assert_int_equal(enroll_seed("alice", &seed, pair_at(EVENT_1, 0), &verdict), OTP_OK);
	assert_int_equal(verdict, OTP_ACCEPTED);
	assert_string_equal(inventory(EVENT_1).owner, "alice");
	assert_int_equal(login("alice", code_at(EVENT_1, 2)), OTP_ACCEPTED);
	assert_int_equal(otp_token_add(vault, &seed, NOW, NULL), OTP_E_EXISTS);
	assert_int_equal(enroll_seed("bob", &seed, pair_at(EVENT_1, 3), &verdict), OTP_E_EXISTS);
	assert_false(is_enrolled("bob"));
}

static void a_further_token_is_added_and_both_serve(void **state)
{
	(void)state;
	add_token(EVENT_0);
	add_token(EVENT_1);
	enroll("alice", EVENT_0, 0);
	assert_int_equal(login("alice", code_at(EVENT_0, 5)), OTP_ACCEPTED);
	enroll("alice", EVENT_1, 10);
	assert_int_equal(report_of("alice").n, 2);
	assert_int_equal(login("alice", code_at(EVENT_0, 5)), OTP_REPLAYED);
	assert_int_equal(login("alice", code_at(EVENT_0, 6)), OTP_ACCEPTED);
	assert_int_equal(login("alice", code_at(EVENT_1, 12)), OTP_ACCEPTED);
	assert_string_equal(inventory(EVENT_1).owner, "alice");
}

static void a_further_token_takes_no_failure_away(void **state)
{
	(void)state;
	add_token(EVENT_0);
	add_token(EVENT_1);
	enroll("alice", EVENT_0, 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(login("alice", code_at(EVENT_0, 1200)), OTP_REFUSED);
	enroll("alice", EVENT_1, 0);
	assert_int_equal(report_of("alice").bucket[OTP_LOCAL].failures, 3);
	assert_int_equal(report_of("alice").failures, 3);
}

/* ---- what is refused ----------------------------------------------------------------------------------------- */

static void a_pair_that_is_none_binds_nothing(void **state)
{
	static const struct {
		int64_t first, second;
	} rows[] = {{0, 2}, {1, 0}, {0, 0}, {0, 1200}, {1200, 0}};

	(void)state;
	add_token(EVENT_0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_pair pair =
		    pair_of(code_at(EVENT_0, rows[i].first), NOW, code_at(EVENT_0, rows[i].second), NOW);
		enum otp_verdict verdict;

		assert_int_equal(try_enroll("alice", EVENT_0, false, pair, &verdict), OTP_OK);
		assert_int_equal(verdict, rows[i].first == rows[i].second ? OTP_EQUAL_CODES : OTP_REFUSED);
		assert_free(EVENT_0);
	}
}

static void a_pair_of_another_length_binds_nothing(void **state)
{
	struct otp_pair pair = pair_of("00123456", NOW, "00654321", NOW);
	enum otp_verdict verdict;

	(void)state;
	add_token(EVENT_0);
	assert_int_equal(try_enroll("alice", EVENT_0, false, pair, &verdict), OTP_OK);
	assert_int_equal(verdict, OTP_MALFORMED);
	assert_free(EVENT_0);
}

/* RFC 6238 can give two equal codes in a row: peers.md's key does. The seed wants a fresh one, and it binds. */
static void two_equal_codes_ask_for_a_fresh_one(void **state)
{
	static const int64_t first_ms = INT64_C(1425448020) * 1000;
	struct otp_seed seed = {
	    .id = id_of("VSST77777777"), .kind = OTP_TIME, .digest = OTP_SHA1, .digits = 6, .period = 30};
	enum otp_verdict verdict;

	(void)state;
	seed.secret.len = OTP_SECRET_DEFAULT;
	assert_int_equal(otp_base32_decode("LJYWKRGZO5TV2IQSD434O5RWELYBGXDJ", seed.secret.bytes, &seed.secret.len),
	                 OTP_OK);
	assert_int_equal(otp_token_add(vault, &seed, NOW, NULL), OTP_OK);
	assert_int_equal(try_enroll("alice", "VSST77777777", false,
	                            pair_of("027167", first_ms, "027167", first_ms + 30000), &verdict),
	                 OTP_OK);
	assert_int_equal(verdict, OTP_EQUAL_CODES);
	assert_free("VSST77777777");
	assert_int_equal(try_enroll("alice", "VSST77777777", false,
	                            pair_of("027167", first_ms + 30000, "540653", first_ms + 60000), &verdict),
	                 OTP_OK);
	assert_int_equal(verdict, OTP_ACCEPTED);
	assert_int_equal(login_at("alice", "676369", first_ms + 90000), OTP_ACCEPTED);
}

static void failures_are_charged_to_the_token_of_the_inventory(void **state)
{
	struct otp_pair wrong = pair_of(code_at(EVENT_0, 1), NOW, code_at(EVENT_0, 0), NOW);
	struct otp_pair right = pair_at(EVENT_0, 0);
	enum otp_verdict verdict;

	(void)state;
	add_token(EVENT_0);
	for (int i = 0; i < 4; i++) {
		/* another user each time: the token's failures are its own */
		assert_int_equal(try_enroll(i % 2 == 0 ? "alice" : "bob", EVENT_0, false, wrong, &verdict), OTP_OK);
		assert_int_equal(verdict, OTP_REFUSED);
		scene_reopen();
	}
	assert_int_equal(try_enroll("alice", EVENT_0, false, right, &verdict), OTP_OK);
	assert_int_equal(verdict, OTP_WAITING);
	assert_free(EVENT_0);
	right.first_at = right.second_at = NOW + limits.first_wait;
	assert_int_equal(try_enroll("alice", EVENT_0, false, right, &verdict), OTP_OK);
	assert_int_equal(verdict, OTP_ACCEPTED);
	assert_int_equal(report_of("alice").bucket[OTP_LOCAL].failures, 0); /* they were never alice's */
}

static void a_failed_pair_of_a_seed_leaves_nothing(void **state)
{
	struct otp_seed seed = seed_of(EVENT_1);
	struct otp_token_report report;
	enum otp_verdict verdict;

	(void)state;
	assert_int_equal(enroll_seed("alice", &seed, pair_of("111111", NOW, "222222", NOW), &verdict), OTP_OK);
	assert_int_equal(verdict, OTP_REFUSED);
	assert_false(is_enrolled("alice"));
	assert_int_equal(otp_token_report(vault, &seed.id, &report, NULL), OTP_E_NOT_FOUND);
}

static void a_bound_token_is_refused_and_its_owner_named(void **state)
{
	struct otp_enrolment enrolment = {
	    .user = "bob", .uid = BOB, .token = id_of(EVENT_0), .pair = pair_at(EVENT_0, 2)};
	struct otp_judgement judgement;
	struct otp_error error = {0};
	enum otp_kind kind;
	uint8_t digits;

	(void)state;
	add_token(EVENT_0);
	enroll("alice", EVENT_0, 0);
	assert_int_equal(otp_enroll(vault, &limits, &enrolment, &judgement, &error), OTP_E_BOUND);
	assert_non_null(strstr(error.what, "alice"));
	assert_int_equal(judgement.verdict, OTP_REFUSED);
	assert_int_equal(otp_enroll_check(vault, &enrolment, &digits, &kind, NULL), OTP_E_BOUND);
	assert_false(is_enrolled("bob"));
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_ACCEPTED); /* the pair was not even read */
}

static void an_enrolled_user_is_refused_without_add(void **state)
{
	enum otp_verdict verdict;

	(void)state;
	add_token(EVENT_0);
	add_token(EVENT_1);
	enroll("alice", EVENT_0, 0);
	assert_int_equal(try_enroll("alice", EVENT_1, false, pair_at(EVENT_1, 0), &verdict), OTP_E_EXISTS);
	assert_int_equal(report_of("alice").n, 1);
	assert_string_equal(inventory(EVENT_1).owner, "");
	assert_int_equal(try_enroll("alice", EVENT_0, true, pair_at(EVENT_0, 2), &verdict), OTP_E_BOUND);
	assert_int_equal(report_of("alice").n, 1);
}

static void add_is_refused_to_who_has_none(void **state)
{
	enum otp_verdict verdict;

	(void)state;
	add_token(EVENT_0);
	assert_int_equal(try_enroll("alice", EVENT_0, true, pair_at(EVENT_0, 0), &verdict), OTP_E_NOT_FOUND);
	assert_free(EVENT_0);
}

static void an_unknown_token_is_refused(void **state)
{
	enum otp_verdict verdict;

	(void)state;
	assert_int_equal(try_enroll("alice", EVENT_0, false, pair_at(EVENT_0, 0), &verdict), OTP_E_NOT_FOUND);
	assert_false(is_enrolled("alice"));
}

static void add_under_another_uid_is_refused(void **state)
{
	struct otp_enrolment enrolment = {
	    .user = "alice", .uid = BOB, .token = id_of(EVENT_1), .how = OTP_ENROLL_ADD, .pair = pair_at(EVENT_1, 0)};
	struct otp_judgement judgement;

	(void)state;
	add_token(EVENT_0);
	add_token(EVENT_1);
	enroll("alice", EVENT_0, 0);
	assert_int_equal(otp_enroll(vault, &limits, &enrolment, &judgement, NULL), OTP_E_FOREIGN);
	assert_int_equal(report_of("alice").n, 1);
}

static void more_tokens_than_fit_are_refused(void **state)
{
	char id[OTP_TOKEN_ID_LEN + 1];
	enum otp_verdict verdict;

	(void)state;
	for (int i = 0; i < OTP_TOKENS_MAX; i++) {
		(void)snprintf(id, sizeof id, "UBHE0000000%d", i);
		add_token(id);
		enroll("alice", id, 0);
	}
	add_token("UBHE00000008");
	assert_int_equal(try_enroll("alice", "UBHE00000008", true, pair_at("UBHE00000008", 0), &verdict), OTP_E_LIMIT);
	assert_int_equal(report_of("alice").n, OTP_TOKENS_MAX);
	assert_string_equal(inventory("UBHE00000008").owner, "");
	for (int i = 0; i < OTP_TOKENS_MAX; i++) {
		(void)snprintf(id, sizeof id, "UBHE0000000%d", i);
		assert_int_equal(login("alice", code_at(id, 2)), OTP_ACCEPTED);
	}
}

static void a_name_that_is_too_long_is_refused(void **state)
{
	char user[OTP_USER_MAX + 2];
	enum otp_verdict verdict;

	(void)state;
	add_token(EVENT_0);
	memset(user, 'a', sizeof user);
	user[OTP_USER_MAX + 1] = '\0';
	assert_int_equal(try_enroll(user, EVENT_0, false, pair_at(EVENT_0, 0), &verdict), OTP_E_LIMIT);
	user[200] = '\0';
	enroll(user, EVENT_0, 0);
	assert_int_equal(login(user, code_at(EVENT_0, 2)), OTP_ACCEPTED);
}

static void the_check_tells_digits_and_kind_and_changes_nothing(void **state)
{
	struct otp_enrolment enrolment = {.user = "alice", .uid = ALICE, .token = id_of(TIME_0)};
	enum otp_kind kind;
	uint8_t digits;

	(void)state;
	add_token(TIME_0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(otp_enroll_check(vault, &enrolment, &digits, &kind, NULL), OTP_OK);
		assert_int_equal(digits, 6);
		assert_int_equal(kind, OTP_TIME);
	}
	assert_free(TIME_0);
}

/* ---- interrupted, or failed in between ------------------------------------------------------------------------ */

/* The inventory names an owner who never got the token: what a death between the two writes leaves. */
static void a_token_claimed_for_a_user_without_it_is_free(void **state)
{
	enum otp_verdict verdict;

	(void)state;
	add_token(EVENT_0);
	/* alice's record cannot be written: in its place lies a directory */
	assert_int_equal(mkdir(scene_path("store/users/.alice.new"), 0700), 0);
	assert_int_not_equal(try_enroll("alice", EVENT_0, false, pair_at(EVENT_0, 0), &verdict), OTP_OK);
	assert_int_equal(rmdir(scene_path("store/users/.alice.new")), 0);
	assert_free(EVENT_0);
	enroll("bob", EVENT_0, 2);
	assert_false(is_enrolled("alice"));
	assert_int_equal(login("bob", code_at(EVENT_0, 4)), OTP_ACCEPTED);
}

static void a_seed_that_could_not_be_bound_is_withdrawn(void **state)
{
	struct otp_seed seed = seed_of(EVENT_1);
	struct otp_token_report report;
	enum otp_verdict verdict;

	(void)state;
	assert_int_equal(mkdir(scene_path("store/users/.alice.new"), 0700), 0);
	assert_int_not_equal(enroll_seed("alice", &seed, pair_at(EVENT_1, 0), &verdict), OTP_OK);
	assert_int_equal(otp_token_report(vault, &seed.id, &report, NULL), OTP_E_NOT_FOUND);
	assert_int_equal(rmdir(scene_path("store/users/.alice.new")), 0);
	assert_int_equal(enroll_seed("alice", &seed, pair_at(EVENT_1, 0), &verdict), OTP_OK);
	assert_int_equal(verdict, OTP_ACCEPTED);
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FRESH(a_token_of_the_inventory_is_bound_by_its_pair),
	    FRESH(the_start_of_an_event_token_is_free),
	    FRESH(a_time_token_whose_clock_is_off_is_bound_as_it_goes),
	    FRESH(a_seed_is_bound_and_known_to_the_inventory),
	    FRESH(a_further_token_is_added_and_both_serve),
	    FRESH(a_further_token_takes_no_failure_away),
	    FRESH(a_pair_that_is_none_binds_nothing),
	    FRESH(a_pair_of_another_length_binds_nothing),
	    FRESH(two_equal_codes_ask_for_a_fresh_one),
	    FRESH(failures_are_charged_to_the_token_of_the_inventory),
	    FRESH(a_failed_pair_of_a_seed_leaves_nothing),
	    FRESH(a_bound_token_is_refused_and_its_owner_named),
	    FRESH(an_enrolled_user_is_refused_without_add),
	    FRESH(add_is_refused_to_who_has_none),
	    FRESH(an_unknown_token_is_refused),
	    FRESH(add_under_another_uid_is_refused),
	    FRESH(more_tokens_than_fit_are_refused),
	    FRESH(a_name_that_is_too_long_is_refused),
	    FRESH(the_check_tells_digits_and_kind_and_changes_nothing),
	    FRESH(a_token_claimed_for_a_user_without_it_is_free),
	    FRESH(a_seed_that_could_not_be_bound_is_withdrawn),
	};
	int failed;

	scene_prepare();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scene_clear();
	return failed;
}
