/* SPDX-License-Identifier: BSD-2-Clause */
/* Remembered logins (product §6.6): each MUST of libotp/flow/remember.h. */
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

enum { HOUR = 3600 * 1000, LENGTH = 12 * HOUR, UPTIME = 100000, MOST = 15, FILE_SIZE = 12288 };

static int64_t alices_counter, bobs_counter; /* of the next code */

static int begin_with_people(void **state)
{
	if (scene_begin(state) != 0)
		return -1;
	add_token(EVENT_0);
	add_token(EVENT_1);
	add_token(EVENT_2);
	enroll("alice", EVENT_0, 0);
	enroll("bob", EVENT_1, 0);
	alices_counter = 2;
	bobs_counter = 2;
	return 0;
}

/* ---- a login, its time, its memory -------------------------------------------------------------------------- */

static struct otp_recurrent ssh(const char *user)
{
	return (struct otp_recurrent){.user = user,
	                              .uid = *user == 'a' ? ALICE : BOB,
	                              .service = "sshd",
	                              .reach = OTP_REMOTE,
	                              .host = "192.0.2.1",
	                              .proof = "ssh-ed25519 AAAA\n"};
}

/* Both clocks, so many ms behind NOW. */
static struct otp_moment after(int64_t ms)
{
	return (struct otp_moment){.epoch = NOW + ms, .boot = UPTIME + ms, .boot_id = "of the first one"};
}

/* A login with the user's next code. */
static struct otp_outcome accepted(const char *user)
{
	const char *code = *user == 'a' ? code_at(EVENT_0, alices_counter++) : code_at(EVENT_1, bobs_counter++);
	struct otp_attempt attempt = attempt_of(user, code, NOW);
	struct otp_outcome outcome;

	assert_int_equal(otp_login(vault, &limits, &attempt, &outcome, NULL), OTP_OK);
	assert_int_equal(outcome.verdict, OTP_ACCEPTED);
	return outcome;
}

static enum otp_status try_remember(struct otp_recurrent login, struct otp_moment now, int64_t length,
                                    struct otp_error *error)
{
	struct otp_outcome outcome = accepted(login.user);

	return otp_remember(vault, scene_path("run"), &login, outcome.generation, &now, length, error);
}

static void remember_at(struct otp_recurrent login, struct otp_moment now, int64_t length)
{
	struct otp_error error = {.what = ""};

	if (try_remember(login, now, length, &error) != OTP_OK)
		fail_msg("%s", error.what);
}

static void remember(struct otp_recurrent login)
{
	remember_at(login, after(0), LENGTH);
}

/* What is answered, and that nobody is remembered if anything is wrong. */
static enum otp_status ask(struct otp_recurrent login, struct otp_moment now, int64_t length, int64_t *since)
{
	struct otp_error error = {.what = ""};
	enum otp_status status;

	*since = 0x5a5a;
	status = otp_remembered(vault, scene_path("run"), &login, &now, length, since, &error);
	if (status != OTP_OK) {
		assert_int_equal(error.status, status);
		assert_string_not_equal(error.what, "");
		assert_int_equal(*since, -1);
	}
	return status;
}

static bool is_remembered_at(struct otp_recurrent login, struct otp_moment now)
{
	int64_t since;

	assert_int_equal(ask(login, now, LENGTH, &since), OTP_OK);
	return since != -1;
}

static bool is_remembered(struct otp_recurrent login)
{
	return is_remembered_at(login, after(1));
}

static void forget(const char *user)
{
	assert_int_equal(otp_forget(vault, scene_path("run"), user, NULL), OTP_OK);
}

/* ---- its file ------------------------------------------------------------------------------------------------ */

static const char *file_of(const char *user)
{
	static char path[512];

	(void)snprintf(path, sizeof path, "%s/remembered/%s", scene_path("run"), user);
	return path;
}

struct copy {
	uint8_t bytes[FILE_SIZE];
};

