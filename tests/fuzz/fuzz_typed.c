/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What people type: codes, recovery codes, token IDs, and password and code in one answer. The first byte says which
 * lengths of code there are (product §6.3); all that follows was typed. What is read and written again reads the same.
 */
#include "feed.h"
#include "module/division.h"
#include "otp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum otp_code_form expect_code(const char *typed)
{
	struct otp_code code = {.digits = UINT8_MAX}, again;
	enum otp_code_form form = otp_code_parse(typed, &code);
	char text[OTP_DIGITS_MAX + 1] = "";

	if (form != OTP_CODE_WELL_FORMED) {
		promised(form == OTP_CODE_EMPTY || form == OTP_CODE_MALFORMED, "a form is one of those there are");
		promised(code.digits == UINT8_MAX && code.value == 0, "no code is set but a well-formed one");
		return form;
	}
	promised(code.digits >= OTP_DIGITS_MIN && code.digits <= OTP_DIGITS_MAX, "a code has 6 to 8 digits");
	promised(snprintf(text, sizeof text, "%0*u", code.digits, (unsigned)code.value) == code.digits,
	         "a code's value has its digits");
	promised(otp_code_parse(text, &again) == OTP_CODE_WELL_FORMED && again.digits == code.digits &&
	             again.value == code.value,
	         "a code reads the same again");
	return form;
}

static bool expect_recovery(const char *typed)
{
	struct otp_spare_code code, again;
	char grouped[OTP_RECOVERY_GROUPED_LEN + 1];

	if (otp_recovery_parse(typed, &code) != OTP_OK)
		return false;
	promised(strspn(code.text, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") == OTP_RECOVERY_LEN &&
	             code.text[OTP_RECOVERY_LEN] == '\0',
	         "a recovery code has ten characters of Crockford's");
	otp_recovery_group(&code, grouped);
	promised(otp_recovery_parse(grouped, &again) == OTP_OK && strcmp(again.text, code.text) == 0,
	         "a recovery code reads the same again");
	return true;
}

static void expect_token_id(const char *typed)
{
	struct otp_token_id id, again;
	char grouped[OTP_TOKEN_ID_GROUPED_LEN + 1];

	if (otp_token_id_parse(typed, &id) != OTP_OK)
		return;
	promised(strspn(id.text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == OTP_TOKEN_ID_LEN &&
	             id.text[OTP_TOKEN_ID_LEN] == '\0',
	         "a token ID has twelve letters and digits");
	otp_token_id_group(&id, grouped);
	promised(strlen(grouped) == OTP_TOKEN_ID_GROUPED_LEN && otp_token_id_parse(grouped, &again) == OTP_OK &&
	             otp_token_id_equal(&id, &again),
	         "a token ID reads the same again");
}

/* Whatever is behind the password is a code, and the password ends between two characters. */
static void expect_division(const char *answer, size_t len, unsigned lengths)
{
	size_t at = division_find(answer, len, lengths);
	struct otp_code code;

	promised(at <= len, "an answer is divided within");
	if (at == len)
		return;
	promised(((uint8_t)answer[at] & 0xc0) != 0x80, "no character is divided");
	if (otp_code_parse(answer + at, &code) == OTP_CODE_WELL_FORMED)
		promised((lengths != 0 ? lengths : 1U << OTP_DIGITS_MIN) >> code.digits & 1,
		         "a code is as long as wanted");
	else
		promised(expect_recovery(answer + at), "what is behind the password is a code");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *typed = calloc(1, size > 0 ? size : 1); /* its very size: the sanitizer sees a step past the NUL */
	enum otp_code_form form;

	if (typed == NULL)
		abort();
	if (size > 0)
		memcpy(typed, data + 1, size - 1);
	form = expect_code(typed);
	promised(!expect_recovery(typed) || form == OTP_CODE_MALFORMED, "no recovery code is a token's");
	expect_token_id(typed);
	expect_division(typed, strlen(typed), size > 0 ? (unsigned)(data[0] & 7) << OTP_DIGITS_MIN : 0);
	free(typed);
	return 0;
}
