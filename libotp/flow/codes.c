/* SPDX-License-Identifier: BSD-2-Clause */
#include "codes.h"

#include "../policy/spare.h"
#include "held.h"

#include <openssl/crypto.h>
#include <string.h>

struct gift {
	const struct otp_vault *vault;
	struct otp_spare_code *codes;
	int64_t expires; /* s */
	bool once;
};

static enum otp_status renew_step(void *arg, struct otp_credential *credential, bool *write, struct otp_error *error)
{
	struct gift *gift = arg;
	struct otp_recovery *recovery = &credential->recovery;
	enum otp_status status = otp_recovery_salt(recovery);

	for (size_t i = 0; i < OTP_RECOVERY_MAX && status == OTP_OK; i++)
		if ((status = otp_recovery_random(&gift->codes[i])) == OTP_OK)
			status = otp_recovery_tag(gift->vault->sealer, recovery, &gift->codes[i], recovery->tag[i]);
	recovery->n = OTP_RECOVERY_MAX;
	credential->state.recovery_spent = 0;
	*write = true;
	return status == OTP_OK ? OTP_OK : otp_fail(error, status, "no recovery codes can be made");
}

enum otp_status otp_codes_renew(struct otp_vault *vault, const char *user,
                                struct otp_spare_code codes[OTP_RECOVERY_MAX], struct otp_error *error)
{
	struct gift gift = {.vault = vault, .codes = codes};
	enum otp_status status = otp_held_amend(vault, user, renew_step, &gift, error);

	if (status != OTP_OK)
		OPENSSL_cleanse(codes, OTP_RECOVERY_MAX * sizeof codes[0]);
	return status;
}

static enum otp_status lend_step(void *arg, struct otp_credential *credential, bool *write, struct otp_error *error)
{
	struct gift *gift = arg;
	struct otp_recovery *recovery = &credential->recovery;
	enum otp_status status;

	for (size_t i = 0; i < credential->n; i++)
		if (credential->token[i].status == OTP_TOKEN_LOCKED)
			return otp_fail(error, OTP_E_STATE, "token %s of %s is locked; unlock or disable it first",
			                credential->token[i].id.text, credential->holder);
	if ((status = otp_recovery_salt(recovery)) == OTP_OK && (status = otp_temporary_random(gift->codes)) == OTP_OK)
		status = otp_recovery_tag(gift->vault->sealer, recovery, gift->codes, recovery->temporary);
	recovery->expires = gift->expires;
	recovery->once = gift->once;
	credential->state.temporary_spent = false;
	*write = true;
	return status == OTP_OK ? OTP_OK : otp_fail(error, status, "no temporary code can be made");
}

enum otp_status otp_codes_lend(struct otp_vault *vault, const char *user, int64_t expires, bool once,
                               struct otp_spare_code *code, struct otp_error *error)
{
	struct gift gift = {vault, code, expires, once};
	enum otp_status status;

	memset(code, 0, sizeof *code);
	if (expires <= 0 || expires > OTP_TEMPORARY_LAST)
		return otp_fail(error, OTP_E_INVALID, "a temporary code must end before the year 2527");
	if ((status = otp_held_amend(vault, user, lend_step, &gift, error)) != OTP_OK)
		OPENSSL_cleanse(code, sizeof *code);
	return status;
}

static enum otp_status end_step(void *arg, struct otp_credential *credential, bool *write, struct otp_error *error)
{
	if (!otp_spare_temporary(credential, *(const int64_t *)arg))
		return otp_fail(error, OTP_E_STATE, "%s has no temporary code in force", credential->holder);
	otp_spare_retire(credential);
	*write = true;
	return OTP_OK;
}

enum otp_status otp_codes_end(struct otp_vault *vault, const char *user, int64_t now, struct otp_error *error)
{
	return otp_held_update(vault, user, end_step, &now, NULL, error);
}
