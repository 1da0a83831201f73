/* SPDX-License-Identifier: BSD-2-Clause */
#include "spare.h"

#include "../core/code.h"

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

/* All ones if the tags are equal, else 0. */
static uint32_t tag_mask(const uint8_t a[OTP_TAG_LEN], const uint8_t b[OTP_TAG_LEN])
{
	return otp_code_mask((uint32_t)CRYPTO_memcmp(a, b, OTP_TAG_LEN), 0);
}

/* Take a code over if the mask says that it is the one; no branch on the mask. */
static void note(struct otp_spare *found, uint32_t mask, enum otp_spare_kind kind, size_t index)
{
	size_t take = (size_t)0 - (mask & 1);

	found->kind = (enum otp_spare_kind)(((uint32_t)found->kind & ~mask) | ((uint32_t)kind & mask));
	found->index = (found->index & ~take) | (index & take);
}

struct otp_spare otp_spare_find(const struct otp_credential *credential, const uint8_t tag[OTP_TAG_LEN], int64_t now)
{
	const struct otp_recovery *recovery = &credential->recovery;
	struct otp_spare found = {OTP_SPARE_NONE, 0};
	uint32_t unspent = ~(uint32_t)credential->state.recovery_spent;

	if (!otp_spare_any(credential, now))
		return found;
	/* Those that are spent or over take their time as well. */
	for (size_t i = 0; i < recovery->n; i++)
		note(&found, tag_mask(tag, recovery->tag[i]) & (0 - (unspent >> i & 1)), OTP_SPARE_RECOVERY, i);
	note(&found, tag_mask(tag, recovery->temporary) & (0 - (uint32_t)otp_spare_temporary(credential, now)),
	     OTP_SPARE_TEMPORARY, 0);
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
