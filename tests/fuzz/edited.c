/* SPDX-License-Identifier: BSD-2-Clause */
#include "edited.h"

#include "credential/record.h"
#include "feed.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

enum { TOKENS_BEFORE_AT = 528, TOKENS_AT = 992, TEXT_MAX = 4096, ALL_MACS = 7 };

const struct otp_block_key edited_key = {.key = "a key of the store, of 32 bytes.", .space = "users"};

/* ---- good records ---- */

static void base_token(struct otp_token *token, struct otp_token_state *state, enum otp_kind kind)
{
	token->kind = kind;
	token->digest = OTP_SHA1;
	token->digits = kind == OTP_TIME ? 6 : 8;
	token->period = kind == OTP_TIME ? 30 : 0;
	token->status = OTP_TOKEN_ENABLED;
	token->sealed.len = OTP_SECRET_DEFAULT;
	memset(token->sealed.bytes, 'k', token->sealed.len);
	memcpy(token->id.text, kind == OTP_TIME ? "VSST12345678" : "UBHE12345678", OTP_TOKEN_ID_LEN + 1);
	memcpy(token->label, "fob", sizeof "fob");
	state->next = 1000;
	if (kind == OTP_TIME)
		state->clock = (struct otp_clock){true, -1000, 1000, 1795332667969, -2000, 2000, 1795332600000};
}

static void base_credential(struct otp_stored *stored)
{
	struct otp_credential credential = {.holder = EDITED_NAME, .uid = 1000, .n = 2, .key_id = "key"};

	base_token(&credential.token[0], &credential.state.token[0], OTP_TIME);
	base_token(&credential.token[1], &credential.state.token[1], OTP_EVENT);
	credential.recovery.n = 2;
	credential.recovery.expires = 1800000000;
	memset(credential.recovery.salt, 's', sizeof credential.recovery.salt);
	credential.state.bucket[OTP_REMOTE] = (struct otp_bucket){2, 20, 1795332667000, 0};
	memcpy(credential.state.origin, "192.0.2.1", sizeof "192.0.2.1");
	stored->facts_len = otp_record_print_facts(&credential, stored->facts);
	stored->state_len = otp_record_print_state(&credential, stored->state);
}

/* The version before had tokens where reserved and recovery codes are now. */
static void base_before(struct otp_stored *stored)
{
	base_credential(stored);
	stored->facts_len -= TOKENS_AT - TOKENS_BEFORE_AT;
	memmove(stored->facts + TOKENS_BEFORE_AT, stored->facts + TOKENS_AT, stored->facts_len - TOKENS_BEFORE_AT);
	stored->facts[0] = stored->state[0] = 1;
}

static void base_invitation(struct otp_stored *stored)
{
	struct otp_invitation invitation = {.user = EDITED_NAME, .uid = 1000, .expires = 1800000000};

	stored->facts_len = otp_record_print_invitation(&invitation, stored->facts);
}

static void base_remembered(struct otp_stored *stored)
{
	struct otp_remembered remembered = {.user = EDITED_NAME, .uid = 1000, .n = 2};

	for (size_t i = 0; i < remembered.n; i++) {
		remembered.login[i].given = (struct otp_two_clocks){1795332667969, 1000};
		remembered.login[i].ends = (struct otp_two_clocks){1795332767969, 101000};
	}
	stored->facts_len = otp_record_print_remembered_facts(&remembered, stored->facts);
	stored->state_len = otp_record_print_remembered_state(&remembered, stored->state);
}

void edited_base(char letter, struct otp_stored *stored)
{
	memset(stored, 0, sizeof *stored);
	if (letter == 'b')
		base_before(stored);
	else if (letter == 'i')
		base_invitation(stored);
	else if (letter == 'r')
		base_remembered(stored);
	else
		base_credential(stored);
}

/* ---- changes ---- */

/* A number at *at, which moves on behind it; false where there is none in the line. */
static bool next_number(const char **at, uint64_t *number)
{
	char *end;

	*at += strspn(*at, " ");
	if (**at < '0' || **at > '9')
		return false;
	*number = strtoull(*at, &end, 10);
	*at = end;
	return true;
}

static void edit_bytes(const char *line, uint8_t *bytes, size_t room)
{
	uint64_t at, byte;

	for (bool more = next_number(&line, &at); more && at < room && next_number(&line, &byte); at++)
		bytes[at] = (uint8_t)byte;
}

