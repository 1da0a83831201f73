/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an attacker gets who knows the password and guesses codes: product §5.6. The real judge over simulated time:
 * the owner logs in with true codes, the attacker fits as many guesses in between as the throttle reads, keeps below
 * the locks as long as the owner's logins take failures off, and runs into them at the end. Each guess is worth the
 * candidates that it is compared with.
 */
#include "policy/throttle.h"
#include "random.h"
#include "sample.h"

#include <stdio.h>

#define SECOND INT64_C(1000)
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)

static const int64_t BEGIN = 1767225600000; /* 2026-01-01 */

/* The owner's token shows its codes 50 ppm too slowly, and he types them after ten seconds. */
static const int64_t DRIFT = -50;   /* ppm */
static const int64_t DELAY = 10000; /* ms */

struct owner {
	struct otp_credential credential;
	struct otp_limits limits;
	uint64_t seed;
};

static void add_tokens(struct owner *owner, enum otp_kind kind, uint32_t tokens)
{
	*owner = (struct owner){.limits = otp_limits_normal(), .seed = 7, .credential = {.holder = "alice"}};
	for (uint32_t i = 0; i < tokens; i++)
		add_numbered_token(&owner->credential, kind, i);
}

/* Where a time token's display stands; an event token's is the next one. */
static int64_t shown(const struct owner *owner, size_t i, int64_t now)
{
	if (owner->credential.token[i].kind == OTP_EVENT)
		return owner->credential.state.token[i].next;
	return otp_step_at(now + (now - BEGIN) / 1000000 * DRIFT, PERIOD);
}

/* Two codes, half a minute apart, enrol each of the tokens. */
static void enrol(struct owner *owner)
{
	for (size_t i = 0; i < owner->credential.n; i++) {
		int64_t first = shown(owner, i, BEGIN);
		struct otp_token *token = &owner->credential.token[i];
		struct otp_pair pair = {.first = code_at(token, first),
		                        .second = code_at(token, first + 1),
		                        .first_at = BEGIN + DELAY,
		                        .second_at = BEGIN + PERIOD + DELAY};
		struct otp_judgement judgement;

		if (otp_judge_pair(&owner->credential, i, &pair, false, &owner->limits, &judgement) != OTP_OK ||
		    judgement.verdict != OTP_ACCEPTED)
			abort();
	}
}

/* The owner logs in with one of his tokens after the other; false if he is refused. */
static bool log_in(struct owner *owner, size_t i, enum otp_reach reach, int64_t now)
{
	struct otp_code code = code_at(&owner->credential.token[i], shown(owner, i, now - DELAY));

	return login(&owner->credential, code, reach, now, &owner->limits).verdict == OTP_ACCEPTED;
}

/*
 * One guess that fails; what it was worth, 0 if it was not read. A guess that would hit is taken back: its worth is
 * counted, and the next one is another.
 */
static uint32_t guess(struct owner *owner, enum otp_reach reach, int64_t now, enum otp_verdict *verdict)
{
	struct otp_credential before = owner->credential;

	for (;;) {
		struct otp_code code = {.value = (uint32_t)(random_bits(&owner->seed) % 1000000), .digits = 6};
		struct otp_judgement judgement = login(&owner->credential, code, reach, now, &owner->limits);

		*verdict = judgement.verdict;
		if (judgement.verdict != OTP_ACCEPTED && judgement.verdict != OTP_REPLAYED)
			return judgement.verdict == OTP_REFUSED ? judgement.compared : 0;
		owner->credential = before;
	}
}

/* Candidates and guesses that were read. */
struct gain {
	uint64_t candidates, guesses;
};

/* Guess until the bucket locks; an hour between guesses outlasts every wait. */
static struct gain run_into_the_lock(struct owner *owner, enum otp_reach reach, int64_t now)
{
	struct gain gain = {0, 0};
	enum otp_verdict verdict = OTP_REFUSED;

	for (; verdict == OTP_REFUSED; now += HOUR) {
		uint32_t worth = guess(owner, reach, now, &verdict);

		gain.candidates += worth;
		gain.guesses += worth > 0;
	}
	if (verdict != OTP_LOCKED)
		abort();
	return gain;
}

/*
 * Whether one more guess pays: it must not lock, must stay under the attacker's own ceiling of failures, since the
 * waits grow with them, and its wait must be over when the owner comes, who would be refused and forgive nothing.
 */
static bool pays(const struct owner *owner, uint32_t ceiling, int64_t now, int64_t owner_comes)
{
	struct otp_bucket after = owner->credential.state.bucket[OTP_REMOTE];
	uint32_t each = after.failures == 0 ? 0 : after.candidates / after.failures;

	otp_throttle_charge(&after, each, now, &owner->limits);
	return after.failures <= ceiling && after.candidates + 3 * each < (uint64_t)owner->limits.lock_candidates &&
	       !otp_throttle_is_locked(&after) && now + otp_throttle_wait(&after, now, &owner->limits) < owner_comes;
}

