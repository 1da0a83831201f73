/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_POLICY_SPARE_H
#define OTP_POLICY_SPARE_H

#include "../credential/credential.h"

/* Codes that need no token (product §5.7): which of them an answer is, and what its use leaves. */

enum otp_spare_kind {
	OTP_SPARE_NONE = 0,
	OTP_SPARE_RECOVERY,
	OTP_SPARE_TEMPORARY,
};

struct otp_spare {
	enum otp_spare_kind kind;
	size_t index; /* of the recovery code */
};

/* Whether a temporary code is in force at now (ms). */
bool otp_spare_temporary(const struct otp_credential *credential, int64_t now);

/* Whether the credential has any code at now (ms) that an answer could be. A locked token withholds all of them. */
bool otp_spare_any(const struct otp_credential *credential, int64_t now);

/* Compare a tag with every code, in time that does not depend on which one it is. */
struct otp_spare otp_spare_find(const struct otp_credential *credential, const uint8_t tag[OTP_TAG_LEN], int64_t now);

/* A code was accepted. */
void otp_spare_use(struct otp_credential *credential, struct otp_spare spare);

/* A token's code was accepted: the temporary code has done its duty. */
void otp_spare_retire(struct otp_credential *credential);

#endif
