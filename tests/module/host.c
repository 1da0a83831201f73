/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host: a process that lives long and has ways of its own, as sshd has, goes through many transactions and looks at
 * what they did to it (product §10, rule 8). Used by host.sh.
 *
 *   host unchanged CONFDIR SERVICE USER ANSWER...   one transaction for each answer; what differs afterwards
 *   host memory CONFDIR SERVICE USER ANSWER...      the same; by how much its memory grew after the first tenth
 *   host closed CONFDIR SERVICE USER ANSWER         without descriptors 0, 1 and 2
 *   host fsize CONFDIR SERVICE USER ANSWER          no file may grow; then again, without the limit
 *   host nofile CONFDIR SERVICE USER ANSWER         no descriptor is to be had, then one, then two, until it succeeds
 *
 * The variables HOST_RHOST and HOST_VARIABLE, where they are set, become PAM_RHOST and a PAM variable (NAME=VALUE).
 * `unchanged` prints what is wrong; the others print PAM codes, too, which host.sh judges.
 */
#include "snapshot.h"
#include "visit.h"

#include <fcntl.h>
#include <locale.h>
#include <malloc.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <syslog.h>
#include <unistd.h>

/* ---- the host's own ways ---- */

static volatile sig_atomic_t signalled;

static void on_signal(int signal)
{
	(void)signal;
	signalled = 1;
}

static void settle_in(void)
{
	static const int handled[] = {SIGXFSZ, SIGPIPE, SIGALRM, SIGCHLD, SIGTERM, SIGUSR1};
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	const struct itimerval timer = {{10000, 0}, {10000, 0}};
	sigset_t blocked;

	for (size_t i = 0; i < sizeof handled / sizeof *handled; i++)
		(void)sigaction(handled[i], &action, NULL);
	(void)sigemptyset(&blocked);
	(void)sigaddset(&blocked, SIGUSR1);
	(void)sigaddset(&blocked, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &blocked, NULL);
	(void)raise(SIGUSR1); /* stays pending */
	(void)umask(0137);
	if (setlocale(LC_ALL, "C.UTF-8") == NULL || uselocale(newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0)) == 0 ||
	    chdir("/proc") != 0 || setenv("LANG", "ja_JP.UTF-8", 1) != 0 || setitimer(ITIMER_REAL, &timer, NULL) != 0)
		visit_unable("settling in");
}

/* ---- what happens to it ---- */

static void tell(bool differs, const char *what)
{
	if (differs)
		(void)printf("%s\n", what);
}

/* Where the settings are not known the next code is asked for, and this one given again. */
static int go(struct visit *one, char *answer)
{
	char *const both[] = {answer, answer};

	one->answers = both;
	one->n_answers = 2;
	return visit(one);
}

static void unchanged(struct visit *one, char **answers, int n)
{
	static struct snapshot before, after;
	FILE *output = tmpfile(); /* takes standard output and error */
	int standard_output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);

	settle_in();
	if (output == NULL || dup2(fileno(output), STDOUT_FILENO) < 0 || dup2(fileno(output), STDERR_FILENO) < 0)
		visit_unable("standard output");
	snapshot_take(&before, output);
	for (int i = 0; i < n; i++)
		(void)go(one, answers[i]);
	snapshot_take(&after, output);
	(void)dup2(standard_output, STDOUT_FILENO);
	snapshot_compare(&before, &after);
	tell(signalled != 0, "a signal was handled");
	syslog(LOG_NOTICE, "still myself");
}

static size_t pages(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	size_t n = 0;

	if (file == NULL || fscanf(file, "%zu", &n) != 1)
		visit_unable("/proc/self/statm");
	(void)fclose(file);
	return n;
}

static void memory(struct visit *one, char **answers, int n)
{
	size_t heap = 0, mapped = 0;

	for (int i = 0; i < n; i++) {
		if (go(one, answers[i]) != PAM_SUCCESS)
			(void)printf("transaction %d failed\n", i);
		if (i == n / 10) {
			heap = mallinfo2().uordblks;
			mapped = pages();
		}
	}
	(void)printf("%+ld bytes %+ld pages\n", (long)(mallinfo2().uordblks - heap), (long)(pages() - mapped));
}

