/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recovery and temporary codes before the judge (product §5.6, §5.7): each once, throttled like every other answer,
 * withheld by a locked token, of no effect on those who log in with six digits. Tags stand for codes here; that each
 * code has its own is the credential's tests' to show.
 */
#include "policy/spare.h"

#include "policy/throttle.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { CODES = 10, NOBODYS = 200 }; /* numbers of codes: 0 … 9 recovery, TEMPORARY, and nobody's */
enum { TEMPORARY = 100 };

#define ENDS INT64_C(1767312000)     /* s */
#define NOW (ENDS * 1000 - 86400000) /* a day before */

static struct otp_limits limits;

static int set_up(void **state)
{
	(void)state;
	limits = otp_limits_normal();
	return 0;
}

static void tag_of(unsigned number, uint8_t tag[OTP_TAG_LEN])
{
	memset(tag, 0x40, OTP_TAG_LEN);
	tag[OTP_TAG_LEN - 1] = (uint8_t)number;
}

/* Alice with an event token and ten recovery codes. */
static struct otp_credential alice(void)
{
	struct otp_credential credential = {.holder = "alice"};

	add_token(&credential, OTP_EVENT, EVENT_KEY);
	credential.recovery.n = CODES;
	for (unsigned i = 0; i < CODES; i++)
		tag_of(i, credential.recovery.tag[i]);
	return credential;
}

static void lend(struct otp_credential *credential, bool once)
{
	tag_of(TEMPORARY, credential->recovery.temporary);
	credential->recovery.expires = ENDS;
	credential->recovery.once = once;
	credential->state.temporary_spent = false;
}

/* A recovery code as typed. */
static struct otp_answer recovery_answer(unsigned number)
{
	struct otp_answer answer = {.form = OTP_CODE_RECOVERY, .tagged = true};

	tag_of(number, answer.tag);
	return answer;
}

/* Eight digits: a temporary code, a scratch code, or a token's code. */
static struct otp_answer digits_answer(unsigned number, uint32_t value)
{
	struct otp_answer answer = {
	    .form = OTP_CODE_WELL_FORMED, .code = {.value = value, .digits = 8}, .tagged = true};

	tag_of(number, answer.tag);
	return answer;
}

/* Judge; nothing but the state may change, and that only where the judgement says so. */
static struct otp_judgement judge(struct otp_credential *credential, struct otp_answer answer, enum otp_reach reach,
                                  int64_t now)
{
	struct otp_credential before = *credential, after;
	struct otp_judgement judgement;

	assert_int_equal(otp_judge_login(credential, &answer, reach, now, &limits, &judgement), OTP_OK);
	after = *credential;
	if (judgement.changed)
		after.state = before.state;
	assert_memory_equal(&after, &before, sizeof before);
	return judgement;
}

static enum otp_verdict verdict_of(struct otp_credential *credential, struct otp_answer answer, int64_t now)
{
	return judge(credential, answer, OTP_LOCAL, now).verdict;
}

/* ---- recovery codes ---------------------------------------------------------------------------------- */

static void each_recovery_code_is_accepted_once(void **state)
{
	struct otp_credential credential = alice();

	(void)state;
	for (unsigned i = 0; i < CODES; i++) {
		unsigned number = (i * 7 + 3) % CODES; /* in whatever order */
		uint16_t spent = credential.state.recovery_spent;
		struct otp_judgement judgement = judge(&credential, recovery_answer(number), OTP_LOCAL, NOW);

		assert_int_equal(judgement.verdict, OTP_ACCEPTED);
		assert_int_equal(judgement.way, OTP_BY_RECOVERY);
		assert_int_equal(judgement.token, credential.n); /* no token's */
		assert_int_equal(judgement.compared, 1);
		assert_int_equal(credential.state.recovery_spent, spent | 1U << number);
		assert_int_equal(credential.state.accepted_at, NOW);
		assert_int_equal(otp_credential_recovery_left(&credential), CODES - 1 - i);
		assert_int_equal(credential.state.token[0].next, 0);
		for (unsigned used = 0; used <= i; used++) {
			struct otp_credential copy = credential; /* its failures are not for the next round */

			assert_int_not_equal(verdict_of(&copy, recovery_answer((used * 7 + 3) % CODES), NOW),
			                     OTP_ACCEPTED);
			assert_int_equal(copy.state.recovery_spent, credential.state.recovery_spent);
		}
	}
	otp_credential_wipe(&credential);
}

