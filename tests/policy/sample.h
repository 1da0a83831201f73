/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_POLICY_SAMPLE_H
#define TESTS_POLICY_SAMPLE_H

#include "core/base32.h"
#include "core/step.h"
#include "policy/judge.h"

#include <stdlib.h>
#include <string.h>

/* Tokens with known keys for the tests of the policy. What cannot go wrong in a test ends it. */

#define TIME_KEY "LJYWKRGZO5TV2IQSD434O5RWELYBGXDJ"
#define EVENT_KEY "TIJ42MRBVW6ZOUX4IVC3NETFWQKLB7TN"
#define RFC4226_KEY "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

enum { PERIOD = 30000 /* ms */ };

/* Append a token with this key (base32), ready to be judged: next is 0, and of its clock nothing is known. */
static inline struct otp_token *add_token(struct otp_credential *credential, enum otp_kind kind, const char *key)
{
	struct otp_token *token = &credential->token[credential->n];
	uint8_t bytes[OTP_SECRET_MAX];
	size_t len = sizeof bytes;

	*token = (struct otp_token){.id = {"VSST00000000"},
	                            .kind = kind,
	                            .digest = OTP_SHA1,
	                            .digits = 6,
	                            .period = kind == OTP_TIME ? PERIOD / 1000 : 0,
	                            .status = OTP_TOKEN_ENABLED};
	token->id.text[OTP_TOKEN_ID_LEN - 1] = (char)('0' + credential->n);
	if (otp_base32_decode(key, bytes, &len) != OTP_OK || otp_hmac_new(OTP_SHA1, bytes, len, &token->key) != OTP_OK)
		abort();
	credential->n++;
	return token;
}

/* The same with the number as key, for tests that need many keys. */
static inline struct otp_token *add_numbered_token(struct otp_credential *credential, enum otp_kind kind,
                                                   uint32_t number)
{
	char key[OTP_BASE32_LEN(20) + 1];
	uint8_t bytes[20] = "numbered key";

	for (unsigned i = 0; i < 4; i++)
		bytes[16 + i] = (uint8_t)(number >> (24 - 8 * i));
	otp_base32_encode(bytes, sizeof bytes, key);
	return add_token(credential, kind, key);
}

/* The code that the token shows at a position. */
static inline struct otp_code code_at(const struct otp_token *token, int64_t position)
{
	struct otp_code code = {.digits = token->digits};

	if (otp_hotp_value(token->key, (uint64_t)position, token->digits, &code.value) != OTP_OK)
		abort();
	return code;
}

/* Judge a well-formed code; only the judgement is of interest. */
static inline struct otp_judgement login(struct otp_credential *credential, struct otp_code code, enum otp_reach reach,
                                         int64_t now, const struct otp_limits *limits)
{
	const struct otp_answer answer = {.form = OTP_CODE_WELL_FORMED, .code = code};
	struct otp_judgement judgement;

	if (otp_judge_login(credential, &answer, reach, now, limits, &judgement) != OTP_OK)
		abort();
	return judgement;
}

#endif
