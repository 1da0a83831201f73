/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_CREDENTIAL_CREDENTIAL_H
#define OTP_CREDENTIAL_CREDENTIAL_H

#include "../core/hmac.h"
#include "../core/hotp.h"
#include "recovery.h"
#include "seal.h"
#include "token_id.h"

#include <stdbool.h>

/*
 * A credential is what we store of a holder's tokens, in two parts (product §4.2): facts, which only an
 * administrator or an enrolment changes, and state, which every login changes. The holder is a user, or the
 * inventory, which holds one token per record and keeps its owner's name once it is bound.
 */

enum {
	OTP_TOKENS_MAX = 8,   /* per user */
	OTP_USER_MAX = 255,   /* bytes of a user name */
	OTP_TEXT_MAX = 63,    /* bytes of a label, issuer, reason or origin, UTF-8 */
	OTP_PERIOD_MIN = 15,  /* seconds */
	OTP_PERIOD_MAX = 300, /* seconds */
};

enum otp_token_status {
	OTP_TOKEN_NEW = 1,      /* in the inventory */
	OTP_TOKEN_ENABLED = 2,  /* bound; its codes are accepted */
	OTP_TOKEN_DISABLED = 3, /* its codes are refused, and nobody can enrol it; the reason says why */
	OTP_TOKEN_LOCKED = 4, /* bound; stopped by an administrator: its codes are refused, and its user's spare ones */
};

/* Facts of a token. key is NULL until otp_credential_open; owned by the credential. */
struct otp_token {
	struct otp_token_id id;
	enum otp_kind kind;
	enum otp_digest digest;
	uint8_t digits;  /* 6 to 8 */
	uint16_t period; /* seconds; 0 for an event token */
	enum otp_token_status status;
	int64_t expires;     /* seconds since the epoch; 0: never. Advisory */
	int64_t enrolled_at; /* seconds since the epoch; 0 while in the inventory */
	char label[OTP_TEXT_MAX + 1];
	char issuer[OTP_TEXT_MAX + 1];
	char reason[OTP_TEXT_MAX + 1];
	struct otp_sealed sealed;
	struct otp_hmac *key;
};

/*
 * What is proven of a token's clock (product §5.2), in milliseconds: the offset (token time - our time) lay in
 * [lo, hi] at `at`, and in [anchor_lo, anchor_hi] at anchor_at. known is false until a code proved anything.
 */
struct otp_clock {
	bool known;
	int64_t lo, hi, at;
	int64_t anchor_lo, anchor_hi, anchor_at;
};

/* next: the lowest position that may still be accepted. It never goes down but by otp_judge_pair's rewind. */
struct otp_token_state {
	int64_t next;
	struct otp_clock clock;
};

enum otp_reach { OTP_LOCAL = 0, OTP_REMOTE = 1, OTP_REACHES = 2 };

/* One throttle bucket (product §5.6). Times in ms since the epoch, 0: never. */
struct otp_bucket {
	uint32_t failures;
	uint32_t candidates;
	int64_t failed_at;
	int64_t locked_at;
};

struct otp_state {
	struct otp_token_state token[OTP_TOKENS_MAX];
	struct otp_bucket bucket[OTP_REACHES];
	uint32_t failures;             /* since the last success, in both buckets */
	int64_t failed_at;             /* ms */
	int64_t accepted_at;           /* ms */
	char origin[OTP_TEXT_MAX + 1]; /* of the last failure */
	uint16_t recovery_spent;       /* bit i: recovery code i is spent */
	bool temporary_spent;
};

struct otp_credential {
	char holder[OTP_USER_MAX + 1];   /* the user; "" in the inventory */
	char owner[OTP_USER_MAX + 1];    /* inventory only: the user the token is bound to, or "" */
	char reserved[OTP_USER_MAX + 1]; /* inventory only: the user who alone may enrol it, or "" */
	uint32_t uid;                    /* the user's at enrolment; 0 in the inventory */
	uint8_t key_id[OTP_KEY_ID_LEN];
	size_t n; /* tokens */
	struct otp_token token[OTP_TOKENS_MAX];
	struct otp_recovery recovery; /* in the inventory: what the token brings to its user */
	struct otp_state state;
};

/* The token's key, for moving it to another holder. OTP_E_KEY_WRONG, OTP_E_CORRUPT. The caller wipes *secret. */
OTP_MUST_CHECK enum otp_status otp_credential_unseal(const struct otp_sealer *sealer,
                                                     const struct otp_credential *credential, size_t i,
                                                     struct otp_secret *secret);

/* Seal a key as token i of the credential, whose holder and other facts must be set; also sets key_id. */
OTP_MUST_CHECK enum otp_status otp_credential_seal(const struct otp_sealer *sealer, struct otp_credential *credential,
                                                   size_t i, const struct otp_secret *secret);

/*
 * Prepare the key of every token that has one and is neither disabled nor locked, so that codes can be computed.
 * OTP_E_KEY_WRONG, OTP_E_CORRUPT, OTP_E_NOMEM, OTP_E_CRYPTO; what was prepared stays owned by the credential.
 */
OTP_MUST_CHECK enum otp_status otp_credential_open(const struct otp_sealer *sealer, struct otp_credential *credential);

/* Whether codes of token i are accepted at all: it is enabled, and its key prepared. */
bool otp_credential_usable(const struct otp_credential *credential, size_t i);

/* The index of a token, or credential->n. */
size_t otp_credential_find(const struct otp_credential *credential, const struct otp_token_id *id);

/* Unspent recovery codes. */
size_t otp_credential_recovery_left(const struct otp_credential *credential);

/* Take token i out, closing the gap. */
void otp_credential_drop(struct otp_credential *credential, size_t i);

/* Free the prepared keys and overwrite everything. */
void otp_credential_wipe(struct otp_credential *credential);

#endif
