/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An attacker who knows the password, and learns (product §5.3, §5.6). Beside an owner who logs in once a day he polls
 * the login for two years, sees all that the module shows to those who have the password, and plays on what he has
 * seen. To give him more than anybody has he knows the whole record but the key: in a record of his own, in the same
 * state and with another key, he gives the same answers, and whatever then looks different is because of the code. Such
 * a code he gives again, when it may have become good.
 *
 * He must get in no more often than who gives random codes at the same moments, which is exactly what the candidates
 * say. Beside it stands the same attacker at a module that tells whether a code lies in the sync range, as other
 * systems do: there he gets in more often, so this test would see it.
 *
 * Codes have three digits here, so that there is something to count; the odds are printed for six. FULL=1 looks at more
 * lives.
 */
#include "owner.h"

#include <stdio.h>

enum { YEARS = 2, DAYS = 365 * YEARS, DIGITS = 3, CODES = 1000, SUSPECTS = 16 };

static int point, failed;

static void demand(bool holds, const char *what)
{
	failed += !holds;
	printf("%s %d - %s\n", holds ? "ok" : "not ok", ++point, what);
}

/* ---- what is seen --------------------------------------------------------------------------------------- */

/* An answer's words, as pam_vipotp/module/notice.c has them after a right password; and what a module would leak. */
struct view {
	bool in, used, locked;
	int64_t wait;       /* s, as precisely as it is ever told */
	enum otp_tier tier; /* OTP_TIER_FAILS where nothing is leaked */
};

/* another: the next code is asked for, where only what was not read is told of its wait. */
static struct view see(const struct owner *owner, const struct otp_judgement *judgement, bool another, int64_t now)
{
	const struct otp_bucket *bucket = &owner->credential.state.bucket[OTP_REMOTE];
	bool tells_wait = !another || judgement->verdict != OTP_REFUSED;

	return (struct view){.in = judgement->verdict == OTP_ACCEPTED,
	                     .used = judgement->verdict == OTP_REPLAYED,
	                     .locked = !another && otp_throttle_is_locked(bucket),
	                     .wait = tells_wait ? (otp_throttle_wait(bucket, now, &owner->limits) + 999) / 1000 : 0,
	                     .tier = OTP_TIER_FAILS};
}

static bool same(const struct view *a, const struct view *b)
{
	return a->in == b->in && a->used == b->used && a->locked == b->locked && a->wait == b->wait &&
	       a->tier == b->tier;
}

static enum otp_tier leaked(const struct owner *owner, struct otp_code code, int64_t now)
{
	struct otp_assay assay;

	if (otp_judge_test(&owner->credential, code, now, &owner->limits, &assay) != OTP_OK)
		abort();
	return assay.tier == OTP_TIER_RESET ? OTP_TIER_RESET : OTP_TIER_FAILS;
}

/* ---- the attacker --------------------------------------------------------------------------------------- */

/* A code that looked different: when it is worth another try, and until when it may become good. */
struct suspect {
	struct otp_code code;
	int64_t again, until;
};

struct attacker {
	uint64_t seed;
	uint32_t ceiling; /* the failures that he keeps to */
	bool pairs;       /* answers the prompt for the next code, too */
	struct owner own; /* his record: another key, the same state */
	struct suspect suspect[SUSPECTS];
	uint64_t suspected;
};

/* What he had, and what random codes would have had. */
struct result {
	uint64_t guesses, hits;
	double blind; /* expected hits */
	double odds;  /* the same, of codes with six digits */
};

static struct otp_code random_code(struct attacker *attacker)
{
	return (struct otp_code){.value = (uint32_t)(random_bits(&attacker->seed) % CODES), .digits = DIGITS};
}

/* The one that is due, or any. */
static struct otp_code choose(struct attacker *attacker, int64_t now)
{
	for (size_t i = 0; i < SUSPECTS; i++)
		if (attacker->suspect[i].until >= now && attacker->suspect[i].again <= now)
			return attacker->suspect[i].code;
	return random_code(attacker);
}

