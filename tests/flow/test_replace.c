/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An enrolment that replaces what a user has (product §7.1), one that takes a token over from another system with its
 * scratch codes, and tokens that wait for somebody or for nobody: reserved and disabled ones.
 */
#include "scene.h"

#include "flow/held.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Alice with EVENT_0, its codes up to 5 used; EVENT_1 is free. */
static int begin_with_alice(void **state)
{
	if (scene_begin(state) != 0)
		return -1;
	add_token(EVENT_0);
	add_token(EVENT_1);
	enroll("alice", EVENT_0, 0);
	assert_int_equal(login("alice", code_at(EVENT_0, 5)), OTP_ACCEPTED);
	return 0;
}

static void replace(const char *user, const char *id, int64_t position)
{
	enum otp_verdict verdict;

	assert_int_equal(try_enroll_how(user, id, OTP_ENROLL_REPLACE, pair_at(id, position), &verdict), OTP_OK);
	assert_int_equal(verdict, OTP_ACCEPTED);
}

static void change(const char *user, const char *id, enum otp_change to, const char *reason)
{
	struct otp_token_id token = id_of(id);
	size_t changed;

	assert_int_equal(otp_change_user(vault, user, &token, to, reason, &changed, NULL), OTP_OK);
	assert_int_equal(changed, 1);
}

/* ---- replace --------------------------------------------------------------------------------------------------- */

static void the_new_token_serves_and_the_old_one_is_free_with_its_position(void **state)
{
	enum otp_verdict verdict;

	(void)state;
	replace("alice", EVENT_1, 0);
	assert_int_equal(report_of("alice").n, 1);
	assert_string_equal(report_of("alice").token[0].id.text, EVENT_1);
	assert_int_equal(login("alice", code_at(EVENT_0, 6)), OTP_REFUSED);
	assert_int_equal(login("alice", code_at(EVENT_1, 2)), OTP_ACCEPTED);
	assert_string_equal(stocked(EVENT_1).owner, "alice");
	assert_string_equal(stocked(EVENT_0).owner, "");
	assert_string_equal(stocked(EVENT_0).reserved, "");
	assert_int_equal(stocked(EVENT_0).status, OTP_TOKEN_NEW);
	assert_int_equal(stocked(EVENT_0).enrolled_at, 0);
	assert_int_equal(stocked(EVENT_0).next, 6);
	assert_int_equal(try_enroll("bob", EVENT_0, false, pair_at(EVENT_0, 4), &verdict), OTP_OK);
	assert_int_equal(verdict, OTP_REFUSED);
	enroll("bob", EVENT_0, 6);
	assert_int_equal(login("bob", code_at(EVENT_0, 8)), OTP_ACCEPTED);
}

static void all_of_several_are_replaced_also_where_no_further_one_would_fit(void **state)
{
	char id[OTP_TOKEN_ID_LEN + 1];

	(void)state;
	enroll("alice", EVENT_1, 0);
	for (int i = 2; i < OTP_TOKENS_MAX; i++) {
		(void)snprintf(id, sizeof id, "UBHE0000000%d", i);
		add_token(id);
		enroll("alice", id, i);
	}
	assert_int_equal(report_of("alice").n, OTP_TOKENS_MAX);
	add_token("UBHE00000009");
	replace("alice", "UBHE00000009", 0);
	assert_int_equal(report_of("alice").n, 1);
	assert_int_equal(stocked(EVENT_0).next, 6);
	for (int i = 1; i < OTP_TOKENS_MAX; i++) {
		(void)snprintf(id, sizeof id, "UBHE0000000%d", i);
		assert_string_equal(stocked(id).owner, "");
		assert_int_equal(stocked(id).next, i == 1 ? 2 : i + 2);
		assert_int_equal(could_enroll("bob", id), OTP_OK);
	}
	assert_int_equal(login("alice", code_at("UBHE00000009", 2)), OTP_ACCEPTED);
}

