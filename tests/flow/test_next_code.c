/* SPDX-License-Identifier: BSD-2-Clause */
/* The second prompt of a login on a real store (product §5.3): a miss, the next code, and what comes in between. */
#include "scene.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static int begin_with_alice(void **state)
{
	if (scene_begin(state) != 0)
		return -1;
	add_token(EVENT_0);
	enroll("alice", EVENT_0, 0);
	return 0;
}

static int begin_with_bob(void **state)
{
	if (scene_begin(state) != 0)
		return -1;
	add_token(TIME_0);
	enroll("bob", TIME_0, FIRST_STEP);
	return 0;
}

static struct otp_outcome answer(const struct otp_attempt *attempt)
{
	struct otp_outcome outcome;
	struct otp_error error = {0};

	if (otp_login(vault, &limits, attempt, &outcome, &error) != OTP_OK)
		fail_msg("%s: %s", attempt->user, error.what);
	assert_int_equal(outcome.at, attempt->now);
	return outcome;
}

/* The first answer of a dialogue. */
static enum otp_verdict ask(const char *user, const char *typed, int64_t now)
{
	struct otp_attempt attempt = attempt_of(user, typed, now);

	return answer(&attempt).verdict;
}

/* The second one. */
static struct otp_outcome ask_next(const char *user, const char *first, int64_t first_at, const char *typed,
                                   int64_t now)
{
	struct otp_attempt attempt = attempt_of(user, typed, now);

	attempt.first = first;
	attempt.first_at = first_at;
	return answer(&attempt);
}

static void the_miss_is_durable_and_the_pair_is_accepted(void **state)
{
	struct otp_outcome outcome;

	(void)state;
	assert_int_equal(ask("alice", code_at(EVENT_0, 100), NOW), OTP_REFUSED);
	scene_reopen();
	assert_int_equal(report_of("alice").bucket[OTP_LOCAL].failures, 1);
	assert_int_equal(report_of("alice").token[0].next, 2);
	outcome = ask_next("alice", code_at(EVENT_0, 100), NOW, code_at(EVENT_0, 101), NOW + 9000);
	assert_int_equal(outcome.verdict, OTP_ACCEPTED);
	assert_int_equal(outcome.way, OTP_BY_PAIR);
	assert_string_equal(outcome.token.text, EVENT_0);
	assert_int_equal(outcome.failures, 1);
	assert_int_equal(outcome.failed_at, NOW);
	scene_reopen();
	assert_int_equal(report_of("alice").token[0].next, 102);
	assert_int_equal(report_of("alice").bucket[OTP_LOCAL].failures, 0);
	assert_int_equal(report_of("alice").accepted_at, NOW + 9000);
	assert_int_equal(login("alice", code_at(EVENT_0, 101)), OTP_REPLAYED);
	assert_int_equal(login("alice", code_at(EVENT_0, 102)), OTP_ACCEPTED);
}

static void a_second_miss_is_durable_too(void **state)
{
	(void)state;
	assert_int_equal(ask("alice", code_at(EVENT_0, 100), NOW), OTP_REFUSED);
	assert_int_equal(ask_next("alice", code_at(EVENT_0, 100), NOW, code_at(EVENT_0, 102), NOW + 1).verdict,
	                 OTP_REFUSED);
	scene_reopen();
	assert_int_equal(report_of("alice").bucket[OTP_LOCAL].failures, 2);
	assert_int_equal(report_of("alice").token[0].next, 2);
}

/* Without the first answer the same two codes are two misses: `vipotp.conf` may say so. */
static void without_the_first_it_is_no_pair(void **state)
{
	(void)state;
	assert_int_equal(ask("alice", code_at(EVENT_0, 100), NOW), OTP_REFUSED);
	assert_int_equal(ask("alice", code_at(EVENT_0, 101), NOW + 1), OTP_REFUSED);
	assert_int_equal(report_of("alice").bucket[OTP_LOCAL].failures, 2);
}

