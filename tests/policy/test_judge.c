/* SPDX-License-Identifier: BSD-2-Clause */
/* Which code of a login is accepted, and what it changes: product §5.1, §5.2, §5.5, §5.8; `vipotp test`, §5.3. */
#include "random.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct otp_limits limits;

static int set_up(void **state)
{
	(void)state;
	limits = otp_limits_normal();
	return 0;
}

/* ---- event tokens, product §5.1 --------------------------------------------------------------------- */

/* One line: the token expects `next`, the code of `typed` comes; what is said, and what is expected then. */
static void look_ahead(void **state)
{
	static const struct {
		int64_t next, typed;
		enum otp_verdict verdict;
		int64_t then;
	} rows[] = {
	    {0, 0, OTP_ACCEPTED, 1},
	    {0, 1, OTP_ACCEPTED, 2},
	    {0, 5, OTP_ACCEPTED, 6}, /* the look-ahead's last */
	    {0, 6, OTP_REFUSED, 0},
	    {0, 9, OTP_REFUSED, 0},
	    {0, 1000, OTP_REFUSED, 0},
	    {6, 5, OTP_REPLAYED, 6}, /* the one accepted last */
	    {6, 4, OTP_REFUSED, 6},  /* used, or skipped */
	    {6, 0, OTP_REFUSED, 6},
	    {6, 6, OTP_ACCEPTED, 7},
	    {6, 11, OTP_ACCEPTED, 12},
	    {6, 12, OTP_REFUSED, 6},
	    {1000000000000, 1000000000005, OTP_ACCEPTED, 1000000000006},
	    {1000000000000, 1000000000006, OTP_REFUSED, 1000000000000},
	    {1000000000000, 999999999998, OTP_REFUSED, 1000000000000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_credential credential = {.holder = "alice"};
		struct otp_token *token = add_token(&credential, OTP_EVENT, EVENT_KEY);
		struct otp_judgement judgement;

		credential.state.token[0].next = rows[i].next;
		judgement = login(&credential, code_at(token, rows[i].typed), OTP_LOCAL, 1000, &limits);
		if (judgement.verdict != rows[i].verdict || credential.state.token[0].next != rows[i].then)
			fail_msg("row %zu: verdict %d", i, (int)judgement.verdict);
		assert_int_equal(judgement.changed, rows[i].verdict != OTP_REPLAYED);
		assert_int_equal(judgement.token, rows[i].verdict == OTP_REFUSED ? 1 : 0);
		assert_int_equal(judgement.compared, 6);
		if (rows[i].verdict == OTP_ACCEPTED) {
			assert_int_equal(judgement.position, rows[i].typed);
			assert_int_equal(judgement.ahead, rows[i].typed - rows[i].next);
		}
		otp_credential_wipe(&credential);
	}
}

/* The codes of RFC 4226 appendix D, in order, each once. */
static void rfc4226_codes_log_in_once(void **state)
{
	static const uint32_t values[] = {755224, 287082, 359152, 969429, 338314,
	                                  254676, 287922, 162583, 399871, 520489};
	struct otp_credential credential = {.holder = "alice"};

	(void)state;
	add_token(&credential, OTP_EVENT, RFC4226_KEY);
	for (size_t i = 0; i < 10; i++) {
		struct otp_code code = {.value = values[i], .digits = 6};

		assert_int_equal(login(&credential, code, OTP_LOCAL, 1000, &limits).verdict, OTP_ACCEPTED);
		assert_int_equal(login(&credential, code, OTP_LOCAL, 1000, &limits).verdict, OTP_REPLAYED);
	}
	otp_credential_wipe(&credential);
}

/* An outsider's guesses do not move the owner's counter: product §5.1, and what goes wrong elsewhere. */
static void wrong_code_never_advances(void **state)
{
	struct otp_credential credential = {.holder = "alice"};
	struct otp_token *token = add_token(&credential, OTP_EVENT, EVENT_KEY);
	struct otp_code wrong = {.digits = 6};

	(void)state;
	credential.state.token[0].next = 100;
	for (uint32_t i = 0; i < 1000; i++) {
		bool right = false;

		wrong.value = i;
		for (int64_t p = 99; p <= 105; p++)
			right = right || code_at(token, p).value == i;
		otp_credential_wipe(&credential);
		token = add_token(&credential, OTP_EVENT, EVENT_KEY);
		credential.state.token[0].next = 100;
		if (right)
			continue;
		assert_int_equal(login(&credential, wrong, OTP_REMOTE, 1000, &limits).verdict, OTP_REFUSED);
		assert_int_equal(credential.state.token[0].next, 100);
	}
	assert_int_equal(login(&credential, code_at(token, 100), OTP_LOCAL, 1000, &limits).verdict, OTP_ACCEPTED);
	otp_credential_wipe(&credential);
}

static void look_ahead_is_a_limit(void **state)
{
	(void)state;
	for (limits.look_ahead = 0; limits.look_ahead <= 10; limits.look_ahead++)
		for (int64_t typed = 0; typed <= 12; typed++) {
			struct otp_credential credential = {.holder = "alice"};
			struct otp_token *token = add_token(&credential, OTP_EVENT, EVENT_KEY);
			struct otp_judgement judgement =
			    login(&credential, code_at(token, typed), OTP_LOCAL, 1000, &limits);

			assert_int_equal(judgement.verdict, typed <= limits.look_ahead ? OTP_ACCEPTED : OTP_REFUSED);
			assert_int_equal(judgement.compared, limits.look_ahead + 1);
			otp_credential_wipe(&credential);
		}
}

/* ---- time tokens, product §5.2 and §5.5 ------------------------------------------------------------- */

enum { EQUAL = 47514934, T = EQUAL + 1000 }; /* EQUAL begins at 1425448020 */
static const int64_t EQUAL_MS = (int64_t)EQUAL * PERIOD, T_MS = (int64_t)T * PERIOD;

/* One line: codes of T + `step` typed at `at` ms after T's begin, one after the other. */
static void one_position_once(void **state)
{
	static const struct {
		const char *what;
		struct {
			int64_t step, at;
			enum otp_verdict verdict;
		} typed[4];
		size_t n;
	} rows[] = {
	    {"T+1, T, T-1: a watermark, no list",
	     {{11, 330000, OTP_ACCEPTED}, {10, 331000, OTP_REFUSED}, {9, 332000, OTP_REFUSED}},
	     3},
	    {"T-1, T, T+1: each later one",
	     {{9, 300000, OTP_ACCEPTED}, {10, 301000, OTP_ACCEPTED}, {11, 320000, OTP_ACCEPTED}},
	     3},
	    {"the same again", {{10, 305000, OTP_ACCEPTED}, {10, 306000, OTP_REPLAYED}, {10, 325000, OTP_REPLAYED}}, 3},
	    {"the same after a wrong one",
	     {{10, 305000, OTP_ACCEPTED}, {50, 306000, OTP_REFUSED}, {10, 307000, OTP_REPLAYED}},
	     3},
	    {"an older one again",
	     {{10, 305000, OTP_ACCEPTED},
	      {11, 331000, OTP_ACCEPTED},
	      {10, 332000, OTP_REFUSED},
	      {11, 333000, OTP_REPLAYED}},
	     4},
	    {"an hour later",
	     {{10, 305000, OTP_ACCEPTED}, {10, 3905000, OTP_REPLAYED}, {130, 3905000, OTP_ACCEPTED}},
	     3},
	    {"the clock went back an hour",
	     {{130, 3905000, OTP_ACCEPTED}, {10, 305000, OTP_REFUSED}, {131, 3935000, OTP_ACCEPTED}},
	     3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_credential credential = {.holder = "alice"};
		struct otp_token *token = add_token(&credential, OTP_TIME, TIME_KEY);

		for (size_t j = 0; j < rows[i].n; j++) {
			struct otp_code code = code_at(token, T + rows[i].typed[j].step);
			int64_t before = credential.state.token[0].next;
			struct otp_judgement judgement =
			    login(&credential, code, OTP_LOCAL, T_MS + rows[i].typed[j].at, &limits);

			if (judgement.verdict != rows[i].typed[j].verdict)
				fail_msg("%s: code %zu has verdict %d", rows[i].what, j, (int)judgement.verdict);
			if (judgement.verdict == OTP_ACCEPTED)
				assert_int_equal(credential.state.token[0].next, T + rows[i].typed[j].step + 1);
			else
				assert_int_equal(credential.state.token[0].next, before);
		}
		otp_credential_wipe(&credential);
	}
}

/*
 * Codes of a token that is 40 s ahead, once that is proven (here exactly, as long use does): what the interval and a
 * delay of up to 30 s explain. Our time is the middle of step T; the token shows T + 1 since 25 s.
 */
static void exactly_the_explained_steps(void **state)
{
	static const struct {
		int64_t lo, hi, first, last;
	} rows[] = {
	    {40000, 40000, 0, 1},                       /* 55 s after T began: T + 1; up to 30 s ago: T */
	    {44999, 44999, 0, 1}, {45000, 45000, 1, 2}, /* T + 1 began exactly a delay ago */
	    {15000, 15000, 0, 1}, {14999, 14999, -1, 0}, {-15000, -15000, -1, 0}, {-15001, -15001, -2, -1},
	    {0, 30000, -1, 1},    {0, 44999, -1, 1},     {0, 45000, -1, 2},       {-30000, 30000, -2, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (int64_t step = -5; step <= 5; step++) {
			struct otp_credential credential = {.holder = "alice"};
			struct otp_token *token = add_token(&credential, OTP_TIME, TIME_KEY);
			int64_t now = T_MS + 15000;
			bool inside = step >= rows[i].first && step <= rows[i].last;
			struct otp_judgement judgement;

			credential.state.token[0].clock = (struct otp_clock){.known = true,
			                                                     .lo = rows[i].lo,
			                                                     .hi = rows[i].hi,
			                                                     .at = now,
			                                                     .anchor_lo = rows[i].lo,
			                                                     .anchor_hi = rows[i].hi,
			                                                     .anchor_at = now};
			judgement = login(&credential, code_at(token, T + step), OTP_LOCAL, now, &limits);
			if (judgement.verdict != (inside ? OTP_ACCEPTED : OTP_REFUSED))
				fail_msg("row %zu, step %d: verdict %d", i, (int)step, (int)judgement.verdict);
			assert_int_equal(judgement.compared, rows[i].last - rows[i].first + 1);
			otp_credential_wipe(&credential);
		}
}

/* 027167 at 1425448020 and at 1425448050: the code just accepted is refused, though its next position is free. */
static void equal_codes_in_a_row(void **state)
{
	struct otp_credential credential = {.holder = "alice"};
	struct otp_token *token = add_token(&credential, OTP_TIME, TIME_KEY);
	struct otp_code code = {.value = 27167, .digits = 6};
	struct otp_credential before;

	(void)state;
	assert_int_equal(code_at(token, EQUAL).value, 27167);
	assert_int_equal(code_at(token, EQUAL + 1).value, 27167);
	assert_int_equal(login(&credential, code, OTP_LOCAL, EQUAL_MS - 25000 + PERIOD, &limits).verdict, OTP_ACCEPTED);
	before = credential;
	assert_int_equal(login(&credential, code, OTP_REMOTE, EQUAL_MS - 20000 + PERIOD, &limits).verdict,
	                 OTP_REPLAYED);
	assert_memory_equal(&credential, &before, sizeof before);
	assert_int_equal(login(&credential, code_at(token, EQUAL + 2), OTP_LOCAL, EQUAL_MS + 65000, &limits).verdict,
	                 OTP_ACCEPTED);
	otp_credential_wipe(&credential);
}

/* A retype is no guess: nothing is counted, nothing is written; not even the hundredth time. */
static void retype_is_not_counted(void **state)
{
	static const enum otp_kind kinds[] = {OTP_TIME, OTP_EVENT};

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		struct otp_credential credential = {.holder = "alice"}, before;
		struct otp_token *token = add_token(&credential, kinds[k], TIME_KEY);
		struct otp_code code;

		credential.state.token[0].next = T - 2;
		code = code_at(token, T);
		assert_int_equal(login(&credential, code, OTP_LOCAL, T_MS + 5000, &limits).verdict, OTP_ACCEPTED);
		before = credential;
		for (int i = 0; i < 100; i++) {
			struct otp_judgement judgement =
			    login(&credential, code, i % 2 == 0 ? OTP_LOCAL : OTP_REMOTE, T_MS + 6000, &limits);

			assert_int_equal(judgement.verdict, OTP_REPLAYED);
			assert_false(judgement.changed);
			assert_int_equal(judgement.token, 0);
			assert_memory_equal(&credential, &before, sizeof before);
		}
		otp_credential_wipe(&credential);
	}
}

/* ---- codes as typed, product §5.8 ------------------------------------------------------------------- */

/* The last six digits of an eight-digit code are no code of its token, before its use and after. */
static void suffix_of_a_longer_code(void **state)
{
	struct otp_credential credential = {.holder = "alice"}, before;
	struct otp_token *token = add_token(&credential, OTP_EVENT, EVENT_KEY);
	struct otp_code whole, suffix;

	(void)state;
	token->digits = 8;
	whole = code_at(token, 0);
	suffix = (struct otp_code){.value = whole.value % 1000000, .digits = 6};
	before = credential;
	assert_int_equal(login(&credential, suffix, OTP_LOCAL, 1000, &limits).verdict, OTP_MALFORMED);
	assert_memory_equal(&credential, &before, sizeof before);
	/* the same number with eight digits, were it to begin with zeros, is another code */
	suffix.digits = 8;
	assert_int_equal(login(&credential, suffix, OTP_LOCAL, 1000, &limits).verdict, OTP_REFUSED);
	suffix.digits = 6;
	assert_int_equal(login(&credential, whole, OTP_LOCAL, 1000, &limits).verdict, OTP_ACCEPTED);
	assert_int_equal(login(&credential, suffix, OTP_LOCAL, 1000, &limits).verdict, OTP_MALFORMED);
	/* beside a token of six digits it is a guess, and a wrong one */
	token = add_token(&credential, OTP_EVENT, RFC4226_KEY);
	assert_int_equal(login(&credential, suffix, OTP_LOCAL, 1000, &limits).verdict, OTP_REFUSED);
	assert_int_equal(login(&credential, code_at(token, 0), OTP_LOCAL, 1000, &limits).verdict, OTP_ACCEPTED);
	otp_credential_wipe(&credential);
}

/* An eight-digit code that begins with two zeros is not the six-digit one without them, whoever asks for six. */
static void leading_zeros_count(void **state)
{
	struct otp_credential credential = {.holder = "alice"};
	struct otp_token *eight = add_token(&credential, OTP_EVENT, EVENT_KEY);
	struct otp_code code = {.value = UINT32_MAX};

	(void)state;
	add_token(&credential, OTP_EVENT, RFC4226_KEY);
	eight->digits = 8;
	while (code.value >= 1000000)
		code = code_at(eight, ++credential.state.token[0].next);
	code.digits = 6;
	assert_int_equal(login(&credential, code, OTP_LOCAL, 1000, &limits).verdict, OTP_REFUSED);
	code.digits = 8;
	assert_int_equal(login(&credential, code, OTP_LOCAL, 1000, &limits).verdict, OTP_ACCEPTED);
	otp_credential_wipe(&credential);
}

/* Every number of digits but the token's is malformed, and no guess. */
static void digits_count(void **state)
{
	(void)state;
	for (uint8_t has = 6; has <= 8; has++)
		for (uint8_t typed = 6; typed <= 8; typed++) {
			struct otp_credential credential = {.holder = "alice"};
			struct otp_token *token = add_token(&credential, OTP_EVENT, EVENT_KEY);
			struct otp_judgement judgement;
			struct otp_code code;

			token->digits = has;
			code = code_at(token, 3);
			code.digits = typed;
			judgement = login(&credential, code, OTP_LOCAL, 1000, &limits);
			assert_int_equal(judgement.verdict, typed == has ? OTP_ACCEPTED : OTP_MALFORMED);
			assert_int_equal(judgement.changed, typed == has);
			assert_int_equal(credential.state.bucket[OTP_LOCAL].failures, 0);
			otp_credential_wipe(&credential);
		}
}

/* ---- several tokens --------------------------------------------------------------------------------- */

static void every_token_is_looked_at(void **state)
{
	struct otp_credential credential = {.holder = "alice"};
	struct otp_code wrong = {.digits = 6};

	(void)state;
	for (uint32_t i = 0; i < OTP_TOKENS_MAX; i++)
		add_numbered_token(&credential, i % 2 == 0 ? OTP_EVENT : OTP_TIME, i);
	for (size_t i = 0; i < OTP_TOKENS_MAX; i++) {
		struct otp_code code = code_at(&credential.token[i], i % 2 == 0 ? 0 : T);
		struct otp_judgement judgement = login(&credential, code, OTP_LOCAL, T_MS + 1000, &limits);

		assert_int_equal(judgement.verdict, OTP_ACCEPTED);
		assert_int_equal(judgement.token, i);
		for (size_t j = 0; j < OTP_TOKENS_MAX; j++) /* the others' positions are theirs */
			assert_int_equal(credential.state.token[j].next, j > i ? 0 : j % 2 == 0 ? 1 : T + 1);
		judgement = login(&credential, code, OTP_LOCAL, T_MS + 1000, &limits);
		assert_int_equal(judgement.verdict, OTP_REPLAYED);
		assert_int_equal(judgement.token, i);
	}
	/* a wrong code costs the candidates of all: 4 event tokens with 6, 4 time tokens with what is left of them */
	for (size_t i = 0; i < 1000; i++) {
		struct otp_credential copy = credential;
		struct otp_judgement judgement;

		wrong.value++;
		judgement = login(&copy, wrong, OTP_LOCAL, T_MS + 1000, &limits);
		if (judgement.verdict != OTP_REFUSED)
			continue;
		assert_int_equal(copy.state.bucket[OTP_LOCAL].candidates, judgement.compared);
		assert_in_range(copy.state.bucket[OTP_LOCAL].candidates, 24, 24 + 4 * 3);
		assert_int_equal(copy.state.bucket[OTP_LOCAL].failures, 1);
		break;
	}
	otp_credential_wipe(&credential);
}

/* Two tokens with one key, as two enrolments of one secret would give: a code still serves once. */
static void one_code_of_two_tokens(void **state)
{
	struct otp_credential credential = {.holder = "alice"};
	struct otp_token *token = add_token(&credential, OTP_EVENT, EVENT_KEY);

	(void)state;
	add_token(&credential, OTP_EVENT, EVENT_KEY);
	assert_int_equal(login(&credential, code_at(token, 0), OTP_LOCAL, 1000, &limits).verdict, OTP_ACCEPTED);
	assert_int_equal(login(&credential, code_at(token, 0), OTP_LOCAL, 1000, &limits).verdict, OTP_REPLAYED);
	otp_credential_wipe(&credential);
}

static void disabled_tokens(void **state)
{
	struct otp_credential credential = {.holder = "alice"}, before;
	struct otp_token *one = add_numbered_token(&credential, OTP_EVENT, 1);
	struct otp_token *two = add_numbered_token(&credential, OTP_EVENT, 2);

	(void)state;
	one->status = OTP_TOKEN_DISABLED;
	assert_int_equal(login(&credential, code_at(one, 0), OTP_LOCAL, 1000, &limits).verdict, OTP_REFUSED);
	assert_int_equal(credential.state.bucket[OTP_LOCAL].candidates, 6); /* the enabled one's alone */
	assert_int_equal(credential.state.token[0].next, 0);
	assert_int_equal(login(&credential, code_at(two, 0), OTP_LOCAL, 1000, &limits).verdict, OTP_ACCEPTED);
	two->status = OTP_TOKEN_NEW; /* as good as none */
	before = credential;
	assert_int_equal(login(&credential, code_at(one, 0), OTP_LOCAL, 1000, &limits).verdict, OTP_DISABLED);
	assert_int_equal(login(&credential, code_at(two, 1), OTP_LOCAL, 1000, &limits).verdict, OTP_DISABLED);
	assert_memory_equal(&credential, &before, sizeof before);
	otp_credential_wipe(&credential);
}

/* ---- `vipotp test`, product §5.3 and §7.2 ----------------------------------------------------------- */

static void tiers(void **state)
{
	static const struct {
		enum otp_kind kind;
		int64_t typed; /* event: from next, time: from T */
		enum otp_tier tier;
		bool used;
	} rows[] = {
	    {OTP_EVENT, 0, OTP_TIER_WORKS, false},    {OTP_EVENT, 5, OTP_TIER_WORKS, false},
	    {OTP_EVENT, 6, OTP_TIER_RESET, false},    {OTP_EVENT, 1000, OTP_TIER_RESET, false},
	    {OTP_EVENT, 1001, OTP_TIER_FAILS, false}, {OTP_EVENT, -1, OTP_TIER_FAILS, true},
	    {OTP_EVENT, -2, OTP_TIER_FAILS, false},   {OTP_TIME, 0, OTP_TIER_WORKS, false},
	    {OTP_TIME, -1, OTP_TIER_WORKS, false},    {OTP_TIME, 1, OTP_TIER_RESET, false},
	    {OTP_TIME, -2, OTP_TIER_RESET, false},    {OTP_TIME, 40, OTP_TIER_RESET, false},
	    {OTP_TIME, 41, OTP_TIER_FAILS, false},    {OTP_TIME, -40, OTP_TIER_RESET, false},
	    {OTP_TIME, -41, OTP_TIER_FAILS, false},   {OTP_TIME, -50, OTP_TIER_FAILS, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_credential credential = {.holder = "alice"}, before;
		struct otp_token *token = add_token(&credential, rows[i].kind, EVENT_KEY);
		int64_t from = rows[i].kind == OTP_EVENT ? 5000 : T;
		int64_t now = T_MS + 29000; /* exactly right; a delay ago it showed T - 1; the middle lies in T */
		struct otp_assay assay;

		credential.state.token[0].next = rows[i].kind == OTP_EVENT ? 5000 : T - 49;
		credential.state.token[0].clock = (struct otp_clock){.known = true, .at = now, .anchor_at = now};
		before = credential;
		assert_int_equal(
		    otp_judge_test(&credential, code_at(token, from + rows[i].typed), now, &limits, &assay), OTP_OK);
		if (assay.tier != rows[i].tier || assay.used != rows[i].used)
			fail_msg("row %zu: tier %d, used %d", i, (int)assay.tier, assay.used);
		assert_memory_equal(&credential, &before, sizeof before);
		if (assay.tier != OTP_TIER_FAILS) {
			assert_int_equal(assay.token, 0);
			assert_int_equal(assay.position, from + rows[i].typed);
			assert_int_equal(assay.distance, rows[i].typed);
		} else {
			assert_int_equal(assay.token, assay.used ? 0 : 1);
		}
		otp_credential_wipe(&credential);
	}
}

/* What a login says and what a test of the same code says belong together, for every token of several. */
static void test_agrees_with_login(void **state)
{
	struct otp_credential credential = {.holder = "alice"};

	(void)state;
	add_numbered_token(&credential, OTP_EVENT, 1);
	add_numbered_token(&credential, OTP_TIME, 2);
	add_numbered_token(&credential, OTP_TIME, 3)->status = OTP_TOKEN_DISABLED;
	credential.state.token[0].next = 100;
	credential.state.token[1].next = T - 1;
	for (size_t i = 0; i < 3; i++)
		for (int64_t step = -60; step <= 60; step++) {
			struct otp_credential copy = credential;
			struct otp_code code = code_at(&credential.token[i], (i == 0 ? 100 : T) + step);
			struct otp_judgement judgement = login(&copy, code, OTP_LOCAL, T_MS + 9000, &limits);
			struct otp_assay assay;

			assert_int_equal(otp_judge_test(&credential, code, T_MS + 9000, &limits, &assay), OTP_OK);
			assert_int_equal(assay.tier == OTP_TIER_WORKS, judgement.verdict == OTP_ACCEPTED);
			assert_int_equal(assay.used, judgement.verdict == OTP_REPLAYED);
			if (judgement.verdict == OTP_ACCEPTED) {
				assert_int_equal(assay.token, judgement.token);
				assert_int_equal(assay.position, judgement.position);
			}
			assert_int_not_equal(assay.token, 2);
		}
	otp_credential_wipe(&credential);
}

/* ---- whatever happens ------------------------------------------------------------------------------- */

/*
 * Random histories: right, used and wrong codes of two tokens at a clock that jumps. A position is accepted at most
 * once, in rising order; and what is not changed is not touched.
 */
static void invariants_of_random_histories(void **state)
{
	uint64_t seed = 20260101;

	(void)state;
	limits.lock_failures = limits.lock_candidates = 1000000;
	limits.first_wait = limits.longest_wait = 1;
	for (int history = 0; history < 40; history++) {
		struct otp_credential credential = {.holder = "alice"}, before;
		int64_t now = T_MS, accepted[2] = {-1, -1};

		add_numbered_token(&credential, OTP_EVENT, (uint32_t)history);
		add_numbered_token(&credential, OTP_TIME, (uint32_t)history);
		for (int i = 0; i < 500; i++) {
			size_t of = random_bits(&seed) % 2;
			int64_t base = of == 0 ? credential.state.token[0].next : otp_step_at(now, PERIOD);
			int64_t position = base + random_integer(&seed, -7, 7);
			struct otp_code code = code_at(&credential.token[of], position < 0 ? 0 : position);
			struct otp_judgement judgement;

			if (random_bits(&seed) % 50 == 0)
				now += random_integer(&seed, -600000, 600000);
			now += random_integer(&seed, 2, 40000);
			before = credential;
			judgement = login(&credential, code, OTP_LOCAL, now, &limits);
			if (judgement.verdict == OTP_ACCEPTED) {
				assert_true(judgement.position > accepted[judgement.token]);
				assert_int_equal(credential.state.token[judgement.token].next, judgement.position + 1);
				accepted[judgement.token] = judgement.position;
			} else {
				assert_memory_equal(credential.state.token, before.state.token,
				                    sizeof before.state.token);
			}
			assert_int_equal(judgement.changed,
			                 memcmp(&credential.state, &before.state, sizeof before.state) != 0);
			assert_memory_equal(credential.token, before.token, sizeof before.token);
		}
		assert_true(accepted[0] > 100 && accepted[1] > T); /* the histories do log in */
		otp_credential_wipe(&credential);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(look_ahead, set_up),
	    cmocka_unit_test_setup(rfc4226_codes_log_in_once, set_up),
	    cmocka_unit_test_setup(wrong_code_never_advances, set_up),
	    cmocka_unit_test_setup(look_ahead_is_a_limit, set_up),
	    cmocka_unit_test_setup(one_position_once, set_up),
	    cmocka_unit_test_setup(exactly_the_explained_steps, set_up),
	    cmocka_unit_test_setup(equal_codes_in_a_row, set_up),
	    cmocka_unit_test_setup(retype_is_not_counted, set_up),
	    cmocka_unit_test_setup(suffix_of_a_longer_code, set_up),
	    cmocka_unit_test_setup(leading_zeros_count, set_up),
	    cmocka_unit_test_setup(digits_count, set_up),
	    cmocka_unit_test_setup(every_token_is_looked_at, set_up),
	    cmocka_unit_test_setup(one_code_of_two_tokens, set_up),
	    cmocka_unit_test_setup(disabled_tokens, set_up),
	    cmocka_unit_test_setup(tiers, set_up),
	    cmocka_unit_test_setup(test_agrees_with_login, set_up),
	    cmocka_unit_test_setup(invariants_of_random_histories, set_up),
	};

	return cmocka_run_group_tests_name("judge", tests, NULL, NULL);
}
