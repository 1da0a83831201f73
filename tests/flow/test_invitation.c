/* SPDX-License-Identifier: BSD-2-Clause */
/* Invitations (product §6.4): for one user and uid, until their end, used up by the enrolment that they were for. */
#include "scene.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define SOON (NOW / 1000 + 3600) /* s */

static int begin_with_tokens(void **state)
{
	if (scene_begin(state) != 0)
		return -1;
	add_token(EVENT_0);
	add_token(EVENT_1);
	return 0;
}

static void invite(const char *user, uint32_t uid)
{
	struct otp_error error = {.what = ""};

	if (otp_invite(vault, user, uid, SOON, &error) != OTP_OK)
		fail_msg("%s", error.what);
}

/* Until when alice is invited at NOW; 0: she is not. */
static int64_t invited(const char *user, uint32_t uid)
{
	struct otp_error error = {.what = ""};
	int64_t expires = -1;
	enum otp_status status = otp_invitation(vault, user, uid, NOW, &expires, &error);

	if (status != OTP_OK) {
		assert_fails(status, OTP_E_NOT_FOUND, &error);
		assert_int_equal(expires, 0);
	}
	return expires;
}

static void who_was_not_invited_is_not(void **state)
{
	struct otp_error error = {.what = ""};

	(void)state;
	assert_int_equal(invited("alice", ALICE), 0);
	assert_fails(otp_uninvite(vault, "alice", &error), OTP_E_NOT_FOUND, &error);
	invite("alice", ALICE);
	assert_int_equal(invited("alice", ALICE), SOON);
	scene_reopen();
	assert_int_equal(invited("alice", ALICE), SOON);
	assert_int_equal(invited("alice", BOB), 0); /* the account was made anew since */
	assert_int_equal(invited("alice", 0), 0);
	assert_int_equal(invited("alic", ALICE), 0);
	assert_int_equal(invited("bob", BOB), 0);
	assert_int_equal(otp_uninvite(vault, "alice", NULL), OTP_OK);
	assert_int_equal(invited("alice", ALICE), 0);
	assert_int_equal(otp_uninvite(vault, "alice", NULL), OTP_E_NOT_FOUND);
}

static void an_invitation_ends(void **state)
{
	int64_t expires;

	(void)state;
	invite("alice", ALICE);
	assert_int_equal(otp_invitation(vault, "alice", ALICE, SOON * 1000 - 1, &expires, NULL), OTP_OK);
	assert_int_equal(expires, SOON);
	assert_int_equal(otp_invitation(vault, "alice", ALICE, SOON * 1000, &expires, NULL), OTP_E_NOT_FOUND);
	assert_int_equal(otp_invitation(vault, "alice", ALICE, SOON * 1000 + 86400000, &expires, NULL),
	                 OTP_E_NOT_FOUND);
	assert_int_equal(otp_uninvite(vault, "alice", NULL), OTP_OK); /* it lies there until somebody clears it away */
}

static void another_takes_the_place_of_the_first(void **state)
{
	(void)state;
	invite("alice", BOB);
	assert_int_equal(otp_invite(vault, "alice", ALICE, SOON + 5, NULL), OTP_OK);
	assert_int_equal(invited("alice", BOB), 0);
	assert_int_equal(invited("alice", ALICE), SOON + 5);
	assert_int_equal(otp_invite(vault, "alice", ALICE, SOON - 5, NULL), OTP_OK);
	assert_int_equal(invited("alice", ALICE), SOON - 5);
}

static void who_is_enrolled_needs_none(void **state)
{
	struct otp_error error = {.what = ""};

	(void)state;
	enroll("alice", EVENT_0, 0);
	assert_fails(otp_invite(vault, "alice", ALICE, SOON, &error), OTP_E_EXISTS, &error);
	assert_int_equal(invited("alice", ALICE), 0);
}