/* A time token comes by within minutes; the owner uses up a code of an event token a day, out of six that are good. */
static void suspect(struct attacker *attacker, struct otp_code code, int64_t now)
{
	const struct owner *own = &attacker->own;
	bool is_time = own->credential.token[0].kind == OTP_TIME;
	int64_t pause = is_time ? (2 + (int64_t)(random_bits(&attacker->seed) % 16)) * PERIOD : 5 * DAY;
	int64_t life = is_time ? own->limits.sync_steps * PERIOD : own->limits.sync_counters * DAY;
	struct suspect *place = &attacker->suspect[0];

	attacker->suspected++;
	for (size_t i = 0; i < SUSPECTS; i++) {
		if (attacker->suspect[i].until >= now && attacker->suspect[i].code.value == code.value) {
			attacker->suspect[i].again = now + pause;
			return;
		}
		if (attacker->suspect[i].until < place->until)
			place = &attacker->suspect[i];
	}
	*place = (struct suspect){.code = code, .again = now + pause, .until = now + life};
}

/* It looks like any other code, or has done its duty. */
static void clear(struct attacker *attacker, struct otp_code code)
{
	for (size_t i = 0; i < SUSPECTS; i++)
		if (attacker->suspect[i].code.value == code.value)
			attacker->suspect[i].until = 0;
}

/* What random codes would have had from an answer that was read. */
static void count(struct result *result, uint32_t compared)
{
	result->guesses++;
	result->blind += (double)compared / CODES;
	result->odds += 1e-6 * compared;
}

static uint64_t positions(const struct owner *owner, int64_t now)
{
	return otp_range_count(otp_window_around(&owner->credential.token[0], &owner->credential.state.token[0], now,
	                                         owner->limits.sync_counters, owner->limits.sync_steps, false,
	                                         &owner->limits));
}

/* One dialogue with the owner's login and the same with the attacker's own; what he sees of the last answer to both. */
static bool looks_different(struct owner *owner, struct attacker *attacker, struct otp_code first, bool leaks,
                            int64_t now, struct result *result)
{
	struct otp_judgement one = judge_first(owner, first, now), two;
	struct otp_judgement own = judge_first(&attacker->own, first, now);
	struct view seen = see(owner, &one, true, now), expected = see(&attacker->own, &own, true, now);
	struct otp_code second;

	if (leaks)
		seen.tier = leaked(owner, first, now);
	if (one.verdict == OTP_REFUSED || one.verdict == OTP_ACCEPTED)
		count(result, one.compared);
	if (one.verdict == OTP_ACCEPTED || !attacker->pairs || !same(&seen, &expected))
		return !same(&seen, &expected);
	do
		second = random_code(attacker);
	while (second.value == first.value);
	result->blind += one.verdict == OTP_REFUSED ? (double)positions(owner, now) / CODES / CODES : 0;
	two = judge_second(owner, first, now, second, now + 1);
	own = judge_second(&attacker->own, first, now, second, now + 1);
	if ((two.verdict == OTP_REFUSED || two.verdict == OTP_ACCEPTED) && two.way != OTP_BY_PAIR)
		count(result, two.compared);
	seen = see(owner, &two, false, now + 1);
	expected = see(&attacker->own, &own, false, now + 1);
	return !same(&seen, &expected);
}

/* Getting in is counted and taken back: who is in need not guess on, and the next two years want an owner. */
static void attack(struct owner *owner, struct attacker *attacker, bool leaks, int64_t now, struct result *result)
{
	struct otp_state before = owner->credential.state;
	struct otp_code first = choose(attacker, now);

	attacker->own.credential.state = before;
	if (!looks_different(owner, attacker, first, leaks, now, result)) {
		clear(attacker, first);
	} else if (owner->credential.state.accepted_at >= now) {
		result->hits++;
		owner->credential.state = before;
		otp_throttle_charge(&owner->credential.state.bucket[OTP_REMOTE], 3, now, &owner->limits);
		clear(attacker, first);
	} else {
		suspect(attacker, first, now);
	}
}

/* When he comes next: as soon as he is heard, or when a suspect is due. */
static int64_t next_time(const struct owner *owner, const struct attacker *attacker, int64_t now)
{
	int64_t heard = now + 2 + otp_throttle_wait(&owner->credential.state.bucket[OTP_REMOTE], now, &owner->limits);

	for (size_t i = 0; i < SUSPECTS; i++)
		if (attacker->suspect[i].until > heard && attacker->suspect[i].again > heard &&
		    attacker->suspect[i].again < heard + HOUR)
			return attacker->suspect[i].again;
	return heard;
}

