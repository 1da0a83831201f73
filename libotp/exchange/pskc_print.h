/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_EXCHANGE_PSKC_PRINT_H
#define OTP_EXCHANGE_PSKC_PRINT_H

#include "../credential/seed.h"

/*
 * A PSKC file (RFC 6030) under a passphrase, token by token, so that any number of them takes little memory: PBKDF2
 * with HMAC-SHA256, 600,000 iterations and a random salt of 16 bytes (§6.2), AES-256-CBC with a random IV for each
 * key, and over each an HMAC-SHA256 under a random key of its own (§6.1.1). otp_pskc_read and others read it.
 *
 * Only the keys are encrypted: IDs, labels, users and counters are not, and the file as a whole is not authenticated.
 * What the format has no place for is left out: one-time codes (seed->scratch), and what is finer than a period in
 * seed->skew.
 */
struct otp_pskc_writer;

/* Takes the file's next len bytes. false: it could not; errno says why. */
typedef bool otp_pskc_sink(void *arg, const char *text, size_t len);

/*
 * Derive the key, which takes a part of a second, and write the file's head. Everything is borrowed until the end.
 * OTP_E_INVALID: the passphrase is empty; OTP_E_CRYPTO, OTP_E_NOMEM, OTP_E_IO: then *writer is NULL,
 * else the caller ends it with otp_pskc_free.
 */
OTP_MUST_CHECK enum otp_status otp_pskc_begin(const char *passphrase, otp_pskc_sink *sink, void *arg,
                                              struct otp_pskc_writer **writer);

/* OTP_E_CRYPTO, OTP_E_IO. The caller keeps and wipes the seed. */
OTP_MUST_CHECK enum otp_status otp_pskc_token(struct otp_pskc_writer *writer, const struct otp_seed *seed);

/* Write the file's end; without it, it is no file that anybody reads. OTP_E_IO, also for an earlier call. */
OTP_MUST_CHECK enum otp_status otp_pskc_end(struct otp_pskc_writer *writer);

/* Wipe and free; *writer is NULL afterwards, and may be before. */
void otp_pskc_free(struct otp_pskc_writer **writer);

#endif
