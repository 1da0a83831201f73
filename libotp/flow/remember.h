/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_FLOW_REMEMBER_H
#define OTP_FLOW_REMEMBER_H

#include "login.h"

/*
 * Logins that need no code, because one was given for the same login a short time ago (product §6.6). The record lies
 * in a directory that dies with the boot, run_dir (normally /run/vipotp), one file per user in run_dir/remembered.
 *
 * MUST, each shown in tests/flow/test_remember.c:
 *  - a record is authenticated under the sealing key, with its user's name: none can be made, changed or moved to
 *    another user by whoever lacks that key;
 *  - a login is remembered for its user, uid and tie alone, and in the boot in which its code was given;
 *  - it ends with every change of the user's facts: its record carries their revision, which a lock, unlock, release,
 *    further token, new recovery codes, renaming, new enrolment and otp_forget renew, also where the facts become again
 *    what they were. A hash of them would come back with them. An older record that is put back is void therefore;
 *  - it lasts no longer than its length, whatever is done to the host's clock: both clocks must lie within it, and one
 *    of them cannot be set;
 *  - what cannot be read, or is not safe, remembers nobody.
 *
 * An ordinary login, wrong codes and their locks, and a reset by two codes change the state of the user's record, not
 * its facts, and end nothing. A user has at most OTP_REMEMBERED_MAX remembered logins (credential/record.h): the one
 * that ends first makes room.
 */

/* A login, by what it is tied to. Texts are borrowed, and compared byte by byte. */
struct otp_recurrent {
	const char *user; /* canonical name */
	uint32_t uid;     /* must be the record's */
	const char *service;
	enum otp_reach reach;
	const char *host;  /* remote: the address as the service knows it; local: "" */
	const char *proof; /* remote: the keys that the user has proven to hold; local: the login session. Never "" */
};

/* A moment, by the clocks and the boot that the caller asked for. */
struct otp_moment {
	int64_t epoch;       /* CLOCK_REALTIME, ms */
	int64_t boot;        /* CLOCK_BOOTTIME, ms */
	uint8_t boot_id[16]; /* the kernel's random name for this boot */
};

/*
 * Remember a login for length (ms, more than 0) from now on, in the place of what was remembered of it. generation is
 * its otp_outcome's: if the facts were changed since the code was accepted, what is written here is void. Makes
 * run_dir, 0755, and what is in it, 0700; a damaged record is replaced, and what has ended is dropped. OTP_E_INVALID:
 * no proof, no length; OTP_E_LIMIT: the user's name; OTP_E_UNSAFE, OTP_E_BUSY, OTP_E_IO, OTP_E_NOMEM, OTP_E_CRYPTO,
 * OTP_E_CHANGED: it is not remembered, or perhaps it is.
 */
OTP_MUST_CHECK enum otp_status otp_remember(const struct otp_vault *vault, const char *run_dir,
                                            const struct otp_recurrent *login,
                                            const uint8_t generation[OTP_GENERATION_LEN], const struct otp_moment *now,
                                            int64_t length, struct otp_error *error);

/*
 * Whether a login is remembered now, for no longer than length (ms) after its code, whatever was meant when it was
 * given. *since: when that was, ms since the epoch; -1: it is not remembered. Anything but OTP_OK: that is not known,
 * and *since is -1. Changes nothing.
 */
OTP_MUST_CHECK enum otp_status otp_remembered(struct otp_vault *vault, const char *run_dir,
                                              const struct otp_recurrent *login, const struct otp_moment *now,
                                              int64_t length, int64_t *since, struct otp_error *error);

/*
 * End all remembered logins of a user: his facts get another revision, and his record goes. That it could not be
 * removed is no failure then, for it is void; that his facts could not be written is one, although the record is gone.
 * OTP_E_NOT_FOUND: not enrolled; others as the store.
 */
OTP_MUST_CHECK enum otp_status otp_forget(struct otp_vault *vault, const char *run_dir, const char *user,
                                          struct otp_error *error);

#endif
