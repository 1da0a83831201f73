/* SPDX-License-Identifier: BSD-2-Clause */
#include "block.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <string.h>

enum {
	GENERATION_AT = 8,
	GENERATION_LEN = 16,
	FACTS_LEN_AT = 24,
	FACTS_MAC_AT = 32,
	FACTS_AT = 64,
	STATE_LEN_AT = 8,
	STATE_MAC_AT = 16,
	STATE_AT = 48,
	MAC_LEN = 32,
	MESSAGE_MAX = 16 + OTP_NAME_MAX + 1 + 8 + OTP_BLOCK,
};

_Static_assert((int)GENERATION_LEN == (int)OTP_REVISION_FACTS, "a generation is a writing of the facts");

static const uint8_t magic[8] = {'V', 'I', 'P', 'O', 'T', 'P', 0, 1};

static void put(uint8_t *at, uint64_t value, unsigned len)
{
	while (len-- > 0) {
		at[len] = (uint8_t)value;
		value >>= 8;
	}
}

static uint64_t get(const uint8_t *at, unsigned len)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < len; i++)
		value = value << 8 | at[i];
	return value;
}

/*
 * HMAC over what kind of block this is, the store, the name, the generation, and the block's own fields. Two of them
 * are NUL-terminated and everything else has a fixed length, so that no two inputs read alike.
 */
static enum otp_status authenticate(const struct otp_block_key *key, const char *name, const uint8_t *generation,
                                    char kind, const uint8_t *head, size_t head_len, const uint8_t *body, size_t len,
                                    uint8_t mac[MAC_LEN])
{
	uint8_t message[MESSAGE_MAX];
	uint8_t *end = message;
	size_t space_len = strlen(key->space) + 1;
	size_t name_len = strlen(name) + 1;

	*end++ = (uint8_t)kind;
	end = (uint8_t *)memcpy(end, key->space, space_len) + space_len;
	end = (uint8_t *)memcpy(end, name, name_len) + name_len;
	end = (uint8_t *)memcpy(end, generation, GENERATION_LEN) + GENERATION_LEN;
	end = (uint8_t *)memcpy(end, head, head_len) + head_len;
	end = (uint8_t *)memcpy(end, body, len) + len;
	if (HMAC(EVP_sha256(), key->key, sizeof key->key, message, (size_t)(end - message), mac, NULL) == NULL)
		return OTP_E_CRYPTO;
	return OTP_OK;
}

static enum otp_status facts_mac(const struct otp_block_key *key, const char *name, const struct otp_image *image,
                                 size_t len, uint8_t mac[MAC_LEN])
{
	return authenticate(key, name, image->bytes + GENERATION_AT, 'F', image->bytes + FACTS_LEN_AT,
	                    FACTS_MAC_AT - FACTS_LEN_AT, image->bytes + FACTS_AT, len, mac);
}

static enum otp_status slot_mac(const struct otp_block_key *key, const char *name, const struct otp_image *image,
                                const uint8_t *slot, size_t len, uint8_t mac[MAC_LEN])
{
	return authenticate(key, name, image->bytes + GENERATION_AT, 'S', slot, STATE_MAC_AT, slot + STATE_AT, len,
	                    mac);
}

long otp_block_offset(unsigned i)
{
	return (long)OTP_BLOCK * (1 + (long)i);
}

void otp_block_settled(uint64_t sequence, uint8_t bytes[OTP_SETTLED_SIZE])
{
	put(bytes, sequence, OTP_SETTLED_SIZE);
}

enum otp_status otp_block_slot(const struct otp_block_key *key, const char *name, const struct otp_image *image,
                               uint64_t sequence, const struct otp_stored *stored, uint8_t slot[OTP_SLOT_SIZE])
{
	memset(slot, 0, OTP_SLOT_SIZE);
	put(slot, sequence, 8);
	put(slot + STATE_LEN_AT, stored->state_len, 4);
	memcpy(slot + STATE_AT, stored->state, stored->state_len);
	return slot_mac(key, name, image, slot, stored->state_len, slot + STATE_MAC_AT);
}

enum otp_status otp_block_new(const struct otp_block_key *key, const char *name, const struct otp_stored *stored,
                              struct otp_image *image)
{
	uint8_t *slot = image->bytes + otp_block_offset(0);
	enum otp_status status;