/* One line: what was typed first, and the position of the second code. */
static void what_makes_a_pair(void **state)
{
	static const struct {
		const char *first;
		int64_t second;
		enum otp_verdict verdict;
		enum otp_way way;
	} rows[] = {
	    {"", 2, OTP_ACCEPTED, OTP_BY_TOKEN},          {"password", 3, OTP_ACCEPTED, OTP_BY_TOKEN},
	    {"password", 100, OTP_REFUSED, OTP_BY_TOKEN}, {"00000-00000", 4, OTP_ACCEPTED, OTP_BY_TOKEN},
	    {"12345678", 5, OTP_ACCEPTED, OTP_BY_TOKEN},  {"12345678", 101, OTP_REFUSED, OTP_BY_TOKEN},
	};
	char spaced[16];
	const char *code = code_at(EVENT_0, 200);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_outcome outcome =
		    ask_next("alice", rows[i].first, NOW, code_at(EVENT_0, rows[i].second), NOW + 1);

		if (outcome.verdict != rows[i].verdict || outcome.way != rows[i].way)
			fail_msg("row %zu: verdict %d", i, (int)outcome.verdict);
	}
	(void)snprintf(spaced, sizeof spaced, "%.3s %s", code, code + 3);
	assert_int_equal(ask_next("alice", spaced, NOW, code_at(EVENT_0, 201), NOW + 1).way, OTP_BY_PAIR);
	assert_int_equal(ask_next("alice", code_at(EVENT_0, 300), NOW, "", NOW + 1).verdict, OTP_EMPTY);
	assert_int_equal(ask_next("alice", code_at(EVENT_0, 300), NOW, "x", NOW + 1).verdict, OTP_MALFORMED);
	assert_int_equal(ask_next("alice", code_at(EVENT_0, 300), NOW, "12345678", NOW + 1).verdict, OTP_MALFORMED);
	assert_int_equal(report_of("alice").bucket[OTP_LOCAL].failures, 0);
}

/* Somebody else's dialogue with the same codes was quicker, or the owner went on elsewhere. */
static void a_login_in_between_uses_the_position(void **state)
{
	const char *first = code_at(EVENT_0, 100), *second = code_at(EVENT_0, 101);

	(void)state;
	assert_int_equal(ask("alice", first, NOW), OTP_REFUSED);
	assert_int_equal(ask("alice", first, NOW + 1), OTP_REFUSED);
	assert_int_equal(ask_next("alice", first, NOW + 1, second, NOW + 2).way, OTP_BY_PAIR);
	assert_int_equal(ask_next("alice", first, NOW, second, NOW + 3).verdict, OTP_REPLAYED);
	assert_int_equal(login("alice", code_at(EVENT_0, 102)), OTP_ACCEPTED);
	assert_int_equal(ask_next("alice", first, NOW, second, NOW + 4).verdict, OTP_REFUSED);
	assert_int_equal(report_of("alice").token[0].next, 103);
}

/* The fourth failure makes everybody wait, but him who made it and has its next code. */
static void another_dialogue_waits(void **state)
{
	const char *first = code_at(EVENT_0, 100), *second = code_at(EVENT_0, 101);

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(ask("alice", first, NOW + i), OTP_REFUSED);
	assert_int_equal(ask("alice", code_at(EVENT_0, 1400), NOW + 10), OTP_REFUSED); /* another dialogue */
	assert_int_equal(ask_next("alice", first, NOW + 2, second, NOW + 20).verdict, OTP_WAITING);
	assert_int_equal(ask_next("alice", first, NOW + 11, second, NOW + 20).verdict, OTP_WAITING);
	assert_int_equal(ask_next("alice", first, 0, second, NOW + 20).verdict, OTP_WAITING);
	assert_int_equal(report_of("alice").bucket[OTP_LOCAL].failures, 4);
	assert_int_equal(ask("alice", first, NOW + 30010), OTP_REFUSED); /* its wait is over; this one earns a minute */
	assert_int_equal(ask("alice", second, NOW + 30020), OTP_WAITING);
	assert_int_equal(ask_next("alice", first, NOW + 30010, second, NOW + 30020).way, OTP_BY_PAIR);
}

/* Behind the lock the pair is read, throttled; a code by itself is not. */
static void a_lock_is_opened_by_a_pair_and_not_by_a_code(void **state)
{
	int64_t now = NOW;

	(void)state;
	while (login_at("alice", code_at(EVENT_0, 1200), now) == OTP_REFUSED)
		now += limits.longest_wait;
	assert_int_equal(ask("alice", code_at(EVENT_0, 2), now), OTP_LOCKED);
	assert_int_equal(ask_next("alice", "123456", now, code_at(EVENT_0, 3), now + 1).verdict, OTP_REFUSED);
	assert_int_equal(report_of("alice").bucket[OTP_LOCAL].failures, 51);
	assert_int_equal(ask_next("alice", code_at(EVENT_0, 2), now, code_at(EVENT_0, 3), now + 2).verdict, OTP_LOCKED);
	now += 1 + limits.longest_wait;
	assert_int_equal(ask("alice", code_at(EVENT_0, 4), now), OTP_LOCKED);
	assert_int_equal(ask_next("alice", code_at(EVENT_0, 4), now, code_at(EVENT_0, 5), now + 1).way, OTP_BY_PAIR);
	scene_reopen();
	assert_int_equal(report_of("alice").bucket[OTP_LOCAL].failures, 47);
	assert_int_equal(login_at("alice", code_at(EVENT_0, 6), now + 2), OTP_ACCEPTED);
}