static void lock_both(struct otp_credential *credential, int64_t now)
{
	for (size_t i = 0; i < OTP_REACHES; i++)
		while (!otp_throttle_is_locked(&credential->state.bucket[i]))
			otp_throttle_charge(&credential->state.bucket[i], 6, now, &limits);
}

static void a_recovery_code_unlocks_both_buckets(void **state)
{
	static const struct otp_bucket nothing;

	(void)state;
	for (enum otp_reach reach = OTP_LOCAL; reach <= OTP_REMOTE; reach++) {
		struct otp_credential credential = alice();

		lock_both(&credential, NOW - limits.longest_wait);
		credential.state.failures = 100;
		assert_int_equal(judge(&credential, recovery_answer(4), reach, NOW).verdict, OTP_ACCEPTED);
		assert_memory_equal(&credential.state.bucket[OTP_LOCAL], &nothing, sizeof nothing);
		assert_memory_equal(&credential.state.bucket[OTP_REMOTE], &nothing, sizeof nothing);
		assert_int_equal(credential.state.failures, 0);
		assert_int_equal(login(&credential, code_at(&credential.token[0], 0), OTP_REMOTE, NOW, &limits).verdict,
		                 OTP_ACCEPTED);
		otp_credential_wipe(&credential);
	}
}

/* A wait holds a recovery code back like any other, whether the bucket is locked or not; the other bucket's does not.
 */
static void a_wait_holds_recovery_codes_back(void **state)
{
	(void)state;
	for (int locked = 0; locked < 2; locked++) {
		struct otp_credential credential = alice();
		struct otp_bucket *bucket = &credential.state.bucket[OTP_LOCAL];
		struct otp_judgement judgement;
		int64_t wait;

		while (bucket->failures < 4 || (locked == 1 && !otp_throttle_is_locked(bucket)))
			otp_throttle_charge(bucket, 1, NOW, &limits);
		wait = otp_throttle_wait(bucket, NOW, &limits);
		assert_true(wait > 0);
		judgement = judge(&credential, recovery_answer(0), OTP_LOCAL, NOW + wait - 1);
		assert_int_equal(judgement.verdict, OTP_WAITING);
		assert_int_equal(judgement.wait, 1);
		assert_false(judgement.changed);
		assert_int_equal(judge(&credential, recovery_answer(0), OTP_LOCAL, NOW + wait).verdict, OTP_ACCEPTED);
		otp_throttle_charge(&credential.state.bucket[OTP_LOCAL], 1, NOW, &limits);
		assert_int_equal(judge(&credential, recovery_answer(1), OTP_REMOTE, NOW).verdict, OTP_ACCEPTED);
		otp_credential_wipe(&credential);
	}
}

static void a_wrong_recovery_code_is_charged_as_one_candidate(void **state)
{
	struct otp_credential credential = alice();
	struct otp_judgement judgement;
	int64_t now = NOW;

	(void)state;
	for (uint32_t i = 1; i <= 70; i++, now += limits.longest_wait) { /* beyond the lock, too */
		judgement = judge(&credential, recovery_answer(NOBODYS), OTP_REMOTE, now);
		assert_int_equal(judgement.verdict, OTP_REFUSED);
		assert_true(judgement.changed);
		assert_int_equal(judgement.compared, 1);
		assert_int_equal(judgement.token, credential.n);
		assert_int_equal(credential.state.bucket[OTP_REMOTE].failures, i);
		assert_int_equal(credential.state.bucket[OTP_REMOTE].candidates, i);
		assert_int_equal(credential.state.bucket[OTP_REMOTE].failed_at, now);
		assert_int_equal(credential.state.bucket[OTP_REMOTE].locked_at != 0, i >= limits.lock_failures);
		assert_int_equal(credential.state.bucket[OTP_LOCAL].failures, 0);
		assert_int_equal(credential.state.failures, i);
		assert_int_equal(credential.state.failed_at, now);
		assert_int_equal(judgement.wait, otp_throttle_wait(&credential.state.bucket[OTP_REMOTE], now, &limits));
	}
	assert_int_equal(credential.state.recovery_spent, 0);
	assert_int_equal(login(&credential, code_at(&credential.token[0], 0), OTP_REMOTE, now, &limits).verdict,
	                 OTP_LOCKED);
	assert_int_equal(judge(&credential, recovery_answer(9), OTP_REMOTE, now).verdict, OTP_ACCEPTED);
	otp_credential_wipe(&credential);
}

