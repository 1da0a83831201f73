/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_LOAD_H
#define VIPOTP_COMMAND_LOAD_H

#include "command.h"

/* A whole file in memory, which is overwritten before it goes back: it holds keys. All zero: nothing. */
struct load {
	char *text;  /* len bytes and a NUL */
	size_t len;  /* without the NUL */
	size_t room; /* bytes mapped */
};

/*
 * Read a file that only root can read (product §10 rule 5), or standard input if file is NULL, up to OTP_FOREIGN_MAX
 * bytes. COMMAND_NOT_FOUND, COMMAND_UNAVAILABLE, COMMAND_USAGE (too long): said. The caller ends with load_wipe in
 * either case.
 */
OTP_MUST_CHECK enum command_exit load_file(const char *file, struct load *load);

void load_wipe(struct load *load);

#endif
