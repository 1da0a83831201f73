/* SPDX-License-Identifier: BSD-2-Clause */
/* The states of a token (product §4.2; flow/states.h): what leads where, what is refused, and what each of them serves.
 */
#include "scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Alice with EVENT_0; EVENT_1 and EVENT_2 are free. */
static int begin_with_alice(void **state)
{
	if (scene_begin(state) != 0)
		return -1;
	add_token(EVENT_0);
	add_token(EVENT_1);
	add_token(EVENT_2);
	enroll("alice", EVENT_0, 0);
	return 0;
}

static enum otp_status change(const char *id, enum otp_change to, size_t *changed, struct otp_error *error)
{
	struct otp_token_id token;

	if (id != NULL)
		token = id_of(id);
	return otp_change_user(vault, "alice", id != NULL ? &token : NULL, to, to == OTP_DISABLE ? "lost" : NULL,
	                       changed, error);
}

static void must_change(const char *id, enum otp_change to)
{
	size_t changed = 0;

	assert_int_equal(change(id, to, &changed, NULL), OTP_OK);
	assert_int_equal(changed, 1);
}

static enum otp_token_status status_of(const char *id)
{
	struct otp_user_report report = report_of("alice");

	for (size_t i = 0; i < report.n; i++)
		if (strcmp(report.token[i].id.text, id) == 0)
			return report.token[i].status;
	fail_msg("alice has no token %s", id);
	return OTP_TOKEN_NEW;
}

static const char *const change_names[] = {"lock", "unlock", "disable", "enable"};

/* ---- a user's tokens ------------------------------------------------------------------------------------------- */

enum { REFUSED = 0 };

static const struct {
	enum otp_token_status from;
	int to[4]; /* by enum otp_change; REFUSED: the state does not allow it */
} bound_rows[] = {
    {OTP_TOKEN_ENABLED, {OTP_TOKEN_LOCKED, REFUSED, OTP_TOKEN_DISABLED, REFUSED}},
    {OTP_TOKEN_LOCKED, {REFUSED, OTP_TOKEN_ENABLED, OTP_TOKEN_DISABLED, REFUSED}},
    {OTP_TOKEN_DISABLED, {REFUSED, REFUSED, REFUSED, OTP_TOKEN_ENABLED}},
};

/* Bring EVENT_0 into a state, from whichever it is in. */
static void bring_to(enum otp_token_status status)
{
	if (status_of(EVENT_0) == OTP_TOKEN_LOCKED)
		must_change(EVENT_0, OTP_UNLOCK);
	if (status_of(EVENT_0) == OTP_TOKEN_DISABLED)
		must_change(EVENT_0, OTP_ENABLE);
	if (status != OTP_TOKEN_ENABLED)
		must_change(EVENT_0, status == OTP_TOKEN_LOCKED ? OTP_LOCK : OTP_DISABLE);
	assert_int_equal(status_of(EVENT_0), status);
}

static void the_transitions_of_a_users_token(void **state)
{
	static const char *const words[] = {"", "new", "enabled", "disabled", "locked"};

	(void)state;
	for (size_t i = 0; i < sizeof bound_rows / sizeof *bound_rows; i++)
		for (int c = 0; c < 8; c++) { /* by its ID, and as the only one of all */
			enum otp_change to = (enum otp_change)(c % 4);
			struct otp_error error = {.what = ""};
			size_t changed = 99;
			enum otp_status status;
			int expected = bound_rows[i].to[to];

			bring_to(bound_rows[i].from);
			status = change(c < 4 ? EVENT_0 : NULL, to, &changed, &error);
			if ((status == OTP_OK) != (expected != REFUSED))
				fail_msg("%s: %s gives status %d", words[bound_rows[i].from], change_names[to],
				         (int)status);
			assert_int_equal(changed, expected != REFUSED);
			assert_int_equal(status_of(EVENT_0), expected == REFUSED ? (int)bound_rows[i].from : expected);
			if (expected != REFUSED)
				continue;
			assert_fails(status, OTP_E_STATE, &error);
			assert_non_null(strstr(error.what, words[bound_rows[i].from]));
			assert_non_null(strstr(error.what, EVENT_0));
		}
}

