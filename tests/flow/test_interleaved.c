/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A login that comes between an administrator's read and his write (product §9): what it changed is not lost, and what
 * he wanted is done all the same, unless logins come and come. Here they come at the worst moment, by design: just
 * before the user's record is written or removed.
 */
#include "scene.h"

#include "flow/held.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ALWAYS = 1000 };

static int intruders;        /* logins that will still come in between */
static int64_t next_counter; /* of EVENT_0 */

static void intrude(const struct otp_store *store)
{
	struct otp_attempt attempt = attempt_of("alice", code_at(EVENT_0, next_counter), NOW);
	struct otp_outcome outcome;

	if (store != vault->users || intruders == 0)
		return;
	intruders--;
	assert_int_equal(otp_login(vault, &limits, &attempt, &outcome, NULL), OTP_OK);
	assert_int_equal(outcome.verdict, OTP_ACCEPTED);
	next_counter++;
}

enum otp_status __real_otp_store_replace(struct otp_store *store, const char *name, const struct otp_stored *stored,
                                         struct otp_error *error);
enum otp_status __wrap_otp_store_replace(struct otp_store *store, const char *name, const struct otp_stored *stored,
                                         struct otp_error *error);
enum otp_status __real_otp_store_remove(struct otp_store *store, const char *name, const struct otp_revision *revision,
                                        struct otp_error *error);
enum otp_status __wrap_otp_store_remove(struct otp_store *store, const char *name, const struct otp_revision *revision,
                                        struct otp_error *error);

enum otp_status __wrap_otp_store_replace(struct otp_store *store, const char *name, const struct otp_stored *stored,
                                         struct otp_error *error)
{
	intrude(store);
	return __real_otp_store_replace(store, name, stored, error);
}

enum otp_status __wrap_otp_store_remove(struct otp_store *store, const char *name, const struct otp_revision *revision,
                                        struct otp_error *error)
{
	intrude(store);
	return __real_otp_store_remove(store, name, revision, error);
}

/* ---- what the administrator does --------------------------------------------------------------------------------- */

static enum otp_status release_all(struct otp_error *error)
{
	size_t released;

	return otp_release(vault, "alice", NULL, &released, error);
}

static enum otp_status release_another(struct otp_error *error)
{
	struct otp_token_id token = id_of(EVENT_1);
	size_t released;

	return otp_release(vault, "alice", &token, &released, error);
}

static enum otp_status enroll_how(enum otp_enroll_how how, struct otp_error *error)
{
	const struct otp_enrolment enrolment = {
	    .user = "alice", .uid = ALICE, .token = id_of(EVENT_2), .how = how, .pair = pair_at(EVENT_2, 0)};
	struct otp_judgement judgement;

	return otp_enroll(vault, &limits, &enrolment, &judgement, error);
}

static enum otp_status add(struct otp_error *error)
{
	return enroll_how(OTP_ENROLL_ADD, error);
}

static enum otp_status replace(struct otp_error *error)
{
	return enroll_how(OTP_ENROLL_REPLACE, error);
}

static enum otp_status migrate(struct otp_error *error)
{
	struct otp_seed seed = seed_of("UBHE00000003");
	const struct otp_enrolment enrolment = {
	    .user = "alice", .uid = ALICE, .seed = &seed, .how = OTP_ENROLL_REPLACE, .pair = {.second_at = NOW}};

	return otp_enroll_migrated(vault, &enrolment, error);
}

static enum otp_status follow(struct otp_error *error)
{
	return otp_rename(vault, "alice", "anna", ALICE, error);
}

static enum otp_status renew(struct otp_error *error)
{
	static const struct otp_spare_code nothing[OTP_RECOVERY_MAX];
	struct otp_spare_code codes[OTP_RECOVERY_MAX];
	enum otp_status status = otp_codes_renew(vault, "alice", codes, error);

	/* what is not in force is not shown */
	assert_int_equal(memcmp(codes, nothing, sizeof codes) == 0, status != OTP_OK);
	return status;
}

static enum otp_status lend(struct otp_error *error)
{
	static const struct otp_spare_code nothing;
	struct otp_spare_code code;
	enum otp_status status = otp_codes_lend(vault, "alice", NOW / 1000 + 60, true, &code, error);

	assert_int_equal(memcmp(&code, &nothing, sizeof code) == 0, status != OTP_OK);
	return status;
}

