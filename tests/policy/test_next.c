/* SPDX-License-Identifier: BSD-2-Clause */
/* The answer to the prompt for the next code, after a miss: product §5.3; with §5.4 to §5.7 where they meet it. */
#include "policy/throttle.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { T = 50000000 };
static const int64_t T_MS = (int64_t)T * PERIOD;

static struct otp_limits limits;

static int set_up(void **state)
{
	(void)state;
	limits = otp_limits_normal();
	return 0;
}

/* Codes that were computed; the one that cannot be, 0: none. */
static unsigned computed, failing;

enum otp_status __real_otp_hotp_value(struct otp_hmac *key, uint64_t position, unsigned digits, uint32_t *value);
enum otp_status __wrap_otp_hotp_value(struct otp_hmac *key, uint64_t position, unsigned digits, uint32_t *value);

enum otp_status __wrap_otp_hotp_value(struct otp_hmac *key, uint64_t position, unsigned digits, uint32_t *value)
{
	if (++computed == failing)
		return OTP_E_CRYPTO;
	return __real_otp_hotp_value(key, position, digits, value);
}

/* Alice with an event token at 5000, or with a time token whose clock is exact. */
static struct otp_credential alice(enum otp_kind kind)
{
	struct otp_credential credential = {.holder = "alice"};

	add_token(&credential, kind, EVENT_KEY);
	credential.state.token[0].next = kind == OTP_EVENT ? 5000 : T - 100;
	credential.state.token[0].clock = (struct otp_clock){.known = true, .at = T_MS, .anchor_at = T_MS};
	return credential;
}

static int64_t base_of(const struct otp_credential *credential)
{
	return credential->token[0].kind == OTP_EVENT ? 5000 : T;
}

static struct otp_code shown(const struct otp_credential *credential, int64_t ahead)
{
	return code_at(&credential->token[0], base_of(credential) + ahead);
}

/* Judge the second answer; nothing but the state may change, and that only where the judgement says so. */
static struct otp_judgement judge_next(struct otp_credential *credential, struct otp_pair pair, enum otp_reach reach)
{
	const struct otp_answer answer = {.form = OTP_CODE_WELL_FORMED, .code = pair.second};
	struct otp_credential before = *credential, after;
	struct otp_judgement judgement;

	assert_int_equal(otp_judge_next(credential, &pair, &answer, reach, &limits, &judgement), OTP_OK);
	after = *credential;
	if (judgement.changed)
		after.state = before.state;
	assert_memory_equal(&after, &before, sizeof before);
	return judgement;
}

/* A dialogue: the first answer at `at`, the second a period later. */
static struct otp_judgement dialogue(struct otp_credential *credential, struct otp_code first, struct otp_code second,
                                     int64_t at, enum otp_verdict *missed)
{
	struct otp_pair pair = {.first = first, .second = second, .first_at = at, .second_at = at + PERIOD};

	*missed = login(credential, first, OTP_REMOTE, at, &limits).verdict;
	return judge_next(credential, pair, OTP_REMOTE);
}