static void live(enum otp_kind kind, uint32_t life, uint32_t ceiling, bool pairs, bool leaks, struct result *result,
                 uint64_t *suspected)
{
	struct owner owner;
	struct attacker attacker = {.seed = 7 + life, .ceiling = ceiling, .pairs = pairs};
	int64_t now = BEGIN + HOUR;
	uint64_t by_pair = 0;

	owner_enroll(&owner, kind, 1, 2 * life);
	owner_enroll(&attacker.own, kind, 1, 2 * life + 1);
	owner.credential.token[0].digits = attacker.own.credential.token[0].digits = DIGITS;
	owner.limits.sync_counters = attacker.own.limits.sync_counters = 100;
	for (int64_t day = 0; day < DAYS; day++) {
		int64_t comes = BEGIN + 2 * HOUR + day * DAY;

		for (now += 180 * SECOND; owner_suffers(&owner, 1 + pairs, ceiling, now, comes);
		     now = next_time(&owner, &attacker, now))
			attack(&owner, &attacker, leaks, now, result);
		now = comes;
		(void)owner_logs_in(&owner, now, &by_pair);
	}
	*suspected += attacker.suspected;
	otp_credential_wipe(&owner.credential);
	otp_credential_wipe(&attacker.own.credential);
}

/* ---- the comparison ------------------------------------------------------------------------------------- */

static const struct plan {
	enum otp_kind kind;
	uint32_t ceiling;
	bool pairs;
	bool shown; /* a leak would be: in the long waits below the lock a code of a time token is gone again */
} plans[] = {
    {OTP_TIME, 3, false, true}, {OTP_TIME, 49, true, false}, {OTP_EVENT, 3, false, true}, {OTP_EVENT, 49, true, true}};

/* By how many standard deviations more often than by random codes. */
static double excess(const struct result *result)
{
	return ((double)result->hits - result->blind) / sqrt(result->blind);
}

static struct result lives(const struct plan *plan, uint32_t n, bool leaks)
{
	struct result result = {0, 0, 0, 0};
	uint64_t suspected = 0;

	for (uint32_t life = 0; life < n; life++)
		live(plan->kind, life, plan->ceiling, plan->pairs, leaks, &result, &suspected);
	printf("# %-5s %7u  %-5s %-5s %8llu %10llu %6llu %11.1f %7.2f  %.4f %%\n",
	       plan->kind == OTP_TIME ? "time" : "event", plan->ceiling, plan->pairs ? "two" : "one",
	       leaks ? "tells" : "-", (unsigned long long)(result.guesses / n), (unsigned long long)(suspected / n),
	       (unsigned long long)result.hits, result.blind, (double)result.hits / result.blind,
	       100 * result.odds / n / YEARS);
	return result;
}

int main(void)
{
	const char *full = getenv("FULL");
	const bool sparse =
	    getenv("SPARSE") != NULL; /* under a tool that slows it: one life, too few to see a leak in */
	uint32_t n = sparse ? 1 : full != NULL && *full != '\0' ? 100 : 6;
	struct result all = {0, 0, 0, 0};
	bool none_better = true, would_be_seen = true;

	printf(
	    "1..%d\n# %u lives of %d years beside an owner who logs in daily, codes of %d digits; odds of six digits:\n"
	    "# token ceiling  answers leak  guesses  suspected   hits   by chance   ratio  a year\n",
	    sparse ? 2 : 3, n, YEARS, DIGITS);
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
		struct result fair = lives(&plans[i], n, false), unfair;

		none_better = none_better && excess(&fair) < 3;
		if (plans[i].shown && !sparse) {
			unfair = lives(&plans[i], n, true);
			would_be_seen = would_be_seen && excess(&unfair) > 3;
		}
		all.hits += fair.hits;
		all.blind += fair.blind;
	}
	demand(none_better, "who learns from what is shown gets in no more often than by chance");
	demand(fabs(excess(&all)) < 3, "nor less often: the chances are those of the candidates");
	if (!sparse)
		demand(would_be_seen, "from a module that tells who is in the sync range he would learn");
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