/* A year of an owner who logs in so often from remote, as the attacker does; then he stays away. */
static struct gain a_year(enum otp_kind kind, uint32_t tokens, int64_t logins_a_day, uint32_t ceiling)
{
	struct owner owner;
	struct gain gain = {0, 0}, rest;
	int64_t now = BEGIN + HOUR;
	enum otp_verdict verdict;

	add_tokens(&owner, kind, tokens);
	enrol(&owner);
	for (int64_t i = 0; i < 365 * logins_a_day; i++) {
		int64_t comes = BEGIN + 2 * HOUR + i * DAY / logins_a_day;

		/* right after a login the window is small, for its step is used up: let three minutes pass */
		for (now += 180 * SECOND; pays(&owner, ceiling, now, comes);
		     now += otp_throttle_wait(&owner.credential.state.bucket[OTP_REMOTE], now, &owner.limits)) {
			uint32_t worth = guess(&owner, OTP_REMOTE, now, &verdict);

			gain.candidates += worth;
			gain.guesses += worth > 0;
		}
		now = comes;
		if (!log_in(&owner, (size_t)i % tokens, OTP_REMOTE, now))
			abort();
	}
	rest = run_into_the_lock(&owner, OTP_REMOTE, now + 60 * DAY); /* until the window is wide */
	gain.candidates += rest.candidates;
	gain.guesses += rest.guesses;
	otp_credential_wipe(&owner.credential);
	return gain;
}

/* A careful attacker, who never waits, and a greedy one: the better of the two. */
static struct gain best_year(enum otp_kind kind, uint32_t tokens, int64_t logins_a_day)
{
	static const uint32_t ceilings[] = {3, 49};
	struct gain best = {0, 0};

	if (logins_a_day == 0)
		return a_year(kind, tokens, 0, 0);
	for (size_t i = 0; i < sizeof ceilings / sizeof *ceilings; i++) {
		struct gain gain = a_year(kind, tokens, logins_a_day, ceilings[i]);

		if (gain.candidates > best.candidates)
			best = gain;
	}
	return best;
}

/* Everything that both buckets allow together before both are locked; a year after the owner's last login. */
static struct gain before_the_locks(enum otp_kind kind, uint32_t tokens, int64_t absent)
{
	struct owner owner;
	struct gain remote, local;

	add_tokens(&owner, kind, tokens);
	enrol(&owner);
	remote = run_into_the_lock(&owner, OTP_REMOTE, BEGIN + absent);
	local = run_into_the_lock(&owner, OTP_LOCAL, BEGIN + absent + 100 * DAY);
	otp_credential_wipe(&owner.credential);
	return (struct gain){remote.candidates + local.candidates, remote.guesses + local.guesses};
}

/* One bucket's worth, shortly after a login. */
static struct gain one_lock(enum otp_kind kind, uint32_t tokens)
{
	struct owner owner;
	struct gain gain;

	add_tokens(&owner, kind, tokens);
	enrol(&owner);
	gain = run_into_the_lock(&owner, OTP_LOCAL, BEGIN + HOUR);
	otp_credential_wipe(&owner.credential);
	return gain;
}

/* In percent: one candidate hits with one in a million. */
static double odds(struct gain gain)
{
	return 100 * (1 - exp((double)gain.candidates * log1p(-1e-6)));
}

/* ---- codes that need no token, product §5.7 ----------------------------------------------------------- */

/*
 * Ten codes is all that a record holds, beside a temporary one: here half of them are recovery codes and half were
 * brought along, of eight digits. What an attacker types tells which of them he may hit.
 */
enum typed { SIX_DIGITS, EIGHT_DIGITS, TEN_CHARACTERS, KINDS_OF_ANSWER };
enum { RECOVERY_CODES = 5, SCRATCH_CODES = 5 };

static void add_spare_codes(struct owner *owner)
{
	struct otp_recovery *recovery = &owner->credential.recovery;

	recovery->n = RECOVERY_CODES + SCRATCH_CODES;
	for (size_t i = 0; i < recovery->n; i++)
		memset(recovery->tag[i], (int)i + 1, OTP_TAG_LEN);
	memset(recovery->temporary, 99, OTP_TAG_LEN);
	recovery->expires =
	    BEGIN / 1000 + 1000 * DAY / SECOND; /* to the attacker's advantage: for as long as this takes */
}

