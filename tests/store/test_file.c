/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file backend where the world is not ours alone (product §9.1): other processes at work on the same record, a
 * process that dies with the lock, files that somebody has tampered with.
 */
#include "../settings/scratch.h"
#include "store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

int __real_fstat(int fd, struct stat *st);
int __wrap_fstat(int fd, struct stat *st);

static const struct otp_block_key users_key = {.key = "a subkey of the sealing key....", .space = "users"};
static struct otp_store *store;
static char place[SCRATCH_PATH_MAX]; /* each test's own */

static struct otp_store *open_store(const struct otp_block_key *key)
{
	struct otp_store *opened = NULL;

	assert_int_equal(otp_store_file_make(place, key->space, NULL), OTP_OK);
	assert_int_equal(otp_store_file_open(place, key, &opened, NULL), OTP_OK);
	return opened;
}

static int begin(void **state)
{
	static unsigned tests;
	char name[16];

	(void)state;
	(void)snprintf(name, sizeof name, "store-%u", ++tests);
	(void)snprintf(place, sizeof place, "%s", scratch_path(name));
	store = open_store(&users_key);
	return 0;
}

static int end(void **state)
{
	(void)state;
	otp_store_close(&store);
	return 0;
}

/* The path of a file of the users' directory, in a static buffer. */
static const char *path_of(const char *file)
{
	static char path[2 * SCRATCH_PATH_MAX];

	(void)snprintf(path, sizeof path, "%s/users/%s", place, file);
	return path;
}

static struct otp_stored record_of(const char *facts, const char *state)
{
	struct otp_stored stored = {.facts_len = strlen(facts), .state_len = strlen(state)};

	memcpy(stored.facts, facts, stored.facts_len);
	memcpy(stored.state, state, stored.state_len);
	return stored;
}

static void create(const char *name, const char *facts, const char *state)
{
	struct otp_stored stored = record_of(facts, state);

	assert_int_equal(otp_store_create(store, name, &stored, NULL), OTP_OK);
}

static enum otp_status load_status(const char *name)
{
	struct otp_stored stored;

	return otp_store_load(store, name, &stored, NULL);
}

static void assert_stored(const char *name, const char *facts, const char *state)
{
	struct otp_stored stored;

	assert_int_equal(otp_store_load(store, name, &stored, NULL), OTP_OK);
	assert_int_equal(stored.facts_len, strlen(facts));
	assert_memory_equal(stored.facts, facts, stored.facts_len);
	assert_int_equal(stored.state_len, strlen(state));
	assert_memory_equal(stored.state, state, stored.state_len);
}

static unsigned counter_in(const uint8_t *bytes, size_t len)
{
	char text[16] = "";

	memcpy(text, bytes, len < sizeof text ? len : sizeof text - 1);
	return (unsigned)strtoul(text, NULL, 10);
}

static enum otp_status count_up(void *arg, struct otp_stored *stored, bool *changed, struct otp_error *error)
{
	(void)arg;
	(void)error;
	stored->state_len =
	    (size_t)snprintf((char *)stored->state, 16, "%u", counter_in(stored->state, stored->state_len) + 1);
	*changed = true;
	return OTP_OK;
}

static void count(const char *name)
{
	assert_int_equal(otp_store_update(store, name, count_up, NULL, NULL), OTP_OK);
}

/* ---- many processes ------------------------------------------------------------------------------------- */

/* Run work in n children at once, each with a store of its own; each must end well. */
static void in_children(int n, void (*work)(int child))
{
	int failed = 0;

	for (int i = 0; i < n; i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			otp_store_close(&store);
			if (otp_store_file_open(place, &users_key, &store, NULL) != OTP_OK)
				_exit(99);
			work(i);
			_exit(0);
		}
	}
	for (int i = 0; i < n; i++) {
		int status;

		assert_true(wait(&status) > 0);
		failed = status != 0 ? status : failed;
	}
	assert_int_equal(failed, 0);
}

static void records_outlive_the_store(void **state)
{
	(void)state;
	create("alice", "facts", "1");
	for (unsigned i = 2; i < 6; i++) {
		char expected[16];

		count("alice");
		otp_store_close(&store);
		store = open_store(&users_key);
		(void)snprintf(expected, sizeof expected, "%u", i);
		assert_stored("alice", "facts", expected);
	}
}

enum { WORKERS = 4, EACH = 250 };

