/* SPDX-License-Identifier: BSD-2-Clause */
#include "record.h"

#include "big_endian.h"

#include <string.h>

enum {
	VERSION = 2,
	VERSION_BEFORE = 1, /* had no codes that need no token, and reserved nothing */
	NAME_LEN = OTP_USER_MAX + 1,
	TEXT_LEN = OTP_TEXT_MAX + 1,
	HOLDER_AT = 16,
	OWNER_AT = HOLDER_AT + NAME_LEN,
	TOKEN_FACTS_BEFORE_AT = OWNER_AT + NAME_LEN,
	RESERVED_AT = TOKEN_FACTS_BEFORE_AT,
	RECOVERY_AT = RESERVED_AT + NAME_LEN,
	TAGS_AT = RECOVERY_AT + 48,
	TOKEN_FACTS_AT = TAGS_AT + OTP_RECOVERY_MAX * OTP_TAG_LEN,
	TOKEN_FACTS_LEN = 320,
	BUCKET_AT = 8,
	BUCKET_LEN = 24,
	ORIGIN_AT = 80,
	TOKEN_STATE_AT = ORIGIN_AT + TEXT_LEN,
	TOKEN_STATE_LEN = 64,
};

/* No proven offset is further away than this, ms: two weeks, beyond the widest reset and thirty years of drift. */
static const int64_t OFFSET_MAX = 1209600000;

/* Nor is any time later, ms since the epoch: the year 2527. What the window computes with both stays within 64 bits. */
static const int64_t TIME_MAX = INT64_C(1) << 44;

static int64_t get_signed(const uint8_t *at)
{
	return (int64_t)big_endian_get(at, 8);
}

static void put_signed(uint8_t *at, int64_t value)
{
	big_endian_put(at, (uint64_t)value, 8);
}

static void put_text(uint8_t *at, const char *text)
{
	memcpy(at, text, strlen(text));
}

/* A text ends within its field and nothing but zero bytes follows. */
static bool get_text(const uint8_t *at, char *text, size_t len)
{
	size_t end = strnlen((const char *)at, len);

	if (end == len)
		return false;
	memset(text, 0, len);
	memcpy(text, at, end);
	return memcmp(text, at, len) == 0;
}

static bool is_zero(const uint8_t *at, size_t len)
{
	while (len > 0 && at[len - 1] == 0)
		len--;
	return len == 0;
}

static void put_token_facts(uint8_t *at, const struct otp_token *token)
{
	memcpy(at, token->id.text, OTP_TOKEN_ID_LEN);
	at[12] = (uint8_t)token->kind;
	at[13] = (uint8_t)token->digest;
	at[14] = token->digits;
	at[15] = (uint8_t)token->status;
	big_endian_put(at + 16, token->period, 2);
	at[18] = token->sealed.len;
	memcpy(at + 20, token->sealed.nonce, OTP_NONCE_LEN);
	memcpy(at + 32, token->sealed.tag, OTP_TAG_LEN);
	memcpy(at + 48, token->sealed.bytes, OTP_SECRET_MAX);
	put_signed(at + 112, token->expires);
	put_signed(at + 120, token->enrolled_at);
	put_text(at + 128, token->label);
	put_text(at + 192, token->issuer);
	put_text(at + 256, token->reason);
}

static void put_recovery(uint8_t *at, const struct otp_recovery *recovery)
{
	at[0] = (uint8_t)recovery->n;
	at[1] = recovery->once;
	memcpy(at + 8, recovery->salt, OTP_SALT_LEN);
	put_signed(at + 24, recovery->expires);
	memcpy(at + 32, recovery->temporary, OTP_TAG_LEN);
	memcpy(at + 48, recovery->tag, recovery->n * OTP_TAG_LEN);
}