static void a_pair_that_is_none_leaves_the_old_one_bound(void **state)
{
	static const struct {
		int64_t first, second;
		enum otp_verdict verdict;
	} rows[] = {{0, 2, OTP_REFUSED}, {1, 0, OTP_REFUSED}, {3, 3, OTP_EQUAL_CODES}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_pair pair =
		    pair_of(code_at(EVENT_1, rows[i].first), NOW, code_at(EVENT_1, rows[i].second), NOW);
		enum otp_verdict verdict;

		assert_int_equal(try_enroll_how("alice", EVENT_1, OTP_ENROLL_REPLACE, pair, &verdict), OTP_OK);
		assert_int_equal(verdict, rows[i].verdict);
		assert_string_equal(stocked(EVENT_1).owner, "");
		assert_int_equal(report_of("alice").n, 1);
		assert_int_equal(login("alice", code_at(EVENT_0, 6 + (int64_t)i)), OTP_ACCEPTED);
	}
}

/* Failures and recovery codes are the user's, not the token's; the temporary code has done its duty. */
static void failures_and_recovery_codes_stay_the_users(void **state)
{
	struct otp_spare_code codes[OTP_RECOVERY_MAX], temporary;

	(void)state;
	assert_int_equal(otp_codes_renew(vault, "alice", codes, NULL), OTP_OK);
	assert_int_equal(otp_codes_lend(vault, "alice", NOW / 1000 + 3600, false, &temporary, NULL), OTP_OK);
	assert_int_equal(login("alice", codes[3].text), OTP_ACCEPTED);
	assert_int_equal(login("alice", code_at(EVENT_0, 1200)), OTP_REFUSED);
	replace("alice", EVENT_1, 0);
	assert_int_equal(report_of("alice").bucket[OTP_LOCAL].failures, 1);
	assert_int_equal(report_of("alice").failures, 1);
	assert_int_equal(report_of("alice").uid, ALICE);
	assert_int_equal(report_of("alice").recovery_left, 9);
	assert_int_equal(report_of("alice").temporary_until, 0);
	assert_int_equal(login("alice", temporary.text), OTP_REFUSED);
	assert_int_equal(login("alice", codes[4].text), OTP_ACCEPTED);
	assert_int_equal(login("alice", codes[3].text), OTP_REFUSED);
}

static void a_disabled_token_goes_back_disabled(void **state)
{
	enum otp_verdict verdict;

	(void)state;
	enroll("alice", EVENT_1, 0);
	add_token(EVENT_2);
	change("alice", EVENT_0, OTP_DISABLE, "lost in the train");
	replace("alice", EVENT_2, 0);
	assert_int_equal(stocked(EVENT_0).status, OTP_TOKEN_DISABLED);
	assert_string_equal(stocked(EVENT_0).reason, "lost in the train");
	assert_string_equal(stocked(EVENT_0).owner, "");
	assert_int_equal(stocked(EVENT_1).status, OTP_TOKEN_NEW);
	assert_int_equal(try_enroll("bob", EVENT_0, false, pair_at(EVENT_0, 6), &verdict), OTP_E_STATE);
	assert_false(is_enrolled("bob"));
}

/* An administrator's lock is not for a user to shake off: who has another code could free the locked token so. */
static void a_locked_token_is_not_replaced(void **state)
{
	struct otp_enrolment enrolment = {.user = "alice",
	                                  .uid = ALICE,
	                                  .token = id_of(EVENT_2),
	                                  .how = OTP_ENROLL_REPLACE,
	                                  .pair = pair_at(EVENT_2, 0)};
	struct otp_judgement judgement;
	struct otp_error error = {.what = ""};
	enum otp_kind kind;
	uint8_t digits;

	(void)state;
	enroll("alice", EVENT_1, 0);
	add_token(EVENT_2);
	change("alice", EVENT_0, OTP_LOCK, NULL);
	assert_fails(otp_enroll(vault, &limits, &enrolment, &judgement, &error), OTP_E_STATE, &error);
	assert_non_null(strstr(error.what, EVENT_0));
	assert_int_equal(otp_enroll_check(vault, &enrolment, &digits, &kind, NULL), OTP_E_STATE);
	assert_int_equal(report_of("alice").n, 2);
	assert_int_equal(report_of("alice").token[0].status, OTP_TOKEN_LOCKED);
	assert_int_equal(could_enroll("bob", EVENT_2), OTP_OK);
	change("alice", EVENT_0, OTP_UNLOCK, NULL);
	replace("alice", EVENT_2, 0);
}