/* A bucket that can afford no token's code any more still reads the code that unlocks it. */
static void a_recovery_code_needs_no_candidates_left(void **state)
{
	struct otp_credential credential = alice();

	(void)state;
	credential.state.bucket[OTP_LOCAL].failures = 3;
	credential.state.bucket[OTP_LOCAL].candidates = (uint32_t)limits.lock_candidates - 2;
	assert_int_equal(verdict_of(&credential, recovery_answer(NOBODYS), NOW), OTP_REFUSED);
	assert_false(otp_throttle_is_locked(&credential.state.bucket[OTP_LOCAL]));
	assert_int_equal(verdict_of(&credential, recovery_answer(NOBODYS), NOW + limits.longest_wait), OTP_REFUSED);
	assert_true(otp_throttle_is_locked(&credential.state.bucket[OTP_LOCAL]));
	assert_int_equal(verdict_of(&credential, recovery_answer(2), NOW + 2 * limits.longest_wait), OTP_ACCEPTED);
	otp_credential_wipe(&credential);
}

/* ---- temporary codes ----------------------------------------------------------------------------------- */

static void a_temporary_code_serves_once_or_until_its_end(void **state)
{
	(void)state;
	for (int once = 0; once < 2; once++) {
		struct otp_credential credential = alice();

		lend(&credential, once == 1);
		for (int i = 0; i < 5; i++) {
			struct otp_judgement judgement =
			    judge(&credential, digits_answer(TEMPORARY, 1), OTP_LOCAL, NOW + i);

			assert_int_equal(judgement.verdict, once == 0 || i == 0 ? OTP_ACCEPTED : OTP_REFUSED);
			assert_int_equal(judgement.compared, 7); /* the token is looked at, too, at its whole cost */
			if (judgement.verdict != OTP_ACCEPTED)
				break;
			assert_int_equal(judgement.way, OTP_BY_TEMPORARY);
			assert_int_equal(judgement.token, credential.n);
			assert_int_equal(credential.state.accepted_at, NOW + i);
			assert_int_equal(credential.state.temporary_spent, once == 1);
		}
		assert_int_equal(otp_credential_recovery_left(&credential), CODES);
		otp_credential_wipe(&credential);
	}
}

/* To the millisecond. */
static void a_temporary_code_ends(void **state)
{
	static const struct {
		int64_t after;
		bool serves;
	} rows[] = {{-86400000, true}, {-1000, true}, {-1, true}, {0, false}, {1, false}, {86400000, false}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_credential credential = alice();
		int64_t now = ENDS * 1000 + rows[i].after;

		lend(&credential, true);
		assert_int_equal(otp_spare_temporary(&credential, now), rows[i].serves);
		assert_int_equal(verdict_of(&credential, digits_answer(TEMPORARY, 1), now),
		                 rows[i].serves ? OTP_ACCEPTED : OTP_REFUSED);
		otp_credential_wipe(&credential);
	}
}

