/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_ARGUMENTS_H
#define VIPOTP_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

/* The options on the module's line in a PAM file (product §6.3). The texts are libpam's and live as long as the call.
 */
struct arguments {
	const char *config; /* NULL: the default file */
	const char *prompt; /* NULL: the settings' */
	bool debug;
	bool nullok;
	bool echo;
	bool quiet;
	bool try_first_pass;
	bool use_first_pass;
	bool split;
};

/*
 * Read them all; the table in arguments.c is the only list of options. False for an option that does not exist, lacks
 * its value or contradicts another: complaint then says which and what to do.
 */
bool arguments_read(int argc, const char **argv, struct arguments *arguments, char *complaint, size_t complaint_size);

#endif