static void who_has_none_or_another_uid_replaces_nothing(void **state)
{
	struct otp_enrolment enrolment = {.user = "alice",
	                                  .uid = BOB,
	                                  .token = id_of(EVENT_1),
	                                  .how = OTP_ENROLL_REPLACE,
	                                  .pair = pair_at(EVENT_1, 0)};
	struct otp_judgement judgement;
	struct otp_error error = {.what = ""};
	enum otp_verdict verdict;

	(void)state;
	assert_int_equal(try_enroll_how("bob", EVENT_1, OTP_ENROLL_REPLACE, pair_at(EVENT_1, 0), &verdict),
	                 OTP_E_NOT_FOUND);
	assert_fails(otp_enroll(vault, &limits, &enrolment, &judgement, &error), OTP_E_FOREIGN, &error);
	assert_int_equal(try_enroll_how("alice", EVENT_0, OTP_ENROLL_REPLACE, pair_at(EVENT_0, 6), &verdict),
	                 OTP_E_BOUND);
	assert_string_equal(stocked(EVENT_1).owner, "");
	assert_int_equal(login("alice", code_at(EVENT_0, 6)), OTP_ACCEPTED);
}

static void a_seed_replaces_too(void **state)
{
	struct otp_seed seed = seed_of(EVENT_2);
	struct otp_enrolment enrolment = {
	    .user = "alice", .uid = ALICE, .seed = &seed, .how = OTP_ENROLL_REPLACE, .pair = pair_at(EVENT_2, 0)};
	struct otp_judgement judgement;

	(void)state;
	assert_int_equal(otp_enroll(vault, &limits, &enrolment, &judgement, NULL), OTP_OK);
	assert_int_equal(judgement.verdict, OTP_ACCEPTED);
	assert_int_equal(report_of("alice").n, 1);
	assert_string_equal(stocked(EVENT_2).owner, "alice");
	assert_int_equal(stocked(EVENT_0).next, 6);
	assert_int_equal(login("alice", code_at(EVENT_2, 2)), OTP_ACCEPTED);
}

/* ---- tokens that wait ------------------------------------------------------------------------------------------ */

static void a_reserved_token_is_for_one_alone(void **state)
{
	struct otp_token_id token = id_of(EVENT_1);
	struct otp_enrolment enrolment = {.user = "bob", .uid = BOB, .token = token, .pair = pair_at(EVENT_1, 0)};
	struct otp_judgement judgement;
	struct otp_error error = {.what = ""};
	enum otp_kind kind;
	uint8_t digits;

	(void)state;
	assert_int_equal(otp_token_assign(vault, &token, "alice", NULL), OTP_OK);
	assert_fails(otp_enroll(vault, &limits, &enrolment, &judgement, &error), OTP_E_RESERVED, &error);
	assert_non_null(strstr(error.what, "alice"));
	assert_fails(otp_enroll_check(vault, &enrolment, &digits, &kind, &error), OTP_E_RESERVED, &error);
	assert_false(is_enrolled("bob"));
	/* a name that begins or ends alike is another one */
	enrolment.user = "alic";
	assert_int_equal(otp_enroll(vault, &limits, &enrolment, &judgement, NULL), OTP_E_RESERVED);
	enrolment.user = "alice2";
	assert_int_equal(otp_enroll(vault, &limits, &enrolment, &judgement, NULL), OTP_E_RESERVED);
	enroll("alice", EVENT_1, 0);                        /* a further one */
	assert_string_equal(stocked(EVENT_1).reserved, ""); /* that is over */
	assert_string_equal(stocked(EVENT_1).owner, "alice");
}