/* A time token six minutes ahead; then our clock goes back by ten between its two codes. */
static void the_clock_goes_back_between_the_answers(void **state)
{
	const int64_t now = NOW + 600000;
	const char *first = code_at(TIME_0, FIRST_STEP + 32), *second = code_at(TIME_0, FIRST_STEP + 33);

	(void)state;
	assert_int_equal(ask("bob", first, now), OTP_REFUSED);
	assert_int_equal(ask_next("bob", first, now, second, now - 570000).way, OTP_BY_PAIR);
	assert_int_equal(report_of("bob").token[0].next, FIRST_STEP + 34);
	assert_int_equal(login_at("bob", second, now - 569000), OTP_REPLAYED);
	assert_int_equal(login_at("bob", code_at(TIME_0, FIRST_STEP + 34), now - 540000), OTP_ACCEPTED);
}

/* ---- the same pair from many processes ----------------------------------------------------------------------- */

enum { RUNNERS = 8, ROUNDS = 10 };

static struct otp_outcome *board;

static void run(int n, int64_t position, int go)
{
	struct otp_places places = scene_places();
	struct otp_attempt attempt = attempt_of("alice", code_at(EVENT_0, position + 1), NOW + 1);
	char byte;

	otp_vault_close(&vault);
	if (otp_vault_open(&places, OTP_TO_ADMINISTER, &vault, NULL) != OTP_OK)
		_exit(1);
	attempt.reach = n % 2 == 0 ? OTP_LOCAL : OTP_REMOTE;
	attempt.first = code_at(EVENT_0, position);
	attempt.first_at = NOW;
	if (read(go, &byte, 1) != 0) /* the end of the pipe is the signal */
		_exit(2);
	/* a slow machine may let a lock wait for longer than its patience: that one got nothing */
	if (otp_login(vault, &limits, &attempt, &board[n], NULL) != OTP_OK)
		board[n].verdict = OTP_REPLAYED;
	otp_vault_close(&vault);
	_exit(0);
}

static void of_eight_with_the_same_pair_one_is_accepted(void **state)
{
	(void)state;
	for (int64_t position = 20; position < 20 + 30 * ROUNDS; position += 30) {
		int go[2], status, accepted = 0, replayed = 0;
		bool was_locked;

		/* a winner from afar forgives nothing here, and nobody is to wait */
		assert_int_equal(otp_unlock(vault, "alice", &was_locked, NULL), OTP_OK);
		assert_int_equal(ask("alice", code_at(EVENT_0, position), NOW), OTP_REFUSED);
		assert_int_equal(pipe2(go, O_CLOEXEC), 0);
		for (int n = 0; n < RUNNERS; n++) {
			pid_t pid = fork();

			assert_true(pid >= 0);
			if (pid == 0) {
				(void)close(go[1]);
				run(n, position, go[0]);
			}
		}
		assert_int_equal(close(go[0]) + close(go[1]), 0);
		for (int n = 0; n < RUNNERS; n++) {
			assert_true(wait(&status) > 0);
			assert_int_equal(status, 0);
		}
		for (int n = 0; n < RUNNERS; n++) {
			accepted += board[n].verdict == OTP_ACCEPTED && board[n].way == OTP_BY_PAIR;
			replayed += board[n].verdict == OTP_REPLAYED;
		}
		assert_int_equal(accepted, 1);
		assert_int_equal(replayed, RUNNERS - 1);
		assert_int_equal(report_of("alice").token[0].next, position + 2);
	}
}

#define WITH_ALICE(test) cmocka_unit_test_setup_teardown(test, begin_with_alice, scene_end)
#define WITH_BOB(test) cmocka_unit_test_setup_teardown(test, begin_with_bob, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_ALICE(the_miss_is_durable_and_the_pair_is_accepted),
	    WITH_ALICE(a_second_miss_is_durable_too),
	    WITH_ALICE(without_the_first_it_is_no_pair),
	    WITH_ALICE(what_makes_a_pair),
	    WITH_ALICE(a_login_in_between_uses_the_position),
	    WITH_ALICE(another_dialogue_waits),
	    WITH_ALICE(a_lock_is_opened_by_a_pair_and_not_by_a_code),
	    WITH_BOB(the_clock_goes_back_between_the_answers),
	    WITH_ALICE(of_eight_with_the_same_pair_one_is_accepted),
	};
	int failed;

	board = mmap(NULL, RUNNERS * sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (board == MAP_FAILED)
		return 1;
	scene_prepare();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scene_clear();
	(void)munmap(board, RUNNERS * sizeof *board);
	return failed;
}
