/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_ERROR_H
#define OTP_ERROR_H

/* On every function whose status must be looked at: to ignore it does not compile. */
#define OTP_MUST_CHECK __attribute__((warn_unused_result))

/*
 * The one error type of the house.
 *
 * Every function that can fail returns an otp_status. Those that know where it failed also fill a
 * struct otp_error: status, the errno of the failing call (0 if there was none) and one line for the
 * log or the terminal that names the file, record or field. It never holds a key, code or password.
 */

enum otp_status {
	OTP_OK = 0,
	OTP_E_NOMEM,       /* out of memory */
	OTP_E_CRYPTO,      /* libcrypto refused; nothing was decided */
	OTP_E_INVALID,     /* the caller's input is not understood */
	OTP_E_LIMIT,       /* well-formed, but more than fits (tokens, name length, candidates) */
	OTP_E_NOT_FOUND,   /* no record under this name */
	OTP_E_EXISTS,      /* a record is there already */
	OTP_E_BOUND,       /* the token is bound to a user */
	OTP_E_RESERVED,    /* the token is reserved for another user */
	OTP_E_STATE,       /* the token is disabled or locked, or in another state that does not allow it */
	OTP_E_CHANGED,     /* the record is no longer the one that was read */
	OTP_E_FOREIGN,     /* the record belongs to another uid */
	OTP_E_IO,          /* a system call failed: see errnum */
	OTP_E_BUSY,        /* the lock was not to be had in time */
	OTP_E_UNSAFE,      /* owner, mode, type or links of a file or directory are not safe */
	OTP_E_CORRUPT,     /* the bytes do not parse, or do not authenticate */
	OTP_E_KEY_MISSING, /* there is no sealing key although records exist, or none at all */
	OTP_E_KEY_WRONG,   /* the record was sealed under another key */
};

enum { OTP_ERROR_WHAT_MAX = 320 };

struct otp_error {
	enum otp_status status;
	int errnum;
	char what[OTP_ERROR_WHAT_MAX];
};

/*
 * Fill *error (may be NULL) with status, the current errno where status is OTP_E_IO, and the formatted
 * line, cut to fit. Returns status, so that a failing function ends in `return otp_fail(...)`.
 */
__attribute__((format(printf, 3, 4))) enum otp_status otp_fail(struct otp_error *error, enum otp_status status,
                                                               const char *format, ...);

/* The sentence that goes with a status. Never NULL. */
const char *otp_status_text(enum otp_status status);

#endif
