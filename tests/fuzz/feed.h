/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_FUZZ_FEED_H
#define TESTS_FUZZ_FEED_H

#include "exchange/foreign.h"

/*
 * What the fuzzers of seed files share. A fuzzer is a program of libFuzzer's: it defines LLVMFuzzerTestOneInput, which
 * is called with bytes of all kinds; a sanitizer, or a promise of libotp/exchange/foreign.h that is not kept, aborts
 * it.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Give the bytes to a reader as a file and see that it keeps its promises; with: key and passphrase, the rest is
 * ignored. visit (may be NULL) gets every seed that the reader gave, once it was checked.
 */
void feed(const uint8_t *data, size_t size, otp_foreign_reader *read, struct otp_foreign with, otp_seed_visitor *visit);

/* Both are of one token, as far as every format tells it: all but texts, user, skew and scratch codes. */
void expect_same(const struct otp_seed *seed, const struct otp_seed *again);

/* The name of the file that is fed, for the errors of those who read it. */
#define FEED_WHERE "file"

/* What ends up on terminals and in logs: it ends within its field, and holds no control character. */
void expect_text(const char *text, size_t room);

/* An error of OTP_E_INVALID names the file and the line: "FILE:LINE: what". */
void expect_place(const struct otp_error *error);

/* abort(), saying what was not kept. */
void promised(bool kept, const char *what);

#endif