static void count_many_times(int child)
{
	(void)child;
	for (int i = 0; i < EACH;) {
		enum otp_status status = otp_store_update(store, "counter", count_up, NULL, NULL);

		if (status != OTP_OK && status != OTP_E_BUSY) /* busy: a slow machine; again */
			_exit(1);
		i += status == OTP_OK;
	}
}

static void processes_that_count_to_a_thousand_lose_none(void **state)
{
	(void)state;
	create("counter", "facts", "0");
	in_children(WORKERS, count_many_times);
	assert_stored("counter", "facts", "1000");
}

static enum otp_status count_facts_up(struct otp_stored *stored)
{
	stored->facts_len =
	    (size_t)snprintf((char *)stored->facts, 16, "%u", counter_in(stored->facts, stored->facts_len) + 1);
	return otp_store_replace(store, "counter", stored, NULL);
}

enum { TURNS = 50 };

/* Even children count in the state by update, odd ones in the facts by replace, as often as it takes. */
static void count_in_state_or_facts(int child)
{
	for (int i = 0; i < TURNS; i++) {
		struct otp_stored stored;
		enum otp_status status = OTP_E_CHANGED;

		if (child % 2 == 0)
			status = otp_store_update(store, "counter", count_up, NULL, NULL);
		while (status == OTP_E_CHANGED)
			if ((status = otp_store_load(store, "counter", &stored, NULL)) == OTP_OK)
				status = count_facts_up(&stored);
		if (status != OTP_OK)
			_exit((int)status);
	}
}

static void updates_and_replacements_at_once_lose_none(void **state)
{
	(void)state;
	create("counter", "0", "0");
	in_children(4, count_in_state_or_facts);
	assert_stored("counter", "100", "100");
}

static void count_between_begin_and_end(int child)
{
	(void)child;
	for (int i = 0; i < 25; i++) {
		struct otp_stored stored;
		enum otp_status status = OTP_E_BUSY;

		while (status == OTP_E_BUSY) /* a slow machine may keep one out for longer than it has patience */
			status = otp_store_begin(store, NULL);
		if (status != OTP_OK)
			_exit(1);
		if (otp_store_load(store, "counter", &stored, NULL) != OTP_OK || count_facts_up(&stored) != OTP_OK)
			_exit(2);
		otp_store_end(store);
	}
}

static void nobody_comes_between_begin_and_end(void **state)
{
	(void)state;
	create("counter", "0", "state");
	in_children(4, count_between_begin_and_end);
	assert_stored("counter", "100", "state");
}

static void create_ten(int child)
{
	char name[16], facts[16];

	(void)snprintf(facts, sizeof facts, "%d", child);
	for (int i = 0; i < 10; i++) {
		struct otp_stored stored = record_of(facts, "state");
		enum otp_status status;

		(void)snprintf(name, sizeof name, "name-%d", i);
		status = otp_store_create(store, name, &stored, NULL);
		if (status == OTP_OK)
			status = otp_store_update(store, "successes", count_up, NULL, NULL);
		if (status != OTP_OK && status != OTP_E_EXISTS)
			_exit((int)status);
	}
}

static void of_many_who_create_one_name_one_succeeds(void **state)
{
	(void)state;
	create("successes", "facts", "0");
	in_children(6, create_ten);
	assert_stored("successes", "facts", "10");
}

/* ---- between two calls ------------------------------------------------------------------------------------ */

static void (*meanwhile)(void); /* what another process does when the next file was opened and is not looked at yet */

int __wrap_fstat(int fd, struct stat *st)
{
	struct stat opened;

	if (meanwhile != NULL && __real_fstat(fd, &opened) == 0 && S_ISREG(opened.st_mode)) {
		void (*act)(void) = meanwhile;

		meanwhile = NULL;
		act();
	}
	return __real_fstat(fd, st);
}

static void replace_alice(void)
{
	struct otp_stored stored;

	assert_int_equal(otp_store_load(store, "alice", &stored, NULL), OTP_OK);
	stored.facts[0] = 'F';
	assert_int_equal(otp_store_replace(store, "alice", &stored, NULL), OTP_OK);
}

static void remove_alice(void)
{
	struct otp_stored stored;

	assert_int_equal(otp_store_load(store, "alice", &stored, NULL), OTP_OK);
	assert_int_equal(otp_store_remove(store, "alice", &stored.revision, NULL), OTP_OK);
}