/* One line: positions of the two codes from the expected one; what the first and the second are then. */
static const struct {
	enum otp_kind kind;
	int64_t first, second;
	enum otp_verdict missed, verdict;
	enum otp_way way;
} pair_rows[] = {
    {OTP_EVENT, 6, 7, OTP_REFUSED, OTP_ACCEPTED, OTP_BY_PAIR}, /* the first beyond the look-ahead */
    {OTP_EVENT, 500, 501, OTP_REFUSED, OTP_ACCEPTED, OTP_BY_PAIR},
    {OTP_EVENT, 1000, 1001, OTP_REFUSED, OTP_ACCEPTED, OTP_BY_PAIR},
    {OTP_EVENT, 1001, 1002, OTP_REFUSED, OTP_REFUSED, OTP_BY_TOKEN},
    {OTP_EVENT, 10000, 10001, OTP_REFUSED, OTP_REFUSED, OTP_BY_TOKEN}, /* the reset's reach is another */
    {OTP_EVENT, 7, 6, OTP_REFUSED, OTP_REFUSED, OTP_BY_TOKEN},
    {OTP_EVENT, 6, 8, OTP_REFUSED, OTP_REFUSED, OTP_BY_TOKEN},
    {OTP_EVENT, 6, 6, OTP_REFUSED, OTP_REFUSED, OTP_BY_TOKEN},
    {OTP_EVENT, 3000, 5, OTP_REFUSED, OTP_ACCEPTED, OTP_BY_TOKEN}, /* alone */
    {OTP_EVENT, 6, 5, OTP_REFUSED, OTP_ACCEPTED, OTP_BY_TOKEN},
    {OTP_EVENT, -1, 0, OTP_REPLAYED, OTP_ACCEPTED, OTP_BY_TOKEN},
    {OTP_EVENT, -1, -1, OTP_REPLAYED, OTP_REPLAYED, OTP_BY_TOKEN},
    {OTP_EVENT, -2, -1, OTP_REFUSED, OTP_REPLAYED, OTP_BY_TOKEN},
    {OTP_EVENT, 20, -1, OTP_REFUSED, OTP_REPLAYED, OTP_BY_TOKEN},
    {OTP_EVENT, -3, -2, OTP_REFUSED, OTP_REFUSED, OTP_BY_TOKEN},
    {OTP_TIME, 4, 5, OTP_REFUSED, OTP_ACCEPTED, OTP_BY_PAIR},
    {OTP_TIME, 40, 41, OTP_REFUSED, OTP_ACCEPTED, OTP_BY_PAIR},
    {OTP_TIME, 41, 42, OTP_REFUSED, OTP_REFUSED, OTP_BY_TOKEN},
    {OTP_TIME, -40, -39, OTP_REFUSED, OTP_ACCEPTED, OTP_BY_PAIR},
    {OTP_TIME, -41, -40, OTP_REFUSED, OTP_REFUSED, OTP_BY_TOKEN},
    {OTP_TIME, 5, 4, OTP_REFUSED, OTP_REFUSED, OTP_BY_TOKEN},
    {OTP_TIME, 4, 4, OTP_REFUSED, OTP_REFUSED, OTP_BY_TOKEN},
    {OTP_TIME, 30, 1, OTP_REFUSED, OTP_ACCEPTED, OTP_BY_TOKEN},
    {OTP_TIME, -101, 1, OTP_REPLAYED, OTP_ACCEPTED, OTP_BY_TOKEN},
    {OTP_TIME, -101, -100, OTP_REPLAYED, OTP_REFUSED, OTP_BY_TOKEN},
};

static void pairs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof pair_rows / sizeof *pair_rows; i++) {
		struct otp_credential credential = alice(pair_rows[i].kind);
		int64_t base = base_of(&credential), next = credential.state.token[0].next;
		enum otp_verdict missed;
		struct otp_judgement judgement =
		    dialogue(&credential, shown(&credential, pair_rows[i].first),
		             shown(&credential, pair_rows[i].second), T_MS + 14999, &missed);
		uint32_t failures = (missed == OTP_REFUSED ? 1U : 0U) + (judgement.verdict == OTP_REFUSED ? 1U : 0U);

		if (missed != pair_rows[i].missed || judgement.verdict != pair_rows[i].verdict ||
		    judgement.way != pair_rows[i].way)
			fail_msg("row %zu: %d, then %d", i, (int)missed, (int)judgement.verdict);
		assert_int_equal(judgement.changed, judgement.verdict != OTP_REPLAYED);
		if (judgement.verdict == OTP_ACCEPTED) {
			next = base + pair_rows[i].second + 1;
			failures = 0;
			assert_int_equal(judgement.position, next - 1);
			assert_int_equal(judgement.token, 0);
			if (judgement.way == OTP_BY_PAIR)
				assert_int_equal(judgement.compared, pair_rows[i].kind == OTP_EVENT ? 1001 : 81);
			assert_int_equal(credential.state.accepted_at, T_MS + 14999 + PERIOD);
		}
		assert_int_equal(credential.state.token[0].next, next);
		assert_int_equal(credential.state.bucket[OTP_REMOTE].failures, failures);
		assert_int_equal(credential.state.failures, failures);
		assert_int_equal(credential.state.bucket[OTP_LOCAL].failures, 0);
		otp_credential_wipe(&credential);
	}
}

