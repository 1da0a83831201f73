/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_LANGUAGE_NEAREST_H
#define VIPOTP_LANGUAGE_NEAREST_H

#include <stddef.h>

/* The name that somebody probably meant who typed one that does not exist: a key, a verb, an option. */
struct nearest {
	const char *typed; /* borrowed */
	const char *name;  /* the nearest so far, borrowed from who offered it, or NULL */
	size_t slips;      /* between the two, or one more than are forgiven */
};

/* Up to two slips are forgiven, in a short word one: of four letters with two wrong ones anything can be made. */
struct nearest nearest_begin(const char *typed);

/* Look at a name that exists. Of two that are as near the first one stays. */
void nearest_offer(struct nearest *nearest, const char *name);

#endif
