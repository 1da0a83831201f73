/* SPDX-License-Identifier: BSD-2-Clause */
/* Which first answers may make a pair: one for each uid, once, for two minutes (pam_vipotp/helper/tickets.h). */
#include "helper/tickets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
/* after those that it needs */
#include <cmocka.h>

static const int64_t at = 1795332667969;

static int fresh(void **state)
{
	*state = tickets_new();
	return *state == NULL;
}

static void a_ticket_is_taken_once(void **state)
{
	struct tickets *tickets = *state;

	assert_false(tickets_take(tickets, 1001, at, at));
	tickets_leave(tickets, 1001, at);
	assert_true(tickets_any(tickets, at));
	assert_true(tickets_take(tickets, 1001, at, at + 5000));
	assert_false(tickets_take(tickets, 1001, at, at + 5000));
	assert_false(tickets_any(tickets, at));
}

static void it_is_of_one_uid_and_one_moment(void **state)
{
	struct tickets *tickets = *state;

	tickets_leave(tickets, 1001, at);
	assert_false(tickets_take(tickets, 1002, at, at));
	assert_false(tickets_take(tickets, 1001, at + 1, at + 1));
	assert_false(tickets_take(tickets, 1001, at - 1, at));
	assert_true(tickets_take(tickets, 1001, at, at));
}

static void it_lives_two_minutes(void **state)
{
	struct tickets *tickets = *state;

	tickets_leave(tickets, 1001, at);
	assert_false(tickets_take(tickets, 1001, at, at - 1));
	assert_false(tickets_take(tickets, 1001, at, at + TICKET_LIFE + 1));
	assert_false(tickets_any(tickets, at + TICKET_LIFE + 1));
	assert_true(tickets_any(tickets, at + TICKET_LIFE));
	assert_true(tickets_take(tickets, 1001, at, at + TICKET_LIFE));
}

/* The lower half of the time repeats after 49 days; the whole of it is looked at. */
static void it_does_not_come_back_after_49_days(void **state)
{
	struct tickets *tickets = *state;

	tickets_leave(tickets, 1001, at);
	assert_false(tickets_take(tickets, 1001, at, at + ((int64_t)1 << 32)));
	assert_false(tickets_take(tickets, 1001, 0, at));
}

static void a_later_miss_replaces_it(void **state)
{
	struct tickets *tickets = *state;

	tickets_leave(tickets, 1001, at);
	tickets_leave(tickets, 1001, at + 1000);
	assert_false(tickets_take(tickets, 1001, at, at + 1000));
	assert_true(tickets_take(tickets, 1001, at + 1000, at + 1000));
}

static void many_users_have_one_each(void **state)
{
	struct tickets *tickets = *state;

	for (uint32_t uid = 0; uid < 100; uid++)
		tickets_leave(tickets, uid, at + uid);
	for (uint32_t uid = 0; uid < 100; uid++)
		assert_true(tickets_take(tickets, uid, at + uid, at + 200));
	/* More than there is room for: the last one has his. */
	for (uint32_t uid = 0; uid < 1000; uid++) {
		tickets_leave(tickets, uid, at);
		assert_true(tickets_take(tickets, uid, at, at) || uid == 0);
		tickets_leave(tickets, uid, at);
	}
}

static void what_a_process_takes_is_gone_for_all(void **state)
{
	struct tickets *tickets = *state;
	int taken = 0, status;

	tickets_leave(tickets, 1001, at);
	for (int i = 0; i < 8; i++)
		if (fork() == 0)
			_exit(tickets_take(tickets, 1001, at, at));
	while (wait(&status) > 0)
		taken += WEXITSTATUS(status);
	assert_int_equal(taken, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(a_ticket_is_taken_once, fresh),
	    cmocka_unit_test_setup(it_is_of_one_uid_and_one_moment, fresh),
	    cmocka_unit_test_setup(it_lives_two_minutes, fresh),
	    cmocka_unit_test_setup(it_does_not_come_back_after_49_days, fresh),
	    cmocka_unit_test_setup(a_later_miss_replaces_it, fresh),
	    cmocka_unit_test_setup(many_users_have_one_each, fresh),
	    cmocka_unit_test_setup(what_a_process_takes_is_gone_for_all, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