/* Never before the last accepted position, even by one. */
static void never_before_the_last_accepted(void **state)
{
	(void)state;
	for (int64_t behind = -2; behind <= 3; behind++) {
		struct otp_credential credential = alice(OTP_TIME);
		enum otp_verdict missed;

		credential.state.token[0].next = T + 20;
		assert_int_equal(dialogue(&credential, shown(&credential, 20 - behind), shown(&credential, 21 - behind),
		                          T_MS, &missed)
		                         .way == OTP_BY_PAIR,
		                 behind <= 0);
		otp_credential_wipe(&credential);
	}
}

/* A login between the two answers takes the positions away, or gives the owner what he wanted. */
static void a_login_in_between(void **state)
{
	static const struct {
		int64_t next;
		enum otp_verdict verdict;
	} rows[] = {{5006, OTP_ACCEPTED}, {5007, OTP_ACCEPTED}, {5008, OTP_REPLAYED}, {5009, OTP_REFUSED}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_credential credential = alice(OTP_EVENT);
		struct otp_pair pair = {shown(&credential, 6), shown(&credential, 7), T_MS, T_MS + 1};

		assert_int_equal(login(&credential, pair.first, OTP_REMOTE, T_MS, &limits).verdict, OTP_REFUSED);
		credential.state.token[0].next = rows[i].next;
		assert_int_equal(judge_next(&credential, pair, OTP_REMOTE).verdict, rows[i].verdict);
		otp_credential_wipe(&credential);
	}
}

/* A pair leaves of the token, and of the codes that need none, what a reset by the same pair leaves. */
static void a_pair_leaves_what_a_reset_leaves(void **state)
{
	static const enum otp_kind kinds[] = {OTP_TIME, OTP_EVENT};

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		struct otp_credential credential = alice(kinds[k]), reset = alice(kinds[k]);
		struct otp_pair pair = {shown(&reset, 12), shown(&reset, 13), T_MS + 5000, T_MS + 40000};
		struct otp_judgement judgement;

		credential.recovery.expires = reset.recovery.expires = T_MS;
		assert_int_equal(otp_judge_pair(&reset, 0, &pair, false, &limits, &judgement), OTP_OK);
		assert_int_equal(judge_next(&credential, pair, OTP_REMOTE).verdict, OTP_ACCEPTED);
		assert_memory_equal(&credential.state.token[0], &reset.state.token[0], sizeof reset.state.token[0]);
		assert_true(credential.state.temporary_spent);
		assert_int_equal(login(&credential, pair.second, OTP_LOCAL, T_MS + 41000, &limits).verdict,
		                 OTP_REPLAYED);
		otp_credential_wipe(&credential);
		otp_credential_wipe(&reset);
	}
}

/* If our clock goes back between the answers, the pair is what it was, and what it proves is proven as of then. */
static void the_clock_went_back(void **state)
{
	struct otp_credential credential = alice(OTP_TIME);
	struct otp_pair pair = {shown(&credential, 20), shown(&credential, 21), T_MS + 600000, T_MS + 30000};

	(void)state;
	assert_int_equal(judge_next(&credential, pair, OTP_REMOTE).way, OTP_BY_PAIR);
	assert_int_equal(credential.state.token[0].clock.at, T_MS + 30000);
	assert_int_equal(credential.state.token[0].clock.lo, 600000);
	assert_int_equal(login(&credential, shown(&credential, 22), OTP_LOCAL, T_MS + 65000, &limits).verdict,
	                 OTP_ACCEPTED);
	otp_credential_wipe(&credential);
}

