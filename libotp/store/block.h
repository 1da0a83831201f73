/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_STORE_BLOCK_H
#define OTP_STORE_BLOCK_H

#include "store.h"

/*
 * The bytes of a record's file (product §9.1, vipotp-credential(5)): three blocks of 4 KiB. Numbers are big-endian.
 *
 *      0  facts block     0  magic "VIPOTP", version 0, 1
 *                         8  generation, 16 random bytes, new with each whole-file replacement
 *                        24  length of the facts, 4 bytes; 4 zero bytes
 *                        32  HMAC-SHA-256, 32 bytes
 *                        64  facts; zero to the end
 *   4096  slot A          0  sequence, 8 bytes
 *                         8  length of the state, 4 bytes; 4 zero bytes
 *                        16  HMAC-SHA-256, 32 bytes
 *                        48  state, 1024 bytes with zero behind its length
 *                      3584  settled: the sequence up to which this slot is known to be on the disk, 8 bytes
 *   8192  slot B, the same
 *
 * The slot with the higher sequence is in force; a login overwrites the other one, durably, before it is answered.
 * `settled` is written afterwards, without a sync and outside of the MAC, because only it can tell a later process that
 * the write had succeeded: after a failed or killed one the page cache shows bytes that the disk may not have, and
 * overwriting the other slot then could lose both. A slot in force that is not settled is therefore written once more,
 * durably, before the other is touched; that of a new file together with the directory, since its name may not be there
 * either. A damaged slot that was settled above the good one held an answered state: the record is damaged, not old.
 */

enum {
	OTP_BLOCK = 4096,
	OTP_FILE_SIZE = 3 * OTP_BLOCK,
	OTP_SLOTS = 2,
	OTP_SLOT_SIZE = 48 + OTP_STATE_MAX, /* bytes of a slot that a login writes */
	OTP_SETTLED_AT = 3584,
	OTP_SETTLED_SIZE = 8,
	OTP_STORE_KEY_LEN = 32,
	OTP_FIRST_SEQUENCE = 1, /* of a new file's slot A */
};

struct otp_image {
	uint8_t bytes[OTP_FILE_SIZE];
};

/* What a MAC is made with: a record is only good in its store, under its name. */
struct otp_block_key {
	uint8_t key[OTP_STORE_KEY_LEN];
	char space[16]; /* "users", "tokens" */
};

/* Which slot is in force, what sequence it has, and whether it is known to be on the disk. */
struct otp_slot {
	unsigned index;
	uint64_t sequence;
	bool settled;
};

/* A whole new file with a new generation; slot A not settled before its name is durable, slot B blank. OTP_E_CRYPTO. */
OTP_MUST_CHECK enum otp_status otp_block_new(const struct otp_block_key *key, const char *name,
                                             const struct otp_stored *stored, struct otp_image *image);

/* Check everything and give the newest record. OTP_E_CORRUPT with the reason, OTP_E_CRYPTO. */
OTP_MUST_CHECK enum otp_status otp_block_read(const struct otp_block_key *key, const char *name,
                                              const struct otp_image *image, struct otp_stored *stored,
                                              struct otp_slot *slot, const char *where, struct otp_error *error);

/* The bytes of a slot that holds stored->state under a sequence. OTP_E_CRYPTO. */
OTP_MUST_CHECK enum otp_status otp_block_slot(const struct otp_block_key *key, const char *name,
                                              const struct otp_image *image, uint64_t sequence,
                                              const struct otp_stored *stored, uint8_t slot[OTP_SLOT_SIZE]);

/* Where slot i begins. */
long otp_block_offset(unsigned i);

/* The bytes of `settled`. */
void otp_block_settled(uint64_t sequence, uint8_t bytes[OTP_SETTLED_SIZE]);

#endif