size_t otp_record_print_facts(const struct otp_credential *credential, uint8_t bytes[OTP_RECORD_FACTS_MAX])
{
	memset(bytes, 0, OTP_RECORD_FACTS_MAX);
	bytes[0] = VERSION;
	bytes[1] = (uint8_t)credential->n;
	big_endian_put(bytes + 4, credential->uid, 4);
	memcpy(bytes + 8, credential->key_id, OTP_KEY_ID_LEN);
	put_text(bytes + HOLDER_AT, credential->holder);
	put_text(bytes + OWNER_AT, credential->owner);
	put_text(bytes + RESERVED_AT, credential->reserved);
	put_recovery(bytes + RECOVERY_AT, &credential->recovery);
	for (size_t i = 0; i < credential->n; i++)
		put_token_facts(bytes + TOKEN_FACTS_AT + i * TOKEN_FACTS_LEN, &credential->token[i]);
	return TOKEN_FACTS_AT + credential->n * TOKEN_FACTS_LEN;
}

static void put_bucket(uint8_t *at, const struct otp_bucket *bucket)
{
	big_endian_put(at, bucket->failures, 4);
	big_endian_put(at + 4, bucket->candidates, 4);
	put_signed(at + 8, bucket->failed_at);
	put_signed(at + 16, bucket->locked_at);
}

static void put_token_state(uint8_t *at, const struct otp_token_state *state)
{
	put_signed(at, state->next);
	if (!state->clock.known)
		return;
	at[8] = 1;
	put_signed(at + 16, state->clock.lo);
	put_signed(at + 24, state->clock.hi);
	put_signed(at + 32, state->clock.at);
	put_signed(at + 40, state->clock.anchor_lo);
	put_signed(at + 48, state->clock.anchor_hi);
	put_signed(at + 56, state->clock.anchor_at);
}

size_t otp_record_print_state(const struct otp_credential *credential, uint8_t bytes[OTP_RECORD_STATE_MAX])
{
	const struct otp_state *state = &credential->state;

	memset(bytes, 0, OTP_RECORD_STATE_MAX);
	bytes[0] = VERSION;
	bytes[1] = (uint8_t)credential->n;
	big_endian_put(bytes + 2, state->recovery_spent, 2);
	bytes[4] = state->temporary_spent;
	for (size_t i = 0; i < OTP_REACHES; i++)
		put_bucket(bytes + BUCKET_AT + i * BUCKET_LEN, &state->bucket[i]);
	big_endian_put(bytes + 56, state->failures, 4);
	put_signed(bytes + 64, state->failed_at);
	put_signed(bytes + 72, state->accepted_at);
	put_text(bytes + ORIGIN_AT, state->origin);
	for (size_t i = 0; i < credential->n; i++)
		put_token_state(bytes + TOKEN_STATE_AT + i * TOKEN_STATE_LEN, &state->token[i]);
	return TOKEN_STATE_AT + credential->n * TOKEN_STATE_LEN;
}

static bool get_token_id(const uint8_t *at, struct otp_token_id *id)
{
	char text[OTP_TOKEN_ID_LEN + 1] = "";

	memcpy(text, at, OTP_TOKEN_ID_LEN);
	return otp_token_id_parse(text, id) == OTP_OK && memcmp(id->text, text, sizeof text) == 0;
}

static bool token_numbers_make_sense(const struct otp_token *token)
{
	bool period = token->kind == OTP_TIME ? token->period >= OTP_PERIOD_MIN && token->period <= OTP_PERIOD_MAX
	                                      : token->period == 0;

	return (token->kind == OTP_TIME || token->kind == OTP_EVENT) && token->digest >= OTP_SHA1 &&
	       token->digest <= OTP_SHA512 && token->digits >= OTP_DIGITS_MIN && token->digits <= OTP_DIGITS_MAX &&
	       token->status >= OTP_TOKEN_NEW && token->status <= OTP_TOKEN_LOCKED && period;
}