static void edit_length(const char *line, size_t *len, size_t room)
{
	uint64_t number;

	if (next_number(&line, &number) && number <= room)
		*len = (size_t)number;
}

/* What is wanted of a file in an input: its lines are looked at twice, for it is made of the facts and the state. */
static void edit_record(const char *line, struct edited *edited)
{
	struct otp_stored *stored = &edited->stored;
	const char *rest = line + 1;
	uint64_t now;

	if (*line == 'f')
		edit_bytes(rest, stored->facts, sizeof stored->facts);
	else if (*line == 's')
		edit_bytes(rest, stored->state, sizeof stored->state);
	else if (*line == 'F')
		edit_length(rest, &stored->facts_len, sizeof stored->facts);
	else if (*line == 'S')
		edit_length(rest, &stored->state_len, sizeof stored->state);
	else if (*line == 'n' && next_number(&rest, &now) && now <= INT64_C(1) << 44)
		edited->now = (int64_t)now;
}

static void edit_image(const char *line, struct edited *edited, uint64_t *macs)
{
	const char *rest = line + 1;

	if (*line == 'm')
		edit_bytes(rest, edited->image.bytes, sizeof edited->image.bytes);
	else if (*line != 'M' || !next_number(&rest, macs))
		return;
	edited->image_edited = true;
}

/* ---- the file ---- */

/* As vipotp-credential(5) tells it, by other code than the store's. head and body begin within the image. */
static void make_mac(struct otp_image *image, char kind, const uint8_t *head, size_t head_len, const uint8_t *body,
                     size_t longest, uint8_t *mac)
{
	uint8_t message[OTP_BLOCK + 512], *end = message;
	size_t len = (size_t)head[head_len - 8] << 24 | (size_t)head[head_len - 7] << 16 |
	             (size_t)head[head_len - 6] << 8 | (size_t)head[head_len - 5];

	if (len > longest)
		return;
	*end++ = (uint8_t)kind;
	end =
	    (uint8_t *)memcpy(end, "users\0" EDITED_NAME, sizeof "users\0" EDITED_NAME) + sizeof "users\0" EDITED_NAME;
	end = (uint8_t *)memcpy(end, image->bytes + 8, 16) + 16;
	end = (uint8_t *)memcpy(end, head, head_len) + head_len;
	end = (uint8_t *)memcpy(end, body, len) + len;
	if (HMAC(EVP_sha256(), edited_key.key, sizeof edited_key.key, message, (size_t)(end - message), mac, NULL) ==
	    NULL)
		abort();
}

static void make_macs(struct otp_image *image, uint64_t macs)
{
	uint8_t *facts = image->bytes;

	if ((macs & 1) != 0)
		make_mac(image, 'F', facts + 24, 8, facts + 64, OTP_FACTS_MAX, facts + 32);
	for (unsigned i = 0; i < OTP_SLOTS; i++) {
		uint8_t *slot = image->bytes + otp_block_offset(i);

		if ((macs >> (i + 1) & 1) != 0)
			make_mac(image, 'S', slot, 16, slot + 48, OTP_STATE_MAX, slot + 16);
	}
}

static void make_image(struct edited *edited)
{
	uint8_t *second = edited->image.bytes + otp_block_offset(1);

	if (otp_block_new(&edited_key, EDITED_NAME, &edited->stored, &edited->image) != OTP_OK)
		abort();
	memset(edited->image.bytes + 8, 'g', OTP_REVISION_FACTS); /* the generation: of each run the same */
	if (otp_block_slot(&edited_key, EDITED_NAME, &edited->image, OTP_FIRST_SEQUENCE + 1, &edited->stored, second) !=
	    OTP_OK)
		abort();
}

void edited_read(const uint8_t *data, size_t size, struct edited *edited)
{
	char text[TEXT_MAX + 1] = "", *line, *rest;
	uint64_t macs = ALL_MACS;

	memset(edited, 0, sizeof *edited);
	edited->now = 1795332667970;
	memcpy(text, data, size < TEXT_MAX ? size : TEXT_MAX);
	edited_base(text[0], &edited->stored);
	for (line = strchr(text, '\n'); line != NULL; line = strchr(line + 1, '\n'))
		edit_record(line + 1, edited);
	make_image(edited);
	for (rest = strchr(text, '\n'); rest != NULL; rest = strchr(rest + 1, '\n'))
		edit_image(rest + 1, edited, &macs);
	make_macs(&edited->image, macs);
}