/* The token is there again: its code, or a pair of them, ends the temporary code; nothing else does. */
static void a_temporary_code_dies_at_the_first_real_code(void **state)
{
	struct otp_credential credential = alice();
	struct otp_token *token = &credential.token[0];
	struct otp_pair pair;
	struct otp_judgement judgement;

	(void)state;
	lend(&credential, false);
	assert_int_equal(verdict_of(&credential, digits_answer(TEMPORARY, 1), NOW), OTP_ACCEPTED);
	assert_int_equal(verdict_of(&credential, recovery_answer(3), NOW), OTP_ACCEPTED);
	assert_int_equal(login(&credential, code_at(token, 900), OTP_LOCAL, NOW, &limits).verdict, OTP_REFUSED);
	assert_int_equal(verdict_of(&credential, digits_answer(TEMPORARY, 1), NOW), OTP_ACCEPTED);
	assert_int_equal(login(&credential, code_at(token, 0), OTP_LOCAL, NOW, &limits).verdict, OTP_ACCEPTED);
	assert_false(otp_spare_temporary(&credential, NOW));
	assert_int_equal(verdict_of(&credential, digits_answer(TEMPORARY, 1), NOW), OTP_REFUSED);

	lend(&credential, false); /* another one, and a retype of the code before it: nothing new of the token */
	assert_int_equal(login(&credential, code_at(token, 0), OTP_LOCAL, NOW, &limits).verdict, OTP_REPLAYED);
	assert_true(otp_spare_temporary(&credential, NOW));

	pair = (struct otp_pair){code_at(token, 50), code_at(token, 52), NOW, NOW};
	assert_int_equal(otp_judge_pair(&credential, 0, &pair, false, &limits, &judgement), OTP_OK);
	assert_int_equal(judgement.verdict, OTP_REFUSED);
	assert_true(otp_spare_temporary(&credential, NOW));
	pair.second = code_at(token, 51);
	assert_int_equal(otp_judge_pair(&credential, 0, &pair, false, &limits, &judgement), OTP_OK);
	assert_int_equal(judgement.verdict, OTP_ACCEPTED);
	assert_false(otp_spare_temporary(&credential, NOW));
	otp_credential_wipe(&credential);
}

/* Who has no temporary code has no spent one either: a record would not hold it. */
static void where_there_is_no_temporary_code_none_is_spent(void **state)
{
	struct otp_credential credential = alice();

	(void)state;
	assert_int_equal(login(&credential, code_at(&credential.token[0], 0), OTP_LOCAL, NOW, &limits).verdict,
	                 OTP_ACCEPTED);
	assert_false(credential.state.temporary_spent);
	otp_spare_retire(&credential);
	assert_false(credential.state.temporary_spent);
	otp_credential_wipe(&credential);
}

static void a_temporary_code_unlocks_nothing(void **state)
{
	struct otp_credential credential = alice();
	int64_t later = NOW + limits.longest_wait;

	(void)state;
	lend(&credential, false);
	for (int i = 0; i < 5; i++)
		otp_throttle_charge(&credential.state.bucket[OTP_REMOTE], 6, NOW, &limits);
	otp_throttle_charge(&credential.state.bucket[OTP_LOCAL], 6, NOW, &limits);
	assert_int_equal(judge(&credential, digits_answer(TEMPORARY, 1), OTP_REMOTE, NOW).verdict, OTP_WAITING);
	assert_int_equal(judge(&credential, digits_answer(TEMPORARY, 1), OTP_REMOTE, later).verdict, OTP_ACCEPTED);
	assert_int_equal(credential.state.bucket[OTP_REMOTE].failures, 2); /* three are forgiven, as by any success */
	assert_int_equal(credential.state.bucket[OTP_LOCAL].failures, 1);
	lock_both(&credential, NOW);
	assert_int_equal(judge(&credential, digits_answer(TEMPORARY, 1), OTP_REMOTE, later).verdict, OTP_LOCKED);
	assert_int_equal(judge(&credential, digits_answer(TEMPORARY, 1), OTP_LOCAL, later).verdict, OTP_LOCKED);
	otp_credential_wipe(&credential);
}

/* ---- whose tokens serve --------------------------------------------------------------------------------- */

/*
 * One line: the states of two tokens, and what is said to a recovery code, to a temporary code, and to a code of six
 * digits that neither shows. Disabled tokens leave their owner what needs no token; a locked one takes it away.
 */
