/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes that want the same thing at the same time (product §5.5, §7.1): one code, one token, one record. Every race
 * is run many times; each process has a vault of its own and starts at the same signal. A slow machine may let a lock
 * wait for longer than its patience: such a process was told so and got nothing.
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
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { RUNNERS_MAX = 16 };

/* What the runners leave for the test. */
struct board {
	enum otp_status status[RUNNERS_MAX];
	enum otp_verdict verdict[RUNNERS_MAX];
	_Atomic bool over;                     /* runner 0 has logged in for the last time */
	_Atomic int64_t accepted[RUNNERS_MAX]; /* the last position that this runner saw accepted, or what it counts */
};

static struct board *board;

typedef void runner(int n);

static void start(int n, runner *run, int go)
{
	struct otp_places places = scene_places();
	char byte;

	otp_vault_close(&vault);
	if (otp_vault_open(&places, OTP_TO_ADMINISTER, &vault, NULL) != OTP_OK)
		_exit(1);
	if (read(go, &byte, 1) != 0) /* the end of the pipe is the signal */
		_exit(2);
	run(n);
	otp_vault_close(&vault);
	_exit(0);
}

/* n processes, each doing run(its number). */
static void race(int n, runner *run)
{
	int go[2];

	memset(board, 0, sizeof *board);
	assert_int_equal(pipe2(go, O_CLOEXEC), 0);
	for (int i = 0; i < n; i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			(void)close(go[1]);
			start(i, run, go[0]);
		}
	}
	assert_int_equal(close(go[0]), 0);
	assert_int_equal(close(go[1]), 0);
	for (int i = 0; i < n; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
}

static int count_verdict(int n, enum otp_verdict verdict)
{
	int count = 0;

	for (int i = 0; i < n; i++)
		count += board->status[i] == OTP_OK && board->verdict[i] == verdict;
	return count;
}

static int count_busy(int n)
{
	int count = 0;

	for (int i = 0; i < n; i++)
		count += board->status[i] == OTP_E_BUSY;
	return count;
}

static bool full(void)
{
	return getenv("FULL") != NULL;
}

/* ---- one code ------------------------------------------------------------------------------------------------- */

static const char *raced_code;

static void log_in(int n)
{
	struct otp_attempt attempt = attempt_of("alice", raced_code, NOW);
	struct otp_outcome outcome;

	attempt.reach = n % 2 == 0 ? OTP_LOCAL : OTP_REMOTE; /* two services */
	board->status[n] = otp_login(vault, &limits, &attempt, &outcome, NULL);
	board->verdict[n] = outcome.verdict;
}

static void of_sixteen_logins_with_one_code_one_is_accepted(void **state)
{
	int rounds = full() ? 200 : 12;

	(void)state;
	add_token(EVENT_0);
	enroll("alice", EVENT_0, 0);
	for (int64_t c = 2; c < 2 + rounds; c++) {
		raced_code = code_at(EVENT_0, c);
		race(RUNNERS_MAX, log_in);
		assert_int_equal(count_verdict(RUNNERS_MAX, OTP_ACCEPTED), 1);
		assert_int_equal(count_verdict(RUNNERS_MAX, OTP_REPLAYED) + count_busy(RUNNERS_MAX), RUNNERS_MAX - 1);
	}
	assert_int_equal(report_of("alice").failures, 0);
}

static void guess(int n)
{
	for (int i = 0; i < 12; i++)
		log_in(n);
}

static void of_many_guesses_at_once_each_is_counted_or_not_read(void **state)
{
	int read;

	(void)state;
	add_token(EVENT_0);
	enroll("alice", EVENT_0, 0);
	raced_code = code_at(EVENT_0, 1200);
	race(8, guess);
	read = (int)(report_of("alice").bucket[OTP_LOCAL].failures + report_of("alice").bucket[OTP_REMOTE].failures);
	assert_int_equal(read, 2 * (limits.free_failures + 1)); /* the rest met the wait */
	assert_int_equal(report_of("alice").failures, read);
}

/* ---- one token ------------------------------------------------------------------------------------------------- */