static void a_disabled_token_is_for_nobody(void **state)
{
	struct otp_token_id token = id_of(EVENT_1);
	struct otp_enrolment enrolment = {.user = "bob", .uid = BOB, .token = token, .pair = pair_at(EVENT_1, 0)};
	struct otp_judgement judgement;
	struct otp_error error = {.what = ""};

	(void)state;
	assert_int_equal(otp_change_stocked(vault, &token, OTP_DISABLE, "recalled", NULL), OTP_OK);
	assert_fails(otp_enroll(vault, &limits, &enrolment, &judgement, &error), OTP_E_STATE, &error);
	assert_non_null(strstr(error.what, "recalled"));
	assert_fails(otp_enroll_migrated(vault, &enrolment, &error), OTP_E_STATE, &error);
	assert_false(is_enrolled("bob"));
	assert_int_equal(otp_change_stocked(vault, &token, OTP_ENABLE, NULL, NULL), OTP_OK);
	enroll("bob", EVENT_1, 0);
}

/* A failed attempt at a token that waits for somebody takes its reservation not away. */
static void a_failed_pair_leaves_the_reservation(void **state)
{
	struct otp_token_id token = id_of(EVENT_1);
	enum otp_verdict verdict;

	(void)state;
	assert_int_equal(otp_token_assign(vault, &token, "bob", NULL), OTP_OK);
	assert_int_equal(try_enroll("bob", EVENT_1, false, pair_of("111111", NOW, "222222", NOW), &verdict), OTP_OK);
	assert_int_equal(verdict, OTP_REFUSED);
	assert_string_equal(stocked(EVENT_1).reserved, "bob");
	assert_int_equal(could_enroll("alice", EVENT_1), OTP_E_RESERVED);
}

/* ---- from another system ----------------------------------------------------------------------------------------- */

/* Bob's event token elsewhere: its next counter is 40, and three scratch codes are left. */
static struct otp_seed bobs_seed(void)
{
	struct otp_seed seed = seed_of(EVENT_2);

	seed.counter = 40;
	seed.scratches = 3;
	memcpy(seed.scratch[0], "00123456", 9);
	memcpy(seed.scratch[1], "87654321", 9);
	memcpy(seed.scratch[2], "11112222", 9);
	return seed;
}

static void migrate(const char *user, const struct otp_seed *seed, enum otp_enroll_how how)
{
	const struct otp_enrolment enrolment = {.user = user,
	                                        .uid = *user == 'a' ? ALICE : BOB,
	                                        .seed = seed,
	                                        .how = how,
	                                        .pair = {.first_at = NOW, .second_at = NOW}};
	struct otp_error error = {.what = ""};

	if (otp_enroll_migrated(vault, &enrolment, &error) != OTP_OK)
		fail_msg("%s", error.what);
}

static void a_token_goes_on_where_the_other_system_stood(void **state)
{
	struct otp_seed seed = bobs_seed();

	(void)state;
	migrate("bob", &seed, OTP_ENROLL_FIRST);
	assert_int_equal(report_of("bob").token[0].next, 40);
	assert_int_equal(report_of("bob").token[0].status, OTP_TOKEN_ENABLED);
	assert_int_equal(report_of("bob").token[0].enrolled_at, NOW / 1000);
	assert_string_equal(stocked(EVENT_2).owner, "bob");
	assert_int_equal(login("bob", code_at(EVENT_2, 39)), OTP_REPLAYED);
	assert_int_equal(login("bob", code_at(EVENT_2, 38)), OTP_REFUSED);
	assert_int_equal(login("bob", code_at(EVENT_2, 40)), OTP_ACCEPTED);
}

static void its_scratch_codes_serve_once_each(void **state)
{
	struct otp_seed seed = bobs_seed();

	(void)state;
	migrate("bob", &seed, OTP_ENROLL_FIRST);
	assert_int_equal(report_of("bob").recovery_left, 3);
	assert_int_equal(login("bob", "8765 4321"), OTP_ACCEPTED);
	assert_int_equal(login("bob", "87654321"), OTP_REFUSED);
	assert_int_equal(login("bob", "123456"), OTP_REFUSED); /* its zeros count */
	assert_int_equal(login("bob", "00123456"), OTP_ACCEPTED);
	assert_int_equal(report_of("bob").recovery_left, 1);
	assert_int_equal(login("alice", "11112222"), OTP_MALFORMED); /* Bob's, and no code of Alice's form */
}