static void a_reason_goes_with_the_state(void **state)
{
	char longest[OTP_TEXT_MAX + 1];
	struct otp_token_id token = id_of(EVENT_0);
	size_t changed;

	(void)state;
	memset(longest, 'x', OTP_TEXT_MAX);
	longest[OTP_TEXT_MAX] = '\0';
	assert_int_equal(otp_change_user(vault, "alice", &token, OTP_DISABLE, longest, &changed, NULL), OTP_OK);
	assert_string_equal(report_of("alice").token[0].reason, longest);
	must_change(EVENT_0, OTP_ENABLE);
	assert_string_equal(report_of("alice").token[0].reason, "");
	assert_int_equal(otp_change_user(vault, "alice", &token, OTP_DISABLE, "", &changed, NULL), OTP_OK);
	assert_string_equal(report_of("alice").token[0].reason, "");
	assert_int_equal(report_of("alice").token[0].status, OTP_TOKEN_DISABLED);
}

/* All of a user's means those that can: of an enabled, a locked and a disabled one. */
static void all_that_can_are_changed(void **state)
{
	static const struct {
		enum otp_change to;
		size_t changed;
		enum otp_token_status then[3];
	} rows[] = {
	    {OTP_LOCK, 1, {OTP_TOKEN_LOCKED, OTP_TOKEN_LOCKED, OTP_TOKEN_DISABLED}},
	    {OTP_UNLOCK, 1, {OTP_TOKEN_ENABLED, OTP_TOKEN_ENABLED, OTP_TOKEN_DISABLED}},
	    {OTP_DISABLE, 2, {OTP_TOKEN_DISABLED, OTP_TOKEN_DISABLED, OTP_TOKEN_DISABLED}},
	    {OTP_ENABLE, 1, {OTP_TOKEN_ENABLED, OTP_TOKEN_LOCKED, OTP_TOKEN_ENABLED}},
	};
	static const char *const ids[] = {EVENT_0, EVENT_1, EVENT_2};

	(void)state;
	enroll("alice", EVENT_1, 0);
	enroll("alice", EVENT_2, 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t changed, ignored;

		(void)!change(NULL, OTP_UNLOCK, &ignored, NULL);
		(void)!change(NULL, OTP_ENABLE, &ignored, NULL);
		must_change(EVENT_1, OTP_LOCK);
		must_change(EVENT_2, OTP_DISABLE);
		assert_int_equal(change(NULL, rows[i].to, &changed, NULL), OTP_OK);
		assert_int_equal(changed, rows[i].changed);
		for (size_t j = 0; j < 3; j++)
			assert_int_equal(status_of(ids[j]), rows[i].then[j]);
	}
}

static void nothing_to_change_is_told(void **state)
{
	struct otp_token_id own = id_of(EVENT_0), other = id_of(EVENT_1);
	struct otp_error error = {.what = ""};
	size_t changed = 99;

	(void)state;
	assert_fails(otp_change_user(vault, "bob", NULL, OTP_LOCK, NULL, &changed, &error), OTP_E_NOT_FOUND, &error);
	assert_int_equal(changed, 0);
	assert_fails(otp_change_user(vault, "bob", &own, OTP_LOCK, NULL, &changed, &error), OTP_E_NOT_FOUND, &error);
	changed = 99;
	assert_fails(otp_change_user(vault, "alice", &other, OTP_LOCK, NULL, &changed, &error), OTP_E_INVALID, &error);
	assert_int_equal(changed, 0);
	enroll("alice", EVENT_1, 0);
	changed = 99;
	assert_fails(otp_change_user(vault, "alice", NULL, OTP_ENABLE, NULL, &changed, &error), OTP_E_STATE, &error);
	assert_int_equal(changed, 0);
	assert_null(strstr(error.what, EVENT_0)); /* no single one is to blame */
}

