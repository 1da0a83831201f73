/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_VERB_PROCESS_H
#define VIPOTP_VERB_PROCESS_H

#include "verb.h"

/* What a process through which keys pass owes them (product §10 rule 4), and its two doors: standard output, the clock.
 */

/*
 * First of all: no core, no debugger of the same user, standard streams that exist, a write that fails instead of a
 * signal that kills; standard output through a buffer of our own; texts in the caller's language.
 */
void process_begin(void);

/* Last of all: flush standard output and wipe its buffer. The exit code: result, unless output was lost. */
int process_end(enum command_exit result);

/* Flush standard output. COMMAND_UNAVAILABLE, said on standard error, if something written to it was lost. */
OTP_MUST_CHECK enum command_exit process_flush(void);

/* The host's clock, ms since the epoch. */
int64_t process_now(void);

#endif
