/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEST_FLOW_SCENE_H
#define TEST_FLOW_SCENE_H

#include "otp.h"

/*
 * The scene of the flow tests: a key file and a file store in a private directory, tokens whose keys and codes oathtool
 * knows, and a clock that stands where a test sets it. Whatever fails here that is not asked about fails the test.
 */

/* A moment of the tests' clock, ms: ten seconds into time step FIRST_STEP. */
#define FIRST_STEP INT64_C(56666667)
#define NOW (FIRST_STEP * 30000 + 10000)

enum { ALICE = 4242, BOB = 4243 }; /* uids */

/* Tokens of the tests; a digit tells the key, the prefix the kind: EVENT_0 and TIME_0 have the same key. */
#define EVENT_0 "UBHE00000000"
#define EVENT_1 "UBHE00000001"
#define EVENT_2 "UBHE00000002"
#define TIME_0 "VSST00000000"
#define TIME_1 "VSST00000001"

extern struct otp_vault *vault;
extern struct otp_limits limits;

/* Of the program: print the reason as TAP and exit where the tests would prove nothing. */
void scene_prepare(void);
void scene_clear(void);

/* Of each test: a fresh directory, and the vault in it opened. */
int scene_begin(void **state);
int scene_end(void **state);

/* Close the vault and open it again. */
void scene_reopen(void);

struct otp_places scene_places(void);

/* The path of "key", "store/users/NAME" …, in a static buffer. */
const char *scene_path(const char *name);

/* The code of a token at a position, by oathtool: a counter of 0 … 1499, a step around FIRST_STEP. */
const char *code_at(const char *id, int64_t position);

struct otp_token_id id_of(const char *text);
struct otp_seed seed_of(const char *id);
struct otp_pair pair_of(const char *first, int64_t first_at, const char *second, int64_t second_at);

/* The pair of a token at a position and the next, typed when a time token shows it. */
struct otp_pair pair_at(const char *id, int64_t position);

/* Put the token into the inventory. */
void add_token(const char *id);

/* Enrol a token of the inventory by the pair at a position; both must be accepted. */
void enroll(const char *user, const char *id, int64_t position);

/* Try to: the status, and the verdict if it is OTP_OK. */
enum otp_status try_enroll(const char *user, const char *id, bool add, struct otp_pair pair, enum otp_verdict *verdict);
enum otp_status try_enroll_how(const char *user, const char *id, enum otp_enroll_how how, struct otp_pair pair,
                               enum otp_verdict *verdict);

/* A token as the inventory has it. */
struct otp_token_report stocked(const char *id);

/* Whether the user could enrol the token: OTP_OK, or why not. */
enum otp_status could_enroll(const char *user, const char *id);

/* A failure, and what it says: the status is in *error, with a sentence. */
void assert_fails(enum otp_status status, enum otp_status expected, const struct otp_error *error);

/* One local login of alice or bob; the status must be OTP_OK. */
enum otp_verdict login_at(const char *user, const char *typed, int64_t now);

/* The same, at NOW. */
enum otp_verdict login(const char *user, const char *typed);

struct otp_attempt attempt_of(const char *user, const char *typed, int64_t now);

bool is_enrolled(const char *user);
struct otp_user_report report_of(const char *user);

#endif