/* Whatever was done to it, a token's used codes stay used, and its owner's failures stay his. */
static void positions_and_failures_stay(void **state)
{
	(void)state;
	assert_int_equal(login("alice", code_at(EVENT_0, 4)), OTP_ACCEPTED);
	assert_int_equal(login("alice", code_at(EVENT_0, 1200)), OTP_REFUSED);
	must_change(EVENT_0, OTP_LOCK);
	must_change(EVENT_0, OTP_DISABLE);
	must_change(EVENT_0, OTP_ENABLE);
	assert_int_equal(report_of("alice").token[0].next, 5);
	assert_int_equal(report_of("alice").bucket[OTP_LOCAL].failures, 1);
	assert_int_equal(report_of("alice").failures, 1);
	assert_int_equal(login("alice", code_at(EVENT_0, 4)), OTP_REPLAYED);
	assert_int_equal(login("alice", code_at(EVENT_0, 3)), OTP_REFUSED);
	assert_int_equal(login("alice", code_at(EVENT_0, 5)), OTP_ACCEPTED);
}

/* ---- what a state serves ------------------------------------------------------------------------------------------
 */

static enum otp_verdict reset(int64_t position)
{
	struct otp_token_id token = id_of(EVENT_0);
	struct otp_pair pair = pair_at(EVENT_0, position);
	struct otp_judgement judgement;

	assert_int_equal(otp_reset(vault, &limits, "alice", &token, &pair, false, &judgement, NULL), OTP_OK);
	return judgement.verdict;
}

static void only_an_enabled_token_serves(void **state)
{
	(void)state;
	must_change(EVENT_0, OTP_DISABLE);
	for (int i = 0; i < 60; i++) /* and nothing is counted: the owner cannot lock himself out by it */
		assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_DISABLED);
	assert_int_equal(reset(100), OTP_DISABLED);
	must_change(EVENT_0, OTP_ENABLE);
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_ACCEPTED);
	must_change(EVENT_0, OTP_LOCK);
	for (int i = 0; i < 60; i++)
		assert_int_equal(login("alice", code_at(EVENT_0, 3)), OTP_STOPPED);
	assert_int_equal(reset(100), OTP_STOPPED);
	assert_int_equal(report_of("alice").failures, 0);
	assert_int_equal(report_of("alice").token[0].acceptable, 0);
	must_change(EVENT_0, OTP_UNLOCK);
	assert_int_equal(login("alice", code_at(EVENT_0, 3)), OTP_ACCEPTED);
	assert_int_equal(reset(100), OTP_ACCEPTED);
}

/* A locked token stops its owner's recovery and temporary codes; a disabled one does not. */
static void a_lock_stops_the_codes_that_need_no_token(void **state)
{
	struct otp_spare_code codes[OTP_RECOVERY_MAX], temporary;

	(void)state;
	enroll("alice", EVENT_1, 0);
	assert_int_equal(otp_codes_renew(vault, "alice", codes, NULL), OTP_OK);
	assert_int_equal(otp_codes_lend(vault, "alice", NOW / 1000 + 3600, false, &temporary, NULL), OTP_OK);
	must_change(EVENT_0, OTP_LOCK);
	assert_int_equal(login("alice", codes[0].text), OTP_MALFORMED);
	assert_int_equal(login("alice", temporary.text), OTP_MALFORMED);
	must_change(EVENT_1, OTP_DISABLE);
	assert_int_equal(login("alice", codes[0].text), OTP_STOPPED);
	assert_int_equal(login("alice", temporary.text), OTP_STOPPED);
	must_change(EVENT_0, OTP_DISABLE);
	assert_int_equal(login("alice", temporary.text), OTP_ACCEPTED);
	assert_int_equal(login("alice", codes[0].text), OTP_ACCEPTED);
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_DISABLED);
	assert_int_equal(report_of("alice").failures, 0);
}