/* ---- tokens ---------------------------------------------------------------------------------------------- */

static void only_enabled_tokens_have_pairs(void **state)
{
	static const struct {
		enum otp_token_status one, two;
		enum otp_verdict verdict;
	} rows[] = {
	    {OTP_TOKEN_ENABLED, OTP_TOKEN_ENABLED, OTP_ACCEPTED},
	    {OTP_TOKEN_ENABLED, OTP_TOKEN_DISABLED, OTP_ACCEPTED},
	    {OTP_TOKEN_DISABLED, OTP_TOKEN_ENABLED, OTP_REFUSED},
	    {OTP_TOKEN_LOCKED, OTP_TOKEN_ENABLED, OTP_REFUSED},
	    {OTP_TOKEN_NEW, OTP_TOKEN_ENABLED, OTP_REFUSED},
	    {OTP_TOKEN_DISABLED, OTP_TOKEN_DISABLED, OTP_DISABLED},
	    {OTP_TOKEN_DISABLED, OTP_TOKEN_LOCKED, OTP_STOPPED},
	    {OTP_TOKEN_LOCKED, OTP_TOKEN_DISABLED, OTP_STOPPED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_credential credential = alice(OTP_EVENT);
		struct otp_pair pair = {shown(&credential, 9), shown(&credential, 10), T_MS, T_MS + 1};

		add_numbered_token(&credential, OTP_EVENT, 3);
		credential.token[0].status = rows[i].one;
		credential.token[1].status = rows[i].two;
		if (judge_next(&credential, pair, OTP_LOCAL).verdict != rows[i].verdict)
			fail_msg("row %zu", i);
		otp_credential_wipe(&credential);
	}
}

static void each_of_eight_tokens(void **state)
{
	struct otp_credential credential = {.holder = "alice"};
	struct otp_pair pair;

	(void)state;
	for (uint32_t i = 0; i < OTP_TOKENS_MAX; i++)
		add_numbered_token(&credential, OTP_EVENT, i);
	for (size_t i = 0; i < OTP_TOKENS_MAX; i++) {
		pair = (struct otp_pair){code_at(&credential.token[i], 50), code_at(&credential.token[i], 51), T_MS,
		                         T_MS + 1};
		assert_int_equal(judge_next(&credential, pair, OTP_LOCAL).token, i);
		pair.first = code_at(&credential.token[i], 70); /* and the other's next: none */
		pair.second = code_at(&credential.token[(i + 1) % OTP_TOKENS_MAX], 71);
		assert_int_equal(judge_next(&credential, pair, OTP_LOCAL).verdict, OTP_REFUSED);
		otp_throttle_clear(&credential.state.bucket[OTP_LOCAL]);
	}
	otp_credential_wipe(&credential);
}

/* If two have it, as of the same key, one is used up. */
static void the_first_token_that_has_it_has_it(void **state)
{
	struct otp_credential credential = alice(OTP_EVENT);
	struct otp_pair pair = {shown(&credential, 9), shown(&credential, 10), T_MS, T_MS + 1};

	(void)state;
	add_token(&credential, OTP_EVENT, EVENT_KEY);
	credential.state.token[1].next = 5001;
	assert_int_equal(judge_next(&credential, pair, OTP_LOCAL).token, 0);
	assert_int_equal(credential.state.token[0].next, 5011);
	assert_int_equal(credential.state.token[1].next, 5001);
	otp_credential_wipe(&credential);
}

/* No code, or one of another length, is the first of no pair; the second one stands for itself. */
static void digits_of_both_count(void **state)
{
	(void)state;
	for (uint8_t first = 0; first <= 8; first++)
		for (uint8_t second = 6; second <= 8; second++) {
			struct otp_credential credential = alice(OTP_EVENT);
			struct otp_pair pair;

			credential.token[0].digits = 7;
			pair = (struct otp_pair){shown(&credential, 9), shown(&credential, 10), T_MS, T_MS + 1};
			pair.first.digits = first;
			pair.second.digits = second;
			assert_int_equal(judge_next(&credential, pair, OTP_LOCAL).verdict, second != 7  ? OTP_MALFORMED
			                                                                   : first == 7 ? OTP_ACCEPTED
			                                                                                : OTP_REFUSED);
			otp_credential_wipe(&credential);
		}
}

/* Recovery and temporary codes are accepted at the second prompt as at the first. */
static void codes_that_need_no_token(void **state)
{
	static const struct {
		enum otp_code_form form;
		uint8_t tag;
		enum otp_verdict verdict;
		enum otp_way way;
	} rows[] = {
	    {OTP_CODE_RECOVERY, 1, OTP_ACCEPTED, OTP_BY_RECOVERY},
	    {OTP_CODE_WELL_FORMED, 99, OTP_ACCEPTED, OTP_BY_TEMPORARY},
	    {OTP_CODE_RECOVERY, 7, OTP_REFUSED, OTP_BY_TOKEN},
	    {OTP_CODE_WELL_FORMED, 7, OTP_REFUSED, OTP_BY_TOKEN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_credential credential = alice(OTP_EVENT);
		struct otp_answer answer = {
		    .form = rows[i].form, .code = {.value = 12345678, .digits = 8}, .tagged = true};
		struct otp_pair pair = {shown(&credential, 9), answer.code, T_MS, T_MS + 1};
		struct otp_judgement judgement;

		credential.recovery.n = 1;
		memset(credential.recovery.tag[0], 1, OTP_TAG_LEN);
		memset(credential.recovery.temporary, 99, OTP_TAG_LEN);
		credential.recovery.expires = 2 * T_MS;
		memset(answer.tag, rows[i].tag, OTP_TAG_LEN);
		assert_int_equal(otp_judge_next(&credential, &pair, &answer, OTP_LOCAL, &limits, &judgement), OTP_OK);
		assert_int_equal(judgement.verdict, rows[i].verdict);
		assert_int_equal(judgement.way, rows[i].way);
		otp_credential_wipe(&credential);
	}
}

/* ---- the throttle ------------------------------------------------------------------------------------------ */

/* One line: failures before, the wait that the second answer meets, and whose it is. */
static void waits(void **state)
{
	static const struct {
		uint32_t failures;                      /* with the last */
		int64_t first_at, failed_at, second_at; /* ms from T_MS */
		enum otp_verdict pair, alone;
	} rows[] = {
	    {1, 0, 0, 1, OTP_ACCEPTED, OTP_ACCEPTED},
	    {3, 0, 0, 1, OTP_ACCEPTED, OTP_ACCEPTED},
	    {4, 0, 0, 1, OTP_ACCEPTED, OTP_WAITING}, /* the first answer's own wait */
	    {4, 0, 0, 29999, OTP_ACCEPTED, OTP_WAITING},
	    {4, 0, 0, 30000, OTP_ACCEPTED, OTP_ACCEPTED},
	    {49, 0, 0, 1, OTP_ACCEPTED, OTP_WAITING},
	    {4, 0, 500, 1000, OTP_WAITING, OTP_WAITING}, /* somebody else failed since */
	    {4, 0, 500, 30499, OTP_WAITING, OTP_WAITING},
	    {4, 0, 500, 30500, OTP_ACCEPTED, OTP_ACCEPTED},
	    {4, 500, 0, 1000, OTP_WAITING, OTP_WAITING}, /* before: the first answer was not read */
	    {4, 500, 0, 29999, OTP_WAITING, OTP_WAITING},
	    {4, 500, 0, 30000, OTP_ACCEPTED, OTP_ACCEPTED},
	    {2, 0, 500, 1000, OTP_ACCEPTED, OTP_ACCEPTED},  /* no wait is earned yet */
	    {9, 1000, 1000, 0, OTP_ACCEPTED, OTP_ACCEPTED}, /* the clock went back */
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (int alone = 0; alone < 2; alone++) {
			struct otp_credential credential = alice(OTP_EVENT);
			struct otp_bucket *bucket = &credential.state.bucket[OTP_REMOTE];
			struct otp_pair pair = {shown(&credential, 9), shown(&credential, alone == 1 ? 3 : 10),
			                        T_MS + rows[i].first_at, T_MS + rows[i].second_at};
			struct otp_judgement judgement;

			*bucket = (struct otp_bucket){.failures = rows[i].failures,
			                              .candidates = 6 * rows[i].failures,
			                              .failed_at = T_MS + rows[i].failed_at};
			judgement = judge_next(&credential, pair, OTP_REMOTE);
			if (judgement.verdict != (alone == 1 ? rows[i].alone : rows[i].pair))
				fail_msg("row %zu: verdict %d", i, (int)judgement.verdict);
			assert_int_equal(bucket->failures, judgement.verdict == OTP_WAITING ? rows[i].failures
			                                   : rows[i].failures < 3           ? 0
			                                                                    : rows[i].failures - 3);
			assert_int_equal(judgement.wait > 0, judgement.verdict == OTP_WAITING);
			otp_credential_wipe(&credential);
		}
}

/* A pair at a login forgives as much as a code does: an attacker could make the owner need one every day. */
static void a_pair_forgives_what_a_code_forgives(void **state)
{
	(void)state;
	for (uint32_t failures = 0; failures < 50; failures++) {
		struct otp_credential one = alice(OTP_EVENT), other = alice(OTP_EVENT);
		struct otp_pair pair = {shown(&one, 9), shown(&one, 10), T_MS, T_MS + 1};

		for (enum otp_reach reach = OTP_LOCAL; reach <= OTP_REMOTE; reach++)
			one.state.bucket[reach] = other.state.bucket[reach] =
			    (struct otp_bucket){.failures = failures, .candidates = 7 * failures, .failed_at = 1};
		assert_int_equal(judge_next(&one, pair, OTP_REMOTE).way, OTP_BY_PAIR);
		assert_int_equal(login(&other, shown(&other, 3), OTP_REMOTE, T_MS, &limits).verdict, OTP_ACCEPTED);
		assert_memory_equal(one.state.bucket, other.state.bucket, sizeof one.state.bucket);
		otp_credential_wipe(&one);
		otp_credential_wipe(&other);
	}
}

static const struct otp_bucket locked = {.failures = 50, .candidates = 300, .failed_at = 1, .locked_at = 1};

/* A pair opens a locked bucket, its own alone, and the next code logs in. */
static void a_pair_opens_a_locked_bucket(void **state)
{
	static const struct otp_bucket buckets[] = {
	    {.failures = 50, .candidates = 300, .failed_at = 1, .locked_at = 1},
	    {.failures = 20, .candidates = 500, .failed_at = 1, .locked_at = 1},
	    {.failures = 9000, .candidates = 9400, .failed_at = 1, .locked_at = 1}, /* charged behind the lock */
	};

	(void)state;
	for (size_t i = 0; i < sizeof buckets / sizeof *buckets; i++) {
		struct otp_credential credential = alice(OTP_EVENT);
		struct otp_bucket *bucket = &credential.state.bucket[OTP_REMOTE];
		enum otp_verdict missed;

		credential.state.bucket[OTP_LOCAL] = buckets[i];
		*bucket = buckets[i];
		assert_int_equal(dialogue(&credential, shown(&credential, 0), shown(&credential, 1), T_MS, &missed).way,
		                 OTP_BY_PAIR);
		assert_int_equal(missed, OTP_LOCKED);
		assert_false(otp_throttle_is_locked(bucket));
		assert_in_range(bucket->failures, 17, 47);
		assert_memory_equal(&credential.state.bucket[OTP_LOCAL], &buckets[i], sizeof *buckets);
		assert_int_equal(
		    login(&credential, shown(&credential, 2), OTP_REMOTE, T_MS + PERIOD + 1, &limits).verdict,
		    OTP_ACCEPTED);
		otp_credential_wipe(&credential);
	}
}

/*
 * Behind a lock a pair that fails is a failure, and the wait throttles the next one. Otherwise an attacker could try
 * pairs there without end: a thousand in a million millions each, but as fast as dialogues go.
 */
static void pairs_behind_a_lock_are_throttled(void **state)
{
	struct otp_credential credential = alice(OTP_EVENT);
	struct otp_bucket *bucket = &credential.state.bucket[OTP_REMOTE], before;
	struct otp_pair wrong = {shown(&credential, 9), shown(&credential, 11), T_MS, T_MS + 1};
	struct otp_pair right = {shown(&credential, 9), shown(&credential, 10), T_MS + 2, T_MS + 3};
	struct otp_judgement judgement;

	(void)state;
	*bucket = locked;
	judgement = judge_next(&credential, wrong, OTP_REMOTE);
	assert_int_equal(judgement.verdict, OTP_REFUSED);
	assert_int_equal(judgement.wait, limits.longest_wait);
	assert_int_equal(judgement.compared, 1001);
	assert_int_equal(bucket->failures, 51);
	assert_int_equal(bucket->failed_at, T_MS + 1);
	assert_int_equal(credential.state.failures, 1);
	assert_int_equal(credential.state.failed_at, T_MS + 1);
	assert_true(otp_throttle_is_locked(bucket));
	before = *bucket;
	for (int i = 0; i < 100; i++) {
		assert_int_equal(judge_next(&credential, wrong, OTP_REMOTE).verdict, OTP_LOCKED);
		assert_int_equal(judge_next(&credential, right, OTP_REMOTE).verdict, OTP_LOCKED);
	}
	assert_memory_equal(bucket, &before, sizeof before);
	right.second_at = T_MS + 1 + limits.longest_wait;
	assert_int_equal(judge_next(&credential, right, OTP_REMOTE).way, OTP_BY_PAIR);
	otp_credential_wipe(&credential);
}

/* What is no pair is not read behind a lock, and costs nothing. */
static void what_is_no_pair_stays_locked_out(void **state)
{
	struct otp_credential credential = alice(OTP_EVENT);
	struct otp_pair pair = {shown(&credential, 9), shown(&credential, 9), T_MS, T_MS + 1};

	(void)state;
	credential.state.bucket[OTP_REMOTE] = locked;
	assert_int_equal(judge_next(&credential, pair, OTP_REMOTE).verdict, OTP_LOCKED); /* equal codes */
	pair.second = shown(&credential, 0);
	pair.first.digits = 8;
	assert_int_equal(judge_next(&credential, pair, OTP_REMOTE).verdict, OTP_LOCKED);
	pair.first.digits = 0;
	assert_int_equal(judge_next(&credential, pair, OTP_REMOTE).verdict, OTP_LOCKED);
	assert_memory_equal(&credential.state.bucket[OTP_REMOTE], &locked, sizeof locked);
	otp_credential_wipe(&credential);
}

/* ---- as much work, wherever a code lies -------------------------------------------------------------------- */

static unsigned work_of(enum otp_kind kind, int64_t first, int64_t second, struct otp_bucket bucket,
                        enum otp_verdict *verdict)
{
	struct otp_credential credential = alice(kind);
	struct otp_pair pair = {shown(&credential, first), shown(&credential, second), T_MS + 14999, T_MS + 44999};

	add_numbered_token(&credential, OTP_EVENT, 5);
	credential.state.bucket[OTP_LOCAL] = bucket;
	computed = 0;
	*verdict = judge_next(&credential, pair, OTP_LOCAL).verdict;
	otp_credential_wipe(&credential);
	return computed;
}

static void the_work_tells_nothing(void **state)
{
	static const struct otp_bucket waiting = {.failures = 9, .candidates = 54, .failed_at = 1};
	struct otp_bucket other = waiting;

	(void)state;
	other.failed_at = T_MS + 20000;
	for (enum otp_kind kind = OTP_TIME; kind <= OTP_EVENT; kind++) {
		const unsigned look = (kind == OTP_EVENT ? 1002 : 82) + 1002;
		const unsigned alone = (kind == OTP_EVENT ? 7 : 3) + 6;

		for (int64_t first = 6; first <= 39; first += 11)
			for (int64_t second = first - 1; second <= first + 2; second++) {
				bool pair = second == first + 1;
				enum otp_verdict verdict;

				if (second == 5)
					continue;
				assert_int_equal(work_of(kind, first, second, waiting, &verdict),
				                 pair ? look : look + alone);
				assert_int_equal(verdict, pair ? OTP_ACCEPTED : OTP_REFUSED);
				assert_int_equal(work_of(kind, first, second, locked, &verdict), look);
				assert_int_equal(verdict, pair              ? OTP_ACCEPTED
				                          : second == first ? OTP_LOCKED
				                                            : OTP_REFUSED);
				assert_int_equal(work_of(kind, first, second, other, &verdict), look);
				assert_int_equal(verdict, OTP_WAITING);
			}
	}
}

/* Whichever code cannot be computed, nothing is decided. */
static void a_failing_library_decides_nothing(void **state)
{
	(void)state;
	limits.sync_counters = 10;
	for (int second = 9; second <= 10; second++)
		for (unsigned nth = 1; nth <= 11; nth++) {
			struct otp_credential credential = alice(OTP_EVENT), before;
			struct otp_pair pair = {shown(&credential, 8), shown(&credential, second), T_MS, T_MS + 1};
			const struct otp_answer answer = {.form = OTP_CODE_WELL_FORMED, .code = pair.second};
			struct otp_judgement judgement;

			before = credential;
			computed = 0;
			failing = nth;
			assert_int_equal(otp_judge_next(&credential, &pair, &answer, OTP_LOCAL, &limits, &judgement),
			                 OTP_E_CRYPTO);
			failing = 0;
			assert_memory_equal(&credential, &before, sizeof before);
			assert_int_not_equal(judgement.verdict, OTP_ACCEPTED);
			otp_credential_wipe(&credential);
		}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(pairs, set_up),
	    cmocka_unit_test_setup(never_before_the_last_accepted, set_up),
	    cmocka_unit_test_setup(a_login_in_between, set_up),
	    cmocka_unit_test_setup(a_pair_leaves_what_a_reset_leaves, set_up),
	    cmocka_unit_test_setup(the_clock_went_back, set_up),
	    cmocka_unit_test_setup(only_enabled_tokens_have_pairs, set_up),
	    cmocka_unit_test_setup(each_of_eight_tokens, set_up),
	    cmocka_unit_test_setup(the_first_token_that_has_it_has_it, set_up),
	    cmocka_unit_test_setup(digits_of_both_count, set_up),
	    cmocka_unit_test_setup(codes_that_need_no_token, set_up),
	    cmocka_unit_test_setup(waits, set_up),
	    cmocka_unit_test_setup(a_pair_forgives_what_a_code_forgives, set_up),
	    cmocka_unit_test_setup(a_pair_opens_a_locked_bucket, set_up),
	    cmocka_unit_test_setup(pairs_behind_a_lock_are_throttled, set_up),
	    cmocka_unit_test_setup(what_is_no_pair_stays_locked_out, set_up),
	    cmocka_unit_test_setup(the_work_tells_nothing, set_up),
	    cmocka_unit_test_setup(a_failing_library_decides_nothing, set_up),
	};

	return cmocka_run_group_tests_name("next", tests, NULL, NULL);
}
