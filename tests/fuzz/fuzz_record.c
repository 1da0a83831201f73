/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stored records (product §9.1), from the file's bytes to what a login makes of them: what is accepted prints as it was
 * read, and a state that a login leaves is one that the next login accepts.
 */
#include "credential/record.h"
#include "edited.h"
#include "feed.h"
#include "policy/judge.h"

#include <stdlib.h>
#include <string.h>

/* Of its very size, so that the sanitizer sees a step past the end. */
static uint8_t *copy_of(const uint8_t *bytes, size_t len)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);

	if (copy == NULL)
		abort();
	memcpy(copy, bytes, len);
	return copy;
}

static void expect_refusal(enum otp_status status, const struct otp_error *error)
{
	promised(status == OTP_E_CORRUPT, "what is no record is corrupt");
	expect_text(error->what, sizeof error->what);
}

/* ---- credentials ---- */

static void expect_same_bytes(const uint8_t *bytes, size_t len, const uint8_t *again, size_t again_len)
{
	promised(again_len == len && memcmp(again, bytes, len) == 0, "what was read has one writing");
}

/* Facts and state of the version before are written as this version's, with zeros where it had nothing. */
static void expect_writing(const struct otp_stored *stored, const struct otp_credential *credential)
{
	enum { BEFORE = 528, NOW = 992 };
	uint8_t facts[OTP_RECORD_FACTS_MAX], state[OTP_RECORD_STATE_MAX], wanted[OTP_RECORD_FACTS_MAX] = {0};
	uint8_t wanted_state[OTP_RECORD_STATE_MAX] = {0};
	size_t facts_len = stored->facts_len, at = stored->facts[0] == 1 ? BEFORE : NOW;

	memcpy(wanted, stored->facts, at);
	memcpy(wanted + NOW, stored->facts + at, facts_len - at);
	memcpy(wanted_state, stored->state, stored->state_len);
	wanted[0] = wanted_state[0] = 2;
	expect_same_bytes(wanted, facts_len + NOW - at, facts, otp_record_print_facts(credential, facts));
	expect_same_bytes(wanted_state, stored->state_len, state, otp_record_print_state(credential, state));
}

static void expect_sense(const struct otp_credential *credential)
{
	promised(credential->n >= 1 && credential->n <= OTP_TOKENS_MAX, "a credential has 1 to 8 tokens");
	promised(otp_credential_recovery_left(credential) <= credential->recovery.n,
	         "no more codes are left than there were");
	for (size_t i = 0; i < credential->n; i++) {
		const struct otp_token *token = &credential->token[i];

		promised(otp_credential_find(credential, &token->id) == i, "no token is there twice");
		promised(token->digits >= OTP_DIGITS_MIN && token->digits <= OTP_DIGITS_MAX, "6 to 8 digits");
		promised(token->sealed.len == 0 ||
		             (token->sealed.len >= OTP_SECRET_MIN && token->sealed.len <= OTP_SECRET_MAX),
		         "a key has a key's length");
	}
}

/* The key is what is sealed, which no key opens: the judge is asked here, not the seal. */
static void prepare(struct otp_credential *credential)
{
	for (size_t i = 0; i < credential->n; i++) {
		struct otp_token *token = &credential->token[i];

		if (token->status == OTP_TOKEN_ENABLED && token->sealed.len > 0 &&
		    otp_hmac_new(token->digest, token->sealed.bytes, token->sealed.len, &token->key) != OTP_OK)
			abort();
	}
}

static void expect_judgement(const struct otp_stored *stored, struct otp_credential *credential, int64_t now)
{
	const struct otp_answer answer = {.form = OTP_CODE_WELL_FORMED, .code = {.value = 123456, .digits = 6}};
	const struct otp_limits limits = otp_limits_normal();
	uint8_t state[OTP_RECORD_STATE_MAX];
	struct otp_judgement judgement;
	struct otp_credential again;
	size_t len;

	for (int reach = 0; reach < OTP_REACHES; reach++)
		promised(otp_judge_login(credential, &answer, (enum otp_reach)reach, now, &limits, &judgement) ==
		             OTP_OK,
		         "a login has its verdict");
	len = otp_record_print_state(credential, state);
	promised(otp_record_parse(stored->facts, stored->facts_len, state, len, &again, NULL) == OTP_OK,
	         "what a login leaves the next one accepts");
}

