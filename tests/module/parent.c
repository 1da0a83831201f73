/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parent: a process that goes through an enrolment in which a QR code is drawn, up to the prompt that shows it, and has
 * a way of its own of hearing from children (product §6.4, §10 rule 8). Used by enroll_qr.sh.
 *
 *   parent handler CONFDIR SERVICE USER   a handler of SIGCHLD
 *   parent ignored CONFDIR SERVICE USER   SIGCHLD is ignored, so that its children vanish
 *   parent waiting CONFDIR SERVICE USER   a child of its own, and a thread that waits for any
 *
 * Prints what it saw of a child that is not its own, what is left, and at last "drawn" if the prompt had a picture.
 */
#include "snapshot.h"
#include "visit.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t signalled;
static pid_t own; /* child; 0: there is none */

static void on_signal(int signal)
{
	(void)signal;
	signalled = 1;
}

static void *wait_for_any(void *arg)
{
	pid_t pid;

	(void)arg;
	do {
		pid = waitpid(-1, NULL, 0);
		if (pid != own)
			(void)printf("waitpid gave %d\n", (int)pid);
	} while (pid > 0 && pid != own);
	return NULL;
}

static void settle_in(const char *way, pthread_t *thread)
{
	struct sigaction action = {.sa_handler = strcmp(way, "ignored") == 0 ? SIG_IGN : on_signal,
	                           .sa_flags = SA_RESTART};

	if (sigaction(SIGCHLD, &action, NULL) != 0)
		visit_unable("SIGCHLD");
	if (strcmp(way, "waiting") != 0)
		return;
	if ((own = fork()) == 0) {
		(void)pause();
		_exit(EXIT_SUCCESS);
	}
	if (own < 0 || (errno = pthread_create(thread, NULL, wait_for_any, NULL)) != 0)
		visit_unable("a child");
}

static void tell(bool differs, const char *what)
{
	if (differs)
		(void)printf("%s\n", what);
}

/* What can be seen at once; the own child is still there. */
static void look(unsigned long open_before, const sigset_t *mask_before)
{
	sigset_t mask;

	tell(signalled != 0, "SIGCHLD was delivered");
	tell(snapshot_entries("/proc/self/fd") != open_before, "descriptors are left");
	(void)sigprocmask(SIG_SETMASK, NULL, &mask);
	for (int i = 1; i < SIGRTMAX; i++)
		tell(sigismember(&mask, i) != sigismember(mask_before, i), "the signal mask is another one");
}

int main(int argc, char **argv)
{
	static char nothing[] = "";
	char *const answers[] = {nothing};
	struct plan plan = {.calls = "authenticate", .authtok = "a password"};
	struct visit one = {.plan = &plan, .answers = answers, .n_answers = 1};
	char *told = NULL;
	size_t len = 0;
	unsigned long open_before;
	sigset_t mask_before;
	pthread_t thread;

	if (argc != 5 || (one.told = open_memstream(&told, &len)) == NULL)
		return VISIT_UNABLE;
	plan.confdir = argv[2];
	plan.service = argv[3];
	one.user = argv[4];
	visit_preload(&plan);
	settle_in(argv[1], &thread);
	(void)sigprocmask(SIG_SETMASK, NULL, &mask_before);
	open_before = snapshot_entries("/proc/self/fd");
	(void)visit(&one);
	look(open_before, &mask_before);
	if (own > 0) {
		(void)kill(own, SIGKILL);
		(void)pthread_join(thread, NULL);
	}
	tell(waitpid(-1, NULL, __WALL | WNOHANG) != -1 || errno != ECHILD, "a child is left");
	(void)fclose(one.told);
	(void)printf("%s\n", strstr(told, "\xe2\x96\x88") != NULL ? "drawn" : "no drawing");
	free(told);
	return EXIT_SUCCESS;
}
