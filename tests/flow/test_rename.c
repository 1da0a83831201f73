/* SPDX-License-Identifier: BSD-2-Clause */
/* An account was renamed, and its tokens follow (product §7; flow/rename.h): everything of it, or nothing. */
#include "scene.h"

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

/* Alice with EVENT_0, EVENT_1 and EVENT_2; "anna" has her uid. */
static int begin_with_alice(void **state)
{
	static const char *const ids[] = {EVENT_0, EVENT_1, EVENT_2};

	if (scene_begin(state) != 0)
		return -1;
	for (size_t i = 0; i < 3; i++) {
		add_token(ids[i]);
		enroll("alice", ids[i], 10 * (int64_t)i);
	}
	return 0;
}

static void rename_alice(void)
{
	struct otp_error error = {.what = ""};

	if (otp_rename(vault, "alice", "anna", ALICE, &error) != OTP_OK)
		fail_msg("%s", error.what);
	assert_false(is_enrolled("alice"));
	assert_true(is_enrolled("anna"));
}

static void her_tokens_serve_under_the_new_name(void **state)
{
	(void)state;
	assert_int_equal(login("alice", code_at(EVENT_0, 5)), OTP_ACCEPTED);
	rename_alice();
	scene_reopen();
	assert_int_equal(login("alice", code_at(EVENT_0, 6)), OTP_UNENROLLED);
	assert_int_equal(login("anna", code_at(EVENT_0, 5)), OTP_REPLAYED);
	assert_int_equal(login("anna", code_at(EVENT_0, 4)), OTP_REFUSED);
	assert_int_equal(login("anna", code_at(EVENT_0, 6)), OTP_ACCEPTED);
	assert_int_equal(login("anna", code_at(EVENT_1, 12)), OTP_ACCEPTED);
	assert_int_equal(login("anna", code_at(EVENT_2, 22)), OTP_ACCEPTED);
	assert_int_equal(report_of("anna").uid, ALICE);
}

/* The inventory names her by it, and keeps no key and no reservation. */
static void the_inventory_follows(void **state)
{
	static const char *const ids[] = {EVENT_0, EVENT_1, EVENT_2};

	(void)state;
	rename_alice();
	for (size_t i = 0; i < 3; i++) {
		struct otp_token_id id = id_of(ids[i]);
		struct otp_held held;

		assert_int_equal(otp_held_load_token(vault, &id, &held, NULL), OTP_OK);
		assert_string_equal(held.credential.owner, "anna");
		assert_string_equal(held.credential.reserved, "");
		assert_int_equal(held.credential.token[0].sealed.len, 0);
		otp_held_wipe(&held);
		assert_int_equal(could_enroll("bob", ids[i]), OTP_E_BOUND);
	}
}

static void states_failures_and_codes_come_along(void **state)
{
	struct otp_token_id one = id_of(EVENT_1), two = id_of(EVENT_2);
	struct otp_spare_code codes[OTP_RECOVERY_MAX], temporary;
	struct otp_user_report before, after;
	size_t changed;

	(void)state;
	assert_int_equal(otp_codes_renew(vault, "alice", codes, NULL), OTP_OK);
	assert_int_equal(otp_codes_lend(vault, "alice", NOW / 1000 + 3600, false, &temporary, NULL), OTP_OK);
	assert_int_equal(login("alice", codes[0].text), OTP_ACCEPTED);
	for (int i = 0; i < 4; i++)
		assert_int_equal(login("alice", code_at(EVENT_0, 1200)), OTP_REFUSED);
	assert_int_equal(otp_change_user(vault, "alice", &one, OTP_DISABLE, "lost", &changed, NULL), OTP_OK);
	before = report_of("alice");
	rename_alice();
	after = report_of("anna");
	assert_int_equal(after.bucket[OTP_LOCAL].failures, 4);
	assert_int_equal(after.bucket[OTP_LOCAL].wait, limits.first_wait);
	assert_memory_equal(after.bucket, before.bucket, sizeof after.bucket);
	assert_int_equal(after.failures, 4);
	assert_int_equal(after.failed_at, before.failed_at);
	assert_int_equal(after.accepted_at, before.accepted_at);
	assert_string_equal(after.origin, before.origin);
	assert_int_equal(after.recovery_left, 9);
	assert_int_equal(after.temporary_until, NOW / 1000 + 3600);
	for (size_t i = 0; i < 3; i++)
		assert_memory_equal(&after.token[i], &before.token[i], sizeof after.token[i]);
	assert_int_equal(after.token[1].status, OTP_TOKEN_DISABLED);
	assert_string_equal(after.token[1].reason, "lost");

	assert_int_equal(login("anna", codes[1].text), OTP_WAITING);
	assert_int_equal(login_at("anna", temporary.text, NOW + limits.first_wait), OTP_ACCEPTED);
	assert_int_equal(login_at("anna", codes[0].text, NOW + limits.first_wait), OTP_REFUSED);
	assert_int_equal(login_at("anna", codes[1].text, NOW + limits.first_wait), OTP_ACCEPTED);
	assert_int_equal(otp_change_user(vault, "anna", &two, OTP_LOCK, NULL, &changed, NULL), OTP_OK);
	assert_int_equal(otp_rename(vault, "anna", "alice", ALICE, NULL), OTP_OK); /* and back, with a locked one */
	assert_int_equal(report_of("alice").token[2].status, OTP_TOKEN_LOCKED);
	assert_int_equal(report_of("alice").token[1].status, OTP_TOKEN_DISABLED);
}