static void take_copy(const char *user, struct copy *copy)
{
	FILE *file = fopen(file_of(user), "rbe");

	assert_non_null(file);
	assert_int_equal(fread(copy->bytes, 1, FILE_SIZE, file), FILE_SIZE);
	assert_int_equal(fclose(file), 0);
}

static void put_copy(const char *user, const struct copy *copy)
{
	int fd = open(file_of(user), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, copy->bytes, FILE_SIZE, 0), FILE_SIZE);
	assert_int_equal(close(fd), 0);
}

/* ---- for whom and how long ------------------------------------------------------------------------------------ */

static void a_login_is_remembered_until_its_end(void **state)
{
	int64_t since;

	(void)state;
	assert_false(is_remembered(ssh("alice")));
	remember(ssh("alice"));
	assert_int_equal(ask(ssh("alice"), after(0), LENGTH, &since), OTP_OK);
	assert_int_equal(since, NOW);
	assert_true(is_remembered_at(ssh("alice"), after(LENGTH - 1)));
	assert_false(is_remembered_at(ssh("alice"), after(LENGTH)));
	/* To be let in by it makes it no longer; a code does. */
	remember_at(ssh("alice"), after(LENGTH / 2), LENGTH);
	assert_true(is_remembered_at(ssh("alice"), after(LENGTH)));
	assert_false(is_remembered_at(ssh("alice"), after(LENGTH + LENGTH / 2)));
}

static void a_login_is_remembered_for_itself_alone(void **state)
{
	struct otp_recurrent other[8];

	(void)state;
	for (size_t i = 0; i < 8; i++)
		other[i] = ssh("alice");
	other[0].service = "sshd2";
	other[1].host = "192.0.2.2";
	other[2].proof = "ssh-ed25519 AAAB\n";
	other[3].proof = "ssh-ed25519 AAAA\nssh-rsa AAAA\n";
	other[4].reach = OTP_LOCAL;
	other[5].uid++;
	other[6] = ssh("bob");
	other[7].service = "sshd1"; /* no text runs into the next one */
	other[7].host = "92.0.2.1";
	remember(ssh("alice"));
	for (size_t i = 0; i < 8; i++)
		assert_false(is_remembered(other[i]));
	assert_true(is_remembered(ssh("alice")));
	remember(ssh("bob"));
	assert_true(is_remembered(ssh("bob")));
	forget("alice");
	assert_false(is_remembered(ssh("alice")));
	assert_true(is_remembered(ssh("bob")));
	remember(ssh("alice"));
	remember(other[5]); /* whose uid is not the record's */
	assert_false(is_remembered(other[5]));
	assert_false(is_remembered(ssh("alice")));
}

static void without_a_proof_or_a_length_nothing_is_remembered(void **state)
{
	struct otp_recurrent login = ssh("alice");
	struct otp_error error = {.what = ""};
	int64_t since;
	struct stat st;

	(void)state;
	assert_fails(try_remember(login, after(0), 0, &error), OTP_E_INVALID, &error);
	assert_fails(try_remember(login, after(0), -1, &error), OTP_E_INVALID, &error);
	login.proof = "";
	assert_fails(try_remember(login, after(0), LENGTH, &error), OTP_E_INVALID, &error);
	assert_int_equal(ask(login, after(0), LENGTH, &since), OTP_E_INVALID);
	assert_int_equal(stat(scene_path("run"), &st), -1);
}

#define LONGEST (INT64_C(5000) * LENGTH)

