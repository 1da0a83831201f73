/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_TERMINAL_PROGRESS_H
#define VIPOTP_TERMINAL_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A bar for work that a person waits for, on standard error if that is a terminal: "Checking [######    ]  60 %". It is
 * drawn at once and then for each percent; work of few steps has none.
 */
struct progress {
	const char *what; /* what is being done; borrowed */
	size_t total;     /* steps */
	size_t drawn;     /* what the bar shows */
	int width;        /* columns that are covered; 0: none */
	bool wanted;
};

void progress_begin(struct progress *progress, const char *what, size_t total);

/* So many steps are done. */
void progress_at(struct progress *progress, size_t done);

/* Take the bar off the line, so that something else can be said there, or because the work is done. */
void progress_hide(struct progress *progress);

#endif
