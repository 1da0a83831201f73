/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Death at any moment (architecture: one enrolment, as data): every change of changes.h is made by a process that is
 * killed, SIGKILL, before each call that changes something in the store or locks it; with FULL=1 before every call of
 * all. Whoever comes next must find it whole. ptrace stops the process there; where it may not, nothing is proven.
 */
#include "changes.h"

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
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static bool full;
static unsigned kills;

/* In the child: open the stores as a process of its own would, wait for the tracer, act. */
static void act_alone(const struct change *change)
{
	struct otp_places places = scene_places();

	otp_vault_close(&vault);
	if (otp_vault_open(&places, OTP_TO_ADMINISTER, &vault, NULL) != OTP_OK ||
	    ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0 || raise(SIGSTOP) != 0)
		_exit(2);
	_exit(change->act(NULL) == OTP_OK ? 0 : 1);
}

static bool changes_something(const struct __ptrace_syscall_info *call)
{
	switch (call->entry.nr) {
	case SYS_write:
	case SYS_pwrite64:
	case SYS_pwritev:
	case SYS_pwritev2:
	case SYS_ftruncate:
	case SYS_fsync:
	case SYS_fdatasync:
	case SYS_renameat2:
	case SYS_unlinkat:
	case SYS_mkdirat:
	case SYS_fchown:
	case SYS_fchmod:
	case SYS_flock:
	case SYS_exit_group:
		return true;
	case SYS_fcntl:
		return call->entry.args[1] == F_OFD_SETLK;
	case SYS_openat:
		return (call->entry.args[2] & O_CREAT) != 0;
	default:
		return full;
	}
}

/* Let it run to the next stop of the tracer; false if it is gone, with *status. */
static bool run_on(pid_t pid, int *status)
{
	if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) != 0 || waitpid(pid, status, 0) != pid)
		fail_msg("trace: %s", strerror(errno));
	return WIFSTOPPED(*status);
}

/* Kill the act before its nth call; false if it had ended by itself before. */
static bool kill_at(const struct change *change, unsigned n)
{
	struct __ptrace_syscall_info call;
	unsigned seen = 0;
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		act_alone(change);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSTOPPED(status));
	assert_int_equal(ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD), 0);
	while (run_on(pid, &status)) {
		if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof call, &call) <= 0)
			fail_msg("trace: %s", strerror(errno));
		if (call.op != PTRACE_SYSCALL_INFO_ENTRY || !changes_something(&call) || ++seen < n)
			continue;
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		kills++;
		return true;
	}
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0); /* what nobody killed succeeds */
	return false;
}

static void killed_anywhere(void **state)
{
	const struct change *change = *state;
	unsigned n = 1;
	bool killed;

	do {
		const char *wrong;

		changes_prepare(change);
		killed = kill_at(change, n);
		if ((wrong = changes_judge(change, killed ? KILLED : DONE)) != NULL)
			fail_msg("%s before call %u: %s", killed ? "killed" : "done", n, wrong);
		n++;
	} while (killed);
	assert_true(n > 5); /* every change makes a few calls */
}

/* A process that traces nothing proves nothing. */
static bool may_trace(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? 0 : 1);
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(void)
{
	struct CMUnitTest tests[CHANGES - LOOKS];
	int failed;

	if (!may_trace()) {
		(void)printf("1..0 # SKIP no process may be traced here\n");
		return 0;
	}
	scene_prepare();
	changes_begin();
	full = getenv("FULL") != NULL;
	for (size_t i = 0; i < CHANGES - LOOKS; i++)
		tests[i] = (struct CMUnitTest){changes[i].name, killed_anywhere, scene_begin, scene_end,
		                               (void *)(uintptr_t)&changes[i]};
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	(void)printf("# %u kills\n", kills);
	scene_clear();
	return failed;
}