static void what_cannot_be_is_refused(void **state)
{
	char name[OTP_USER_MAX + 2];
	struct otp_error error = {.what = ""};

	(void)state;
	assert_fails(otp_invite(vault, "alice", ALICE, 0, &error), OTP_E_INVALID, &error);
	assert_fails(otp_invite(vault, "alice", ALICE, -1, &error), OTP_E_INVALID, &error);
	assert_int_equal(invited("alice", ALICE), 0);
	memset(name, 'a', sizeof name);
	name[OTP_USER_MAX + 1] = '\0';
	assert_fails(otp_invite(vault, name, ALICE, SOON, &error), OTP_E_LIMIT, &error);
	assert_fails(otp_invite(vault, "", ALICE, SOON, &error), OTP_E_INVALID, &error);
	invite("a name/../with %everything", ALICE);
	assert_int_equal(invited("a name/../with %everything", ALICE), SOON);
}

/* Whichever enrolment binds a token to the user; one that fails leaves him his invitation. */
static void an_enrolment_uses_it_up(void **state)
{
	struct otp_seed seed = seed_of(EVENT_2);
	struct otp_enrolment enrolment = {
	    .user = "alice", .uid = ALICE, .seed = &seed, .pair = pair_of("111111", NOW, "222222", NOW)};
	struct otp_judgement judgement;
	enum otp_verdict verdict;
	size_t released;

	(void)state;
	invite("alice", ALICE);
	invite("bob", BOB);
	assert_int_equal(otp_enroll(vault, &limits, &enrolment, &judgement, NULL), OTP_OK);
	assert_int_equal(judgement.verdict, OTP_REFUSED);
	assert_int_equal(try_enroll("alice", "UBHE00000009", false, pair_at("UBHE00000009", 0), &verdict),
	                 OTP_E_NOT_FOUND);
	assert_int_equal(mkdir(scene_path("store/users/.alice.new"), 0700), 0);
	enrolment.pair = pair_at(EVENT_2, 0);
	assert_int_not_equal(otp_enroll(vault, &limits, &enrolment, &judgement, NULL), OTP_OK);
	assert_int_equal(rmdir(scene_path("store/users/.alice.new")), 0);
	assert_int_equal(invited("alice", ALICE), SOON);
	assert_int_equal(otp_enroll(vault, &limits, &enrolment, &judgement, NULL), OTP_OK);
	assert_int_equal(judgement.verdict, OTP_ACCEPTED);
	assert_int_equal(invited("alice", ALICE), 0);
	assert_int_equal(invited("bob", BOB), SOON);
	assert_int_equal(otp_release(vault, "alice", NULL, &released, NULL), OTP_OK);
	assert_int_equal(invited("alice", ALICE), 0); /* it was for once */
	enroll("bob", EVENT_0, 0);
	assert_int_equal(invited("bob", BOB), 0);
	invite("alice", ALICE);
	enrolment = (struct otp_enrolment){.user = "alice", .uid = ALICE, .token = id_of(EVENT_1)};
	enrolment.pair.second_at = NOW;
	assert_int_equal(otp_enroll_migrated(vault, &enrolment, NULL), OTP_OK);
	assert_int_equal(invited("alice", ALICE), 0);
}

/* ---- the files ----------------------------------------------------------------------------------------------------
 */

static void copy(const char *from, const char *to)
{
	char command[1400], source[512];

	(void)snprintf(source, sizeof source, "%s", scene_path(from));
	(void)snprintf(command, sizeof command, "cp -p '%s' '%s'", source, scene_path(to));
	assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): the paths are ours */
}

