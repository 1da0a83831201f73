/* SPDX-License-Identifier: BSD-2-Clause */
#include "seed.h"

#include <openssl/crypto.h>
#include <string.h>

enum { PERIOD_DEFAULT = 30 };

enum otp_status otp_seed_random(enum otp_kind kind, struct otp_seed *seed)
{
	enum otp_status status;

	memset(seed, 0, sizeof *seed);
	seed->kind = kind;
	seed->digest = OTP_SHA1;
	seed->digits = OTP_DIGITS_MIN;
	seed->period = kind == OTP_TIME ? PERIOD_DEFAULT : 0;
	if ((status = otp_token_id_random(kind, &seed->id)) == OTP_OK)
		status = otp_secret_random(&seed->secret, OTP_SECRET_DEFAULT);
	return status;
}

static bool scratches_are_digits(const struct otp_seed *seed)
{
	for (size_t i = 0; i < seed->scratches; i++)
		if (strspn(seed->scratch[i], "0123456789") != OTP_SCRATCH_DIGITS)
			return false;
	return true;
}

/* What the system that a token comes from knew of its owner. */
static enum otp_status check_past(const struct otp_seed *seed, struct otp_error *error)
{
	if (seed->skewed && (seed->skew < -OTP_SKEW_MAX || seed->skew > OTP_SKEW_MAX))
		return otp_fail(error, OTP_E_INVALID, "the token's clock must be right to a week");
	if (seed->scratches > OTP_SCRATCH_MAX)
		return otp_fail(error, OTP_E_INVALID, "there may be %d scratch codes, not %zu", OTP_SCRATCH_MAX,
		                seed->scratches);
	if (!scratches_are_digits(seed))
		return otp_fail(error, OTP_E_INVALID, "a scratch code must have %d digits", OTP_SCRATCH_DIGITS);
	return OTP_OK;
}

enum otp_status otp_seed_check(const struct otp_seed *seed, struct otp_error *error)
{
	if (seed->kind != OTP_TIME && seed->kind != OTP_EVENT)
		return otp_fail(error, OTP_E_INVALID, "the kind must be time or event");
	if (seed->digest != OTP_SHA1 && seed->digest != OTP_SHA256 && seed->digest != OTP_SHA512)
		return otp_fail(error, OTP_E_INVALID, "the digest must be SHA1, SHA256 or SHA512");
	if (seed->digits < OTP_DIGITS_MIN || seed->digits > OTP_DIGITS_MAX)
		return otp_fail(error, OTP_E_INVALID, "digits must be %d to %d, not %u", OTP_DIGITS_MIN, OTP_DIGITS_MAX,
		                seed->digits);
	if (seed->kind == OTP_TIME && (seed->period < OTP_PERIOD_MIN || seed->period > OTP_PERIOD_MAX))
		return otp_fail(error, OTP_E_INVALID, "the period must be %d to %d seconds, not %u", OTP_PERIOD_MIN,
		                OTP_PERIOD_MAX, seed->period);
	if (seed->secret.len < OTP_SECRET_MIN || seed->secret.len > OTP_SECRET_MAX)
		return otp_fail(error, OTP_E_INVALID, "the key must have %d to %d bytes, not %zu", OTP_SECRET_MIN,
		                OTP_SECRET_MAX, seed->secret.len);
	if (seed->counter < 0 || seed->counter > OTP_COUNTER_MAX)
		return otp_fail(error, OTP_E_INVALID, "the counter must be 0 to %lld", (long long)OTP_COUNTER_MAX);
	return check_past(seed, error);
}

void otp_seed_wipe(struct otp_seed *seed)
{
	OPENSSL_cleanse(seed, sizeof *seed);
}