static void try_credential(const struct otp_stored *stored, int64_t now)
{
	uint8_t *facts = copy_of(stored->facts, stored->facts_len), *state = copy_of(stored->state, stored->state_len);
	struct otp_error error = {.status = OTP_OK};
	struct otp_credential credential;
	enum otp_status status =
	    otp_record_parse(facts, stored->facts_len, state, stored->state_len, &credential, &error);

	free(facts);
	free(state);
	if (status != OTP_OK) {
		expect_refusal(status, &error);
		return;
	}
	expect_writing(stored, &credential);
	expect_sense(&credential);
	prepare(&credential);
	expect_judgement(stored, &credential, now);
	otp_credential_wipe(&credential);
}

/* ---- the other records ---- */

static void try_invitation(const struct otp_stored *stored)
{
	uint8_t *facts = copy_of(stored->facts, stored->facts_len), again[OTP_RECORD_INVITATION];
	struct otp_error error = {.status = OTP_OK};
	struct otp_invitation invitation;
	enum otp_status status = otp_record_parse_invitation(facts, stored->facts_len, &invitation, &error);

	free(facts);
	if (status != OTP_OK) {
		expect_refusal(status, &error);
		return;
	}
	promised(invitation.expires >= 0, "an invitation ends after 1970");
	expect_same_bytes(stored->facts, stored->facts_len, again, otp_record_print_invitation(&invitation, again));
}

static void try_remembered(const struct otp_stored *stored)
{
	uint8_t *facts = copy_of(stored->facts, stored->facts_len), *state = copy_of(stored->state, stored->state_len);
	uint8_t again[OTP_RECORD_REMEMBERED_FACTS], again_state[OTP_RECORD_REMEMBERED_STATE_MAX];
	struct otp_error error = {.status = OTP_OK};
	struct otp_remembered remembered;
	enum otp_status status =
	    otp_record_parse_remembered(facts, stored->facts_len, state, stored->state_len, &remembered, &error);

	free(facts);
	free(state);
	if (status != OTP_OK) {
		expect_refusal(status, &error);
		return;
	}
	for (size_t i = 0; i < remembered.n; i++)
		promised(remembered.login[i].given.epoch < remembered.login[i].ends.epoch &&
		             remembered.login[i].given.boot < remembered.login[i].ends.boot,
		         "a remembered login lasts a while");
	expect_same_bytes(stored->facts, stored->facts_len, again,
	                  otp_record_print_remembered_facts(&remembered, again));
	expect_same_bytes(stored->state, stored->state_len, again_state,
	                  otp_record_print_remembered_state(&remembered, again_state));
}

/* ---- the file ---- */

static void expect_stored(const struct otp_stored *stored, const struct otp_stored *again)
{
	promised(again->facts_len == stored->facts_len && memcmp(again->facts, stored->facts, stored->facts_len) == 0,
	         "the facts come out of the file");
	promised(again->state_len == stored->state_len && memcmp(again->state, stored->state, stored->state_len) == 0,
	         "the state comes out of the file");
}

/* A login's write to the other slot is in force afterwards. */
static void expect_next(struct otp_image *image, const struct otp_stored *stored, const struct otp_slot *slot)
{
	uint8_t *other = image->bytes + otp_block_offset(1 - slot->index);
	struct otp_stored again;
	struct otp_slot next;

	if (slot->sequence == UINT64_MAX)
		return;
	promised(otp_block_slot(&edited_key, EDITED_NAME, image, slot->sequence + 1, stored, other) == OTP_OK,
	         "a slot can be made");
	promised(otp_block_read(&edited_key, EDITED_NAME, image, &again, &next, FEED_WHERE, NULL) == OTP_OK &&
	             next.index == 1 - slot->index && next.sequence == slot->sequence + 1,
	         "the newer slot is in force");
	expect_stored(stored, &again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct otp_error error = {.status = OTP_OK};
	struct edited edited;
	struct otp_stored stored;
	struct otp_slot slot;
	enum otp_status status;

	edited_read(data, size, &edited);
	status = otp_block_read(&edited_key, EDITED_NAME, &edited.image, &stored, &slot, FEED_WHERE, &error);
	if (status != OTP_OK) {
		promised(edited.image_edited, "a file that was written is read");
		expect_refusal(status, &error);
		return 0;
	}
	promised(slot.index < OTP_SLOTS && slot.sequence > 0, "a slot is one of those there are");
	promised(stored.facts_len <= OTP_FACTS_MAX && stored.state_len <= OTP_STATE_MAX, "facts and state fit");
	if (!edited.image_edited)
		expect_stored(&edited.stored, &stored);
	expect_next(&edited.image, &stored, &slot);
	try_credential(&stored, edited.now);
	try_invitation(&stored);
	try_remembered(&stored);
	return 0;
}