static void assert_untouched(void)
{
	assert_int_equal(report_of("alice").n, 3);
	assert_int_equal(could_enroll("bob", EVENT_0), OTP_E_BOUND);
	assert_string_equal(stocked(EVENT_0).owner, "alice");
	assert_string_equal(stocked(EVENT_0).reserved, "");
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_ACCEPTED);
}

static void another_uid_is_another_person(void **state)
{
	struct otp_error error = {.what = ""};

	(void)state;
	assert_fails(otp_rename(vault, "alice", "anna", BOB, &error), OTP_E_FOREIGN, &error);
	assert_false(is_enrolled("anna"));
	assert_untouched();
}

static void who_has_tokens_of_his_own_gets_no_others(void **state)
{
	struct otp_error error = {.what = ""};

	(void)state;
	add_token("UBHE00000003");
	enroll("anna", "UBHE00000003", 0);
	assert_fails(otp_rename(vault, "alice", "anna", ALICE, &error), OTP_E_EXISTS, &error);
	assert_non_null(strstr(error.what, "anna"));
	assert_fails(otp_rename(vault, "alice", "alice", ALICE, &error), OTP_E_EXISTS, &error);
	assert_int_equal(report_of("anna").n, 1);
	assert_untouched();
}

static void names_that_do_not_fit_are_refused(void **state)
{
	char name[OTP_USER_MAX + 2];
	struct otp_error error = {.what = ""};

	(void)state;
	memset(name, 'a', sizeof name);
	name[OTP_USER_MAX + 1] = '\0';
	assert_fails(otp_rename(vault, "alice", name, ALICE, &error), OTP_E_LIMIT, &error);
	memset(name, ' ', OTP_USER_MAX); /* a name of the right length whose file's would be three times as long */
	name[OTP_USER_MAX] = '\0';
	assert_fails(otp_rename(vault, "alice", name, ALICE, &error), OTP_E_LIMIT, &error);
	assert_fails(otp_rename(vault, "alice", "", ALICE, &error), OTP_E_INVALID, &error);
	assert_fails(otp_rename(vault, "", "anna", ALICE, &error), OTP_E_INVALID, &error);
	assert_fails(otp_rename(vault, "bob", "anna", ALICE, &error), OTP_E_NOT_FOUND, &error);
	assert_untouched();
}

/* An invitation that lay ready under the new name would be one to make a further token after a release. */
static void an_invitation_of_the_new_name_is_used_up(void **state)
{
	int64_t expires;

	(void)state;
	assert_int_equal(otp_invite(vault, "anna", ALICE, NOW / 1000 + 3600, NULL), OTP_OK);
	rename_alice();
	assert_int_equal(otp_invitation(vault, "anna", ALICE, NOW, &expires, NULL), OTP_E_NOT_FOUND);
}

/* What a renaming leaves that came to grief half-way: nobody's tokens, waiting for the new name alone. */
static void half_way_the_tokens_wait_for_the_new_name(void **state)
{
	struct otp_error error = {.what = ""};
	enum otp_status status;

	(void)state;
	assert_int_equal(login("alice", code_at(EVENT_0, 5)), OTP_ACCEPTED);
	/* anna's record cannot be written: in its place lies a directory */
	assert_int_equal(mkdir(scene_path("store/users/.anna.new"), 0700), 0);
	status = otp_rename(vault, "alice", "anna", ALICE, &error);
	assert_int_not_equal(status, OTP_OK);
	assert_fails(status, error.status, &error);
	assert_int_equal(rmdir(scene_path("store/users/.anna.new")), 0);
	assert_false(is_enrolled("alice") || is_enrolled("anna"));
	assert_int_equal(could_enroll("bob", EVENT_0), OTP_E_RESERVED);
	assert_int_equal(could_enroll("alice", EVENT_0), OTP_E_RESERVED);
	assert_int_equal(stocked(EVENT_0).next, 6);
	enroll("anna", EVENT_0, 6);
	assert_int_equal(login("anna", code_at(EVENT_0, 5)), OTP_REFUSED);
	assert_int_equal(login("anna", code_at(EVENT_0, 8)), OTP_ACCEPTED);
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, begin_with_alice, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FRESH(her_tokens_serve_under_the_new_name),      FRESH(the_inventory_follows),
	    FRESH(states_failures_and_codes_come_along),     FRESH(another_uid_is_another_person),
	    FRESH(who_has_tokens_of_his_own_gets_no_others), FRESH(names_that_do_not_fit_are_refused),
	    FRESH(an_invitation_of_the_new_name_is_used_up), FRESH(half_way_the_tokens_wait_for_the_new_name),
	};
	int failed;

	scene_prepare();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scene_clear();
	return failed;
}