static void what_the_states_of_tokens_leave(void **state)
{
	static const struct {
		enum otp_token_status one, two;
		enum otp_verdict recovery, temporary, six;
	} rows[] = {
	    {OTP_TOKEN_ENABLED, OTP_TOKEN_ENABLED, OTP_ACCEPTED, OTP_ACCEPTED, OTP_REFUSED},
	    {OTP_TOKEN_ENABLED, OTP_TOKEN_DISABLED, OTP_ACCEPTED, OTP_ACCEPTED, OTP_REFUSED},
	    {OTP_TOKEN_DISABLED, OTP_TOKEN_DISABLED, OTP_ACCEPTED, OTP_ACCEPTED, OTP_DISABLED},
	    {OTP_TOKEN_ENABLED, OTP_TOKEN_LOCKED, OTP_MALFORMED, OTP_MALFORMED, OTP_REFUSED},
	    {OTP_TOKEN_LOCKED, OTP_TOKEN_ENABLED, OTP_MALFORMED, OTP_MALFORMED, OTP_REFUSED},
	    {OTP_TOKEN_DISABLED, OTP_TOKEN_LOCKED, OTP_STOPPED, OTP_STOPPED, OTP_STOPPED},
	    {OTP_TOKEN_LOCKED, OTP_TOKEN_DISABLED, OTP_STOPPED, OTP_STOPPED, OTP_STOPPED},
	    {OTP_TOKEN_LOCKED, OTP_TOKEN_LOCKED, OTP_STOPPED, OTP_STOPPED, OTP_STOPPED},
	    {OTP_TOKEN_NEW, OTP_TOKEN_NEW, OTP_ACCEPTED, OTP_ACCEPTED, OTP_DISABLED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_credential credential = alice();
		struct otp_code wrong;
		enum otp_verdict recovery, temporary, six;
		bool stopped = rows[i].one == OTP_TOKEN_LOCKED || rows[i].two == OTP_TOKEN_LOCKED;

		add_token(&credential, OTP_EVENT, RFC4226_KEY);
		wrong = code_at(&credential.token[0], 900);
		credential.token[0].status = rows[i].one;
		credential.token[1].status = rows[i].two;
		lend(&credential, false);
		recovery = verdict_of(&credential, recovery_answer(0), NOW);
		temporary = verdict_of(&credential, digits_answer(TEMPORARY, 1), NOW);
		assert_int_equal(otp_spare_any(&credential, NOW), !stopped);
		assert_int_equal(credential.state.recovery_spent, stopped ? 0 : 1);
		assert_int_equal(credential.state.failures, 0);
		six = login(&credential, wrong, OTP_LOCAL, NOW, &limits).verdict;
		if (recovery != rows[i].recovery || temporary != rows[i].temporary || six != rows[i].six)
			fail_msg("row %zu: %d, %d, %d", i, (int)recovery, (int)temporary, (int)six);
		assert_int_equal(credential.state.failures, six == OTP_REFUSED); /* what is not read is no guess */
		otp_credential_wipe(&credential);
	}
}

/* Beside a locked token an enabled one serves on, and its codes alone. */
static void the_enabled_token_serves_beside_a_locked_one(void **state)
{
	struct otp_credential credential = alice();

	(void)state;
	add_token(&credential, OTP_EVENT, RFC4226_KEY);
	credential.token[0].status = OTP_TOKEN_LOCKED;
	lend(&credential, false);
	assert_int_equal(login(&credential, code_at(&credential.token[0], 0), OTP_LOCAL, NOW, &limits).verdict,
	                 OTP_REFUSED);
	assert_int_equal(credential.state.bucket[OTP_LOCAL].candidates, 6); /* the enabled one's */
	assert_int_equal(login(&credential, code_at(&credential.token[1], 0), OTP_LOCAL, NOW, &limits).verdict,
	                 OTP_ACCEPTED);
	otp_credential_wipe(&credential);
}

/* The empty and the malformed are that, whatever the states are. */
static void an_answer_without_a_form_is_told_first(void **state)
{
	static const enum otp_token_status states[] = {OTP_TOKEN_ENABLED, OTP_TOKEN_DISABLED, OTP_TOKEN_LOCKED};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct otp_credential credential = alice();
		const struct otp_answer empty = {.form = OTP_CODE_EMPTY}, malformed = {.form = OTP_CODE_MALFORMED};

		credential.token[0].status = states[i];
		assert_int_equal(verdict_of(&credential, empty, NOW), OTP_EMPTY);
		assert_int_equal(verdict_of(&credential, malformed, NOW), OTP_MALFORMED);
		otp_credential_wipe(&credential);
	}
}

