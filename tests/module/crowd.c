/* SPDX-License-Identifier: BSD-2-Clause */
#include "crowd.h"

#include <errno.h>
#include <security/pam_appl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINES_MAX = 4096 };

/* A line of the queue. */
struct line {
	char *user, *answer;
	bool taken; /* by the process that does its user's lines */
};

struct crowd {
	int ready[2], go[2], results[2];
	unsigned long forked, code[VISIT_CODES], killed;
};

static void gather(struct crowd *crowd)
{
	memset(crowd, 0, sizeof *crowd);
	if (pipe(crowd->ready) != 0 || pipe(crowd->go) != 0 || pipe(crowd->results) != 0)
		visit_unable("pipe");
}

/* One process: the lines of one user, in order. */
static void fork_member(struct crowd *crowd, const struct plan *plan, struct line *lines, size_t n)
{
	struct barrier barrier = {crowd->ready[1], crowd->go[0]};
	const char *user = lines[0].user;
	pid_t pid = fork();

	if (pid < 0)
		visit_unable("fork");
	crowd->forked++;
	if (pid > 0)
		return;
	(void)close(crowd->ready[0]);
	(void)close(crowd->go[1]);
	for (size_t i = 0; i < n; i++) {
		struct visit one = {
		    .plan = plan, .user = user, .answers = &lines[i].answer, .n_answers = 1, .barrier = &barrier};
		unsigned char result;

		if (strcmp(lines[i].user, user) != 0)
			continue;
		result = (unsigned char)visit(&one);
		if (write(crowd->results[1], &result, 1) != 1)
			_exit(VISIT_UNABLE);
	}
	_exit(EXIT_SUCCESS);
}

/* Let them go when every one has been asked, and count. */
static bool release(struct crowd *crowd)
{
	unsigned char result;
	unsigned long succeeded, told = 0;
	int status;

	(void)close(crowd->ready[1]);
	(void)close(crowd->go[0]);
	(void)close(crowd->results[1]);
	while (read(crowd->ready[0], &result, 1) != 0) /* ends when the last one has closed it */
		continue;
	(void)close(crowd->go[1]);
	for (; read(crowd->results[0], &result, 1) == 1; told++)
		crowd->code[result % VISIT_CODES]++;
	for (unsigned long i = 0; i < crowd->forked; i++)
		crowd->killed += wait(&status) > 0 && (!WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS);
	for (int i = 0; i < VISIT_CODES; i++)
		if (crowd->code[i] > 0)
			(void)printf("%s %lu\n", visit_code_name(i), crowd->code[i]);
	if (crowd->killed > 0)
		(void)printf("killed %lu\n", crowd->killed);
	succeeded = crowd->code[PAM_SUCCESS];
	return succeeded == told && crowd->killed == 0;
}

bool crowd_together(const struct plan *plan, const char *user, const char *answer, unsigned long n)
{
	struct line line = {.user = strdup(user), .answer = strdup(answer)};
	struct crowd crowd;

	if (line.user == NULL || line.answer == NULL)
		visit_unable("memory");
	gather(&crowd);
	visit_preload(plan);
	for (unsigned long i = 0; i < n; i++)
		fork_member(&crowd, plan, &line, 1);
	free(line.user);
	free(line.answer);
	return release(&crowd);
}

static size_t read_queue(struct line lines[LINES_MAX])
{
	size_t n = 0;

	while (n < LINES_MAX && scanf("%ms %ms", &lines[n].user, &lines[n].answer) == 2)
		n++;
	if (n == 0 || n == LINES_MAX) {
		errno = EINVAL;
		visit_unable("standard input");
	}
	return n;
}

bool crowd_queue(const struct plan *plan)
{
	static struct line lines[LINES_MAX];
	size_t n = read_queue(lines);
	struct crowd crowd;

	gather(&crowd);
	visit_preload(plan);
	for (size_t i = 0; i < n; i++) {
		if (lines[i].taken)
			continue;
		for (size_t j = i; j < n; j++)
			lines[j].taken = lines[j].taken || strcmp(lines[i].user, lines[j].user) == 0;
		fork_member(&crowd, plan, lines + i, n - i);
	}
	return release(&crowd);
}
