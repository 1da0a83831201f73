/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_MODULE_CROWD_H
#define TESTS_MODULE_CROWD_H

#include "visit.h"

/* Many at the door at once. Both print the number of each result, and return whether all of them succeeded. */

/* So many processes of one user with one answer. */
bool crowd_together(const struct plan *plan, const char *user, const char *answer, unsigned long n);

/* Lines "USER ANSWER" of standard input: a process per user does the user's lines one after another. */
bool crowd_queue(const struct plan *plan);

#endif
