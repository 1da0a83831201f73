/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_CREDENTIAL_RECOVERY_H
#define OTP_CREDENTIAL_RECOVERY_H

#include "seal.h"

#include <stdbool.h>

/*
 * Codes that need no token (product §5.7): recovery codes of ten Crockford base32 characters (50 bits), temporary codes
 * of eight digits, and eight-digit scratch codes of other systems. Only tags of them are kept: HMAC-SHA-256 under a
 * subkey over the record's salt and the code, cut to OTP_TAG_LEN bytes.
 */

enum {
	OTP_RECOVERY_MAX = 10,
	OTP_RECOVERY_LEN = 10,         /* characters, canonical */
	OTP_RECOVERY_GROUPED_LEN = 11, /* "XXXXX-XXXXX" */
	OTP_TEMPORARY_LEN = 8,         /* digits */
	OTP_SALT_LEN = 16,
	OTP_TEMPORARY_DAYS_MAX = 30,
};

/* The latest end of a temporary code that a record can hold, s since the epoch: in the year 2527. */
#define OTP_TEMPORARY_LAST (INT64_C(17592186044))

/* A code in canonical form, NUL-terminated: a recovery code's ten characters or eight digits. The holder wipes it. */
struct otp_spare_code {
	char text[OTP_RECOVERY_LEN + 1];
};

/* Facts. once: gone after one use. expires 0: there is no temporary code. */
struct otp_recovery {
	uint8_t salt[OTP_SALT_LEN]; /* all zero until there is a tag */
	size_t n;
	uint8_t tag[OTP_RECOVERY_MAX][OTP_TAG_LEN];
	int64_t expires; /* of the temporary code, s since the epoch */
	bool once;
	uint8_t temporary[OTP_TAG_LEN];
};

/*
 * Read a recovery code as typed: either case, blanks and hyphens anywhere, full-width characters, O for 0, I and L for
 * 1. OTP_E_INVALID, also for what is longer than OTP_CODE_TYPED_MAX.
 */
OTP_MUST_CHECK enum otp_status otp_recovery_parse(const char *typed, struct otp_spare_code *code);

/* Whether what was typed has that form. */
bool otp_recovery_has_form(const char *typed);

/* The form for people, "XXXXX-XXXXX". */
void otp_recovery_group(const struct otp_spare_code *code, char grouped[OTP_RECOVERY_GROUPED_LEN + 1]);

/* A random recovery code; a random temporary one. OTP_E_CRYPTO. */
OTP_MUST_CHECK enum otp_status otp_recovery_random(struct otp_spare_code *code);
OTP_MUST_CHECK enum otp_status otp_temporary_random(struct otp_spare_code *code);

/* Eight digits as a spare code; value < 10^8. */
void otp_spare_digits(uint32_t value, struct otp_spare_code *code);

/* Draw the record's salt if it has none. OTP_E_CRYPTO. */
OTP_MUST_CHECK enum otp_status otp_recovery_salt(struct otp_recovery *recovery);

/* The tag of a code in this record. OTP_E_CRYPTO, OTP_E_NOMEM. */
OTP_MUST_CHECK enum otp_status otp_recovery_tag(const struct otp_sealer *sealer, const struct otp_recovery *recovery,
                                                const struct otp_spare_code *code, uint8_t tag[OTP_TAG_LEN]);

#endif