static enum otp_status disable(struct otp_error *error)
{
	struct otp_token_id token = id_of(EVENT_1);
	size_t changed = 99;
	enum otp_status status = otp_change_user(vault, "alice", &token, OTP_DISABLE, "lost", &changed, error);

	if (status != OTP_E_STATE) /* a second time, it is disabled already */
		assert_int_equal(changed, status == OTP_OK);
	return status;
}

static const struct {
	const char *name;
	enum otp_status (*act)(struct otp_error *error);
	const char *user; /* who has EVENT_0 then; NULL: nobody */
} acts[] = {
    {"release of all", release_all, NULL},
    {"release of another", release_another, "alice"},
    {"a further token", add, "alice"},
    {"replace", replace, NULL},
    {"replace by a migrated one", migrate, NULL},
    {"rename", follow, "anna"},
    {"new recovery codes", renew, "alice"},
    {"a temporary code", lend, "alice"},
    {"disable", disable, "alice"},
};

/* Alice with EVENT_0 and EVENT_1, from a fresh host; EVENT_2 is free. */
static void begin(void)
{
	assert_int_equal(scene_end(NULL), 0);
	assert_int_equal(scene_begin(NULL), 0);
	intruders = 0;
	limits.pair_counters = 50; /* to search ten thousand takes longer than all the rest */
	add_token(EVENT_0);
	add_token(EVENT_1);
	add_token(EVENT_2);
	enroll("alice", EVENT_0, 0);
	enroll("alice", EVENT_1, 0);
	next_counter = 2;
}

/* Where EVENT_0 stands, whoever has it: every code that was accepted is used. */
static int64_t position(const char *user)
{
	return user == NULL ? stocked(EVENT_0).next : report_of(user).token[0].next;
}

/* Under a tool that slows the program thirtyfold a sample shows whether memory is touched amiss. */
static bool sparse(void)
{
	return getenv("SPARSE") != NULL;
}

static void a_login_in_between_is_not_lost(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		for (int logins = 0; logins <= 4; logins += sparse() ? 4 : 1) {
			struct otp_error error = {.what = ""};
			enum otp_status status;

			begin();
			intruders = logins;
			if ((status = acts[i].act(&error)) != OTP_OK)
				fail_msg("%s, %d logins: %s", acts[i].name, logins, error.what);
			assert_int_equal(intruders, 0);
			if (position(acts[i].user) != 2 + logins)
				fail_msg("%s, %d logins: the position is lost", acts[i].name, logins);
		}
}

/* Logins without end: given up, told, and everything is as they left it. */
static void who_is_never_first_gives_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
		struct otp_error error = {.what = ""};
		struct otp_token_id brought = id_of("UBHE00000003");
		struct otp_token_report report;

		begin();
		intruders = ALWAYS;
		assert_fails(acts[i].act(&error), OTP_E_CHANGED, &error);
		assert_int_equal(ALWAYS - intruders, 5);
		intruders = 0;
		assert_int_equal(report_of("alice").n, 2);
		assert_int_equal(report_of("alice").token[0].next, 7);
		assert_int_equal(report_of("alice").token[1].status, OTP_TOKEN_ENABLED);
		assert_int_equal(report_of("alice").recovery_left, 0);
		assert_int_equal(report_of("alice").temporary_until, 0);
		assert_false(is_enrolled("anna"));
		assert_int_equal(could_enroll("bob", EVENT_0), OTP_E_BOUND);
		assert_int_equal(could_enroll("bob", EVENT_1), OTP_E_BOUND);
		assert_int_equal(could_enroll("bob", EVENT_2), OTP_OK);
		assert_int_equal(otp_token_report(vault, &brought, &report, NULL), OTP_E_NOT_FOUND);
		assert_int_equal(login("alice", code_at(EVENT_0, 6)), OTP_REPLAYED);
		assert_int_equal(login("alice", code_at(EVENT_0, 7)), OTP_ACCEPTED);
		assert_int_equal(acts[i].act(NULL), OTP_OK); /* later it can be done */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_login_in_between_is_not_lost, scene_begin, scene_end),
	    cmocka_unit_test_setup_teardown(who_is_never_first_gives_up, scene_begin, scene_end),
	};
	int failed;

	scene_prepare();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scene_clear();
	return failed;
}