	memset(image, 0, sizeof *image);
	memcpy(image->bytes, magic, sizeof magic);
	if (RAND_bytes(image->bytes + GENERATION_AT, GENERATION_LEN) != 1)
		return OTP_E_CRYPTO;
	put(image->bytes + FACTS_LEN_AT, stored->facts_len, 4);
	memcpy(image->bytes + FACTS_AT, stored->facts, stored->facts_len);
	if ((status = facts_mac(key, name, image, stored->facts_len, image->bytes + FACTS_MAC_AT)) != OTP_OK)
		return status;
	return otp_block_slot(key, name, image, OTP_FIRST_SEQUENCE, stored, slot);
}

/* Whether a slot authenticates; *status is OTP_E_CRYPTO if that could not be found out. */
static bool slot_is_good(const struct otp_block_key *key, const char *name, const struct otp_image *image,
                         const uint8_t *slot, enum otp_status *status)
{
	uint64_t len = get(slot + STATE_LEN_AT, 4);
	uint8_t mac[MAC_LEN];

	if (*status != OTP_OK || len > OTP_STATE_MAX)
		return false;
	if ((*status = slot_mac(key, name, image, slot, (size_t)len, mac)) != OTP_OK)
		return false;
	return CRYPTO_memcmp(mac, slot + STATE_MAC_AT, MAC_LEN) == 0;
}

static enum otp_status choose_slot(const struct otp_block_key *key, const char *name, const struct otp_image *image,
                                   struct otp_slot *chosen, const char *where, struct otp_error *error)
{
	enum otp_status status = OTP_OK;
	uint64_t lost = 0; /* up to here a damaged slot had been answered */

	chosen->sequence = 0;
	for (unsigned i = 0; i < OTP_SLOTS; i++) {
		const uint8_t *slot = image->bytes + otp_block_offset(i);
		uint64_t sequence = get(slot, 8);
		uint64_t settled = get(slot + OTP_SETTLED_AT, OTP_SETTLED_SIZE);

		if (!slot_is_good(key, name, image, slot, &status)) {
			lost = settled > lost ? settled : lost;
		} else if (sequence > chosen->sequence) {
			*chosen = (struct otp_slot){.index = i, .sequence = sequence, .settled = settled == sequence};
		}
	}
	if (status != OTP_OK)
		return otp_fail(error, status, "%s: cannot authenticate", where);
	if (chosen->sequence == 0)
		return otp_fail(
		    error, OTP_E_CORRUPT,
		    "%s: neither state slot authenticates: damaged, from an older generation or another user", where);
	if (lost > chosen->sequence)
		return otp_fail(error, OTP_E_CORRUPT, "%s: the newest state is damaged; the older one must not be used",
		                where);
	return OTP_OK;
}

enum otp_status otp_block_read(const struct otp_block_key *key, const char *name, const struct otp_image *image,
                               struct otp_stored *stored, struct otp_slot *slot, const char *where,
                               struct otp_error *error)
{
	uint64_t facts_len = get(image->bytes + FACTS_LEN_AT, 4);
	const uint8_t *state;
	uint8_t mac[MAC_LEN];
	enum otp_status status;

	if (memcmp(image->bytes, magic, sizeof magic) != 0)
		return otp_fail(error, OTP_E_CORRUPT, "%s: no record of this version", where);
	if (facts_len > OTP_FACTS_MAX)
		return otp_fail(error, OTP_E_CORRUPT, "%s: impossible length of the facts", where);
	if ((status = facts_mac(key, name, image, (size_t)facts_len, mac)) != OTP_OK)
		return otp_fail(error, status, "%s: cannot authenticate", where);
	if (CRYPTO_memcmp(mac, image->bytes + FACTS_MAC_AT, MAC_LEN) != 0)
		return otp_fail(error, OTP_E_CORRUPT,
		                "%s: the facts do not authenticate: damaged, another user's, or under another key",
		                where);
	if ((status = choose_slot(key, name, image, slot, where, error)) != OTP_OK)
		return status;
	state = image->bytes + otp_block_offset(slot->index);
	stored->facts_len = (size_t)facts_len;
	memcpy(stored->facts, image->bytes + FACTS_AT, stored->facts_len);
	stored->state_len = (size_t)get(state + STATE_LEN_AT, 4);
	memcpy(stored->state, state + STATE_AT, stored->state_len);
	memcpy(stored->revision.bytes, image->bytes + GENERATION_AT, GENERATION_LEN);
	put(stored->revision.bytes + GENERATION_LEN, slot->sequence, 8);
	return OTP_OK;
}
