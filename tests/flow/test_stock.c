/* SPDX-License-Identifier: BSD-2-Clause */
/* The inventory in an administrator's hands (flow/stock.h): assign, remove, known, and out of here. */
#include "scene.h"

#include "flow/held.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Alice with EVENT_0; EVENT_1 and TIME_1 are free. */
static int begin_with_alice(void **state)
{
	if (scene_begin(state) != 0)
		return -1;
	add_token(EVENT_0);
	add_token(EVENT_1);
	add_token(TIME_1);
	enroll("alice", EVENT_0, 0);
	return 0;
}

static enum otp_status assign(const char *id, const char *user, struct otp_error *error)
{
	struct otp_token_id token = id_of(id);

	return otp_token_assign(vault, &token, user, error);
}

static enum otp_status discard(const char *id, struct otp_error *error)
{
	struct otp_token_id token = id_of(id);

	return otp_token_remove(vault, &token, error);
}

static bool is_known(const char *id)
{
	struct otp_token_id token = id_of(id);
	struct otp_token_report report;
	enum otp_status status = otp_token_report(vault, &token, &report, NULL);

	assert_true(status == OTP_OK || status == OTP_E_NOT_FOUND);
	return status == OTP_OK;
}

/* The key of alice's EVENT_0 is lost: her record is gone, and the inventory keeps none. */
static void lose_alice(void)
{
	assert_int_equal(unlink(scene_path("store/users/alice")), 0);
	assert_false(is_enrolled("alice"));
}

/* ---- assign --------------------------------------------------------------------------------------------------- */

static void a_token_is_reserved_for_one_or_for_nobody(void **state)
{
	(void)state;
	assert_string_equal(stocked(EVENT_1).reserved, "");
	assert_int_equal(assign(EVENT_1, "alice", NULL), OTP_OK);
	assert_string_equal(stocked(EVENT_1).reserved, "alice");
	assert_int_equal(could_enroll("bob", EVENT_1), OTP_E_RESERVED);
	assert_int_equal(assign(EVENT_1, "bob", NULL), OTP_OK); /* a shorter name leaves nothing of the longer one */
	assert_string_equal(stocked(EVENT_1).reserved, "bob");
	assert_int_equal(could_enroll("bob", EVENT_1), OTP_OK);
	assert_int_equal(could_enroll("alice", EVENT_1), OTP_E_RESERVED);
	assert_int_equal(assign(EVENT_1, "", NULL), OTP_OK);
	assert_string_equal(stocked(EVENT_1).reserved, "");
	assert_int_equal(could_enroll("alice", EVENT_1), OTP_OK);
}

static void only_a_free_token_is_assigned(void **state)
{
	char name[OTP_USER_MAX + 2];
	struct otp_error error = {.what = ""};

	(void)state;
	assert_fails(assign(EVENT_0, "bob", &error), OTP_E_BOUND, &error);
	assert_non_null(strstr(error.what, "alice"));
	assert_fails(assign(EVENT_2, "bob", &error), OTP_E_NOT_FOUND, &error);
	memset(name, 'a', sizeof name);
	name[OTP_USER_MAX + 1] = '\0';
	assert_fails(assign(EVENT_1, name, &error), OTP_E_LIMIT, &error);
	assert_string_equal(stocked(EVENT_1).reserved, "");
	name[OTP_USER_MAX] = '\0';
	assert_int_equal(assign(EVENT_1, name, NULL), OTP_OK);
	assert_string_equal(stocked(EVENT_1).reserved, name);
	lose_alice();
	assert_fails(assign(EVENT_0, "bob", &error), OTP_E_CORRUPT, &error);
}

static void a_reservation_changes_nothing_else(void **state)
{
	struct otp_token_id token = id_of(EVENT_1);
	struct otp_token_report before, after;

	(void)state;
	assert_int_equal(otp_change_stocked(vault, &token, OTP_DISABLE, "recalled", NULL), OTP_OK);
	before = stocked(EVENT_1);
	assert_int_equal(assign(EVENT_1, "bob", NULL), OTP_OK);
	after = stocked(EVENT_1);
	assert_int_equal(after.status, OTP_TOKEN_DISABLED);
	memset(after.reserved, 0, sizeof after.reserved);
	assert_memory_equal(&after, &before, sizeof after);
	assert_int_equal(otp_change_stocked(vault, &token, OTP_ENABLE, NULL, NULL), OTP_OK);
	assert_string_equal(stocked(EVENT_1).reserved, "bob");
	enroll("bob", EVENT_1, 0);
}

