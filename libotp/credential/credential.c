/* SPDX-License-Identifier: BSD-2-Clause */
#include "credential.h"

#include <openssl/crypto.h>
#include <string.h>

enum { ASSOCIATED_MAX = OTP_USER_MAX + 1 + OTP_TOKEN_ID_LEN + 5 };

/* What a sealed key is tied to (product §4.3): holder, token ID, kind, digest, digits, period. */
static size_t associated_data(const struct otp_credential *credential, const struct otp_token *token,
                              uint8_t data[ASSOCIATED_MAX])
{
	size_t len = strlen(credential->holder) + 1; /* its NUL ends it */

	memcpy(data, credential->holder, len);
	memcpy(data + len, token->id.text, OTP_TOKEN_ID_LEN);
	len += OTP_TOKEN_ID_LEN;
	data[len++] = (uint8_t)token->kind;
	data[len++] = (uint8_t)token->digest;
	data[len++] = token->digits;
	data[len++] = (uint8_t)(token->period >> 8);
	data[len++] = (uint8_t)token->period;
	return len;
}

enum otp_status otp_credential_unseal(const struct otp_sealer *sealer, const struct otp_credential *credential,
                                      size_t i, struct otp_secret *secret)
{
	uint8_t data[ASSOCIATED_MAX];
	size_t len = associated_data(credential, &credential->token[i], data);

	memset(secret, 0, sizeof *secret);
	if (memcmp(credential->key_id, otp_sealer_key_id(sealer), OTP_KEY_ID_LEN) != 0)
		return OTP_E_KEY_WRONG;
	return otp_unseal(sealer, data, len, &credential->token[i].sealed, secret);
}

enum otp_status otp_credential_seal(const struct otp_sealer *sealer, struct otp_credential *credential, size_t i,
                                    const struct otp_secret *secret)
{
	uint8_t data[ASSOCIATED_MAX];
	size_t len = associated_data(credential, &credential->token[i], data);

	memcpy(credential->key_id, otp_sealer_key_id(sealer), OTP_KEY_ID_LEN);
	return otp_seal(sealer, data, len, secret, &credential->token[i].sealed);
}

enum otp_status otp_credential_open(const struct otp_sealer *sealer, struct otp_credential *credential)
{
	for (size_t i = 0; i < credential->n; i++) {
		struct otp_token *token = &credential->token[i];
		struct otp_secret secret;
		enum otp_status status;

		if (token->sealed.len == 0 || token->status == OTP_TOKEN_DISABLED ||
		    token->status == OTP_TOKEN_LOCKED || token->key != NULL)
			continue;
		if ((status = otp_credential_unseal(sealer, credential, i, &secret)) == OTP_OK)
			status = otp_hmac_new(token->digest, secret.bytes, secret.len, &token->key);
		otp_secret_wipe(&secret);
		if (status != OTP_OK)
			return status;
	}
	return OTP_OK;
}

bool otp_credential_usable(const struct otp_credential *credential, size_t i)
{
	return credential->token[i].status == OTP_TOKEN_ENABLED && credential->token[i].key != NULL;
}

size_t otp_credential_find(const struct otp_credential *credential, const struct otp_token_id *id)
{
	size_t i = 0;

	while (i < credential->n && !otp_token_id_equal(&credential->token[i].id, id))
		i++;
	return i;
}

size_t otp_credential_recovery_left(const struct otp_credential *credential)
{
	size_t left = 0;

	for (size_t i = 0; i < credential->recovery.n; i++)
		left += (credential->state.recovery_spent >> i & 1) == 0;
	return left;
}

void otp_credential_drop(struct otp_credential *credential, size_t i)
{
	size_t after = --credential->n - i;

	otp_hmac_free(&credential->token[i].key);
	memmove(&credential->token[i], &credential->token[i + 1], after * sizeof credential->token[0]);
	memmove(&credential->state.token[i], &credential->state.token[i + 1],
	        after * sizeof credential->state.token[0]);
	memset(&credential->token[credential->n], 0, sizeof credential->token[0]);
	memset(&credential->state.token[credential->n], 0, sizeof credential->state.token[0]);
}

void otp_credential_wipe(struct otp_credential *credential)
{
	for (size_t i = 0; i < OTP_TOKENS_MAX; i++)
		otp_hmac_free(&credential->token[i].key);
	OPENSSL_cleanse(credential, sizeof *credential);
}
