/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sealing key (product §4.3): made only while no record exists, never masked by a new one, and a message that says
 * what to restore.
 */
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
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct otp_error error;

static enum otp_status open_for(enum otp_purpose purpose)
{
	struct otp_places places = scene_places();
	enum otp_status status;

	otp_vault_close(&vault);
	memset(&error, 0, sizeof error);
	status = otp_vault_open(&places, purpose, &vault, &error);
	if ((status == OTP_OK) != (vault != NULL))
		fail_msg("status %d and a vault, or none", (int)status);
	return status;
}

static bool exists(const char *name)
{
	struct stat st;

	return lstat(scene_path(name), &st) == 0;
}

static void move(const char *from, const char *to)
{
	char source[512];

	(void)snprintf(source, sizeof source, "%s", scene_path(from));
	assert_int_equal(rename(source, scene_path(to)), 0);
}

static void remove_all(const char *name)
{
	char command[600];

	(void)snprintf(command, sizeof command, "rm -rf '%s'", scene_path(name));
	assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): the path is ours */
}

/* A host as it is before the first enrolment. */
static int begin_bare(void **state)
{
	if (scene_begin(state) != 0)
		return -1;
	otp_vault_close(&vault);
	remove_all("store");
	remove_all("key");
	return 0;
}

static int begin_with_alice(void **state)
{
	if (scene_begin(state) != 0)
		return -1;
	add_token(EVENT_0);
	enroll("alice", EVENT_0, 0);
	return 0;
}

static void a_login_makes_nothing_on_a_bare_host(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(open_for(i == 0 ? OTP_TO_JUDGE : OTP_TO_INSPECT), OTP_E_NOT_FOUND);
		assert_false(exists("key"));
		assert_false(exists("store"));
	}
}