static const char *raced_token;
static int64_t raced_position;

static void bind_to_oneself(int n)
{
	char user[16];

	(void)snprintf(user, sizeof user, "%s-%d", n % 2 == 0 ? "alice" : "bob", n);
	board->status[n] =
	    try_enroll(user, raced_token, false, pair_at(raced_token, raced_position), &board->verdict[n]);
}

static int users_with(const char *id)
{
	int users = 0;

	for (int i = 0; i < RUNNERS_MAX; i++) {
		char user[16];

		(void)snprintf(user, sizeof user, "%s-%d", i % 2 == 0 ? "alice" : "bob", i);
		if (is_enrolled(user)) {
			assert_string_equal(report_of(user).token[0].id.text, id);
			users++;
		}
	}
	return users;
}

static void release_whoever_has_it(void)
{
	struct otp_token_id id = id_of(raced_token);
	struct otp_token_report report;
	size_t released;

	assert_int_equal(otp_token_report(vault, &id, &report, NULL), OTP_OK);
	assert_int_equal(otp_release(vault, report.owner, NULL, &released, NULL), OTP_OK);
	assert_int_equal(released, 1);
}

static void of_many_who_want_one_token_one_gets_it(void **state)
{
	int rounds = full() ? 200 : 25;

	(void)state;
	raced_token = EVENT_0;
	add_token(EVENT_0);
	for (int r = 0; r < rounds; r++) {
		int n = r % 2 == 0 ? 2 : 6;

		raced_position = 2 * r;
		race(n, bind_to_oneself);
		assert_int_equal(count_verdict(n, OTP_ACCEPTED), 1);
		for (int i = 0; i < n; i++)
			if (board->status[i] != OTP_E_BUSY && board->status[i] != OTP_E_BOUND)
				assert_int_equal(board->verdict[i], OTP_ACCEPTED);
		assert_int_equal(users_with(EVENT_0), 1);
		release_whoever_has_it();
		assert_int_equal(users_with(EVENT_0), 0);
	}
}

static void bind_seed_to_oneself(int n)
{
	struct otp_seed seed = seed_of(raced_token);
	char user[16];
	struct otp_enrolment enrolment = {.user = user, .uid = ALICE, .seed = &seed};
	struct otp_judgement judgement;

	(void)snprintf(user, sizeof user, "%s-%d", n % 2 == 0 ? "alice" : "bob", n);
	enrolment.pair = pair_at(raced_token, 0);
	board->status[n] = otp_enroll(vault, &limits, &enrolment, &judgement, NULL);
	board->verdict[n] = judgement.verdict;
}

static void of_many_who_bring_one_token_one_gets_it(void **state)
{
	(void)state;
	for (int r = 0; r < 5; r++) {
		char id[OTP_TOKEN_ID_LEN + 1];

		(void)snprintf(id, sizeof id, "UBHE0000000%d", r);
		raced_token = id;
		race(4, bind_seed_to_oneself);
		assert_int_equal(count_verdict(4, OTP_ACCEPTED), 1);
		assert_int_equal(users_with(id), 1);
		release_whoever_has_it();
	}
}

static void bind_both_to_alice(int n)
{
	raced_token = n % 2 == 0 ? EVENT_0 : EVENT_1;
	board->status[n] =
	    try_enroll("alice", raced_token, false, pair_at(raced_token, raced_position), &board->verdict[n]);
}

static void a_user_enrolled_twice_at_once_has_one_token(void **state)
{
	(void)state;
	add_token(EVENT_0);
	add_token(EVENT_1);
	for (int r = 0; r < 10; r++) {
		size_t released;

		raced_position = 2 * r;
		race(4, bind_both_to_alice);
		assert_int_equal(count_verdict(4, OTP_ACCEPTED), 1);
		assert_int_equal(report_of("alice").n, 1);
		assert_int_equal(otp_release(vault, "alice", NULL, &released, NULL), OTP_OK);
	}
}

/* ---- one record ---------------------------------------------------------------------------------------------------
 */