/* ---- remove ------------------------------------------------------------------------------------------------------ */

static void a_free_token_is_forgotten(void **state)
{
	struct otp_token_id token = id_of(TIME_1);
	struct otp_error error = {.what = ""};

	(void)state;
	assert_int_equal(assign(EVENT_1, "bob", NULL), OTP_OK);
	assert_int_equal(discard(EVENT_1, NULL), OTP_OK);
	assert_false(is_known(EVENT_1));
	assert_fails(discard(EVENT_1, &error), OTP_E_NOT_FOUND, &error);
	assert_int_equal(otp_change_stocked(vault, &token, OTP_DISABLE, "broken", NULL), OTP_OK);
	assert_int_equal(discard(TIME_1, NULL), OTP_OK);
	add_token(EVENT_1); /* it comes anew, as if it had never been here */
	assert_string_equal(stocked(EVENT_1).reserved, "");
	enroll("bob", EVENT_1, 0);
}

static void a_bound_token_stays(void **state)
{
	struct otp_error error = {.what = ""};
	size_t released;

	(void)state;
	assert_fails(discard(EVENT_0, &error), OTP_E_BOUND, &error);
	assert_non_null(strstr(error.what, "alice"));
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_ACCEPTED);
	assert_int_equal(otp_release(vault, "alice", NULL, &released, NULL), OTP_OK);
	assert_int_equal(discard(EVENT_0, NULL), OTP_OK);
	assert_false(is_known(EVENT_0));
}

/* A record whose owner cannot be asked is left alone: he may well have the token. */
static void a_token_whose_owner_cannot_be_asked_stays(void **state)
{
	struct otp_error error = {.what = ""};

	(void)state;
	assert_int_equal(truncate(scene_path("store/users/alice"), 100), 0);
	assert_fails(discard(EVENT_0, &error), OTP_E_CORRUPT, &error);
	assert_true(access(scene_path("store/tokens/" EVENT_0), F_OK) == 0);
}

static void a_token_whose_key_is_lost_can_be_added_anew(void **state)
{
	struct otp_seed seed = seed_of(EVENT_0);
	struct otp_error error = {.what = ""};
	enum otp_verdict verdict;

	(void)state;
	lose_alice();
	assert_int_equal(try_enroll("bob", EVENT_0, false, pair_at(EVENT_0, 2), &verdict), OTP_E_CORRUPT);
	assert_fails(otp_token_add(vault, &seed, NOW, &error), OTP_E_EXISTS, &error);
	assert_int_equal(discard(EVENT_0, NULL), OTP_OK);
	add_token(EVENT_0);
	enroll("bob", EVENT_0, 2);
}

/* ---- known --------------------------------------------------------------------------------------------------------
 */

static enum otp_status known(const struct otp_seed *seed, bool *is, struct otp_error *error)
{
	return otp_token_known(vault, seed, is, error);
}

static void what_is_here_already_is_known(void **state)
{
	static const char *const ids[] = {EVENT_0, EVENT_1, TIME_1, EVENT_2};
	bool is;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct otp_seed seed = seed_of(ids[i]);

		assert_int_equal(known(&seed, &is, NULL), OTP_OK);
		assert_int_equal(is, i < 3); /* bound, free, free; unknown */
		seed.counter = 77;           /* where it stands is no matter, nor what it is called */
		(void)snprintf(seed.label, sizeof seed.label, "another label");
		assert_int_equal(known(&seed, &is, NULL), OTP_OK);
		assert_int_equal(is, i < 3);
	}
}

/* One line: what tells another token from the one of this ID. */
static void another_token_with_its_id_is_not(void **state)
{
	(void)state;
	for (int row = 0; row < 6; row++)
		for (int bound = 0; bound < 2; bound++) {
			struct otp_seed seed = seed_of(row == 5 ? TIME_1 : bound == 1 ? EVENT_0 : EVENT_1);
			struct otp_error error = {.what = ""};
			bool is = true;

			if (row == 0)
				seed.secret.bytes[19] ^= 1;
			else if (row == 1)
				seed.secret.len = 19;
			else if (row == 2)
				seed.digits = 7;
			else if (row == 3)
				seed.digest = OTP_SHA256;
			else if (row == 4)
				seed.kind = OTP_TIME, seed.period = 30;
			else
				seed.period = 60;
			assert_fails(known(&seed, &is, &error), OTP_E_EXISTS, &error);
			assert_false(is);
			assert_non_null(strstr(error.what, seed.id.text));
		}
}

