/* SPDX-License-Identifier: BSD-2-Clause */
#include "recovery.h"

#include "../core/code.h"
#include "../core/typed.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

enum { TEMPORARY_CODES = 100000000, HALF = OTP_RECOVERY_LEN / 2 };

/* What looks like a digit was meant as one; U alone stands for nothing. */
static char crockford(char c)
{
	if (c == 'O')
		return '0';
	if (c == 'I' || c == 'L')
		return '1';
	return strchr(alphabet, c) != NULL ? c : '\0';
}

enum otp_status otp_recovery_parse(const char *typed, struct otp_spare_code *code)
{
	size_t len = 0;
	char c;

	memset(code, 0, sizeof *code);
	if (strnlen(typed, OTP_CODE_TYPED_MAX + 1) > OTP_CODE_TYPED_MAX)
		return OTP_E_INVALID;
	while ((c = otp_typed_next(&typed)) != '\0') {
		if (c == ' ' || c == '-')
			continue;
		if (len == OTP_RECOVERY_LEN || (c = crockford(c)) == '\0')
			break;
		code->text[len++] = c;
	}
	if (c == '\0' && len == OTP_RECOVERY_LEN)
		return OTP_OK;
	OPENSSL_cleanse(code, sizeof *code);
	return OTP_E_INVALID;
}

bool otp_recovery_has_form(const char *typed)
{
	struct otp_spare_code code;
	bool has = otp_recovery_parse(typed, &code) == OTP_OK;

	OPENSSL_cleanse(&code, sizeof code);
	return has;
}

void otp_recovery_group(const struct otp_spare_code *code, char grouped[OTP_RECOVERY_GROUPED_LEN + 1])
{
	(void)snprintf(grouped, OTP_RECOVERY_GROUPED_LEN + 1, "%.*s-%s", HALF, code->text, code->text + HALF);
}

enum otp_status otp_recovery_random(struct otp_spare_code *code)
{
	uint8_t random[OTP_RECOVERY_LEN];

	memset(code, 0, sizeof *code);
	if (RAND_priv_bytes(random, sizeof random) != 1)
		return OTP_E_CRYPTO;
	for (size_t i = 0; i < sizeof random; i++)
		code->text[i] = alphabet[random[i] % 32];
	OPENSSL_cleanse(random, sizeof random);
	return OTP_OK;
}

void otp_spare_digits(uint32_t value, struct otp_spare_code *code)
{
	memset(code, 0, sizeof *code);
	(void)snprintf(code->text, sizeof code->text, "%0*u", OTP_TEMPORARY_LEN, (unsigned)(value % TEMPORARY_CODES));
}

enum otp_status otp_temporary_random(struct otp_spare_code *code)
{
	uint64_t random; /* 64 bits: the bias of the remainder is below 2^-37 */

	if (RAND_priv_bytes((unsigned char *)&random, sizeof random) != 1)
		return OTP_E_CRYPTO;
	otp_spare_digits((uint32_t)(random % TEMPORARY_CODES), code);
	OPENSSL_cleanse(&random, sizeof random);
	return OTP_OK;
}

enum otp_status otp_recovery_salt(struct otp_recovery *recovery)
{
	static const uint8_t none[OTP_SALT_LEN];

	if (memcmp(recovery->salt, none, sizeof none) != 0)
		return OTP_OK;
	return RAND_bytes(recovery->salt, sizeof recovery->salt) == 1 ? OTP_OK : OTP_E_CRYPTO;
}

enum otp_status otp_recovery_tag(const struct otp_sealer *sealer, const struct otp_recovery *recovery,
                                 const struct otp_spare_code *code, uint8_t tag[OTP_TAG_LEN])
{
	uint8_t data[OTP_SALT_LEN + OTP_RECOVERY_LEN];
	size_t len = strlen(code->text);
	enum otp_status status;

	memcpy(data, recovery->salt, OTP_SALT_LEN);
	memcpy(data + OTP_SALT_LEN, code->text, len);
	status = otp_sealer_tag(sealer, data, OTP_SALT_LEN + len, tag);
	OPENSSL_cleanse(data, sizeof data);
	return status;
}