/* ---- who has none ------------------------------------------------------------------------------------------ */

/* What cannot be right is no guess: nothing is counted, nothing is written. */
static void without_a_spare_code_its_form_is_malformed(void **state)
{
	(void)state;
	for (int row = 0; row < 5; row++) {
		struct otp_credential credential = alice();
		struct otp_answer recovery = recovery_answer(0), digits = digits_answer(TEMPORARY, 1);

		lend(&credential, true);
		switch (row) {
		case 0: /* there never was one */
			memset(&credential.recovery, 0, sizeof credential.recovery);
			break;
		case 1: /* all spent, and the temporary one too */
			credential.state.recovery_spent = 0x3ff;
			credential.state.temporary_spent = true;
			break;
		case 2: /* all spent, and the temporary one's time is over */
			credential.state.recovery_spent = 0x3ff;
			credential.recovery.expires = NOW / 1000;
			break;
		case 3: /* a locked token */
			add_token(&credential, OTP_EVENT, RFC4226_KEY)->status = OTP_TOKEN_LOCKED;
			break;
		default: /* there are, but this answer has no tag */
			recovery.tagged = digits.tagged = false;
			break;
		}
		for (int i = 0; i < 60; i++) {
			struct otp_judgement judgement =
			    judge(&credential, i % 2 == 0 ? recovery : digits, OTP_LOCAL, NOW);

			if (judgement.verdict != OTP_MALFORMED)
				fail_msg("row %d: verdict %d", row, (int)judgement.verdict);
			assert_false(judgement.changed);
			assert_int_equal(judgement.compared, 0);
		}
		otp_credential_wipe(&credential);
	}
}

/* A record without codes has zeros in their place: they are nobody's tag. */
static void zeros_are_no_code(void **state)
{
	struct otp_credential credential = alice();
	struct otp_answer zeros = {.form = OTP_CODE_RECOVERY, .tagged = true};
	struct otp_spare found;

	(void)state;
	credential.recovery.n = 3;
	memset(credential.recovery.tag[3], 0, 7 * sizeof credential.recovery.tag[0]);
	assert_int_equal(verdict_of(&credential, zeros, NOW), OTP_REFUSED);
	found = otp_spare_find(&credential, recovery_answer(2).tag, NOW);
	assert_int_equal(found.kind, OTP_SPARE_RECOVERY);
	assert_int_equal(found.index, 2);
	assert_int_equal(otp_spare_find(&credential, recovery_answer(3).tag, NOW).kind, OTP_SPARE_NONE);
	assert_int_equal(otp_spare_find(&credential, recovery_answer(TEMPORARY).tag, NOW).kind, OTP_SPARE_NONE);
	otp_credential_wipe(&credential);
}

/* Every byte of a tag counts. */
static void a_tag_that_is_nearly_right_is_wrong(void **state)
{
	struct otp_credential credential = alice();

	(void)state;
	lend(&credential, false);
	for (size_t i = 0; i < OTP_TAG_LEN; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			struct otp_answer recovery = recovery_answer(TEMPORARY + 27),
					  temporary = digits_answer(TEMPORARY, 1);

			memcpy(credential.recovery.tag[5], recovery.tag, OTP_TAG_LEN);
			recovery.tag[i] ^= (uint8_t)(1U << bit);
			temporary.tag[i] ^= (uint8_t)(1U << bit);
			if (memcmp(recovery.tag, credential.recovery.temporary, OTP_TAG_LEN) != 0)
				assert_int_equal(otp_spare_find(&credential, recovery.tag, NOW).kind, OTP_SPARE_NONE);
			if (memcmp(temporary.tag, credential.recovery.tag[5], OTP_TAG_LEN) != 0)
				assert_int_equal(otp_spare_find(&credential, temporary.tag, NOW).kind, OTP_SPARE_NONE);
		}
	otp_credential_wipe(&credential);
}

/* ---- eight digits -------------------------------------------------------------------------------------------- */

/* Bob's token shows eight digits, and he brought scratch codes of eight digits along. */
static struct otp_credential bob(void)
{
	struct otp_credential credential = alice();