static const char *get_token_facts(const uint8_t *at, struct otp_token *token)
{
	if (!get_token_id(at, &token->id))
		return "token ID";
	token->kind = (enum otp_kind)at[12];
	token->digest = (enum otp_digest)at[13];
	token->digits = at[14];
	token->status = (enum otp_token_status)at[15];
	token->period = (uint16_t)big_endian_get(at + 16, 2);
	if (!token_numbers_make_sense(token))
		return "kind, digest, digits, status or period";
	token->sealed.len = at[18];
	memcpy(token->sealed.nonce, at + 20, OTP_NONCE_LEN);
	memcpy(token->sealed.tag, at + 32, OTP_TAG_LEN);
	memcpy(token->sealed.bytes, at + 48, OTP_SECRET_MAX);
	if ((token->sealed.len != 0 && token->sealed.len < OTP_SECRET_MIN) || token->sealed.len > OTP_SECRET_MAX ||
	    !is_zero(at + 48 + token->sealed.len, (size_t)OTP_SECRET_MAX - token->sealed.len) || at[19] != 0)
		return "key length";
	token->expires = get_signed(at + 112);
	token->enrolled_at = get_signed(at + 120);
	if (!get_text(at + 128, token->label, TEXT_LEN) || !get_text(at + 192, token->issuer, TEXT_LEN) ||
	    !get_text(at + 256, token->reason, TEXT_LEN))
		return "label, issuer or reason";
	return NULL;
}

/* What is not there is zero: tags beyond the number, a temporary code without an expiry, a salt without either. */
static bool get_recovery(const uint8_t *at, struct otp_recovery *recovery)
{
	if (at[0] > OTP_RECOVERY_MAX || at[1] > 1 || !is_zero(at + 2, 6))
		return false;
	recovery->n = at[0];
	recovery->once = at[1];
	memcpy(recovery->salt, at + 8, OTP_SALT_LEN);
	recovery->expires = get_signed(at + 24);
	memcpy(recovery->temporary, at + 32, OTP_TAG_LEN);
	memcpy(recovery->tag, at + 48, recovery->n * OTP_TAG_LEN);
	if (recovery->expires == 0 && (recovery->once || !is_zero(at + 32, OTP_TAG_LEN)))
		return false;
	return recovery->expires >= 0 && recovery->expires <= OTP_TEMPORARY_LAST &&
	       (recovery->n > 0 || recovery->expires > 0 || is_zero(at + 8, OTP_SALT_LEN)) &&
	       is_zero(at + 48 + recovery->n * OTP_TAG_LEN, (OTP_RECOVERY_MAX - recovery->n) * OTP_TAG_LEN);
}

/* Parse facts; the name of the first field that is wrong, or NULL. */
static const char *get_facts(const uint8_t *bytes, size_t len, struct otp_credential *credential)
{
	const char *wrong = NULL;
	size_t tokens_at = len > 0 && bytes[0] == VERSION_BEFORE ? TOKEN_FACTS_BEFORE_AT : TOKEN_FACTS_AT;

	if (len < tokens_at || (bytes[0] != VERSION && bytes[0] != VERSION_BEFORE))
		return "version";
	credential->n = bytes[1];
	if (credential->n == 0 || credential->n > OTP_TOKENS_MAX || len != tokens_at + credential->n * TOKEN_FACTS_LEN)
		return "number of tokens";
	if (!is_zero(bytes + 2, 2) || !is_zero(bytes + 12, 4))
		return "reserved bytes";
	credential->uid = (uint32_t)big_endian_get(bytes + 4, 4);
	memcpy(credential->key_id, bytes + 8, OTP_KEY_ID_LEN);
	if (!get_text(bytes + HOLDER_AT, credential->holder, NAME_LEN) ||
	    !get_text(bytes + OWNER_AT, credential->owner, NAME_LEN))
		return "holder or owner";
	if (bytes[0] == VERSION && !get_text(bytes + RESERVED_AT, credential->reserved, NAME_LEN))
		return "user it is reserved for";
	if (bytes[0] == VERSION && !get_recovery(bytes + RECOVERY_AT, &credential->recovery))
		return "recovery or temporary codes";
	for (size_t i = 0; i < credential->n && wrong == NULL; i++) {
		wrong = get_token_facts(bytes + tokens_at + i * TOKEN_FACTS_LEN, &credential->token[i]);
		if (wrong == NULL && otp_credential_find(credential, &credential->token[i].id) != i)
			wrong = "token ID, which is there twice";
	}
	return wrong;
}

