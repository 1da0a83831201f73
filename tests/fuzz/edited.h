/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_FUZZ_EDITED_H
#define TESTS_FUZZ_EDITED_H

#include "store/block.h"

/*
 * A stored record as a fuzzer's input tells it: a good one with changes. So seeds can be read, and no input has to be a
 * record of 1 KiB from its first byte to its last. Lines, the first a letter for the record, all others changes:
 *
 *   c, b, i, r      a credential, one of version 1, an invitation, remembered logins
 *   f AT BYTE...    bytes of the facts, from AT on;  s, m: of the state, of the file made of both
 *   F LENGTH        of the facts;  S: of the state
 *   M BITS          which MACs of the file are made right again: 1 of the facts, 2 of slot A, 4 of slot B (7)
 *   n NOW           ms since the epoch, for what is asked of the record
 *
 * What is no such line, or lies outside, is ignored.
 */
struct edited {
	struct otp_stored stored; /* facts and state */
	struct otp_image image;   /* both slots hold the state; B's is the newer one */
	bool image_edited;
	int64_t now;
};

/* The store and the name of the record. */
extern const struct otp_block_key edited_key;
#define EDITED_NAME "alice"

void edited_read(const uint8_t *data, size_t size, struct edited *edited);

/* A record of each letter, unchanged. */
void edited_base(char letter, struct otp_stored *stored);

#endif