static void create_alice(void)
{
	create("alice", "facts", "0");
}

static void a_record_that_is_replaced_while_it_is_opened_is_opened_again(void **state)
{
	(void)state;
	create_alice();
	meanwhile = replace_alice;
	assert_stored("alice", "Facts", "0");
	meanwhile = replace_alice;
	count("alice");
	assert_stored("alice", "Facts", "1");
}

static void a_record_that_is_removed_while_it_is_opened_is_not_found(void **state)
{
	(void)state;
	create_alice();
	meanwhile = remove_alice;
	assert_int_equal(load_status("alice"), OTP_E_NOT_FOUND);
	create_alice();
	meanwhile = remove_alice;
	assert_int_equal(otp_store_update(store, "alice", count_up, NULL, NULL), OTP_E_NOT_FOUND);
}

static void a_record_that_is_made_while_it_is_being_made_exists(void **state)
{
	struct otp_stored other = record_of("other", "other");

	(void)state;
	meanwhile = create_alice;
	assert_int_equal(otp_store_create(store, "alice", &other, NULL), OTP_E_EXISTS);
	assert_stored("alice", "facts", "0");
}

/* ---- a process that keeps the lock, or dies with it ------------------------------------------------------- */

static int holds[2]; /* the pipe by which the holder says that it has the lock */

static enum otp_status hold_for_ever(void *arg, struct otp_stored *stored, bool *changed, struct otp_error *error)
{
	char byte = 0;

	(void)arg;
	(void)error;
	stored->state_len = 0;
	*changed = true;
	while (write(holds[1], &byte, 1) == 1)
		(void)pause();
	return OTP_E_IO;
}

/* A child that is within an update of alice's record, or between begin and end. */
static pid_t start_holder(bool whole_store)
{
	char byte;
	pid_t pid;

	assert_int_equal(pipe2(holds, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		otp_store_close(&store);
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || /* whatever becomes of the test */
		    otp_store_file_open(place, &users_key, &store, NULL) != OTP_OK)
			_exit(1);
		if (whole_store && otp_store_begin(store, NULL) == OTP_OK && write(holds[1], "", 1) == 1)
			(void)pause();
		_exit(otp_store_update(store, "alice", hold_for_ever, NULL, NULL) == OTP_OK ? 2 : 3);
	}
	assert_int_equal(close(holds[1]), 0);
	assert_int_equal(read(holds[0], &byte, 1), 1);
	assert_int_equal(close(holds[0]), 0);
	return pid;
}