/* CLOCK_REALTIME may be set; CLOCK_BOOTTIME goes on. */
static void nothing_lasts_longer_because_the_clock_is_set(void **state)
{
	static const struct {
		const char *what;
		int64_t epoch, boot; /* behind the moment of the code */
		bool holds;
	} rows[] = {
	    {"an hour later", HOUR, HOUR, true},
	    {"the clock was set on by an hour", 3 * HOUR, 2 * HOUR, true},
	    {"it was set back by an hour", 1 * HOUR, 2 * HOUR, true},
	    {"set back as far as to the code", 0, 2 * HOUR, true},
	    {"set back before the code", -1, 2 * HOUR, false},
	    {"set on to the end", LENGTH, HOUR, false},
	    {"set on beyond it", 1000 * (int64_t)LENGTH, HOUR, false},
	    {"over by the clock that cannot be set", HOUR, LENGTH, false},
	    {"set back again and again", 1, 40 * (int64_t)LENGTH, false},
	    {"another clock's beginning", HOUR, -1, false},
	};

	/* What was meant when the code was given, and what the settings say now: the shorter one counts. */
	static const int64_t lengths[][2] = {{LENGTH, LENGTH}, {LENGTH, LONGEST}, {LONGEST, LENGTH}};

	(void)state;
	for (size_t i = 0; i < 3 * sizeof rows / sizeof *rows; i++) {
		size_t row = i / 3;
		struct otp_moment now = after(0);
		int64_t since;

		remember_at(ssh("alice"), now, lengths[i % 3][0]);
		now.epoch += rows[row].epoch;
		now.boot += rows[row].boot;
		assert_int_equal(ask(ssh("alice"), now, lengths[i % 3][1], &since), OTP_OK);
		if ((since != -1) != rows[row].holds)
			fail_msg("%s (%zu)", rows[row].what, i % 3);
	}
}

static void another_boot_knows_nothing_of_it(void **state)
{
	struct otp_moment now = after(1);
	struct copy copy;

	(void)state;
	remember(ssh("alice"));
	take_copy("alice", &copy);
	memcpy(now.boot_id, "of the next boot", sizeof now.boot_id);
	assert_false(is_remembered_at(ssh("alice"), now));
	remember_at(ssh("alice"), now, LENGTH);
	assert_true(is_remembered_at(ssh("alice"), now));
	assert_false(is_remembered(ssh("alice")));
	put_copy("alice", &copy);
	assert_false(is_remembered_at(ssh("alice"), now));
}

/* ---- what ends it --------------------------------------------------------------------------------------------- */

static void change(enum otp_change what)
{
	size_t changed;

	assert_int_equal(
	    otp_change_user(vault, "alice", NULL, what, what == OTP_DISABLE ? "lost" : NULL, &changed, NULL), OTP_OK);
}

static void lock(void)
{
	change(OTP_LOCK);
}

/* Afterwards the facts are what they were. */
static void lock_and_unlock(void)
{
	bool was_locked;

	change(OTP_LOCK);
	assert_int_equal(otp_unlock(vault, "alice", &was_locked, NULL), OTP_OK);
}

static void unlock(void)
{
	bool was_locked;

	assert_int_equal(otp_unlock(vault, "alice", &was_locked, NULL), OTP_OK);
	assert_false(was_locked);
}

static void disable(void)
{
	change(OTP_DISABLE);
}

static void disable_and_enable(void)
{
	change(OTP_DISABLE);
	change(OTP_ENABLE);
}

static void release(void)
{
	size_t released;

	assert_int_equal(otp_release(vault, "alice", NULL, &released, NULL), OTP_OK);
}

static void release_and_enroll(void)
{
	release();
	enroll("alice", EVENT_0, alices_counter);
	alices_counter += 2;
}

static void a_further_token(void)
{
	enroll("alice", EVENT_2, 0);
}

static void one_token_less(void)
{
	struct otp_token_id token = id_of(EVENT_2);
	size_t released;

	enroll("alice", EVENT_2, 0);
	remember(ssh("alice"));
	assert_true(is_remembered(ssh("alice")));
	assert_int_equal(otp_release(vault, "alice", &token, &released, NULL), OTP_OK);
}