/* An invitation is good under its own name alone, and whole. */
static void a_forged_invitation_invites_nobody(void **state)
{
	struct otp_error error = {.what = ""};
	int64_t expires;
	uint8_t byte;
	int fd;

	(void)state;
	invite("alice", ALICE);
	copy("store/invitations/alice", "store/invitations/bob");
	assert_fails(otp_invitation(vault, "bob", ALICE, NOW, &expires, &error), OTP_E_CORRUPT, &error);
	assert_int_equal(otp_uninvite(vault, "bob", NULL), OTP_E_CORRUPT);
	fd = open(scene_path("store/invitations/alice"), O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, 64 + 15), 1); /* the last byte of the end */
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, 64 + 15), 1);
	assert_int_equal(close(fd), 0);
	assert_fails(otp_invitation(vault, "alice", ALICE, NOW, &expires, &error), OTP_E_CORRUPT, &error);
	assert_int_equal(expires, 0);
	enroll("alice", EVENT_0, 0); /* and is in nobody's way */
}

static void a_record_of_a_user_is_no_invitation(void **state)
{
	struct otp_error error = {.what = ""};
	int64_t expires;
	bool enrolled;

	(void)state;
	enroll("alice", EVENT_0, 0);
	copy("store/users/alice", "store/invitations/alice");
	assert_fails(otp_invitation(vault, "alice", ALICE, NOW, &expires, &error), OTP_E_CORRUPT, &error);
	invite("bob", BOB);
	copy("store/invitations/bob", "store/users/bob");
	assert_int_equal(otp_login_enrolled(vault, "bob", &enrolled, &error), OTP_E_CORRUPT);
}

/* ---- what a vault is open for ---------------------------------------------------------------------------------------
 */

static void open_for(enum otp_purpose purpose)
{
	struct otp_places places = scene_places();
	struct otp_error error = {.what = ""};

	otp_vault_close(&vault);
	if (otp_vault_open(&places, purpose, &vault, &error) != OTP_OK)
		fail_msg("%s", error.what);
}

static void logins_do_not_see_invitations(void **state)
{
	(void)state;
	invite("alice", ALICE);
	open_for(OTP_TO_JUDGE);
	assert_int_equal(invited("alice", ALICE), 0);
	open_for(OTP_TO_INSPECT);
	assert_int_equal(invited("alice", ALICE), SOON);
	open_for(OTP_TO_ADMINISTER);
	assert_int_equal(invited("alice", ALICE), SOON);
}

/* A host that began before there were invitations lacks their directory, and nothing else. */
static void a_host_without_their_directory_has_none(void **state)
{
	static const enum otp_purpose purposes[] = {OTP_TO_JUDGE, OTP_TO_INSPECT};
	struct stat st;

	(void)state;
	assert_int_equal(rmdir(scene_path("store/invitations")), 0);
	for (size_t i = 0; i < 2; i++) {
		struct otp_error error = {.what = ""};

		open_for(purposes[i]);
		assert_int_equal(invited("alice", ALICE), 0);
		assert_fails(otp_invite(vault, "alice", ALICE, SOON, &error), OTP_E_INVALID, &error);
		assert_fails(otp_uninvite(vault, "alice", &error), OTP_E_NOT_FOUND, &error);
		assert_int_equal(lstat(scene_path("store/invitations"), &st), -1);
		enroll("alice", i == 0 ? EVENT_0 : EVENT_1, 0);
	}
	open_for(OTP_TO_ADMINISTER);
	assert_int_equal(lstat(scene_path("store/invitations"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	invite("bob", BOB);
	assert_int_equal(invited("bob", BOB), SOON);
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, begin_with_tokens, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FRESH(who_was_not_invited_is_not),
	    FRESH(an_invitation_ends),
	    FRESH(another_takes_the_place_of_the_first),
	    FRESH(who_is_enrolled_needs_none),
	    FRESH(what_cannot_be_is_refused),
	    FRESH(an_enrolment_uses_it_up),
	    FRESH(a_forged_invitation_invites_nobody),
	    FRESH(a_record_of_a_user_is_no_invitation),
	    FRESH(logins_do_not_see_invitations),
	    FRESH(a_host_without_their_directory_has_none),
	};
	int failed;

	scene_prepare();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scene_clear();
	return failed;
}