static void a_token_whose_key_is_lost_is_not_known(void **state)
{
	struct otp_seed seed = seed_of(EVENT_0);
	struct otp_error error = {.what = ""};
	bool is = true;

	(void)state;
	lose_alice();
	assert_fails(known(&seed, &is, &error), OTP_E_EXISTS, &error);
	assert_false(is);
}

/* What cannot be read is no other token: to remove "that one first" would be bad advice. */
static void what_cannot_be_read_is_told_as_that(void **state)
{
	struct otp_seed seed = seed_of(EVENT_0);
	struct otp_error error = {.what = ""};
	bool is = true;

	(void)state;
	assert_int_equal(truncate(scene_path("store/users/alice"), 100), 0);
	assert_fails(known(&seed, &is, &error), OTP_E_CORRUPT, &error);
	assert_false(is);
	assert_int_equal(truncate(scene_path("store/tokens/" EVENT_0), 100), 0);
	assert_fails(known(&seed, &is, &error), OTP_E_CORRUPT, &error);
}

/* ---- out of here ----------------------------------------------------------------------------------------------------
 */

enum { SEEN_MAX = 8 };

struct seen {
	size_t n, stop_at;
	struct otp_seed seed[SEEN_MAX];
};

static enum otp_status see(void *arg, const struct otp_seed *seed)
{
	struct seen *seen = arg;

	assert_true(seen->n < SEEN_MAX);
	seen->seed[seen->n++] = *seed;
	return seen->n == seen->stop_at ? OTP_E_LIMIT : OTP_OK;
}

static const struct otp_seed *find(const struct seen *seen, const char *id)
{
	const struct otp_seed *found = NULL;

	for (size_t i = 0; i < seen->n; i++)
		if (strcmp(seen->seed[i].id.text, id) == 0) {
			assert_null(found); /* once */
			found = &seen->seed[i];
		}
	assert_non_null(found);
	return found;
}

static void every_token_is_given_with_its_key(void **state)
{
	static const char *const ids[] = {EVENT_0, EVENT_1, TIME_1, EVENT_2, TIME_0};
	struct otp_token_id disabled = id_of(EVENT_2), locked = id_of(TIME_0);
	struct seen seen = {.n = 0};
	size_t changed;

	(void)state;
	add_token(EVENT_2);
	add_token(TIME_0);
	enroll("bob", EVENT_2, 100);
	enroll("bob", TIME_0, FIRST_STEP);
	assert_int_equal(otp_change_user(vault, "bob", &disabled, OTP_DISABLE, "lost", &changed, NULL), OTP_OK);
	assert_int_equal(otp_change_user(vault, "bob", &locked, OTP_LOCK, NULL, &changed, NULL), OTP_OK);
	assert_int_equal(assign(EVENT_1, "carol", NULL), OTP_OK);
	assert_int_equal(otp_export(vault, see, &seen, NULL), OTP_OK);
	assert_int_equal(seen.n, 5);
	for (size_t i = 0; i < 5; i++) {
		const struct otp_seed *seed = find(&seen, ids[i]);
		struct otp_seed was = seed_of(ids[i]);

		assert_int_equal(otp_seed_check(seed, NULL), OTP_OK);
		assert_int_equal(seed->kind, was.kind);
		assert_int_equal(seed->digest, was.digest);
		assert_int_equal(seed->digits, was.digits);
		assert_int_equal(seed->period, was.period);
		assert_int_equal(seed->secret.len, was.secret.len);
		assert_memory_equal(seed->secret.bytes, was.secret.bytes, was.secret.len);
	}
	for (size_t i = 0; i < 3; i++) /* those of users come first */
		assert_true(strcmp(seen.seed[i].user, "alice") == 0 || strcmp(seen.seed[i].user, "bob") == 0);
	assert_string_equal(find(&seen, EVENT_0)->user, "alice");
	assert_int_equal(find(&seen, EVENT_0)->counter, 2);
	assert_int_equal(find(&seen, EVENT_2)->counter, 102);
	assert_int_equal(find(&seen, TIME_0)->counter, FIRST_STEP + 2);
	assert_string_equal(find(&seen, EVENT_1)->user, "carol");
	assert_int_equal(find(&seen, EVENT_1)->counter, 0);
	assert_string_equal(find(&seen, TIME_1)->user, "");
}