static void without_standard_streams(struct visit *one, char *answer)
{
	FILE *told = fdopen(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10), "w");
	int result;

	if (told == NULL)
		visit_unable("standard output");
	(void)fclose(stdin);
	(void)fclose(stdout);
	(void)close(STDERR_FILENO);
	result = go(one, answer);
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			(void)fprintf(told, "descriptor %d is open\n", fd);
	(void)fprintf(told, "%s\n", visit_code_name(result));
	(void)fclose(told);
}

static void no_growth(bool on)
{
	const struct rlimit limit = {on ? 0 : RLIM_INFINITY, RLIM_INFINITY};

	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		visit_unable("setrlimit");
}

/* By the default action of SIGXFSZ we would not live to tell; by a handler we would be told. */
static void without_growth(struct visit *one, char *answer, bool handled)
{
	const struct sigaction action = {.sa_handler = handled ? on_signal : SIG_DFL};
	sigset_t pending, mask;

	(void)sigaction(SIGXFSZ, &action, NULL);
	one->harden = no_growth;
	(void)printf("%s\n", visit_code_name(go(one, answer)));
	one->harden = NULL;
	(void)sigpending(&pending);
	(void)sigprocmask(SIG_SETMASK, NULL, &mask);
	tell(signalled != 0, "SIGXFSZ was delivered");
	tell(sigismember(&pending, SIGXFSZ) == 1, "SIGXFSZ is pending");
	tell(sigismember(&mask, SIGXFSZ) == 1, "SIGXFSZ is blocked");
}

static rlim_t files; /* so many may be open */

static void few_files(bool on)
{
	const struct rlimit limit = {on ? files : 1024, 1024};

	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		visit_unable("setrlimit");
}

static void without_descriptors(struct visit *one, char *answer)
{
	int result, next = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	unsigned long open_before;

	(void)close(next);
	open_before = snapshot_entries("/proc/self/fd");
	one->harden = few_files;
	for (files = (rlim_t)next; files < (rlim_t)next + SNAPSHOT_DESCRIPTORS; files++) {
		result = go(one, answer);
		(void)printf("%s\n", visit_code_name(result));
		if (result == PAM_SUCCESS || result == PAM_IGNORE)
			break;
	}
	tell(snapshot_entries("/proc/self/fd") != open_before, "descriptors are left");
}

int main(int argc, char **argv)
{
	struct plan plan = {
	    .calls = "authenticate", .rhost = getenv("HOST_RHOST"), .variable = getenv("HOST_VARIABLE")};
	struct visit one = {.plan = &plan};
	const char *what = argc > 5 ? argv[1] : "";

	/* The connection to the log is the C library's, opened once; that is nobody's fault later. */
	openlog("vipotp-host", LOG_PID | LOG_NDELAY, LOG_MAIL);
	if (argc > 5) {
		plan.confdir = argv[2];
		plan.service = argv[3];
		one.user = argv[4];
	}
	if (strcmp(what, "unchanged") == 0) {
		unchanged(&one, argv + 5, argc - 5);
	} else if (strcmp(what, "memory") == 0) {
		memory(&one, argv + 5, argc - 5);
	} else if (strcmp(what, "closed") == 0) {
		without_standard_streams(&one, argv[5]);
	} else if (strcmp(what, "fsize") == 0) {
		without_growth(&one, argv[5], false);
		without_growth(&one, argv[5], true);
		(void)printf("%s\n", visit_code_name(go(&one, argv[5])));
	} else if (strcmp(what, "nofile") == 0) {
		visit_preload(&plan);
		without_descriptors(&one, argv[5]);
	} else {
		(void)fputs("host: the head of host.c tells how to use it\n", stderr);
		return VISIT_UNABLE;
	}
	return EXIT_SUCCESS;
}