static void another_token_in_its_place(void)
{
	enum otp_verdict verdict;

	assert_int_equal(try_enroll_how("alice", EVENT_2, OTP_ENROLL_REPLACE, pair_at(EVENT_2, 0), &verdict), OTP_OK);
	assert_int_equal(verdict, OTP_ACCEPTED);
}

static void new_recovery_codes(void)
{
	struct otp_spare_code codes[OTP_RECOVERY_MAX];

	assert_int_equal(otp_codes_renew(vault, "alice", codes, NULL), OTP_OK);
}

static void a_temporary_code(void)
{
	struct otp_spare_code code;

	assert_int_equal(otp_codes_lend(vault, "alice", NOW / 1000 + 3600, true, &code, NULL), OTP_OK);
}

static void rename_away(void)
{
	assert_int_equal(otp_rename(vault, "alice", "anna", ALICE, NULL), OTP_OK);
	assert_false(is_remembered(ssh("anna")));
}

static void rename_away_and_back(void)
{
	rename_away();
	assert_int_equal(otp_rename(vault, "anna", "alice", ALICE, NULL), OTP_OK);
}

static void forget_alice(void)
{
	forget("alice");
}

/* Also for the file as it was before, put back by whoever can. */
static void every_change_of_the_facts_ends_it(void **state)
{
	static const struct {
		const char *what;
		void (*change)(void);
	} rows[] = {
	    {"lock", lock},
	    {"lock and unlock", lock_and_unlock},
	    {"unlock", unlock},
	    {"disable", disable},
	    {"disable and enable", disable_and_enable},
	    {"release", release},
	    {"release and enrol", release_and_enroll},
	    {"a further token", a_further_token},
	    {"one token less", one_token_less},
	    {"another token in its place", another_token_in_its_place},
	    {"new recovery codes", new_recovery_codes},
	    {"a temporary code", a_temporary_code},
	    {"rename", rename_away},
	    {"rename there and back", rename_away_and_back},
	    {"forget", forget_alice},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct copy copy;

		assert_int_equal(scene_end(state), 0);
		assert_int_equal(begin_with_people(state), 0);
		remember(ssh("alice"));
		assert_true(is_remembered(ssh("alice")));
		take_copy("alice", &copy);
		rows[i].change();
		if (is_remembered(ssh("alice")))
			fail_msg("%s: still remembered", rows[i].what);
		put_copy("alice", &copy);
		if (is_remembered(ssh("alice")))
			fail_msg("%s: remembered by the older file", rows[i].what);
	}
}

static void ordinary_logins_end_nothing(void **state)
{
	const struct otp_token_id token = id_of(EVENT_0);
	struct otp_judgement judgement;
	struct otp_pair pair;

	(void)state;
	remember(ssh("alice"));
	(void)accepted("alice");
	assert_int_equal(login("alice", "000000"), OTP_REFUSED);
	assert_int_equal(login("alice", "malformed"), OTP_MALFORMED);
	assert_true(is_remembered(ssh("alice")));
	pair = pair_at(EVENT_0, alices_counter + 500);
	assert_int_equal(otp_reset(vault, &limits, "alice", &token, &pair, false, &judgement, NULL), OTP_OK);
	assert_int_equal(judgement.verdict, OTP_ACCEPTED);
	assert_true(is_remembered(ssh("alice")));
	scene_reopen();
	assert_true(is_remembered(ssh("alice")));
}

/* The code was accepted, and then the administrator was faster. */
static void a_code_from_before_a_change_is_remembered_as_void(void **state)
{
	struct otp_outcome outcome = accepted("alice");
	struct otp_recurrent alice = ssh("alice");
	struct otp_moment now = after(0);

	(void)state;
	lock_and_unlock();
	assert_int_equal(otp_remember(vault, scene_path("run"), &alice, outcome.generation, &now, LENGTH, NULL),
	                 OTP_OK);
	assert_false(is_remembered(alice));
	remember(alice);
	assert_true(is_remembered(alice));
}