/* ---- tokens of the inventory ---------------------------------------------------------------------------------------
 */

static void the_transitions_of_a_stocked_token(void **state)
{
	static const struct {
		enum otp_token_status from;
		int to[4];
	} rows[] = {
	    {OTP_TOKEN_NEW, {REFUSED, REFUSED, OTP_TOKEN_DISABLED, REFUSED}},
	    {OTP_TOKEN_DISABLED, {REFUSED, REFUSED, REFUSED, OTP_TOKEN_NEW}},
	};
	struct otp_token_id token = id_of(EVENT_1);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (int c = 0; c < 4; c++) {
			struct otp_error error = {.what = ""};
			int expected = rows[i].to[c];
			enum otp_status status;

			if (stocked(EVENT_1).status != rows[i].from)
				assert_int_equal(
				    otp_change_stocked(vault, &token,
				                       rows[i].from == OTP_TOKEN_NEW ? OTP_ENABLE : OTP_DISABLE,
				                       "before", NULL),
				    OTP_OK);
			status = otp_change_stocked(vault, &token, (enum otp_change)c, "recalled", &error);
			if ((status == OTP_OK) != (expected != REFUSED))
				fail_msg("row %zu: %s gives status %d", i, change_names[c], (int)status);
			if (expected == REFUSED)
				assert_fails(status, OTP_E_STATE, &error);
			assert_int_equal(stocked(EVENT_1).status, expected == REFUSED ? (int)rows[i].from : expected);
			if (expected == OTP_TOKEN_DISABLED)
				assert_string_equal(stocked(EVENT_1).reason, "recalled");
			if (expected == OTP_TOKEN_NEW)
				assert_string_equal(stocked(EVENT_1).reason, "");
		}
	enroll("bob", EVENT_1, 0);
}

static void a_stocked_token_is_nobodys_and_known(void **state)
{
	struct otp_token_id bound = id_of(EVENT_0), unknown = id_of("UBHE00000007");
	struct otp_error error = {.what = ""};

	(void)state;
	assert_fails(otp_change_stocked(vault, &bound, OTP_DISABLE, "x", &error), OTP_E_BOUND, &error);
	assert_non_null(strstr(error.what, "alice"));
	assert_fails(otp_change_stocked(vault, &unknown, OTP_DISABLE, "x", &error), OTP_E_NOT_FOUND, &error);
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_ACCEPTED);
}

static void disabled_stays_disabled_through_release(void **state)
{
	struct otp_token_id token = id_of(EVENT_0);
	enum otp_verdict verdict;
	size_t released;

	(void)state;
	assert_int_equal(login("alice", code_at(EVENT_0, 4)), OTP_ACCEPTED);
	must_change(EVENT_0, OTP_DISABLE);
	assert_int_equal(otp_release(vault, "alice", NULL, &released, NULL), OTP_OK);
	assert_int_equal(stocked(EVENT_0).status, OTP_TOKEN_DISABLED);
	assert_string_equal(stocked(EVENT_0).reason, "lost");
	assert_string_equal(stocked(EVENT_0).owner, "");
	assert_int_equal(try_enroll("bob", EVENT_0, false, pair_at(EVENT_0, 5), &verdict), OTP_E_STATE);
	assert_int_equal(otp_change_stocked(vault, &token, OTP_ENABLE, NULL, NULL), OTP_OK);
	assert_int_equal(stocked(EVENT_0).next, 5); /* found again: its used codes are still used */
	assert_int_equal(try_enroll("bob", EVENT_0, false, pair_at(EVENT_0, 3), &verdict), OTP_OK);
	assert_int_equal(verdict, OTP_REFUSED);
	enroll("bob", EVENT_0, 5);
}

