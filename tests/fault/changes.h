/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_FAULT_CHANGES_H
#define TESTS_FAULT_CHANGES_H

#include "../flow/scene.h"

/*
 * Everything that an administrator, an enrolment or a remembered login changes in the stores, each with the state
 * before and what must hold after it came to grief at any point: a token is bound to one user or free, in the inventory
 * or with him, never both and never neither; old codes or new ones are good, never some of each; a code that was used
 * never works again; and everybody can go on.
 */

/* How the act went. */
enum end {
	DONE,   /* it returned OTP_OK */
	FAILED, /* it returned an error: done or not done */
	KILLED, /* the process died: done or not done */
};

struct change {
	const char *name;
	void (*prepare)(void);                           /* on a fresh host; any failure fails the test */
	enum otp_status (*act)(struct otp_error *error); /* in whichever process; only `given` tells of it */
	const char *(*judge)(enum end end);              /* a complaint, or NULL */
};

enum { CHANGES = 23, LOOKS = 2 }; /* the last LOOKS of them change nothing: a kill there is no matter */
extern const struct change changes[CHANGES];

/* What acts hand out, in memory that processes share: changes_begin makes it. */
struct given {
	struct otp_spare_code old[OTP_RECOVERY_MAX], fresh[OTP_RECOVERY_MAX], old_temporary, fresh_temporary;
	uint8_t generation[OTP_GENERATION_LEN];
	int64_t since;
};
extern struct given *given;

/* Of the program, after scene_prepare. */
void changes_begin(void);

/* A fresh host, and the state before. */
void changes_prepare(const struct change *change);

/* The change's own judgement, and that the act can be done again, or says that it was. */
const char *changes_judge(const struct change *change, enum end end);

#endif
