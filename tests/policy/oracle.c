/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the prompt for the next code gives to an attacker who knows the password (product §5.3): whether a first answer
 * lay in the sync range cannot be told from what he sees and what he may do next, and two answers a login bring him no
 * more than the throttle of §5.6 lets him have, also where he provokes that the owner is asked for a pair.
 */
#include "owner.h"

#include <stdio.h>

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

/* ---- no oracle ------------------------------------------------------------------------------------------ */

static struct otp_code random_code(struct owner *owner)
{
	return (struct otp_code){.value = (uint32_t)(random_bits(&owner->seed) % 1000000), .digits = 6};
}

/* What is no code of the token anywhere near. */
static struct otp_code code_beyond(struct owner *owner, const bool *near)
{
	struct otp_code code;

	do
		code = random_code(owner);
	while (near[code.value]);
	return code;
}

/* All that can be seen of a dialogue of two wrong answers, by anybody, and all that it leaves. */
struct view {
	struct otp_judgement first, second;
	struct otp_state state;
};

/* The owner is as he was afterwards. */
static void look(struct owner *owner, struct otp_code first, struct otp_code second, bool ask_twice, int64_t now,
                 struct view *view)
{
	struct otp_state before = owner->credential.state;

	memset(view, 0, sizeof *view);
	view->first = judge_first(owner, first, now);
	if (ask_twice)
		view->second = judge_second(owner, first, now, second, now + 20 * SECOND);
	view->state = owner->credential.state;
	owner->credential.state = before;
}

static bool same_judgement(const struct otp_judgement *a, const struct otp_judgement *b)
{
	return a->verdict == b->verdict && a->way == b->way && a->changed == b->changed && a->token == b->token &&
	       a->position == b->position && a->ahead == b->ahead && a->compared == b->compared && a->wait == b->wait;
}

static bool same_view(const struct view *a, const struct view *b)
{
	return same_judgement(&a->first, &b->first) && same_judgement(&a->second, &b->second) &&
	       memcmp(&a->state, &b->state, sizeof a->state) == 0;
}

/* Every code of the sync range beyond the window as first answer, each beside one that is no code at all. */
static bool tiers_look_alike(struct owner *owner, int64_t now, unsigned *looked)
{
	const struct otp_token *token = &owner->credential.token[0];
	const struct otp_token_state *own = &owner->credential.state.token[0];
	const struct otp_limits *limits = &owner->limits;
	struct otp_range range =
	    otp_window_around(token, own, now, limits->sync_counters, limits->sync_steps, false, limits);
	struct otp_range window = otp_window_login(token, own, now, limits);
	bool *near = calloc(1000000, sizeof *near);
	bool alike = near != NULL;

	for (int64_t p = range.first - 2; alike && p <= range.last + 2; p++)
		near[code_at(token, p).value] = true;
	for (int64_t p = range.first; alike && p <= range.last; p++) {
		bool ask_twice = range.last - range.first < 100 || p % 20 == 0;
		struct otp_code far = code_beyond(owner, near), wrong = code_beyond(owner, near);
		struct view one, two;

		if (p >= window.first && p <= window.last)
			continue;
		look(owner, code_at(token, p), wrong, ask_twice, now, &one);
		look(owner, far, wrong, ask_twice, now, &two);
		alike = same_view(&one, &two);
		++*looked;
	}
	free(near);
	return alike;
}

/* Failures so far, and how long ago the last one was; both below and at the locks. */
static void no_oracle(enum otp_kind kind)
{
	static const struct {
		uint32_t failures, candidates;
		int64_t ago;
		bool locked;
	} buckets[] = {{0, 0, 0, false},       {2, 12, 60, false},    {3, 18, 60, false},
	               {9, 54, 3600, false},   {9, 54, 5, false},     {49, 294, 7200, false},
	               {20, 499, 7200, false}, {50, 300, 7200, true}, {50, 300, 60, true}};
	char what[128];
	unsigned looked = 0;
	bool alike = true;

	for (size_t i = 0; i < sizeof buckets / sizeof *buckets; i++) {
		struct owner owner;
		int64_t now = BEGIN + (int64_t)(i + 1) * DAY;

		owner_enroll(&owner, kind, 1, 0);
		owner.credential.state.bucket[OTP_REMOTE] =
		    (struct otp_bucket){.failures = buckets[i].failures,
		                        .candidates = buckets[i].candidates,
		                        .failed_at = buckets[i].failures > 0 ? now - buckets[i].ago * SECOND : 0,
		                        .locked_at = buckets[i].locked ? now - buckets[i].ago * SECOND : 0};
		alike = tiers_look_alike(&owner, now, &looked) && alike;
		otp_credential_wipe(&owner.credential);
	}
	printf("# %s: %u first answers inside the sync range, each beside one outside\n", name(kind), looked);
	(void)snprintf(what, sizeof what,
	               "%s: verdicts, waits and states are the same inside and beyond the sync range", name(kind));
	demand(alike && looked > (kind == OTP_TIME ? 500 : 8000), what);
}