/* Runner 0 logs in with one code after the other; what it saw accepted must never be acceptable again. */
static void log_in_until_it_fails(void)
{
	for (int64_t c = raced_position; c < raced_position + 40; c++) {
		struct otp_attempt attempt = attempt_of("alice", code_at(EVENT_0, c), NOW);
		struct otp_outcome outcome;

		do
			board->status[0] = otp_login(vault, &limits, &attempt, &outcome, NULL);
		while (board->status[0] == OTP_E_BUSY);
		board->verdict[0] = outcome.verdict;
		if (board->status[0] != OTP_OK || outcome.verdict != OTP_ACCEPTED)
			return;
		board->accepted[0] = c;
	}
}

static void log_in_or_release(int n)
{
	size_t released = 0;

	if (n == 0) {
		log_in_until_it_fails();
		board->over = true;
		return;
	}
	while (board->accepted[0] == 0 && !board->over) /* into the midst of the logins */
		(void)usleep(100);
	do
		board->status[n] = otp_release(vault, "alice", NULL, &released, NULL);
	while (board->status[n] == OTP_E_CHANGED || board->status[n] == OTP_E_BUSY);
	board->accepted[n] = (int64_t)released;
}

static void a_login_during_a_release_loses_no_position(void **state)
{
	struct otp_token_id id = id_of(EVENT_0);
	struct otp_token_report report;

	(void)state;
	add_token(EVENT_0);
	raced_position = 0;
	for (int r = 0; r < (full() ? 30 : 15); r++) {
		enroll("alice", EVENT_0, raced_position);
		raced_position += 2;
		race(3, log_in_or_release);
		assert_int_equal(board->status[0], OTP_OK);
		assert_true(board->verdict[0] == OTP_UNENROLLED || board->accepted[0] == raced_position + 39);
		assert_int_equal(board->accepted[1] + board->accepted[2], 1); /* one of the two released it */
		assert_int_equal(otp_token_report(vault, &id, &report, NULL), OTP_OK);
		assert_int_equal(report.next, board->accepted[0] + 1);
		raced_position = report.next;
	}
}

/* Runner 0 logs in; runner 1 gives and takes alice a second token, which replaces her whole record. */
static void log_in_or_change_tokens(int n)
{
	struct otp_token_id second = id_of(EVENT_1);
	int64_t position = 0;

	if (n == 0) {
		log_in_until_it_fails();
		board->over = true;
		return;
	}
	for (int i = 0; i < 10; i++) {
		size_t released;
		enum otp_status status =
		    try_enroll("alice", EVENT_1, true, pair_at(EVENT_1, position), &board->verdict[n]);

		if (status != OTP_OK && status != OTP_E_CHANGED && status != OTP_E_BUSY)
			board->status[n] = status;
		position += 2;
		if (status == OTP_OK && otp_release(vault, "alice", &second, &released, NULL) == OTP_OK)
			board->accepted[n]++;
	}
}

static void a_login_during_a_change_of_tokens_loses_no_position(void **state)
{
	(void)state;
	add_token(EVENT_0);
	add_token(EVENT_1);
	enroll("alice", EVENT_0, 0);
	raced_position = 2;
	race(2, log_in_or_change_tokens);
	assert_int_equal(board->status[0], OTP_OK);
	assert_int_equal(board->status[1], OTP_OK);
	assert_int_equal(board->accepted[0], 41); /* every one of the 40 codes, once */
	assert_int_equal(report_of("alice").token[0].next, 42);
}

/* What an administrator does to alice, whose logins go on meanwhile with EVENT_0. */
static enum otp_status replace_hers(void)
{
	enum otp_verdict verdict;

	return try_enroll_how("alice", EVENT_1, OTP_ENROLL_REPLACE, pair_at(EVENT_1, 0), &verdict);
}

static enum otp_status rename_her(void)
{
	return otp_rename(vault, "alice", "anna", ALICE, NULL);
}

static enum otp_status renew_hers(void)
{
	struct otp_spare_code codes[OTP_RECOVERY_MAX];

	return otp_codes_renew(vault, "alice", codes, NULL);
}

