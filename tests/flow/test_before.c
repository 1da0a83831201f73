/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A store that was written before records had recovery codes and reservations (version 1, as in
 * tests/credential/test_record_before.c): users log in, administrators go on, and each record becomes one of today when
 * it is written anew.
 */
#include "scene.h"

#include "credential/record.h"
#include "flow/held.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { GAP_AT = 528, GAP = 464 };

/* Write a record as version 1 had it: without what came in between. */
static void set_back(struct otp_store *store, const char *name)
{
	struct otp_stored stored, now;

	assert_int_equal(otp_store_load(store, name, &now, NULL), OTP_OK);
	assert_int_equal(now.facts[0], 2);
	assert_int_equal(now.state[0], 2);
	stored = now;
	stored.facts[0] = stored.state[0] = 1;
	memcpy(stored.facts + GAP_AT, now.facts + GAP_AT + GAP, now.facts_len - GAP_AT - GAP);
	stored.facts_len -= GAP;
	assert_int_equal(otp_store_replace(store, name, &stored, NULL), OTP_OK);
}

static void assert_versions(struct otp_store *store, const char *name, int facts, int state)
{
	struct otp_stored stored;

	assert_int_equal(otp_store_load(store, name, &stored, NULL), OTP_OK);
	assert_int_equal(stored.facts[0], facts);
	assert_int_equal(stored.state[0], state);
}

/* Alice with EVENT_0 and TIME_0, and EVENT_1 in the inventory; of invitations nobody has heard. */
static int begin_before(void **state)
{
	static const char *const ids[] = {EVENT_0, TIME_0, EVENT_1};

	if (scene_begin(state) != 0)
		return -1;
	for (size_t i = 0; i < 3; i++)
		add_token(ids[i]);
	enroll("alice", EVENT_0, 0);
	enroll("alice", TIME_0, FIRST_STEP - 2);
	set_back(vault->users, "alice");
	for (size_t i = 0; i < 3; i++)
		set_back(vault->tokens, ids[i]);
	assert_int_equal(rmdir(scene_path("store/invitations")), 0);
	return 0;
}

static void open_for(enum otp_purpose purpose)
{
	struct otp_places places = scene_places();

	otp_vault_close(&vault);
	assert_int_equal(otp_vault_open(&places, purpose, &vault, NULL), OTP_OK);
}

/* A login writes the state alone: facts of version 1 with a state of version 2 are what it leaves, and reads again. */
static void users_log_in(void **state)
{
	(void)state;
	open_for(OTP_TO_JUDGE);
	assert_int_equal(login("alice", code_at(EVENT_0, 1)), OTP_REPLAYED);
	assert_versions(vault->users, "alice", 1, 1);
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_ACCEPTED);
	assert_versions(vault->users, "alice", 1, 2);
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_REPLAYED);
	assert_int_equal(login("alice", code_at(TIME_0, FIRST_STEP)), OTP_ACCEPTED);
	assert_int_equal(login("alice", code_at(TIME_0, FIRST_STEP)), OTP_REPLAYED);
	assert_int_equal(login("alice", "AAAAA-AAAAA"), OTP_MALFORMED);
	assert_int_equal(login("alice", "12345678"), OTP_MALFORMED);
	assert_int_equal(login("alice", code_at(EVENT_0, 1200)), OTP_REFUSED);
	assert_int_equal(report_of("alice").failures, 1);
	assert_int_equal(report_of("alice").recovery_left, 0);
}

static void what_is_new_can_be_had(void **state)
{
	struct otp_spare_code codes[OTP_RECOVERY_MAX], temporary;
	struct otp_token_id own = id_of(EVENT_0), free = id_of(EVENT_1);
	size_t changed;

	(void)state;
	open_for(OTP_TO_ADMINISTER);
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_ACCEPTED);
	assert_int_equal(otp_codes_renew(vault, "alice", codes, NULL), OTP_OK);
	assert_versions(vault->users, "alice", 2, 2);
	assert_int_equal(login("alice", codes[0].text), OTP_ACCEPTED);
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_REPLAYED);
	assert_int_equal(otp_codes_lend(vault, "alice", NOW / 1000 + 60, false, &temporary, NULL), OTP_OK);
	assert_int_equal(login("alice", temporary.text), OTP_ACCEPTED);
	assert_int_equal(otp_change_user(vault, "alice", &own, OTP_LOCK, NULL, &changed, NULL), OTP_OK);
	assert_int_equal(report_of("alice").token[0].status, OTP_TOKEN_LOCKED);
	assert_int_equal(otp_token_assign(vault, &free, "bob", NULL), OTP_OK);
	assert_versions(vault->tokens, EVENT_1, 2, 2);
	assert_int_equal(could_enroll("alice", EVENT_1), OTP_E_RESERVED);
	enroll("bob", EVENT_1, 0);
	assert_int_equal(otp_invite(vault, "carol", 1, NOW / 1000 + 60, NULL), OTP_OK);
}

static void administration_goes_on(void **state)
{
	enum otp_verdict verdict;
	size_t released;

	(void)state;
	open_for(OTP_TO_ADMINISTER);
	assert_string_equal(stocked(EVENT_0).owner, "alice");
	assert_string_equal(stocked(EVENT_0).reserved, "");
	assert_int_equal(could_enroll("bob", EVENT_0), OTP_E_BOUND);
	assert_int_equal(could_enroll("bob", EVENT_1), OTP_OK);
	assert_int_equal(login("alice", code_at(EVENT_0, 4)), OTP_ACCEPTED);
	assert_int_equal(otp_rename(vault, "alice", "anna", ALICE, NULL), OTP_OK);
	assert_int_equal(login("anna", code_at(EVENT_0, 4)), OTP_REPLAYED);
	assert_int_equal(try_enroll_how("anna", EVENT_1, OTP_ENROLL_REPLACE, pair_at(EVENT_1, 0), &verdict), OTP_OK);
	assert_int_equal(verdict, OTP_ACCEPTED);
	assert_int_equal(stocked(EVENT_0).next, 5);
	assert_int_equal(otp_release(vault, "anna", NULL, &released, NULL), OTP_OK);
	assert_int_equal(released, 1);
	enroll("bob", EVENT_0, 5);
	assert_int_equal(login("bob", code_at(EVENT_0, 7)), OTP_ACCEPTED);
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, begin_before, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FRESH(users_log_in),
	    FRESH(what_is_new_can_be_had),
	    FRESH(administration_goes_on),
	};
	int failed;

	scene_prepare();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scene_clear();
	return failed;
}