static bool is_offset(int64_t value)
{
	return value >= -OFFSET_MAX && value <= OFFSET_MAX;
}

static bool is_time(int64_t value)
{
	return value >= 0 && value <= TIME_MAX;
}

static bool get_clock(const uint8_t *at, struct otp_clock *clock)
{
	if (at[8] > 1 || !is_zero(at + 9, 7))
		return false;
	if (at[8] == 0)
		return is_zero(at + 16, 48);
	*clock = (struct otp_clock){.known = true,
	                            .lo = get_signed(at + 16),
	                            .hi = get_signed(at + 24),
	                            .at = get_signed(at + 32),
	                            .anchor_lo = get_signed(at + 40),
	                            .anchor_hi = get_signed(at + 48),
	                            .anchor_at = get_signed(at + 56)};
	return is_offset(clock->lo) && is_offset(clock->hi) && is_offset(clock->anchor_lo) &&
	       is_offset(clock->anchor_hi) && clock->lo <= clock->hi && clock->anchor_lo <= clock->anchor_hi &&
	       is_time(clock->at) && is_time(clock->anchor_at);
}

static bool get_bucket(const uint8_t *at, struct otp_bucket *bucket)
{
	bucket->failures = (uint32_t)big_endian_get(at, 4);
	bucket->candidates = (uint32_t)big_endian_get(at + 4, 4);
	bucket->failed_at = get_signed(at + 8);
	bucket->locked_at = get_signed(at + 16);
	return bucket->failed_at >= 0 && bucket->locked_at >= 0;
}

/* The first login after an update leaves facts of the version before with a state of this one, and never the reverse.
 */
static const char *get_state(const uint8_t *bytes, size_t len, uint8_t facts_version, struct otp_credential *credential)
{
	struct otp_state *state = &credential->state;

	if (len < TOKEN_STATE_AT || bytes[0] < facts_version || bytes[0] > VERSION)
		return "version of the state";
	if (bytes[1] != credential->n || len != TOKEN_STATE_AT + credential->n * TOKEN_STATE_LEN)
		return "number of tokens in the state";
	if (!is_zero(bytes + 5, 3) || !is_zero(bytes + 60, 4))
		return "reserved bytes of the state";
	state->recovery_spent = (uint16_t)big_endian_get(bytes + 2, 2);
	state->temporary_spent = bytes[4];
	if (state->recovery_spent >> credential->recovery.n != 0 || bytes[4] > (credential->recovery.expires != 0))
		return "spent recovery or temporary codes";
	for (size_t i = 0; i < OTP_REACHES; i++)
		if (!get_bucket(bytes + BUCKET_AT + i * BUCKET_LEN, &state->bucket[i]))
			return "throttle";
	state->failures = (uint32_t)big_endian_get(bytes + 56, 4);
	state->failed_at = get_signed(bytes + 64);
	state->accepted_at = get_signed(bytes + 72);
	if (!get_text(bytes + ORIGIN_AT, state->origin, TEXT_LEN))
		return "origin";
	for (size_t i = 0; i < credential->n; i++) {
		const uint8_t *at = bytes + TOKEN_STATE_AT + i * TOKEN_STATE_LEN;

		state->token[i].next = get_signed(at);
		if ((at[8] != 0 && credential->token[i].kind != OTP_TIME) || state->token[i].next < 0 ||
		    state->token[i].next > INT64_MAX / 1000000 || !get_clock(at, &state->token[i].clock))
			return "position or clock";
	}
	return NULL;
}

enum otp_status otp_record_parse(const uint8_t *facts, size_t facts_len, const uint8_t *state, size_t state_len,
                                 struct otp_credential *credential, struct otp_error *error)
{
	const char *wrong;

	memset(credential, 0, sizeof *credential);
	if ((wrong = get_facts(facts, facts_len, credential)) == NULL)
		wrong = get_state(state, state_len, facts[0], credential);
	if (wrong != NULL)
		return otp_fail(error, OTP_E_CORRUPT, "the record is damaged: %s", wrong);
	return OTP_OK;
}
