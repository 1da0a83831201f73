/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEST_SETTINGS_SCRATCH_H
#define TEST_SETTINGS_SCRATCH_H

#include <stddef.h>
#include <sys/types.h>

/*
 * A private directory whose ancestors are root's alone, as the path rules want it (product §9.1): under /run, because
 * everybody may write to /tmp. Whatever fails here ends the program.
 */

enum { SCRATCH_PATH_MAX = 300 };

/* Without root, or without /run, the tests prove nothing: print the reason as TAP and exit. */
void scratch_begin(void);

/* Remove it with what is in it. */
void scratch_end(void);

/* The path of a name in it, in a static buffer that the next call takes over. */
const char *scratch_path(const char *name);

/* Write a file with this mode, over an older one, and return its path as scratch_path does. */
const char *scratch_write(const char *name, const void *bytes, size_t len, mode_t mode);

#endif