static void who_is_not_enrolled_is_neither_remembered_nor_forgotten(void **state)
{
	struct otp_error error = {.what = ""};
	struct stat st;

	(void)state;
	assert_fails(otp_forget(vault, scene_path("run"), "anna", &error), OTP_E_NOT_FOUND, &error);
	remember(ssh("alice"));
	release();
	assert_false(is_remembered(ssh("alice")));
	assert_int_equal(stat(file_of("alice"), &st), 0);
	assert_fails(otp_forget(vault, scene_path("run"), "alice", &error), OTP_E_NOT_FOUND, &error);
	assert_int_equal(stat(file_of("alice"), &st), -1); /* but its file goes */
}

/* ---- forged and damaged ---------------------------------------------------------------------------------------- */

/* Whether a byte of a file with one login in slot A is under an authentication: the rest is zero, or only a hint. */
static bool counts(size_t at)
{
	return at < 64 + 260 || (at >= 4096 && at < 4096 + 48 + 104);
}

static void a_byte_that_was_changed_remembers_nobody(void **state)
{
	const uint8_t changes[] = {0x01, 0x80, 0xff};
	const size_t stride = getenv("SPARSE") != NULL ? 61 : 1; /* under tools that slow the program manyfold */
	struct copy good;

	(void)state;
	remember(ssh("alice"));
	take_copy("alice", &good);
	for (size_t at = 0; at < FILE_SIZE; at += stride) {
		struct copy copy = good;
		int64_t since;
		enum otp_status status;

		copy.bytes[at] ^= changes[at % sizeof changes];
		put_copy("alice", &copy);
		status = ask(ssh("alice"), after(1), LENGTH, &since);
		if (counts(at) ? status != OTP_E_CORRUPT : status == OTP_OK && since != NOW)
			fail_msg("byte %zu: status %d", at, (int)status);
	}
	put_copy("alice", &good);
	assert_true(is_remembered(ssh("alice")));
}

static void a_file_of_another_user_or_host_remembers_nobody(void **state)
{
	struct copy alices, foreign;
	int64_t since;

	remember(ssh("alice"));
	remember(ssh("bob"));
	take_copy("alice", &alices);
	put_copy("bob", &alices);
	assert_int_equal(ask(ssh("bob"), after(1), LENGTH, &since), OTP_E_CORRUPT);
	assert_int_equal(ask((struct otp_recurrent){.user = "bob",
	                                            .uid = ALICE,
	                                            .service = "sshd",
	                                            .reach = OTP_REMOTE,
	                                            .host = "192.0.2.1",
	                                            .proof = "ssh-ed25519 AAAA\n"},
	                     after(1), LENGTH, &since),
	                 OTP_E_CORRUPT);
	/* A host with another sealing key, and the same people. */
	foreign = alices;
	assert_int_equal(scene_end(state), 0);
	assert_int_equal(begin_with_people(state), 0);
	remember(ssh("alice"));
	put_copy("alice", &foreign);
	assert_int_equal(ask(ssh("alice"), after(1), LENGTH, &since), OTP_E_CORRUPT);
}

static void a_damaged_file_is_replaced_by_the_next_login(void **state)
{
	int64_t since;

	(void)state;
	remember(ssh("alice"));
	assert_int_equal(truncate(file_of("alice"), 100), 0);
	assert_int_equal(ask(ssh("alice"), after(1), LENGTH, &since), OTP_E_CORRUPT);
	remember(ssh("alice"));
	assert_true(is_remembered(ssh("alice")));
	assert_int_equal(truncate(file_of("alice"), 0), 0);
	forget("alice");
	assert_false(is_remembered(ssh("alice")));
}

/* ---- how many --------------------------------------------------------------------------------------------------- */

static struct otp_recurrent from_host(unsigned i)
{
	static char host[2 * MOST][16];
	struct otp_recurrent login = ssh("alice");