/* The chance that one answer is right, which the judge compared with so many candidates. */
static double chance(const struct owner *owner, enum typed typed, uint32_t compared)
{
	bool shown = owner->credential.token[0].digits == 8;

	if (typed == TEN_CHARACTERS)
		return RECOVERY_CODES * 0x1p-50;
	if (typed == EIGHT_DIGITS)
		return ((shown ? compared - 1 : 0) + SCRATCH_CODES + 1) * 1e-8;
	return compared * 1e-6;
}

/* One answer that is wrong: its tag is nobody's, and its digits are the owner's only by chance; then it is taken back.
 */
static enum otp_verdict answer(struct owner *owner, enum typed typed, enum otp_reach reach, int64_t now, double *hit)
{
	struct otp_credential before = owner->credential;
	struct otp_judgement judgement;

	do {
		struct otp_answer answer = {.form = typed == TEN_CHARACTERS ? OTP_CODE_RECOVERY : OTP_CODE_WELL_FORMED,
		                            .tagged = typed != SIX_DIGITS};

		owner->credential = before;
		answer.code.digits = typed == SIX_DIGITS ? 6 : 8;
		answer.code.value = (uint32_t)(random_bits(&owner->seed) % (typed == SIX_DIGITS ? 1000000 : 100000000));
		memset(answer.tag, 200, OTP_TAG_LEN);
		if (otp_judge_login(&owner->credential, &answer, reach, now, &owner->limits, &judgement) != OTP_OK)
			abort();
	} while (judgement.verdict == OTP_ACCEPTED || judgement.verdict == OTP_REPLAYED);
	*hit = judgement.verdict == OTP_REFUSED ? chance(owner, typed, judgement.compared) : 0;
	return judgement.verdict;
}

/* Answers of one kind into both buckets, until they lock or, for what no lock stops, for a year; then ten characters.
 */
static double answer_until_locked(struct owner *owner, enum typed typed, uint64_t *read)
{
	double misses = 0, hit;

	*read = 0;
	for (enum otp_reach reach = OTP_LOCAL; reach <= OTP_REMOTE; reach++) {
		int64_t now = BEGIN + 365 * DAY, end = now + 365 * DAY;
		enum typed next = typed;

		for (; now < end; now += HOUR) {
			enum otp_verdict verdict = answer(owner, next, reach, now, &hit);

			if (verdict == OTP_LOCKED)
				next = TEN_CHARACTERS;
			misses += log1p(-hit);
			*read += verdict == OTP_REFUSED && next == typed;
		}
	}
	return -100 * expm1(misses);
}

/* ---- what is printed and demanded ------------------------------------------------------------------- */

static int point, failed;

static void demand(bool holds, const char *what)
{
	failed += !holds;
	printf("%s %d - %s\n", holds ? "ok" : "not ok", ++point, what);
}

static const char *name(enum otp_kind kind)
{
	return kind == OTP_TIME ? "time" : "event";
}

static void locks(void)
{
	static const int64_t absences[] = {HOUR, 30 * DAY, 365 * DAY};
	double most = 0;

	printf("#\n# Before the locks, remote and local bucket together:\n");
	printf("# tokens  owner away   guesses  candidates  odds\n");
	for (enum otp_kind kind = OTP_TIME; kind <= OTP_EVENT; kind++)
		for (uint32_t tokens = 1; tokens <= OTP_TOKENS_MAX; tokens *= 2)
			for (size_t i = 0; i < 3; i++) {
				struct gain gain = before_the_locks(kind, tokens, absences[i]);

				printf("# %u %-5s %7lld days  %7llu  %10llu  %.4f %%\n", tokens, name(kind),
				       (long long)(absences[i] / DAY), (unsigned long long)gain.guesses,
				       (unsigned long long)gain.candidates, odds(gain));
				most = fmax(most, odds(gain));
			}
	demand(most <= 0.1, "before the locks at most 0.1 %, for any number of tokens");
	demand(most > 0.05, "and the attacker of this test gets more than one bucket's worth");
}

/* One line: a set of tokens and what the attacker types; the odds. */
static double spare_row(uint32_t tokens, uint8_t digits, enum typed typed)
{
	static const char *const names[] = {"6 digits", "8 digits", "10 characters"};
	struct owner owner;
	uint64_t read;
	double found;

	add_tokens(&owner, OTP_TIME, tokens);
	enrol(&owner);
	for (size_t i = 0; i < tokens; i++)
		owner.credential.token[i].digits = digits;
	add_spare_codes(&owner);
	found = answer_until_locked(&owner, typed, &read);
	otp_credential_wipe(&owner.credential);
	printf("# %6u  %9u  %-13s %7llu  %.9f %%\n", tokens, digits, names[typed], (unsigned long long)read, found);
	return found;
}