static const struct {
	enum otp_status (*act)(void);
	const char *user; /* who has EVENT_0 then; NULL: nobody */
} raced_acts[] = {{replace_hers, NULL}, {rename_her, "anna"}, {renew_hers, "alice"}};

static size_t raced_act;

static void log_in_or_act(int n)
{
	if (n == 0) {
		log_in_until_it_fails();
		board->over = true;
		return;
	}
	while (board->accepted[0] == 0 && !board->over)
		(void)usleep(100);
	do
		board->status[n] = raced_acts[raced_act].act();
	while (board->status[n] == OTP_E_CHANGED || board->status[n] == OTP_E_BUSY);
}

/* Whoever has the token then, or nobody: it stands behind the last code that was accepted. */
static void a_login_during_a_change_of_owner_loses_no_position(void **state)
{
	(void)state;
	for (int r = 0; r < (full() ? 60 : 9); r++) {
		const char *user;
		int64_t next;

		raced_act = (size_t)r % 3;
		user = raced_acts[raced_act].user;
		assert_int_equal(scene_end(NULL), 0);
		assert_int_equal(scene_begin(NULL), 0);
		add_token(EVENT_0);
		add_token(EVENT_1);
		enroll("alice", EVENT_0, 0);
		raced_position = 2;
		race(2, log_in_or_act);
		assert_int_equal(board->status[0], OTP_OK);
		assert_int_equal(board->status[1], OTP_OK);
		next = user == NULL ? stocked(EVENT_0).next : report_of(user).token[0].next;
		assert_int_equal(next, board->accepted[0] == 0 ? 2 : board->accepted[0] + 1);
		if (raced_act == 2) /* nothing was taken from her: every one of the 40 codes was accepted */
			assert_int_equal(next, 42);
	}
}

static void replace_by_one_of_two(int n)
{
	const char *id = n == 0 ? EVENT_1 : EVENT_2;

	do
		board->status[n] = try_enroll_how("alice", id, OTP_ENROLL_REPLACE, pair_at(id, 0), &board->verdict[n]);
	while (board->status[n] == OTP_E_BUSY);
}

static void of_two_who_replace_at_once_the_later_one_stays(void **state)
{
	(void)state;
	for (int r = 0; r < 5; r++) {
		struct otp_user_report report;
		bool first;

		assert_int_equal(scene_end(NULL), 0);
		assert_int_equal(scene_begin(NULL), 0);
		add_token(EVENT_0);
		add_token(EVENT_1);
		add_token(EVENT_2);
		enroll("alice", EVENT_0, 0);
		race(2, replace_by_one_of_two);
		assert_int_equal(count_verdict(2, OTP_ACCEPTED), 2);
		report = report_of("alice");
		assert_int_equal(report.n, 1);
		first = strcmp(report.token[0].id.text, EVENT_1) == 0;
		assert_string_equal(stocked(first ? EVENT_1 : EVENT_2).owner, "alice");
		assert_string_equal(stocked(first ? EVENT_2 : EVENT_1).owner, "");
		assert_int_equal(could_enroll("bob", first ? EVENT_2 : EVENT_1), OTP_OK);
		assert_int_equal(could_enroll("bob", EVENT_0), OTP_OK);
	}
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FRESH(of_sixteen_logins_with_one_code_one_is_accepted),
	    FRESH(of_many_guesses_at_once_each_is_counted_or_not_read),
	    FRESH(of_many_who_want_one_token_one_gets_it),
	    FRESH(of_many_who_bring_one_token_one_gets_it),
	    FRESH(a_user_enrolled_twice_at_once_has_one_token),
	    FRESH(a_login_during_a_release_loses_no_position),
	    FRESH(a_login_during_a_change_of_tokens_loses_no_position),
	    FRESH(a_login_during_a_change_of_owner_loses_no_position),
	    FRESH(of_two_who_replace_at_once_the_later_one_stays),
	};
	int failed;

	scene_prepare();
	board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (board == MAP_FAILED)
		return 1;
	(void)code_at(EVENT_0, 0); /* asked once, for all the children */
	(void)code_at(EVENT_1, 0);
	(void)code_at(EVENT_2, 0);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scene_clear();
	return failed;
}
