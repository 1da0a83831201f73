/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_CREDENTIAL_RECORD_H
#define OTP_CREDENTIAL_RECORD_H

#include "credential.h"

/*
 * The sole parser and printer of stored bytes. Numbers are big-endian; texts are padded with zero bytes; every reserved
 * byte is zero. vipotp-credential(5) says the same to the administrator. Version 1 is read, too: its tokens begin at
 * 528, and its state has zeros where the spent codes are.
 *
 *   facts     0  version, 2            state     0  version, 2
 *             1  number of tokens                1  number of tokens, the same
 *             2  2 reserved                      2  spent recovery codes, 2: bit i for code i
 *             4  uid, 4                          4  temporary code spent, 0 or 1; 3 reserved
 *             8  key ID, 4                       8  bucket local: failures 4, candidates 4,
 *            12  4 reserved                         failed at 8 (ms), locked at 8 (ms)
 *            16  holder, 256                    32  bucket remote, the same
 *           272  owner, 256                     56  failures since the last success, 4; 4 reserved
 *           528  reserved for, 256              64  the last of them, 8 (ms)
 *           784  recovery codes                 72  last success, 8 (ms)
 *           785  temporary code: once           80  origin of the last failure, 64
 *           786  6 reserved                    144  tokens, 64 each
 *           792  salt, 16
 *           808  temporary: expires, 8 (s)
 *           816  temporary: tag, 16
 *           832  recovery: tags, 16 each
 *           992  tokens, 320 each
 *
 *   token's   0  token ID, 12          token's   0  next position, 8
 *   facts    12  kind                  state     8  clock known, 0 or 1; 7 reserved
 *            13  digest                         16  lo, hi, at, anchor lo, anchor hi, anchor at, 8 each (ms, signed)
 *            14  digits
 *            15  status
 *            16  period, 2 (s)
 *            18  key length; 1 reserved
 *            20  nonce, 12
 *            32  tag, 16
 *            48  sealed key, 64
 *           112  expires, 8 (s)
 *           120  enrolled at, 8 (s)
 *           128  label, 64
 *           192  issuer, 64
 *           256  reason, 64
 */

enum {
	OTP_RECORD_FACTS_MAX = 992 + OTP_TOKENS_MAX * 320,
	OTP_RECORD_STATE_MAX = 144 + OTP_TOKENS_MAX * 64,
};

/* Print facts or state; the bytes written, never more than the maximum. */
size_t otp_record_print_facts(const struct otp_credential *credential, uint8_t bytes[OTP_RECORD_FACTS_MAX]);
size_t otp_record_print_state(const struct otp_credential *credential, uint8_t bytes[OTP_RECORD_STATE_MAX]);

/*
 * Parse both. Everything that a credential must not be is refused: OTP_E_CORRUPT, with the field in *error. The keys
 * stay sealed. The caller wipes *credential in either case.
 */
OTP_MUST_CHECK enum otp_status otp_record_parse(const uint8_t *facts, size_t facts_len, const uint8_t *state,
                                                size_t state_len, struct otp_credential *credential,
                                                struct otp_error *error);

/*
 * An invitation (product §6.4): 0 version, 1; 1 3 reserved; 4 uid, 4; 8 expires, 8 (s); 16 user, 256.
 */
enum { OTP_RECORD_INVITATION = 16 + OTP_USER_MAX + 1 };

struct otp_invitation {
	char user[OTP_USER_MAX + 1];
	uint32_t uid;
	int64_t expires; /* s since the epoch */
};

size_t otp_record_print_invitation(const struct otp_invitation *invitation, uint8_t bytes[OTP_RECORD_INVITATION]);

/* OTP_E_CORRUPT for anything else than what is printed. */
OTP_MUST_CHECK enum otp_status otp_record_parse_invitation(const uint8_t *bytes, size_t len,
                                                           struct otp_invitation *invitation, struct otp_error *error);

/*
 * The logins of a user that are remembered (product §6.6).
 *
 *   facts     0  version, 1           state    0  version, 1        login    0  tie, 32
 *             1  3 reserved                    1  number of logins          32  given at, 8 (ms)
 *             4  user, 256                     2  2 reserved                40  ends at, 8 (ms)
 *                                              4  uid, 4                    48  given at, 8 (ms since the boot)
 *                                              8  generation, 16            56  ends at, 8 (ms since the boot)
 *                                             24  boot ID, 16
 *                                             40  logins, 64 each
 */
enum {
	OTP_REMEMBERED_MAX = 15, /* logins of a user */
	OTP_RECORD_REMEMBERED_FACTS = 4 + OTP_USER_MAX + 1,
	OTP_RECORD_REMEMBERED_STATE_MAX = 40 + OTP_REMEMBERED_MAX * 64,
};

/* Two readings of one moment, ms: CLOCK_REALTIME, which can be set, and CLOCK_BOOTTIME, which cannot. */
struct otp_two_clocks {
	int64_t epoch, boot;
};

struct otp_remembered_login {
	uint8_t tie[32]; /* SHA-256 of what the login is tied to */
	struct otp_two_clocks given, ends;
};

struct otp_remembered {
	char user[OTP_USER_MAX + 1];
	uint32_t uid;
	uint8_t generation[16]; /* of the user's record when the codes were accepted */
	uint8_t boot_id[16];
	size_t n;
	struct otp_remembered_login login[OTP_REMEMBERED_MAX];
};

size_t otp_record_print_remembered_facts(const struct otp_remembered *remembered,
                                         uint8_t bytes[OTP_RECORD_REMEMBERED_FACTS]);
size_t otp_record_print_remembered_state(const struct otp_remembered *remembered,
                                         uint8_t bytes[OTP_RECORD_REMEMBERED_STATE_MAX]);

/* OTP_E_CORRUPT for anything else than what is printed, and for a login that ends before it was given. */
OTP_MUST_CHECK enum otp_status otp_record_parse_remembered(const uint8_t *facts, size_t facts_len, const uint8_t *state,
                                                           size_t state_len, struct otp_remembered *remembered,
                                                           struct otp_error *error);

#endif