static void a_clock_that_is_known_to_be_off_is_met(void **state)
{
	struct otp_seed seed = seed_of(TIME_0), early = seed_of(TIME_1);

	(void)state;
	seed.skewed = true;
	seed.skew = 20 * 30000;
	migrate("bob", &seed, OTP_ENROLL_FIRST);
	assert_int_equal(login_at("bob", code_at(TIME_0, FIRST_STEP + 1), NOW + 30000), OTP_REFUSED);
	assert_int_equal(login_at("bob", code_at(TIME_0, FIRST_STEP + 21), NOW + 30000), OTP_ACCEPTED);
	early.counter = FIRST_STEP; /* its code of the step before was used there */
	migrate("bob", &early, OTP_ENROLL_ADD);
	assert_int_equal(login("bob", code_at(TIME_1, FIRST_STEP - 1)), OTP_REPLAYED);
	assert_int_equal(login("bob", code_at(TIME_1, FIRST_STEP)), OTP_ACCEPTED);
}

/* The other system did not tell what it accepted last: the present code may have been used there just now. */
static void a_code_that_may_be_used_elsewhere_is_not_accepted(void **state)
{
	static const int64_t skews[] = {0, -20 * 30000, 20 * 30000};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct otp_seed seed = seed_of(TIME_0);
		int64_t shown = FIRST_STEP + skews[i] / 30000;
		size_t released;

		seed.skewed = i > 0;
		seed.skew = skews[i];
		migrate("bob", &seed, OTP_ENROLL_FIRST);
		for (int64_t used = shown - 1; used <= shown; used++)
			assert_int_not_equal(login("bob", code_at(TIME_0, used)), OTP_ACCEPTED);
		assert_int_equal(login_at("bob", code_at(TIME_0, shown + 1), NOW + 30000), OTP_ACCEPTED);
		assert_int_equal(otp_release(vault, "bob", NULL, &released, NULL), OTP_OK);
		assert_int_equal(otp_token_remove(vault, &seed.id, NULL), OTP_OK);
	}
}

/* An event token has no clock, whatever its file says: a record with one would be damaged. */
static void an_event_token_has_no_skew(void **state)
{
	struct otp_seed seed = bobs_seed();

	(void)state;
	seed.skewed = true;
	seed.skew = 30000;
	migrate("bob", &seed, OTP_ENROLL_FIRST);
	assert_false(report_of("bob").token[0].clock.known);
	assert_int_equal(login("bob", code_at(EVENT_2, 40)), OTP_ACCEPTED);
}

/* A skew that no record could hold: refused at the door, not found damaged behind it. */
static void a_skew_beyond_reason_is_no_seed(void **state)
{
	struct otp_seed seed = seed_of(TIME_0);
	struct otp_enrolment enrolment = {.user = "bob", .uid = BOB, .seed = &seed, .pair = {.second_at = NOW}};
	struct otp_error error = {.what = ""};

	(void)state;
	seed.period = 300;
	seed.skewed = true;
	seed.skew = OTP_SKEW_MAX + 1;
	assert_fails(otp_enroll_migrated(vault, &enrolment, &error), OTP_E_INVALID, &error);
	assert_int_equal(otp_token_add(vault, &seed, NOW, NULL), OTP_E_INVALID);
	for (int sign = -1; sign <= 1; sign += 2) {
		seed.skew = sign * OTP_SKEW_MAX;
		migrate("bob", &seed, OTP_ENROLL_FIRST);
		(void)login("bob", "000000"); /* the record can be read */
		assert_int_equal(report_of("bob").n, 1);
		assert_int_equal(otp_release(vault, "bob", NULL, &(size_t){0}, NULL), OTP_OK);
		assert_int_equal(otp_token_remove(vault, &seed.id, NULL), OTP_OK);
	}
}