/* What is given here goes on elsewhere: another host's inventory takes it with its position. */
static void what_is_given_can_be_brought_in(void **state)
{
	struct seen seen = {.n = 0};
	struct otp_enrolment enrolment = {.user = "bob", .uid = BOB, .pair = {.second_at = NOW}};

	(void)state;
	assert_int_equal(login("alice", code_at(EVENT_0, 5)), OTP_ACCEPTED);
	assert_int_equal(otp_export(vault, see, &seen, NULL), OTP_OK);
	assert_int_equal(scene_end(NULL), 0);
	assert_int_equal(scene_begin(NULL), 0);
	enrolment.seed = find(&seen, EVENT_0);
	assert_int_equal(otp_enroll_migrated(vault, &enrolment, NULL), OTP_OK);
	assert_int_equal(login("bob", code_at(EVENT_0, 5)), OTP_REPLAYED);
	assert_int_equal(login("bob", code_at(EVENT_0, 6)), OTP_ACCEPTED);
}

static void whoever_looks_may_stop(void **state)
{
	(void)state;
	for (size_t at = 1; at <= 3; at++) {
		struct seen seen = {.stop_at = at};

		assert_int_equal(otp_export(vault, see, &seen, NULL), OTP_E_LIMIT);
		assert_int_equal(seen.n, at);
	}
}

/* While the first user's token is given, the other user is released. */
static enum otp_status see_and_release(void *arg, const struct otp_seed *seed)
{
	struct seen *seen = arg;
	size_t released;

	if (seen->n == 0)
		assert_int_equal(
		    otp_release(vault, strcmp(seed->user, "bob") == 0 ? "alice" : "bob", NULL, &released, NULL),
		    OTP_OK);
	return see(arg, seed);
}

/* The listing still names him: his token is given as the free one that it is. */
static void who_is_released_meanwhile_harms_nothing(void **state)
{
	struct seen seen = {.n = 0};
	struct otp_error error = {.what = ""};

	(void)state;
	enroll("bob", EVENT_1, 0);
	if (otp_export(vault, see_and_release, &seen, &error) != OTP_OK)
		fail_msg("%s", error.what);
	assert_int_equal(seen.n, 3);
	assert_int_equal((*find(&seen, EVENT_0)->user == '\0') + (*find(&seen, EVENT_1)->user == '\0'), 1);
}

static void a_key_that_is_lost_is_told(void **state)
{
	struct seen seen = {.n = 0};
	struct otp_error error = {.what = ""};

	(void)state;
	lose_alice();
	assert_fails(otp_export(vault, see, &seen, &error), OTP_E_CORRUPT, &error);
	assert_non_null(strstr(error.what, "vipotp tokens remove " EVENT_0)); /* and how to go on */
	assert_int_equal(discard(EVENT_0, NULL), OTP_OK);
	seen.n = 0;
	assert_int_equal(otp_export(vault, see, &seen, NULL), OTP_OK);
	assert_int_equal(seen.n, 2);
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, begin_with_alice, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FRESH(a_token_is_reserved_for_one_or_for_nobody),
	    FRESH(only_a_free_token_is_assigned),
	    FRESH(a_reservation_changes_nothing_else),
	    FRESH(a_free_token_is_forgotten),
	    FRESH(a_bound_token_stays),
	    FRESH(a_token_whose_owner_cannot_be_asked_stays),
	    FRESH(a_token_whose_key_is_lost_can_be_added_anew),
	    FRESH(what_is_here_already_is_known),
	    FRESH(another_token_with_its_id_is_not),
	    FRESH(a_token_whose_key_is_lost_is_not_known),
	    FRESH(what_cannot_be_read_is_told_as_that),
	    FRESH(every_token_is_given_with_its_key),
	    FRESH(what_is_given_can_be_brought_in),
	    FRESH(whoever_looks_may_stop),
	    FRESH(who_is_released_meanwhile_harms_nothing),
	    FRESH(a_key_that_is_lost_is_told),
	};
	int failed;

	scene_prepare();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scene_clear();
	return failed;
}