	(void)snprintf(host[i], sizeof host[i], "192.0.2.%u", i);
	login.host = host[i];
	return login;
}

static void the_one_that_ends_first_makes_room(void **state)
{
	(void)state;
	for (unsigned i = 0; i < MOST; i++)
		remember_at(from_host(i), after(i), i == 7 ? HOUR : LENGTH);
	for (unsigned i = 0; i < MOST; i++)
		assert_true(is_remembered_at(from_host(i), after(MOST)));
	remember_at(from_host(MOST), after(MOST), LENGTH);
	for (unsigned i = 0; i <= MOST; i++)
		assert_int_equal(is_remembered_at(from_host(i), after(MOST)), i != 7);
	remember_at(from_host(3), after(MOST), LENGTH); /* the same login takes its own place */
	for (unsigned i = 0; i <= MOST; i++)
		assert_int_equal(is_remembered_at(from_host(i), after(MOST)), i != 7);
	remember_at(from_host(MOST + 1), after(MOST), LENGTH);
	assert_false(is_remembered_at(from_host(0), after(MOST)));
	assert_true(is_remembered_at(from_host(1), after(MOST)));
}

static void what_has_ended_takes_no_room(void **state)
{
	(void)state;
	for (unsigned i = 0; i < MOST; i++)
		remember_at(from_host(i), after(0), i == 0 ? 2 * HOUR : HOUR);
	for (unsigned i = MOST; i < 2 * MOST - 1; i++)
		remember_at(from_host(i), after(HOUR), HOUR);
	assert_true(is_remembered_at(from_host(0), after(HOUR)));
	for (unsigned i = MOST; i < 2 * MOST - 1; i++)
		assert_true(is_remembered_at(from_host(i), after(HOUR)));
	forget("alice");
	remember_at(from_host(0), after(0), HOUR);
	remember_at(from_host(1), after(HOUR), HOUR);
	assert_false(is_remembered_at(from_host(0), after(1))); /* dropped: no clock brings it back */
}

/* As many processes as a user has places, all at once: a file that is not there, then one that is. */
static void logins_at_once_lose_none(void **state)
{
	const struct otp_outcome outcome = accepted("alice");

	(void)state;
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < MOST; i++)
			if (fork() == 0) {
				struct otp_recurrent login = from_host(i);
				struct otp_moment now = after(round);

				_exit(otp_remember(vault, scene_path("run"), &login, outcome.generation, &now, LENGTH,
				                   NULL) != OTP_OK);
			}
		for (unsigned i = 0; i < MOST; i++) {
			int status;

			assert_true(wait(&status) > 0);
			assert_int_equal(status, 0);
		}
		for (unsigned i = 0; i < MOST; i++)
			assert_true(is_remembered_at(from_host(i), after(round)));
	}
}

/* ---- the place --------------------------------------------------------------------------------------------------- */

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	assert_int_equal(st.st_uid, 0);
	return st.st_mode;
}

static void the_place_is_made_as_it_must_be(void **state)
{
	mode_t before = umask(0077);

	(void)state;
	assert_false(is_remembered(ssh("alice")));
	assert_int_equal(access(scene_path("run"), F_OK), -1); /* not by a question */
	remember(ssh("alice"));
	(void)umask(before);
	assert_int_equal(mode_of(scene_path("run")), S_IFDIR | 0755);
	assert_int_equal(mode_of(scene_path("run/remembered")), S_IFDIR | 0700);
	assert_int_equal(mode_of(file_of("alice")), S_IFREG | 0600);
}

/* Neither read nor written; and what is wrong can be mended. */
static void assert_place_refused(const char *what)
{
	struct otp_error error = {.what = ""};
	int64_t since;

	if (ask(ssh("alice"), after(1), LENGTH, &since) != OTP_E_UNSAFE)
		fail_msg("%s: was read", what);
	if (try_remember(ssh("alice"), after(0), LENGTH, &error) != OTP_E_UNSAFE)
		fail_msg("%s: was written: %s", what, error.what);
}

