/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_MODULE_SNAPSHOT_H
#define TESTS_MODULE_SNAPSHOT_H

#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/time.h>

/* What a process has that a library called by it could spoil. */

enum { SNAPSHOT_DESCRIPTORS = 64, SNAPSHOT_SIGNALS = 65, SNAPSHOT_TEXT = 256 };

struct snapshot {
	char descriptors[SNAPSHOT_DESCRIPTORS][SNAPSHOT_TEXT]; /* where each leads; "" for none */
	struct sigaction actions[SNAPSHOT_SIGNALS];
	sigset_t mask, pending;
	mode_t umask;
	locale_t thread_locale;
	char locale[SNAPSHOT_TEXT], cwd[PATH_MAX];
	char **environment;
	size_t environment_sum;
	struct itimerval timer;
	int dumpable;
	unsigned long threads;
	off_t output; /* bytes written to the file that standard output and error lead to */
};

void snapshot_take(struct snapshot *snapshot, FILE *output);

/* Print a line for each thing that is not the same. */
void snapshot_compare(const struct snapshot *before, const struct snapshot *after);

/* The number of entries of a directory. */
unsigned long snapshot_entries(const char *path);

#endif