static void the_first_administration_makes_key_and_stores(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(open_for(OTP_TO_ADMINISTER), OTP_OK);
	assert_int_equal(lstat(scene_path("key"), &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(lstat(scene_path("store"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(lstat(scene_path("store/users"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(lstat(scene_path("store/tokens"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(lstat(scene_path("store/invitations"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(open_for(OTP_TO_JUDGE), OTP_OK);
}

/* An empty store without a key is what a death during the first administration leaves. */
static void an_empty_store_without_a_key_is_a_bare_host(void **state)
{
	(void)state;
	assert_int_equal(open_for(OTP_TO_ADMINISTER), OTP_OK);
	remove_all("key");
	assert_int_equal(open_for(OTP_TO_JUDGE), OTP_E_NOT_FOUND);
	assert_false(exists("key"));
	remove_all("store/tokens");
	assert_int_equal(open_for(OTP_TO_JUDGE), OTP_E_NOT_FOUND);
	assert_int_equal(open_for(OTP_TO_ADMINISTER), OTP_OK);
	assert_true(exists("key"));
}

static void a_key_that_is_there_is_kept(void **state)
{
	char before[128], after[128];
	ssize_t len;
	int fd;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(open_for(OTP_TO_ADMINISTER), OTP_OK);
		assert_true((fd = open(scene_path("key"), O_RDONLY | O_CLOEXEC)) >= 0);
		assert_true((len = read(fd, after, sizeof after)) > 64);
		assert_int_equal(close(fd), 0);
		if (i > 0)
			assert_memory_equal(before, after, (size_t)len);
		memcpy(before, after, sizeof before);
	}
}

static void a_lost_key_denies_and_says_what_to_restore(void **state)
{
	static const enum otp_purpose purposes[] = {OTP_TO_JUDGE, OTP_TO_INSPECT, OTP_TO_ADMINISTER};

	(void)state;
	move("key", "key.backup");
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(open_for(purposes[i]), OTP_E_KEY_MISSING);
		assert_non_null(strstr(error.what, scene_path("key")));
		assert_non_null(strstr(error.what, "restore"));
		assert_false(exists("key")); /* no new one masks the loss */
	}
	move("key.backup", "key");
	assert_int_equal(open_for(OTP_TO_JUDGE), OTP_OK);
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_ACCEPTED);
}

static void a_free_token_is_a_record_too(void **state)
{
	size_t released;

	(void)state;
	assert_int_equal(otp_release(vault, "alice", NULL, &released, NULL), OTP_OK);
	move("key", "key.backup");
	assert_int_equal(open_for(OTP_TO_ADMINISTER), OTP_E_KEY_MISSING);
	assert_false(exists("key"));
}

/* Nobody is enrolled, no token is there: but a new key would make the invitation unreadable. */
static void an_invitation_is_a_record_too(void **state)
{
	(void)state;
	assert_int_equal(open_for(OTP_TO_ADMINISTER), OTP_OK);
	assert_int_equal(otp_invite(vault, "carol", 1, NOW / 1000 + 60, NULL), OTP_OK);
	move("key", "key.backup");
	assert_int_equal(open_for(OTP_TO_JUDGE), OTP_E_KEY_MISSING);
	assert_int_equal(open_for(OTP_TO_ADMINISTER), OTP_E_KEY_MISSING);
	assert_false(exists("key"));
}

static void another_key_is_refused(void **state)
{
	struct otp_attempt attempt = attempt_of("alice", code_at(EVENT_0, 2), NOW);
	struct otp_outcome outcome;
	enum otp_status status;
	bool enrolled;

	(void)state;
	otp_vault_close(&vault);
	move("key", "key.right");
	move("store", "store.right");
	assert_int_equal(open_for(OTP_TO_ADMINISTER), OTP_OK); /* makes another key */
	otp_vault_close(&vault);
	remove_all("store");
	move("store.right", "store");
	assert_int_equal(open_for(OTP_TO_JUDGE), OTP_OK);
	status = otp_login(vault, &limits, &attempt, &outcome, &error);
	assert_true(status == OTP_E_KEY_WRONG || status == OTP_E_CORRUPT);
	assert_non_null(strstr(error.what, "key"));
	assert_int_equal(outcome.verdict, OTP_REFUSED);
	assert_int_not_equal(otp_login_enrolled(vault, "alice", &enrolled, NULL), OTP_OK);
	otp_vault_close(&vault);
	move("key.right", "key");
	assert_int_equal(open_for(OTP_TO_JUDGE), OTP_OK);
	assert_int_equal(login("alice", code_at(EVENT_0, 2)), OTP_ACCEPTED);
}

static void a_key_without_its_store_is_a_store_that_went_missing(void **state)
{
	(void)state;
	move("store", "store.away");
	assert_int_equal(open_for(OTP_TO_JUDGE), OTP_E_IO);
	assert_non_null(strstr(error.what, scene_path("store")));
	assert_int_equal(open_for(OTP_TO_ADMINISTER), OTP_E_IO);
	assert_false(exists("store"));
	move("store.away", "store");
	assert_int_equal(open_for(OTP_TO_JUDGE), OTP_OK);
	assert_true(is_enrolled("alice"));
}

static void write_key(const char *text)
{
	int fd = open(scene_path("key"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(close(fd), 0);
}

static void what_is_no_key_is_refused(void **state)
{
	static const char digits[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	char text[256];

	(void)state;
	write_key("");
	assert_int_equal(open_for(OTP_TO_JUDGE), OTP_E_CORRUPT);
	(void)snprintf(text, sizeof text, "vipotp-key-v1 %s\n", digits);
	for (size_t i = 0; i < strlen(text); i++) {
		char damaged[256];

		memcpy(damaged, text, sizeof damaged);
		damaged[i] = '#';
		write_key(damaged);
		assert_int_equal(open_for(OTP_TO_JUDGE), OTP_E_CORRUPT);
		assert_int_equal(open_for(OTP_TO_ADMINISTER), OTP_E_CORRUPT);
		assert_null(strstr(error.what, "0123456789abcdef"));
	}
	text[strlen(text) - 1] = '\0';
	write_key(text);
	assert_int_equal(open_for(OTP_TO_JUDGE), OTP_E_CORRUPT);
	(void)snprintf(text, sizeof text, "vipotp-key-v1 %s\n\n", digits);
	write_key(text);
	assert_int_equal(open_for(OTP_TO_JUDGE), OTP_E_UNSAFE);
}

static void a_key_that_others_may_touch_is_refused(void **state)
{
	static const mode_t modes[] = {0640, 0604, 0660, 0644, 04600};

	(void)state;
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		assert_int_equal(chmod(scene_path("key"), modes[i]), 0);
		assert_int_equal(open_for(OTP_TO_JUDGE), OTP_E_UNSAFE);
		assert_int_equal(open_for(OTP_TO_ADMINISTER), OTP_E_UNSAFE);
	}
	assert_int_equal(chmod(scene_path("key"), 0600), 0);
	assert_int_equal(chown(scene_path("key"), 1, 1), 0);
	assert_int_equal(open_for(OTP_TO_JUDGE), OTP_E_UNSAFE);
	assert_int_equal(chown(scene_path("key"), 0, 0), 0);
	move("key", "key.real");
	assert_int_equal(symlink("key.real", scene_path("key")), 0);
	assert_int_equal(open_for(OTP_TO_JUDGE), OTP_E_UNSAFE);
	assert_int_equal(unlink(scene_path("key")), 0);
	move("key.real", "key");
	assert_int_equal(open_for(OTP_TO_JUDGE), OTP_OK);
}

static void a_store_that_others_may_touch_is_refused(void **state)
{
	static const char *const directories[] = {"store", "store/users", "store/tokens"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(chmod(scene_path(directories[i]), 0770), 0);
		assert_int_equal(open_for(OTP_TO_JUDGE), OTP_E_UNSAFE);
		assert_int_equal(open_for(OTP_TO_ADMINISTER), OTP_E_UNSAFE);
		assert_int_equal(chmod(scene_path(directories[i]), 0700), 0);
	}
	assert_int_equal(open_for(OTP_TO_JUDGE), OTP_OK);
	assert_int_equal(chmod(scene_path("store/invitations"), 0770), 0); /* which logins have no business with */
	assert_int_equal(open_for(OTP_TO_JUDGE), OTP_OK);
	assert_int_equal(open_for(OTP_TO_INSPECT), OTP_E_UNSAFE);
	assert_int_equal(open_for(OTP_TO_ADMINISTER), OTP_E_UNSAFE);
}

/* Many administrators at the first hour of a host: one key, and all use it. */
static void many_who_begin_at_once_have_one_key(void **state)
{
	enum { MANY = 8 };
	char id[OTP_TOKEN_ID_LEN + 1];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			struct otp_seed seed;

			(void)snprintf(id, sizeof id, "UBHE0000000%d", i);
			seed = seed_of(id);
			if (open_for(OTP_TO_ADMINISTER) != OTP_OK || otp_token_add(vault, &seed, NOW, NULL) != OTP_OK)
				_exit(1);
			otp_vault_close(&vault);
			_exit(0);
		}
	}
	for (int i = 0; i < MANY; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(open_for(OTP_TO_ADMINISTER), OTP_OK);
	for (int i = 0; i < MANY; i++) {
		(void)snprintf(id, sizeof id, "UBHE0000000%d", i);
		enroll("alice", id, 0);
	}
}

#define BARE(test) cmocka_unit_test_setup_teardown(test, begin_bare, scene_end)
#define WITH_ALICE(test) cmocka_unit_test_setup_teardown(test, begin_with_alice, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BARE(a_login_makes_nothing_on_a_bare_host),
	    BARE(the_first_administration_makes_key_and_stores),
	    BARE(an_empty_store_without_a_key_is_a_bare_host),
	    BARE(a_key_that_is_there_is_kept),
	    BARE(many_who_begin_at_once_have_one_key),
	    BARE(an_invitation_is_a_record_too),
	    WITH_ALICE(a_lost_key_denies_and_says_what_to_restore),
	    WITH_ALICE(a_free_token_is_a_record_too),
	    WITH_ALICE(another_key_is_refused),
	    WITH_ALICE(a_key_without_its_store_is_a_store_that_went_missing),
	    WITH_ALICE(what_is_no_key_is_refused),
	    WITH_ALICE(a_key_that_others_may_touch_is_refused),
	    WITH_ALICE(a_store_that_others_may_touch_is_refused),
	};
	int failed;

	scene_prepare();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scene_clear();
	return failed;
}