/* One line: what the user has before, and whose codes he has then. */
static void scratch_codes_become_his_who_has_none(void **state)
{
	static const struct {
		bool recovery, all_spent, temporary;
		size_t left;
	} rows[] = {
	    {false, false, false, 3}, {true, false, false, 10},
	    {true, true, false, 3},   {false, false, true, 3}, /* his temporary code was of use until now */
	    {true, false, true, 10},  {true, true, true, 3},
	};
	struct otp_seed seed = bobs_seed();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_spare_code codes[OTP_RECOVERY_MAX], temporary;
		size_t released;

		if (rows[i].recovery)
			assert_int_equal(otp_codes_renew(vault, "alice", codes, NULL), OTP_OK);
		for (size_t j = 0; rows[i].all_spent && j < OTP_RECOVERY_MAX; j++)
			assert_int_equal(login("alice", codes[j].text), OTP_ACCEPTED);
		if (rows[i].temporary)
			assert_int_equal(otp_codes_lend(vault, "alice", NOW / 1000 + 60, false, &temporary, NULL),
			                 OTP_OK);
		migrate("alice", &seed, OTP_ENROLL_ADD);
		if (report_of("alice").recovery_left != rows[i].left)
			fail_msg("row %zu: %zu left", i, report_of("alice").recovery_left);
		if (rows[i].left == 3)
			assert_int_equal(login("alice", "11112222"), OTP_ACCEPTED);
		if (rows[i].temporary)
			assert_int_not_equal(login("alice", temporary.text), OTP_ACCEPTED);
		for (size_t j = 0; rows[i].recovery && j < OTP_RECOVERY_MAX; j += 9)
			assert_int_equal(login("alice", codes[j].text) == OTP_ACCEPTED, !rows[i].all_spent);
		assert_int_equal(otp_release(vault, "alice", NULL, &released, NULL), OTP_OK);
		assert_int_equal(otp_token_remove(vault, &seed.id, NULL), OTP_OK);
		enroll("alice", EVENT_0, 100 * (int64_t)(i + 1));
	}
}

/* What was kept for the owner goes with the token, and does not come back with it. */
static void scratch_codes_wait_in_the_inventory_for_the_first_owner(void **state)
{
	struct otp_seed seed = bobs_seed();
	size_t released;

	(void)state;
	(void)snprintf(seed.user, sizeof seed.user, "bob");
	assert_int_equal(otp_token_add(vault, &seed, NOW, NULL), OTP_OK);
	assert_string_equal(stocked(EVENT_2).reserved, "bob");
	assert_int_equal(could_enroll("alice", EVENT_2), OTP_E_RESERVED);
	enroll("bob", EVENT_2, 40);
	assert_int_equal(report_of("bob").recovery_left, 3);
	assert_int_equal(login("bob", "11112222"), OTP_ACCEPTED);
	assert_int_equal(otp_release(vault, "bob", NULL, &released, NULL), OTP_OK);
	assert_string_equal(stocked(EVENT_2).reserved, "");
	enroll("bob", EVENT_2, 42);
	assert_int_equal(report_of("bob").recovery_left, 0);
	assert_int_equal(login("bob", "00123456"), OTP_MALFORMED);
}

/* The key is the owner's then, and his alone: what stays in the inventory is a stub with his name. */
static void assert_stub(const char *id, const char *owner)
{
	struct otp_token_id token = id_of(id);
	struct otp_held held;

	assert_int_equal(otp_held_load_token(vault, &token, &held, NULL), OTP_OK);
	assert_string_equal(held.credential.owner, owner);
	assert_string_equal(held.credential.reserved, "");
	assert_int_equal(held.credential.token[0].sealed.len, 0);
	assert_int_equal(held.credential.recovery.n, 0);
	otp_held_wipe(&held);
}

static void the_inventory_keeps_a_stub(void **state)
{
	struct otp_token_id token = id_of(EVENT_1);
	struct otp_seed seed = bobs_seed();
	struct otp_held held;

	(void)state;
	assert_stub(EVENT_0, "alice");
	assert_int_equal(otp_token_assign(vault, &token, "alice", NULL), OTP_OK);
	replace("alice", EVENT_1, 0);
	assert_stub(EVENT_1, "alice");
	token = id_of(EVENT_0);
	assert_int_equal(otp_held_load_token(vault, &token, &held, NULL), OTP_OK);
	assert_string_equal(held.credential.owner, ""); /* nobody needs to know whose it was */
	assert_true(held.credential.token[0].sealed.len > 0);
	otp_held_wipe(&held);
	migrate("bob", &seed, OTP_ENROLL_FIRST);
	assert_stub(EVENT_2, "bob");
}