	credential.token[0].digits = 8;
	credential.recovery.n = 5;
	memset(credential.recovery.tag[5], 0, 5 * sizeof credential.recovery.tag[0]);
	return credential;
}

static void scratch_codes_serve_beside_a_token_of_eight_digits(void **state)
{
	struct otp_credential credential = bob();
	struct otp_token *token = &credential.token[0];
	struct otp_answer of_token = digits_answer(NOBODYS, code_at(token, 2).value);
	uint32_t wrong = code_at(token, 900).value;
	struct otp_judgement judgement;

	(void)state;
	judgement = judge(&credential, digits_answer(3, wrong), OTP_LOCAL, NOW);
	assert_int_equal(judgement.verdict, OTP_ACCEPTED);
	assert_int_equal(judgement.way, OTP_BY_RECOVERY);
	assert_int_equal(judgement.compared, 7); /* the look-ahead's six, and one for the scratch codes */
	assert_int_equal(credential.state.recovery_spent, 1U << 3);
	assert_int_equal(credential.state.token[0].next, 0);
	judgement = judge(&credential, digits_answer(3, wrong), OTP_LOCAL, NOW);
	assert_int_equal(judgement.verdict, OTP_REFUSED);
	assert_int_equal(credential.state.bucket[OTP_LOCAL].candidates, 7);
	judgement = judge(&credential, of_token, OTP_LOCAL, NOW);
	assert_int_equal(judgement.verdict, OTP_ACCEPTED);
	assert_int_equal(judgement.way, OTP_BY_TOKEN);
	assert_int_equal(judgement.token, 0);
	assert_int_equal(credential.state.token[0].next, 3);
	assert_int_equal(judge(&credential, of_token, OTP_LOCAL, NOW).verdict, OTP_REPLAYED);
	otp_credential_wipe(&credential);
}

/* Eight digits are read for the enabled token's sake; what needs no token stays withheld by the locked one. */
static void a_locked_token_withholds_scratch_codes_too(void **state)
{
	struct otp_credential credential = bob();

	(void)state;
	lend(&credential, false);
	add_token(&credential, OTP_EVENT, RFC4226_KEY)->status = OTP_TOKEN_LOCKED;
	assert_int_equal(verdict_of(&credential, digits_answer(0, 1), NOW), OTP_REFUSED);
	assert_int_equal(verdict_of(&credential, digits_answer(TEMPORARY, 1), NOW), OTP_REFUSED);
	assert_int_equal(credential.state.bucket[OTP_LOCAL].candidates, 12); /* the window's, twice */
	assert_int_equal(credential.state.recovery_spent, 0);
	assert_int_equal(verdict_of(&credential, digits_answer(0, code_at(&credential.token[0], 0).value), NOW),
	                 OTP_ACCEPTED);
	otp_credential_wipe(&credential);
}

/* Eight digits can be guessed, so they open no lock. */
static void a_scratch_code_unlocks_nothing(void **state)
{
	struct otp_credential credential = bob();

	(void)state;
	otp_throttle_charge(&credential.state.bucket[OTP_LOCAL], 7, NOW, &limits);
	assert_int_equal(judge(&credential, digits_answer(0, 1), OTP_REMOTE, NOW).verdict, OTP_ACCEPTED);
	assert_int_equal(credential.state.bucket[OTP_LOCAL].failures, 1);
	lock_both(&credential, NOW);
	assert_int_equal(judge(&credential, digits_answer(1, 1), OTP_REMOTE, NOW + 86400000).verdict, OTP_LOCKED);
	assert_int_equal(credential.state.recovery_spent, 1);
	otp_credential_wipe(&credential);
}

/* A bucket that cannot pay for the window and the scratch codes together is locked, not read. */
static void eight_digits_cost_the_window_and_one(void **state)
{
	(void)state;
	for (uint32_t left = 5; left <= 8; left++) {
		struct otp_credential credential = bob();

		credential.state.bucket[OTP_LOCAL].failures = 1;
		credential.state.bucket[OTP_LOCAL].candidates = (uint32_t)limits.lock_candidates - left;
		assert_int_equal(judge(&credential, digits_answer(2, 1), OTP_LOCAL, NOW).verdict,
		                 left < 7 ? OTP_LOCKED : OTP_ACCEPTED);
		otp_credential_wipe(&credential);
	}
}