static void spare_codes(void)
{
	double most = 0, patient = 0;

	printf("#\n# With %d recovery codes, %d scratch codes of 8 digits and a temporary code: before the locks, and "
	       "then\n"
	       "# recovery codes for a year, in both buckets:\n# tokens  of digits  answers are   guesses  odds\n",
	       RECOVERY_CODES, SCRATCH_CODES);
	for (uint32_t tokens = 1; tokens <= OTP_TOKENS_MAX; tokens *= 8) {
		most = fmax(most, spare_row(tokens, 6, SIX_DIGITS));
		for (uint8_t digits = 6; digits <= 8; digits = (uint8_t)(digits + 2)) {
			most = fmax(most, spare_row(tokens, digits, EIGHT_DIGITS));
			patient = fmax(patient, spare_row(tokens, digits, TEN_CHARACTERS));
		}
	}
	demand(most <= 0.1, "with recovery, scratch and temporary codes, too, at most 0.1 %");
	demand(most > 0.05, "and those who guess six digits get no less than before");
	demand(patient < 1e-6, "nobody finds a recovery code, which no lock stops");
}

static void years(void)
{
	static const int64_t logins[] = {0, 1, 30};
	const bool sparse = getenv("SPARSE") != NULL; /* under a tool that slows it the longest rows are left out */
	double daily = 0;
	bool no_more = true;

	printf("#\n# In a year, with an owner who logs in from remote, too:\n");
	printf("# tokens  logins a day  guesses  candidates  odds      and the local bucket until it locks\n");
	for (enum otp_kind kind = OTP_TIME; kind <= OTP_EVENT; kind++)
		for (uint32_t tokens = 1; tokens <= OTP_TOKENS_MAX; tokens *= 8)
			for (size_t i = 0; i < (sparse && tokens > 1 ? 2 : 3); i++) {
				struct gain gain = best_year(kind, tokens, logins[i]);
				struct gain both = gain;

				both.candidates += one_lock(kind, tokens).candidates;
				printf("# %u %-5s %12lld  %7llu  %10llu  %7.4f %%  %7.4f %%\n", tokens, name(kind),
				       (long long)logins[i], (unsigned long long)gain.guesses,
				       (unsigned long long)gain.candidates, odds(gain), odds(both));
				no_more = no_more && gain.guesses <= (uint64_t)(365 * 3 * logins[i] + 50);
				if (tokens == 1 && logins[i] == 1) {
					daily = fmax(daily, odds(gain));
					demand(gain.guesses >= 3 * 365, "the attacker gets what each login forgives");
				}
			}
	demand(no_more, "nobody gets more guesses than three a login and fifty");
	demand(daily <= 0.7, "in a year with a daily owner at most 0.7 % for one token");
}

/* Ten thousand answers that are no guesses: none is charged, none locks. */
static void no_guesses(void)
{
	struct owner owner;
	struct otp_credential before;
	struct otp_judgement judgement;
	bool untouched = true;

	add_tokens(&owner, OTP_EVENT, 1);
	enrol(&owner);
	before = owner.credential;
	for (int64_t i = 0; i < 10000; i++) {
		const struct otp_answer answer = {.form = i % 2 == 0 ? OTP_CODE_EMPTY : OTP_CODE_MALFORMED};

		if (otp_judge_login(&owner.credential, &answer, OTP_REMOTE, BEGIN + i, &owner.limits, &judgement) !=
		    OTP_OK)
			abort();
		untouched = untouched && !judgement.changed;
	}
	untouched = untouched && memcmp(&before, &owner.credential, sizeof before) == 0;
	demand(untouched, "empty and malformed answers, as an abort leaves them, never lock");
	demand(log_in(&owner, 0, OTP_REMOTE, BEGIN + HOUR), "and the owner logs in after them");
	otp_credential_wipe(&owner.credential);
}

static void remote_and_local(void)
{
	struct owner owner;
	enum otp_verdict verdict;

	add_tokens(&owner, OTP_TIME, 1);
	enrol(&owner);
	(void)run_into_the_lock(&owner, OTP_REMOTE, BEGIN + HOUR);
	for (int64_t i = 0; i < 10000; i++)
		(void)guess(&owner, OTP_REMOTE, BEGIN + 4 * DAY + i, &verdict);
	demand(verdict == OTP_LOCKED, "a remote attacker locks the remote bucket");
	demand(log_in(&owner, 0, OTP_LOCAL, BEGIN + 5 * DAY), "and the console stays open");
	otp_credential_wipe(&owner.credential);
}

int main(void)
{
	printf("1..13\n");
	locks();
	spare_codes();
	years();
	no_guesses();
	remote_and_local();
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
