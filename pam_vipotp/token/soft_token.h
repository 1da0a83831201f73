/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_SOFT_TOKEN_H
#define VIPOTP_SOFT_TOKEN_H

#include "otp.h"

#include <sys/types.h>

/*
 * A token of our own, and the bytes of its file: a line per value, "NAME VALUE", in a fixed order. A token that is as
 * VIP's are (time, SHA-1, 6 digits, 30 s) gives a .vipaccess file, "version 1", with lines that its other readers pass
 * over; these would compute wrong codes for any other token, whose files have a version that they refuse.
 *
 *   version 1                    version vipotp1
 *   drift +00000                 counter 0000000000042
 *   secret BASE32                secret BASE32
 *   id VSST12345678              id LVOE12345678
 *   expiry 2030-01-01T00:00:00Z  kind event
 *   label TEXT                   digits 8
 *   issuer TEXT                  digest SHA256
 *
 * The second line is all that ever changes. It has a fixed length and stands in the first sector, so that it can be
 * overwritten where it is: no space is needed, and a sector is written whole or not at all.
 */

enum {
	SOFT_TOKEN_TEXT_MAX = 512,    /* bytes of a file */
	SOFT_TOKEN_STATE_MAX = 13,    /* bytes of the value in the second line */
	SOFT_TOKEN_DRIFT_MAX = 86400, /* s, either way */
	SOFT_TOKEN_CODE_LEN = 8,      /* digits at most */
};

struct soft_token {
	struct otp_seed seed; /* counter: of the next code of an event token */
	int drift;            /* s: what a time token adds to this host's clock */
};

/* Whether it is as VIP's are, so that a .vipaccess file says all of it. */
bool soft_token_is_vip(const struct otp_seed *seed);

/* The bytes of its file, *len without a NUL; the caller wipes them. OTP_E_LIMIT if they do not fit. */
OTP_MUST_CHECK enum otp_status soft_token_print(const struct soft_token *token, char text[SOFT_TOKEN_TEXT_MAX],
                                                size_t *len);

/*
 * Read them: exactly what soft_token_print writes, and nothing else. The caller wipes *token in either case.
 * OTP_E_CORRUPT with where and the line in *error, never the key.
 */
OTP_MUST_CHECK enum otp_status soft_token_parse(const char *text, size_t len, const char *where,
                                                struct soft_token *token, struct otp_error *error);

/* The value in the second line, and where in the file it stands. */
void soft_token_state(const struct soft_token *token, char state[SOFT_TOKEN_STATE_MAX + 1], off_t *at);

/* The position of a time token at a moment of this host's clock, ms; how long it lasts on, ms. */
int64_t soft_token_step(const struct soft_token *token, int64_t now);
int64_t soft_token_left(const struct soft_token *token, int64_t now);

enum { SOFT_TOKEN_LEFT_MAX = 64 };

/* "about 12 seconds": how long a code is still shown; ms, rounded up. */
void soft_token_left_text(int64_t ms, char text[SOFT_TOKEN_LEFT_MAX]);

/* The code at a position, with its leading zeros. The caller wipes it. OTP_E_NOMEM, OTP_E_CRYPTO. */
OTP_MUST_CHECK enum otp_status soft_token_code(const struct otp_seed *seed, int64_t position,
                                               char code[SOFT_TOKEN_CODE_LEN + 1]);

void soft_token_wipe(struct soft_token *token);

#endif