/* ---- the odds ------------------------------------------------------------------------------------------- */

/* What an attacker had: failures that were counted, codes and pairs that were read, and their expected hits. */
struct gain {
	uint64_t failures, singles, pairs;
	double single, joint;
};

/* One dialogue of two answers. An answer that would hit is taken back: its worth is counted, and another is given. */
static void attack(struct owner *owner, int64_t now, struct gain *gain)
{
	const struct otp_bucket *bucket = &owner->credential.state.bucket[OTP_REMOTE];
	struct otp_state before = owner->credential.state;
	struct otp_code first, second;
	struct otp_judgement one, two;
	uint32_t failures = bucket->failures;
	uint64_t positions = 0;

	do {
		owner->credential.state = before;
		first = random_code(owner);
		one = judge_first(owner, first, now);
		do
			second = random_code(owner);
		while (second.value == first.value);
		two = judge_second(owner, first, now, second, now + 1);
	} while (one.verdict == OTP_ACCEPTED || two.verdict == OTP_ACCEPTED || one.verdict == OTP_REPLAYED ||
	         two.verdict == OTP_REPLAYED);
	for (size_t i = 0; i < owner->credential.n; i++)
		positions += otp_range_count(
		    otp_window_around(&owner->credential.token[i], &owner->credential.state.token[i], now + 1,
		                      owner->limits.sync_counters, owner->limits.sync_steps, false, &owner->limits));
	failures = bucket->failures - failures;
	gain->failures += failures;
	gain->singles += one.verdict == OTP_REFUSED;
	gain->single += one.verdict == OTP_REFUSED ? 1e-6 * one.compared : 0;
	if (two.verdict == OTP_REFUSED && two.compared != positions) { /* not as a pair, behind a lock */
		gain->singles++;
		gain->single += 1e-6 * two.compared;
	}
	if (failures > 0) {
		gain->pairs++;
		gain->joint += 1e-12 * (double)positions;
	}
}

enum { YEARS = 2, DAYS = 365 * YEARS };

/* An attacker who keeps to so many failures, beside an owner who logs in once a day. */
static struct gain years(enum otp_kind kind, uint32_t tokens, uint32_t ceiling, uint64_t *by_pair)
{
	struct owner owner;
	struct gain gain = {0, 0, 0, 0, 0};
	int64_t now = BEGIN + HOUR;
	bool in = true;

	*by_pair = 0;
	owner_enroll(&owner, kind, tokens, 0);
	for (int64_t day = 0; day < DAYS; day++) {
		int64_t comes = BEGIN + 2 * HOUR + day * DAY;

		for (now += 180 * SECOND; owner_suffers(&owner, 2, ceiling, now, comes);
		     now += 1 + otp_throttle_wait(&owner.credential.state.bucket[OTP_REMOTE], now, &owner.limits))
			attack(&owner, now, &gain);
		now = comes;
		in = owner_logs_in(&owner, now, by_pair) && in;
	}
	otp_credential_wipe(&owner.credential);
	if (!in)
		abort();
	return gain;
}

static double percent(double hits)
{
	return -100 * expm1(-hits);
}