static void a_place_that_others_could_have_changed_is_refused(void **state)
{
	static const char *const places[] = {"run", "run/remembered"};
	char path[512], aside[512];

	(void)state;
	remember(ssh("alice"));
	(void)snprintf(aside, sizeof aside, "%s", scene_path("aside"));
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		(void)snprintf(path, sizeof path, "%s", scene_path(places[i]));
		assert_int_equal(chown(path, 1, 0), 0);
		assert_place_refused("another owner");
		assert_int_equal(chown(path, 0, 0), 0);
		assert_int_equal(chmod(path, 0770), 0);
		assert_place_refused("writable by the group");
		assert_int_equal(chmod(path, 01777), 0);
		assert_place_refused("writable by everybody");
		assert_int_equal(chmod(path, 0700), 0);
		assert_int_equal(rename(path, aside), 0);
		assert_int_equal(symlink(aside, path), 0);
		assert_place_refused("a symbolic link");
		assert_int_equal(unlink(path), 0);
		assert_int_equal(rename(aside, path), 0);
		assert_true(is_remembered(ssh("alice")));
	}
}

static void a_file_that_others_could_have_changed_is_refused(void **state)
{
	char path[512], aside[512];

	(void)state;
	remember(ssh("alice"));
	(void)snprintf(path, sizeof path, "%s", file_of("alice"));
	(void)snprintf(aside, sizeof aside, "%s", scene_path("aside"));
	assert_int_equal(chmod(path, 0640), 0);
	assert_place_refused("readable by the group");
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(chown(path, 1, 0), 0);
	assert_place_refused("another owner");
	assert_int_equal(chown(path, 0, 0), 0);
	assert_int_equal(link(path, aside), 0);
	assert_place_refused("a second name");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink(aside, path), 0);
	assert_place_refused("a symbolic link");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_place_refused("a FIFO");
	forget("alice"); /* which takes away what stands there */
	assert_int_equal(access(path, F_OK), -1);
	remember(ssh("alice"));
	assert_true(is_remembered(ssh("alice")));
}

#define WITH_PEOPLE(test) cmocka_unit_test_setup_teardown(test, begin_with_people, scene_end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    WITH_PEOPLE(a_login_is_remembered_until_its_end),
	    WITH_PEOPLE(a_login_is_remembered_for_itself_alone),
	    WITH_PEOPLE(without_a_proof_or_a_length_nothing_is_remembered),
	    WITH_PEOPLE(nothing_lasts_longer_because_the_clock_is_set),
	    WITH_PEOPLE(another_boot_knows_nothing_of_it),
	    WITH_PEOPLE(every_change_of_the_facts_ends_it),
	    WITH_PEOPLE(ordinary_logins_end_nothing),
	    WITH_PEOPLE(a_code_from_before_a_change_is_remembered_as_void),
	    WITH_PEOPLE(who_is_not_enrolled_is_neither_remembered_nor_forgotten),
	    WITH_PEOPLE(a_byte_that_was_changed_remembers_nobody),
	    WITH_PEOPLE(a_file_of_another_user_or_host_remembers_nobody),
	    WITH_PEOPLE(a_damaged_file_is_replaced_by_the_next_login),
	    WITH_PEOPLE(the_one_that_ends_first_makes_room),
	    WITH_PEOPLE(what_has_ended_takes_no_room),
	    WITH_PEOPLE(logins_at_once_lose_none),
	    WITH_PEOPLE(the_place_is_made_as_it_must_be),
	    WITH_PEOPLE(a_place_that_others_could_have_changed_is_refused),
	    WITH_PEOPLE(a_file_that_others_could_have_changed_is_refused),
	};
	int failed;

	scene_prepare();
	failed = cmocka_run_group_tests_name("remember", tests, NULL, NULL);
	scene_clear();
	return failed;
}