static void a_migrated_token_of_the_inventory_needs_no_codes(void **state)
{
	struct otp_enrolment enrolment = {
	    .user = "bob", .uid = BOB, .token = id_of(EVENT_1), .pair = {.second_at = NOW}};

	(void)state;
	assert_int_equal(otp_enroll_migrated(vault, &enrolment, NULL), OTP_OK);
	assert_string_equal(stocked(EVENT_1).owner, "bob");
	assert_int_equal(login("bob", code_at(EVENT_1, 0)), OTP_ACCEPTED);
	assert_int_equal(otp_enroll_migrated(vault, &enrolment, NULL), OTP_E_EXISTS);
	enrolment.user = "carol";
	assert_int_equal(otp_enroll_migrated(vault, &enrolment, NULL), OTP_E_BOUND);
	assert_false(is_enrolled("carol"));
}

/*
 * Many systems do not tell which code of a time token they took last: the present one may have been used there, so the
 * next one is the first here. Where the position is known it goes on.
 */
static void a_migrated_time_token_gives_up_a_code_that_may_be_used(void **state)
{
	static const struct {
		int64_t counter; /* of the seed; 0: not known */
		int64_t skew;    /* ms */
		int64_t next;    /* the first step that is accepted */
	} rows[] = {{0, 0, FIRST_STEP + 1},
	            {0, 60000, FIRST_STEP + 3},
	            {0, -30000, FIRST_STEP},
	            {FIRST_STEP, 0, FIRST_STEP},
	            {FIRST_STEP + 1, 0, FIRST_STEP + 1}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_seed seed = seed_of(TIME_1);
		const struct otp_token_id token = seed.id;
		size_t released;

		seed.counter = rows[i].counter;
		seed.skewed = rows[i].skew != 0;
		seed.skew = rows[i].skew;
		migrate("bob", &seed, OTP_ENROLL_FIRST);
		assert_int_equal(report_of("bob").token[0].next, rows[i].next);
		if (rows[i].skew == 0) {
			assert_int_equal(login("bob", code_at(TIME_1, rows[i].next - 1)), OTP_REPLAYED);
			assert_int_equal(login_at("bob", code_at(TIME_1, rows[i].next), NOW + 30000), OTP_ACCEPTED);
		}
		assert_int_equal(otp_release(vault, "bob", NULL, &released, NULL), OTP_OK);
		assert_int_equal(otp_token_remove(vault, &token, NULL), OTP_OK);
		otp_seed_wipe(&seed);
	}
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, begin_with_alice, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FRESH(the_new_token_serves_and_the_old_one_is_free_with_its_position),
	    FRESH(all_of_several_are_replaced_also_where_no_further_one_would_fit),
	    FRESH(a_pair_that_is_none_leaves_the_old_one_bound),
	    FRESH(failures_and_recovery_codes_stay_the_users),
	    FRESH(a_disabled_token_goes_back_disabled),
	    FRESH(a_locked_token_is_not_replaced),
	    FRESH(who_has_none_or_another_uid_replaces_nothing),
	    FRESH(a_seed_replaces_too),
	    FRESH(a_reserved_token_is_for_one_alone),
	    FRESH(a_disabled_token_is_for_nobody),
	    FRESH(a_failed_pair_leaves_the_reservation),
	    FRESH(a_token_goes_on_where_the_other_system_stood),
	    FRESH(its_scratch_codes_serve_once_each),
	    FRESH(a_clock_that_is_known_to_be_off_is_met),
	    FRESH(a_code_that_may_be_used_elsewhere_is_not_accepted),
	    FRESH(an_event_token_has_no_skew),
	    FRESH(a_skew_beyond_reason_is_no_seed),
	    FRESH(scratch_codes_become_his_who_has_none),
	    FRESH(scratch_codes_wait_in_the_inventory_for_the_first_owner),
	    FRESH(the_inventory_keeps_a_stub),
	    FRESH(a_migrated_token_of_the_inventory_needs_no_codes),
	    FRESH(a_migrated_time_token_gives_up_a_code_that_may_be_used),
	};
	int failed;

	scene_prepare();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scene_clear();
	return failed;
}