static void a_locked_token_that_is_released_is_free(void **state)
{
	size_t released;

	(void)state;
	must_change(EVENT_0, OTP_LOCK);
	assert_int_equal(otp_release(vault, "alice", NULL, &released, NULL), OTP_OK);
	assert_int_equal(stocked(EVENT_0).status, OTP_TOKEN_NEW);
	enroll("alice", EVENT_0, 2);
	assert_int_equal(login("alice", code_at(EVENT_0, 4)), OTP_ACCEPTED);
}

/* ---- unlock
 * ---------------------------------------------------------------------------------------------------------- */

static void fail_until_locked(enum otp_reach reach)
{
	struct otp_attempt attempt = attempt_of("alice", code_at(EVENT_0, 1200), NOW);
	struct otp_outcome outcome;

	attempt.reach = reach;
	do {
		assert_int_equal(otp_login(vault, &limits, &attempt, &outcome, NULL), OTP_OK);
		attempt.now += limits.longest_wait;
	} while (outcome.verdict == OTP_REFUSED);
	assert_int_equal(outcome.verdict, OTP_LOCKED);
}

static void unlock_clears_both_buckets(void **state)
{
	bool was_locked = false;

	(void)state;
	for (int locked = 0; locked < 4; locked++) {
		for (enum otp_reach reach = OTP_LOCAL; reach <= OTP_REMOTE; reach++)
			if ((locked >> reach & 1) == 1)
				fail_until_locked(reach);
		assert_int_equal(otp_unlock(vault, "alice", &was_locked, NULL), OTP_OK);
		assert_int_equal(was_locked, locked != 0);
		for (enum otp_reach reach = OTP_LOCAL; reach <= OTP_REMOTE; reach++) {
			assert_false(report_of("alice").bucket[reach].locked);
			assert_int_equal(report_of("alice").bucket[reach].failures, 0);
			assert_int_equal(report_of("alice").bucket[reach].candidates, 0);
		}
		assert_int_equal(login("alice", code_at(EVENT_0, 2 + locked)), OTP_ACCEPTED);
	}
}

static void unlock_ends_locks_and_nothing_else(void **state)
{
	struct otp_error error = {.what = ""};
	bool was_locked = false;

	(void)state;
	enroll("alice", EVENT_1, 0);
	enroll("alice", EVENT_2, 0);
	must_change(EVENT_0, OTP_LOCK);
	must_change(EVENT_1, OTP_LOCK);
	must_change(EVENT_2, OTP_DISABLE);
	assert_int_equal(otp_unlock(vault, "alice", &was_locked, NULL), OTP_OK);
	assert_true(was_locked);
	assert_int_equal(status_of(EVENT_0), OTP_TOKEN_ENABLED);
	assert_int_equal(status_of(EVENT_1), OTP_TOKEN_ENABLED);
	assert_int_equal(status_of(EVENT_2), OTP_TOKEN_DISABLED);
	assert_int_equal(login("alice", code_at(EVENT_1, 2)), OTP_ACCEPTED);
	assert_int_equal(otp_unlock(vault, "alice", &was_locked, NULL), OTP_OK);
	assert_false(was_locked);
	assert_fails(otp_unlock(vault, "bob", &was_locked, &error), OTP_E_NOT_FOUND, &error);
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, begin_with_alice, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FRESH(the_transitions_of_a_users_token),
	    FRESH(a_reason_goes_with_the_state),
	    FRESH(all_that_can_are_changed),
	    FRESH(nothing_to_change_is_told),
	    FRESH(positions_and_failures_stay),
	    FRESH(only_an_enabled_token_serves),
	    FRESH(a_lock_stops_the_codes_that_need_no_token),
	    FRESH(the_transitions_of_a_stocked_token),
	    FRESH(a_stocked_token_is_nobodys_and_known),
	    FRESH(disabled_stays_disabled_through_release),
	    FRESH(a_locked_token_that_is_released_is_free),
	    FRESH(unlock_clears_both_buckets),
	    FRESH(unlock_ends_locks_and_nothing_else),
	};
	int failed;

	scene_prepare();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scene_clear();
	return failed;
}
