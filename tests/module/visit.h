/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_MODULE_VISIT_H
#define TESTS_MODULE_VISIT_H

#include <stdbool.h>
#include <stdio.h>

/* A transaction with libpam, as sshd or sudo would have it, but for answers that are given in advance. */

enum { VISIT_CODES = 32, VISIT_UNABLE = 2 };

/* What many transactions have in common. Texts that are NULL are left out. */
struct plan {
	const char *confdir, *service;
	const char *rhost, *tty, *ruser;
	const char *authtok;  /* for the witness to put into PAM_AUTHTOK */
	const char *variable; /* "NAME=VALUE" */
	const char
	    *calls;   /* "authenticate,acct_mgmt,setcred,chauthtok,chauthtok_expired" or some of them, in any order */
	bool witness; /* tell what PAM_AUTHTOK holds afterwards */
	int flags;    /* of libpam's functions */
};

/* Where processes wait for each other: ready is closed by who has come, go is read until it ends. -1 once passed. */
struct barrier {
	int ready, go;
};

struct visit {
	const struct plan *plan;
	const char *user;
	char *const *answers; /* as knock takes them */
	int n_answers;
	FILE *told;              /* what knock prints; NULL: nobody listens */
	struct barrier *barrier; /* before the first answer; NULL: nobody waits */
	void (*harden)(bool on); /* called with true before and with false after each call of libpam; may be NULL */
};

/* All calls of a transaction. The PAM code of the last one that did not succeed, else PAM_SUCCESS. */
int visit(struct visit *visit);

/*
 * Load the modules that the plan's PAM file names, for good, and have them made ready by a transaction that is aborted
 * at its prompt: children that are forked then pay for neither, as sshd's do not.
 */
void visit_preload(const struct plan *plan);

/* "PAM_SUCCESS" */
const char *visit_code_name(int code);

/* The test itself cannot go on: say why, by errno, and exit with VISIT_UNABLE. */
__attribute__((noreturn)) void visit_unable(const char *what);

#endif
