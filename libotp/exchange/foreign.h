/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_EXCHANGE_FOREIGN_H
#define OTP_EXCHANGE_FOREIGN_H

#include "../credential/seed.h"

/*
 * Files of other systems (product §7.6). Untrusted input: every reader is bounded, refuses what it does not understand
 * with file and line, and never echoes a key.
 */

enum { OTP_FOREIGN_MAX = 512 * 1024 * 1024 }; /* bytes of a file */

/* A file in memory. Borrows everything. */
struct otp_foreign {
	const char *where;  /* names the file in messages */
	const char *text;   /* len bytes and a NUL */
	size_t len;         /* without the NUL */
	const uint8_t *key; /* PSKC's pre-shared key, or NULL */
	size_t key_len;
	const char *passphrase; /* PSKC's, or NULL */
};

/*
 * Called once per token, in the file's order. line: where it begins, from 1. seed->id.text is "" where the format has
 * none. The reader wipes *seed after the call. Anything but OTP_OK ends the reading and is returned by it.
 */
typedef enum otp_status otp_seed_visitor(void *arg, const struct otp_seed *seed, unsigned long line,
                                         struct otp_error *error);

/*
 * A reader. Every seed it gives passed otp_seed_check. OTP_E_INVALID: "FILE:LINE: what, and how to mend it"; a file
 * without a token is OTP_E_INVALID too. OTP_E_KEY_MISSING: encrypted, and neither key nor passphrase was given;
 * OTP_E_KEY_WRONG: they do not fit. OTP_E_NOMEM, OTP_E_CRYPTO. A reader may have given tokens before it fails: the
 * caller reads a file through once before it stores any.
 */
typedef enum otp_status otp_foreign_reader(const struct otp_foreign *file, otp_seed_visitor *visit, void *arg,
                                           struct otp_error *error);

/*
 * Fill *error with "FILE:LINE: " and the formatted line, which says what is wrong and how to mend it. Returns
 * OTP_E_INVALID.
 */
__attribute__((format(printf, 4, 5))) enum otp_status
otp_foreign_fail(const struct otp_foreign *file, unsigned long line, struct otp_error *error, const char *format, ...);

/* The same for what is not the file's fault: "FILE: out of memory" and the like. Returns status. */
enum otp_status otp_foreign_unable(const struct otp_foreign *file, struct otp_error *error, enum otp_status status);

#endif
