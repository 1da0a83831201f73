/* SPDX-License-Identifier: BSD-2-Clause */
#include "spare.h"

#include <openssl/crypto.h>

bool otp_spare_temporary(const struct otp_credential *credential, int64_t now)
{
	const struct otp_recovery *recovery = &credential->recovery;

	return recovery->expires != 0 && now / 1000 < recovery->expires && !credential->state.temporary_spent;
}

static bool is_stopped(const struct otp_credential *credential)
{
	for (size_t i = 0; i < credential->n; i++)
		if (credential->token[i].status == OTP_TOKEN_LOCKED)
			return true;
	return false;
}

bool otp_spare_any(const struct otp_credential *credential, int64_t now)
{
	return !is_stopped(credential) &&
	       (otp_spare_temporary(credential, now) || otp_credential_recovery_left(credential) > 0);
}

struct otp_spare otp_spare_find(const struct otp_credential *credential, const uint8_t tag[OTP_TAG_LEN], int64_t now)
{
	const struct otp_recovery *recovery = &credential->recovery;
	struct otp_spare found = {OTP_SPARE_NONE, 0};
	bool same;

	if (!otp_spare_any(credential, now))
		return found;
	for (size_t i = 0; i < recovery->n; i++) {
		same = CRYPTO_memcmp(tag, recovery->tag[i], OTP_TAG_LEN) == 0;
		if (same && (credential->state.recovery_spent >> i & 1) == 0)
			found = (struct otp_spare){OTP_SPARE_RECOVERY, i};
	}
	same = CRYPTO_memcmp(tag, recovery->temporary, OTP_TAG_LEN) == 0;
	if (same && otp_spare_temporary(credential, now))
		found = (struct otp_spare){OTP_SPARE_TEMPORARY, 0};
	return found;
}

void otp_spare_use(struct otp_credential *credential, struct otp_spare spare)
{
	struct otp_state *state = &credential->state;

	if (spare.kind == OTP_SPARE_RECOVERY)
		state->recovery_spent = (uint16_t)(state->recovery_spent | 1U << spare.index);
	else if (spare.kind == OTP_SPARE_TEMPORARY && credential->recovery.once)
		state->temporary_spent = true;
}

void otp_spare_retire(struct otp_credential *credential)
{
	if (credential->recovery.expires != 0)
		credential->state.temporary_spent = true;
}
