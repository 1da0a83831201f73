/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_FLOW_ADMIN_H
#define OTP_FLOW_ADMIN_H

#include "../credential/seed.h"
#include "../policy/limits.h"
#include "vault.h"

/* What the administrator sees of a token. No key. */
struct otp_token_report {
	struct otp_token_id id;
	enum otp_kind kind;
	enum otp_digest digest;
	uint8_t digits;
	uint16_t period; /* s; 0 for an event token */
	enum otp_token_status status;
	int64_t expires;     /* s since the epoch; 0: never */
	int64_t enrolled_at; /* s since the epoch; 0: in the inventory */
	char label[OTP_TEXT_MAX + 1];
	char issuer[OTP_TEXT_MAX + 1];
	char reason[OTP_TEXT_MAX + 1];   /* why it is disabled */
	char owner[OTP_USER_MAX + 1];    /* in the inventory's list: whose it is, or "" */
	char reserved[OTP_USER_MAX + 1]; /* in the inventory's list: who alone may enrol it, or "" */
	int64_t next;                    /* the lowest position that may still be accepted */
	struct otp_clock clock;          /* time tokens: what is proven; known is false for others */
	int64_t acceptable;              /* how many codes a login would compare now */
};

struct otp_bucket_report {
	uint32_t failures, candidates;
	int64_t wait; /* ms from now; 0: none */
	bool locked;
};

struct otp_user_report {
	char user[OTP_USER_MAX + 1];
	uint32_t uid;
	size_t n;
	struct otp_token_report token[OTP_TOKENS_MAX];
	struct otp_bucket_report bucket[OTP_REACHES]; /* by enum otp_reach */
	size_t recovery_left;                         /* unspent recovery codes */
	int64_t temporary_until;                      /* s: when the temporary code ends; 0: there is none in force */
	uint32_t failures;                            /* since the last success */
	int64_t failed_at;                            /* ms; 0: never */
	int64_t accepted_at;                          /* ms; 0: never */
	char origin[OTP_TEXT_MAX + 1];
};

/* A user's tokens and failures at now (ms). OTP_E_NOT_FOUND: not enrolled. */
OTP_MUST_CHECK enum otp_status otp_user_report(struct otp_vault *vault, const struct otp_limits *limits,
                                               const char *user, int64_t now, struct otp_user_report *report,
                                               struct otp_error *error);

/* A token of the inventory, free, or bound: then as its owner has it. OTP_E_NOT_FOUND. */
OTP_MUST_CHECK enum otp_status otp_token_report(struct otp_vault *vault, const struct otp_token_id *token,
                                                struct otp_token_report *report, struct otp_error *error);

/* Called once per name, in no order; anything but OTP_OK ends the listing and is returned by it. */
typedef enum otp_status otp_name_visitor(void *arg, const char *name);

OTP_MUST_CHECK enum otp_status otp_each_user(struct otp_vault *vault, otp_name_visitor *visit, void *arg,
                                             struct otp_error *error);
OTP_MUST_CHECK enum otp_status otp_each_token(struct otp_vault *vault, otp_name_visitor *visit, void *arg,
                                              struct otp_error *error);

#endif