static void kill_holder(pid_t pid)
{
	int status;

	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static void a_lock_that_is_kept_makes_busy_and_dies_with_its_holder(void **state)
{
	struct otp_error error = {0};
	pid_t pid;

	(void)state;
	create("alice", "facts", "0");
	create("bob", "facts", "0");
	pid = start_holder(false);
	assert_int_equal(otp_store_update(store, "alice", count_up, NULL, &error), OTP_E_BUSY);
	assert_non_null(strstr(error.what, "alice"));
	count("bob"); /* whom it does not concern */
	kill_holder(pid);
	assert_stored("alice", "facts", "0");
	count("alice");
	assert_stored("alice", "facts", "1");
}

static void a_store_that_is_kept_makes_begin_busy_and_logins_go_on(void **state)
{
	pid_t pid;

	(void)state;
	create("alice", "facts", "0");
	pid = start_holder(true);
	assert_int_equal(otp_store_begin(store, NULL), OTP_E_BUSY);
	count("alice");
	kill_holder(pid);
	assert_int_equal(otp_store_begin(store, NULL), OTP_OK);
	otp_store_end(store);
	assert_stored("alice", "facts", "1");
}

static void a_dead_process_leaves_a_temporary_that_is_taken_over(void **state)
{
	static const char junk[] = "half of a record";
	struct otp_stored stored;
	struct stat st;
	int fd;

	(void)state;
	create("bob", "facts", "0");
	for (int i = 0; i < 2; i++) {
		fd = open(path_of(i == 0 ? ".alice.new" : ".bob.new"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		assert_true(fd >= 0);
		assert_int_equal(write(fd, junk, sizeof junk), sizeof junk);
		assert_int_equal(close(fd), 0);
	}
	assert_int_equal(load_status("alice"), OTP_E_NOT_FOUND);
	create("alice", "facts", "0");
	count("alice");
	assert_stored("alice", "facts", "1");
	assert_int_equal(stat(path_of(".alice.new"), &st), -1);
	assert_stored("bob", "facts", "0");
	assert_int_equal(otp_store_load(store, "bob", &stored, NULL), OTP_OK);
	assert_int_equal(otp_store_replace(store, "bob", &stored, NULL), OTP_OK);
	assert_int_equal(stat(path_of(".bob.new"), &st), -1);
}

/* ---- files that are not as we left them ------------------------------------------------------------------- */

static enum otp_status refuse_name(void *arg, const char *name)
{
	(void)arg;
	return strcmp(name, "alice") == 0 ? OTP_OK : OTP_E_CORRUPT;
}

static void files_that_are_no_records_are_not_listed(void **state)
{
	static const char *const files[] = {".hidden", ".alice.new", "%61lice", "%2e%2E",
	                                    "%",       "bad name",   "alice~",  "%4"};

	(void)state;
	create("alice", "facts", "0");
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		int fd = open(path_of(files[i]), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

		assert_true(fd >= 0);
		assert_int_equal(close(fd), 0);
	}
	assert_int_equal(otp_store_list(store, refuse_name, NULL, NULL), OTP_OK);
}

static void set_size(const char *file, off_t size)
{
	assert_int_equal(truncate(path_of(file), size), 0);
}

static void a_file_of_another_size_is_refused(void **state)
{
	static const struct {
		off_t size;
		enum otp_status expected;
	} rows[] = {
	    {0, OTP_E_CORRUPT},
	    {1, OTP_E_CORRUPT},
	    {OTP_BLOCK, OTP_E_CORRUPT},
	    {2 * OTP_BLOCK, OTP_E_CORRUPT},
	    {OTP_FILE_SIZE - 1, OTP_E_CORRUPT},
	    {OTP_FILE_SIZE + 1, OTP_E_UNSAFE},
	    {1 << 30, OTP_E_UNSAFE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		(void)unlink(path_of("alice"));
		create("alice", "facts", "0");
		set_size("alice", rows[i].size);
		assert_int_equal(load_status("alice"), rows[i].expected);
		assert_int_equal(otp_store_update(store, "alice", count_up, NULL, NULL), rows[i].expected);
	}
}

static void a_file_that_others_may_touch_is_refused(void **state)
{
	char link_path[2 * SCRATCH_PATH_MAX];

	(void)state;
	create("alice", "facts", "0");
	assert_int_equal(chmod(path_of("alice"), 0640), 0);
	assert_int_equal(load_status("alice"), OTP_E_UNSAFE);
	assert_int_equal(chmod(path_of("alice"), 0600), 0);
	assert_int_equal(chown(path_of("alice"), 1, 0), 0);
	assert_int_equal(load_status("alice"), OTP_E_UNSAFE);
	assert_int_equal(chown(path_of("alice"), 0, 0), 0);
	assert_int_equal(load_status("alice"), OTP_OK);
	(void)snprintf(link_path, sizeof link_path, "%s", path_of("bob"));
	assert_int_equal(link(path_of("alice"), link_path), 0);
	assert_int_equal(load_status("alice"), OTP_E_UNSAFE);
	assert_int_equal(load_status("bob"), OTP_E_UNSAFE);
	assert_int_equal(unlink(link_path), 0);
	assert_int_equal(symlink("alice", link_path), 0);
	assert_int_equal(load_status("bob"), OTP_E_UNSAFE);
	assert_int_equal(load_status("alice"), OTP_OK);
}

/* A temporary's name must not be a way around the path rules. */
static void a_planted_temporary_is_refused(void **state)
{
	struct otp_stored stored = record_of("facts", "0");
	struct stat st;

	(void)state;
	create("bob", "facts", "0");
	assert_int_equal(symlink("bob", path_of(".alice.new")), 0);
	assert_int_equal(otp_store_create(store, "alice", &stored, NULL), OTP_E_UNSAFE);
	assert_stored("bob", "facts", "0");
	assert_int_equal(unlink(path_of(".alice.new")), 0);
	assert_int_equal(mkfifo(path_of(".alice.new"), 0600), 0);
	assert_int_equal(otp_store_create(store, "alice", &stored, NULL), OTP_E_UNSAFE);
	assert_int_equal(stat(path_of("alice"), &st), -1);
}

static void move(const char *from, const char *to)
{
	char source[2 * SCRATCH_PATH_MAX];

	(void)snprintf(source, sizeof source, "%s", path_of(from));
	assert_int_equal(rename(source, path_of(to)), 0);
}

static void a_record_under_another_name_is_refused(void **state)
{
	(void)state;
	create("alice", "facts", "0");
	move("alice", "bob");
	assert_int_equal(load_status("alice"), OTP_E_NOT_FOUND);
	assert_int_equal(load_status("bob"), OTP_E_CORRUPT);
	assert_int_equal(otp_store_update(store, "bob", count_up, NULL, NULL), OTP_E_CORRUPT);
	move("bob", "alice");
	assert_stored("alice", "facts", "0");
}

static void a_record_of_another_store_is_refused(void **state)
{
	struct otp_block_key tokens_key = users_key;

	(void)state;
	create("alice", "facts", "0");
	otp_store_close(&store);
	(void)snprintf(tokens_key.space, sizeof tokens_key.space, "tokens");
	store = open_store(&tokens_key);
	assert_int_equal(load_status("alice"), OTP_E_NOT_FOUND);
	move("alice", "../tokens/alice");
	assert_int_equal(load_status("alice"), OTP_E_CORRUPT);
}

static void a_record_under_another_key_is_refused(void **state)
{
	struct otp_block_key other_key = users_key;
	struct otp_stored stored = record_of("facts", "0");

	(void)state;
	create("alice", "facts", "0");
	otp_store_close(&store);
	other_key.key[31] ^= 1;
	store = open_store(&other_key);
	assert_int_equal(load_status("alice"), OTP_E_CORRUPT);
	assert_int_equal(otp_store_update(store, "alice", count_up, NULL, NULL), OTP_E_CORRUPT);
	assert_int_equal(otp_store_replace(store, "alice", &stored, NULL), OTP_E_CORRUPT);
	assert_int_equal(otp_store_remove(store, "alice", &stored.revision, NULL), OTP_E_CORRUPT);
	assert_int_equal(otp_store_create(store, "alice", &stored, NULL), OTP_E_EXISTS);
	otp_store_close(&store);
	store = open_store(&users_key);
	assert_stored("alice", "facts", "0");
}

/* ---- the process we live in --------------------------------------------------------------------------------- */

static void a_file_size_limit_is_an_error_and_kills_nobody(void **state)
{
	struct rlimit limit, none;
	sigset_t pending;
	struct otp_stored stored = record_of("facts", "0");

	(void)state;
	create("alice", "facts", "0");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	none = limit;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	assert_int_equal(otp_store_update(store, "alice", count_up, NULL, NULL), OTP_E_IO);
	assert_int_equal(otp_store_create(store, "bob", &stored, NULL), OTP_E_IO);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(sigpending(&pending), 0);
	assert_int_equal(sigismember(&pending, SIGXFSZ), 0);
	assert_stored("alice", "facts", "0");
	assert_int_equal(load_status("bob"), OTP_E_NOT_FOUND);
	count("alice");
	assert_stored("alice", "facts", "1");
}

static void a_record_is_discarded_damaged_or_not(void **state)
{
	char missing[SCRATCH_PATH_MAX + 8];

	(void)state;
	create("alice", "facts", "state");
	create("bob", "facts", "state");
	set_size("alice", 100);
	assert_int_equal(load_status("alice"), OTP_E_CORRUPT);
	for (int i = 0; i < 2; i++) /* it is gone the second time */
		assert_int_equal(otp_store_file_discard(place, "users", "alice", NULL), OTP_OK);
	assert_int_equal(load_status("alice"), OTP_E_NOT_FOUND);
	assert_int_equal(otp_store_file_discard(place, "users", "bob", NULL), OTP_OK);
	assert_int_equal(load_status("bob"), OTP_E_NOT_FOUND);
	(void)snprintf(missing, sizeof missing, "%s/none", place);
	assert_int_equal(otp_store_file_discard(missing, "users", "alice", NULL), OTP_OK);
	create("alice", "facts", "state");
	assert_int_equal(chmod(place, 0777), 0);
	assert_int_equal(otp_store_file_discard(place, "users", "alice", NULL), OTP_E_UNSAFE);
	assert_int_equal(chmod(place, 0700), 0);
	assert_int_equal(load_status("alice"), OTP_OK);
}

static void the_umask_of_the_host_changes_no_mode(void **state)
{
	static const mode_t masks[] = {0, 077, 0777};
	struct stat st;

	(void)state;
	for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
		mode_t before = umask(masks[i]);
		char name[2] = {(char)('a' + i), '\0'};

		create(name, "facts", "0");
		count(name);
		assert_stored(name, "facts", "1");
		assert_int_equal(umask(before), masks[i]);
		assert_int_equal(stat(path_of(name), &st), 0);
		assert_int_equal(st.st_mode & 07177, 0);
	}
}

static size_t open_descriptors(void)
{
	size_t n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void no_call_leaves_a_descriptor_open(void **state)
{
	struct otp_stored stored = record_of("facts", "0");
	size_t before;

	(void)state;
	create("alice", "facts", "0");
	create("damaged", "facts", "0");
	set_size("damaged", 100);
	before = open_descriptors();
	count("alice");
	assert_int_equal(otp_store_create(store, "alice", &stored, NULL), OTP_E_EXISTS);
	assert_int_equal(otp_store_replace(store, "alice", &stored, NULL), OTP_E_CHANGED);
	assert_int_equal(otp_store_load(store, "alice", &stored, NULL), OTP_OK);
	assert_int_equal(otp_store_replace(store, "alice", &stored, NULL), OTP_OK);
	assert_int_equal(load_status("damaged"), OTP_E_CORRUPT);
	assert_int_equal(otp_store_update(store, "damaged", count_up, NULL, NULL), OTP_E_CORRUPT);
	assert_int_equal(otp_store_remove(store, "damaged", &stored.revision, NULL), OTP_E_CORRUPT);
	assert_int_equal(load_status("nobody"), OTP_E_NOT_FOUND);
	assert_int_equal(otp_store_load(store, "alice", &stored, NULL), OTP_OK);
	assert_int_equal(otp_store_remove(store, "alice", &stored.revision, NULL), OTP_OK);
	assert_int_equal(open_descriptors(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(records_outlive_the_store, begin, end),
	    cmocka_unit_test_setup_teardown(processes_that_count_to_a_thousand_lose_none, begin, end),
	    cmocka_unit_test_setup_teardown(updates_and_replacements_at_once_lose_none, begin, end),
	    cmocka_unit_test_setup_teardown(nobody_comes_between_begin_and_end, begin, end),
	    cmocka_unit_test_setup_teardown(of_many_who_create_one_name_one_succeeds, begin, end),
	    cmocka_unit_test_setup_teardown(a_record_that_is_replaced_while_it_is_opened_is_opened_again, begin, end),
	    cmocka_unit_test_setup_teardown(a_record_that_is_removed_while_it_is_opened_is_not_found, begin, end),
	    cmocka_unit_test_setup_teardown(a_record_that_is_made_while_it_is_being_made_exists, begin, end),
	    cmocka_unit_test_setup_teardown(a_lock_that_is_kept_makes_busy_and_dies_with_its_holder, begin, end),
	    cmocka_unit_test_setup_teardown(a_store_that_is_kept_makes_begin_busy_and_logins_go_on, begin, end),
	    cmocka_unit_test_setup_teardown(a_dead_process_leaves_a_temporary_that_is_taken_over, begin, end),
	    cmocka_unit_test_setup_teardown(files_that_are_no_records_are_not_listed, begin, end),
	    cmocka_unit_test_setup_teardown(a_file_of_another_size_is_refused, begin, end),
	    cmocka_unit_test_setup_teardown(a_file_that_others_may_touch_is_refused, begin, end),
	    cmocka_unit_test_setup_teardown(a_planted_temporary_is_refused, begin, end),
	    cmocka_unit_test_setup_teardown(a_record_under_another_name_is_refused, begin, end),
	    cmocka_unit_test_setup_teardown(a_record_of_another_store_is_refused, begin, end),
	    cmocka_unit_test_setup_teardown(a_record_under_another_key_is_refused, begin, end),
	    cmocka_unit_test_setup_teardown(a_file_size_limit_is_an_error_and_kills_nobody, begin, end),
	    cmocka_unit_test_setup_teardown(a_record_is_discarded_damaged_or_not, begin, end),
	    cmocka_unit_test_setup_teardown(the_umask_of_the_host_changes_no_mode, begin, end),
	    cmocka_unit_test_setup_teardown(no_call_leaves_a_descriptor_open, begin, end),
	};
	int failed;

	scratch_begin();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scratch_end();
	return failed;
}