/* He keeps below the free failures, or below the lock, or runs into it each time so that the owner opens it. */
static void two_years(void)
{
	static const uint32_t ceilings[] = {3, 49, 1000};
	const size_t apart = getenv("SPARSE") != NULL ? 2 : 1; /* under a tool that slows it: lowest and highest */
	double daily = 0, joint = 0;
	bool no_more = true, opened = false;

	printf("# In two years beside an owner who logs in daily; two answers each dialogue, odds a year:\n"
	       "# tokens   ceiling     codes  owner's pairs  odds      of it by pairs\n");
	for (enum otp_kind kind = OTP_TIME; kind <= OTP_EVENT; kind++)
		for (uint32_t tokens = 1; tokens <= (kind == OTP_TIME ? OTP_TOKENS_MAX : 1); tokens *= 8)
			for (size_t i = 0; i < sizeof ceilings / sizeof *ceilings; i += apart) {
				uint64_t by_pair;
				struct gain gain = years(kind, tokens, ceilings[i], &by_pair);

				printf("# %u %-5s %9u %9llu %14llu  %.4f %%  %.9f %%\n", tokens, name(kind),
				       ceilings[i], (unsigned long long)gain.singles, (unsigned long long)by_pair,
				       percent((gain.single + gain.joint) / YEARS), percent(gain.joint / YEARS));
				no_more = no_more && gain.singles <= 3 * DAYS + 50 && gain.pairs <= gain.failures;
				opened = opened || by_pair > DAYS / 2;
				joint = fmax(joint, gain.joint / (double)gain.failures / tokens);
				if (tokens == 1)
					daily = fmax(daily, percent((gain.single + gain.joint) / YEARS));
			}
	printf("# by pairs %.3g for each counted failure and token\n", joint);
	demand(opened, "an attacker who runs into the lock makes the owner open it by pairs");
	demand(no_more, "and gets no more codes read than three a login and fifty");
	demand(daily <= 0.7, "in a year with a daily owner at most 0.7 % for one token");
	demand(joint <= 1.1e-9, "a counted failure is worth less than 1.1e-9 more by its pair");
}

/* Everything one bucket gives to dialogues of two answers before it locks, twice for both. */
static void before_the_locks(void)
{
	double most = 0;

	for (enum otp_kind kind = OTP_TIME; kind <= OTP_EVENT; kind++)
		for (uint32_t tokens = 1; tokens <= OTP_TOKENS_MAX; tokens *= 2) {
			struct owner owner;
			struct gain gain = {0, 0, 0, 0, 0};
			int64_t now = BEGIN + 60 * DAY;

			owner_enroll(&owner, kind, tokens, 0);
			for (; !otp_throttle_is_locked(&owner.credential.state.bucket[OTP_REMOTE]); now += HOUR)
				attack(&owner, now, &gain);
			most = fmax(most, percent(2 * (gain.single + gain.joint)));
			otp_credential_wipe(&owner.credential);
		}
	printf("# before the locks: %.4f %% with two answers each dialogue\n", most);
	demand(most > 0.05 && most <= 0.1, "before the locks at most 0.1 %, for any number of tokens");
}

/* A locked bucket reads pairs, since a pair opens it: as rarely as the longest wait demands, and each one counts. */
static void behind_the_lock(enum otp_kind kind)
{
	enum { HOURS = 200, TRIES = 4 };
	struct owner owner;
	struct gain gain = {0, 0, 0, 0, 0};
	struct otp_bucket *bucket = &owner.credential.state.bucket[OTP_REMOTE];
	char what[128];

	owner_enroll(&owner, kind, 1, 0);
	*bucket = (struct otp_bucket){.failures = 50, .candidates = 300, .failed_at = BEGIN, .locked_at = BEGIN};
	for (int64_t try = 0; try < HOURS * TRIES; try++)
		attack(&owner, BEGIN + DAY + try * HOUR / TRIES, &gain);
	printf("# %s, locked: %llu pairs read in %d hours, %.7f %% a year\n", name(kind),
	       (unsigned long long)gain.pairs, HOURS, percent(gain.joint / HOURS * 365 * 24));
	(void)snprintf(what, sizeof what, "%s: who is locked out gets one pair an hour read, and pays for it",
	               name(kind));
	demand(gain.pairs > 0 && gain.pairs <= HOURS && gain.failures == gain.pairs && bucket->failures > 50 &&
	           percent(gain.joint / HOURS * 365 * 24) < 0.002,
	       what);
	otp_credential_wipe(&owner.credential);
}

int main(void)
{
	printf("1..9\n");
	no_oracle(OTP_TIME);
	no_oracle(OTP_EVENT);
	two_years();
	before_the_locks();
	behind_the_lock(OTP_TIME);
	behind_the_lock(OTP_EVENT);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