/* Digits that are both: the token's code is the one that is used up, and a retype of it stays one. */
static void a_token_comes_before_a_spare_code(void **state)
{
	struct otp_credential credential = bob();
	struct otp_answer both = digits_answer(1, code_at(&credential.token[0], 0).value);

	(void)state;
	lend(&credential, false);
	assert_int_equal(judge(&credential, both, OTP_LOCAL, NOW).way, OTP_BY_TOKEN);
	assert_int_equal(credential.state.recovery_spent, 0);
	assert_true(credential.state.temporary_spent);
	assert_int_equal(judge(&credential, both, OTP_LOCAL, NOW).verdict, OTP_REPLAYED);
	assert_int_equal(credential.state.recovery_spent, 0);
	otp_credential_wipe(&credential);
}

/* ---- six digits ---------------------------------------------------------------------------------------------------
 */

/* Who has spare codes and types his token's is judged as if he had none: the same verdicts, the same cost. */
static void six_digits_cost_what_they_did(void **state)
{
	struct otp_credential with = alice(), without = alice();

	(void)state;
	memset(&without.recovery, 0, sizeof without.recovery);
	lend(&with, false);
	for (int64_t i = 0; i < 40; i++) {
		int64_t now = NOW + i * 3600000;
		struct otp_code code = code_at(&with.token[0], i % 5 == 0 ? i + 500 : i);
		struct otp_judgement a = login(&with, code, OTP_REMOTE, now, &limits);
		struct otp_judgement b = login(&without, code, OTP_REMOTE, now, &limits);

		assert_int_equal(a.verdict, b.verdict);
		assert_int_equal(a.compared, b.compared);
		assert_int_equal(a.token, b.token);
		with.state.temporary_spent = false;
		assert_memory_equal(&with.state, &without.state, sizeof with.state);
	}
	otp_credential_wipe(&with);
	otp_credential_wipe(&without);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(each_recovery_code_is_accepted_once, set_up),
	    cmocka_unit_test_setup(a_recovery_code_unlocks_both_buckets, set_up),
	    cmocka_unit_test_setup(a_wait_holds_recovery_codes_back, set_up),
	    cmocka_unit_test_setup(a_wrong_recovery_code_is_charged_as_one_candidate, set_up),
	    cmocka_unit_test_setup(a_recovery_code_needs_no_candidates_left, set_up),
	    cmocka_unit_test_setup(a_temporary_code_serves_once_or_until_its_end, set_up),
	    cmocka_unit_test_setup(a_temporary_code_ends, set_up),
	    cmocka_unit_test_setup(a_temporary_code_dies_at_the_first_real_code, set_up),
	    cmocka_unit_test_setup(where_there_is_no_temporary_code_none_is_spent, set_up),
	    cmocka_unit_test_setup(a_temporary_code_unlocks_nothing, set_up),
	    cmocka_unit_test_setup(what_the_states_of_tokens_leave, set_up),
	    cmocka_unit_test_setup(the_enabled_token_serves_beside_a_locked_one, set_up),
	    cmocka_unit_test_setup(an_answer_without_a_form_is_told_first, set_up),
	    cmocka_unit_test_setup(without_a_spare_code_its_form_is_malformed, set_up),
	    cmocka_unit_test_setup(zeros_are_no_code, set_up),
	    cmocka_unit_test_setup(a_tag_that_is_nearly_right_is_wrong, set_up),
	    cmocka_unit_test_setup(scratch_codes_serve_beside_a_token_of_eight_digits, set_up),
	    cmocka_unit_test_setup(a_locked_token_withholds_scratch_codes_too, set_up),
	    cmocka_unit_test_setup(a_scratch_code_unlocks_nothing, set_up),
	    cmocka_unit_test_setup(eight_digits_cost_the_window_and_one, set_up),
	    cmocka_unit_test_setup(a_token_comes_before_a_spare_code, set_up),
	    cmocka_unit_test_setup(six_digits_cost_what_they_did, set_up),
	};

	return cmocka_run_group_tests_name("spare", tests, NULL, NULL);
}
