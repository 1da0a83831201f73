/* SPDX-License-Identifier: BSD-2-Clause */
#include "snapshot.h"

#include "visit.h"

#include <dirent.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

unsigned long snapshot_entries(const char *path)
{
	DIR *dir = opendir(path);
	unsigned long n = 0;

	if (dir == NULL)
		visit_unable(path);
	while (readdir(dir) != NULL)
		n++;
	(void)closedir(dir);
	return n;
}

/* Anything that tells one environment from another. */
static size_t sum_of_environment(void)
{
	size_t sum = 0;

	for (char **variable = environ; *variable != NULL; variable++)
		for (const char *c = *variable; *c != '\0'; c++)
			sum = sum * 31 + (unsigned char)*c;
	return sum;
}

void snapshot_take(struct snapshot *snapshot, FILE *output)
{
	char path[32];
	struct stat st;

	memset(snapshot, 0, sizeof *snapshot);
	for (int fd = 0; fd < SNAPSHOT_DESCRIPTORS; fd++) {
		(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		if (readlink(path, snapshot->descriptors[fd], SNAPSHOT_TEXT - 1) < 0)
			snapshot->descriptors[fd][0] = '\0';
	}
	for (int signal = 1; signal < SNAPSHOT_SIGNALS; signal++)
		(void)sigaction(signal, NULL, &snapshot->actions[signal]);
	(void)sigprocmask(SIG_SETMASK, NULL, &snapshot->mask);
	(void)sigpending(&snapshot->pending);
	snapshot->umask = umask(0);
	(void)umask(snapshot->umask);
	snapshot->thread_locale = uselocale((locale_t)0);
	(void)snprintf(snapshot->locale, SNAPSHOT_TEXT, "%s", setlocale(LC_ALL, NULL));
	if (getcwd(snapshot->cwd, sizeof snapshot->cwd) == NULL)
		visit_unable("getcwd");
	snapshot->environment = environ;
	snapshot->environment_sum = sum_of_environment();
	(void)getitimer(ITIMER_REAL, &snapshot->timer);
	snapshot->dumpable = prctl(PR_GET_DUMPABLE);
	snapshot->threads = snapshot_entries("/proc/self/task");
	if (fstat(fileno(output), &st) == 0)
		snapshot->output = st.st_size;
}

static void tell(bool differs, const char *what)
{
	if (differs)
		(void)printf("%s\n", what);
}

void snapshot_compare(const struct snapshot *before, const struct snapshot *after)
{
	for (int fd = 0; fd < SNAPSHOT_DESCRIPTORS; fd++)
		if (strcmp(before->descriptors[fd], after->descriptors[fd]) != 0)
			(void)printf("descriptor %d: was \"%s\", is \"%s\"\n", fd, before->descriptors[fd],
			             after->descriptors[fd]);
	for (int i = 1; i < SNAPSHOT_SIGNALS; i++)
		if (before->actions[i].sa_handler != after->actions[i].sa_handler ||
		    before->actions[i].sa_flags != after->actions[i].sa_flags)
			(void)printf("the action of signal %d\n", i);
	tell(memcmp(&before->mask, &after->mask, sizeof before->mask) != 0, "the signal mask");
	tell(memcmp(&before->pending, &after->pending, sizeof before->pending) != 0, "the pending signals");
	tell(before->umask != after->umask, "the umask");
	tell(before->thread_locale != after->thread_locale, "the thread's locale");
	tell(strcmp(before->locale, after->locale) != 0, "the locale");
	tell(strcmp(before->cwd, after->cwd) != 0, "the working directory");
	tell(before->environment != after->environment || before->environment_sum != after->environment_sum,
	     "the environment");
	tell(memcmp(&before->timer.it_interval, &after->timer.it_interval, sizeof before->timer.it_interval) != 0,
	     "the timer");
	tell(before->dumpable != after->dumpable, "whether it may dump core");
	tell(before->threads != after->threads, "threads");
	tell(before->output != after->output, "something was written to standard output or error");
}
