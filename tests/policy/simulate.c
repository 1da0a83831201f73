/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Four years of people with tokens, for the claim of product §5.2: the proven clock interval against windows of a
 * fixed width. Prints how many true codes each of them refuses, and how many codes it would accept. What is demanded
 * is demanded where the assumptions hold; the other rows say what happens beyond them.
 */
#include "policy/window.h"
#include "random.h"
#include "sample.h"

#include <stdio.h>

#define SECOND 1000.0
#define DAY (86400 * SECOND)
#define YEAR (365.25 * DAY)
#define BEGIN 1767225600000.0 /* 2026-01-01 */

static const double SPREAD =
    0.5; /* sigma of the delay's logarithm: one of 550 takes longer than 30 s for a median of 7 s */
static const double PI = 3.14159265358979323846;

/* ---- the world -------------------------------------------------------------------------------------- */

/* Kinds of tokens, and of hosts. */
struct row {
	const char *name;
	double ppm;      /* the token's rate, of either sign */
	double seasons;  /* ppm by which the rate swings over the year */
	bool resyncs;    /* a phone: sets its clock every one to fourteen days */
	bool host_steps; /* our clock is 60 s wrong for three days, twice a year */
};

static const struct row rows[] = {
    {"2 ppm", 2, 0, false, false},
    {"5 ppm", 5, 0, false, false},
    {"10 ppm", 10, 0, false, false},
    {"20 ppm", 20, 0, false, false},
    {"50 ppm", 50, 0, false, false},
    {"2 ppm, seasons 5", 2, 5, false, false},
    {"10 ppm, seasons 5", 10, 5, false, false},
    {"20 ppm, seasons 5", 20, 5, false, false},
    {"45 ppm, seasons 5", 45, 5, false, false},
    {"phone, 20 ppm, resyncs", 20, 0, true, false},
    {"2 ppm, host steps 60 s", 2, 0, false, true},
    {"20 ppm, host steps 60 s", 20, 0, false, true},
};

enum { ROWS = sizeof rows / sizeof *rows };

static bool holds_assumptions(const struct row *row)
{
	return row->seasons == 0 && !row->resyncs && !row->host_steps;
}

/* How often the owner logs in. */
struct use {
	const char *name;
	double interval; /* ms */
	int tokens;      /* simulated per row */
	uint64_t seed;
};

static const struct use uses[] = {
    {"once a day", DAY, 60, 101},
    {"once a week", 7 * DAY, 300, 202},
    {"five times a day", DAY / 5, 12, 303},
};

enum { USES = sizeof uses / sizeof *uses };

/* One token and the host where its codes are typed. Times are true time in ms; it only moves forward. */
struct world {
	const struct row *row;
	uint64_t seed;
	double rate, first, phase; /* ms per ms; ms; the season at the begin */
	double set_at, set_to;     /* a phone's last resync */
	double next_set;
	double host, host_next; /* our clock - true time; when it changes */
};

static double sign(uint64_t *seed)
{
	return random_bits(seed) % 2 == 0 ? -1 : 1;
}

static struct world world_of(const struct row *row, bool slow, uint64_t seed)
{
	struct world world = {.row = row, .seed = seed, .set_at = BEGIN, .next_set = BEGIN, .host_next = BEGIN};

	world.rate = (slow ? -1 : 1) * row->ppm * 1e-6;
	world.first = 2 * SECOND * random_normal(&world.seed);
	world.phase = 2 * PI * random_fraction(&world.seed);
	world.host_next += YEAR / 2 * random_fraction(&world.seed);
	return world;
}

/* Let time go by until t. */
static void pass(struct world *world, double t)
{
	while (world->row->resyncs && world->next_set <= t) {
		world->set_at = world->next_set;
		world->set_to = 0.5 * SECOND * random_normal(&world->seed);
		world->next_set += DAY * (1 + 13 * random_fraction(&world->seed));
	}
	while (world->row->host_steps && world->host_next <= t) {
		world->host = world->host != 0 ? 0 : 60 * SECOND * sign(&world->seed);
		world->host_next += world->host != 0 ? 3 * DAY : YEAR / 2;
	}
}

/* Token time - true time. */
static double offset_at(const struct world *world, double t)
{
	double seasons = world->row->seasons * 1e-6 * YEAR / (2 * PI);

	if (world->row->resyncs)
		return world->set_to + world->rate * (t - world->set_at);
	return world->first + world->rate * (t - BEGIN) +
	       seasons * (cos(world->phase) - cos(world->phase + 2 * PI * (t - BEGIN) / YEAR));
}

/* A person looks at t and types: the step shown, and our time when the code arrives. */
struct typed {
	int64_t step, now;
	double late; /* the delay */
};

static struct typed look(struct world *world, double t, double median, double longest)
{
	struct typed typed;

	pass(world, t);
	typed.step = (int64_t)floor((t + offset_at(world, t)) / PERIOD);
	do
		typed.late = median * exp(SPREAD * random_normal(&world->seed));
	while (typed.late > longest);
	typed.now = (int64_t)(t + typed.late + world->host);
	return typed;
}

/* ---- the host --------------------------------------------------------------------------------------- */

enum { PROVEN, FIXED_1, FIXED_5, WINDOWS };

struct count {
	int64_t typed, refused;
	int64_t old_typed, old_refused; /* in the third and fourth year */
	int64_t acceptable, resets;
};

struct tally {
	struct count count[WINDOWS];
	int64_t late; /* typed later than D */
};

static const struct otp_token token = {.kind = OTP_TIME, .digits = 6, .period = PERIOD / 1000};

/* Two consecutive codes from t on: what product §5.2 starts from. Whether they lie within the reach of a reset. */
static bool pair(struct world *world, double t, double median, double longest, struct otp_token_state *own,
                 const struct otp_limits *limits)
{
	struct typed first = look(world, t, median, longest);
	double turn = (double)(first.step + 1) * PERIOD - offset_at(world, t); /* the display changes */
	struct typed second =
	    look(world, fmax(turn, t + first.late) + 2 * SECOND * random_fraction(&world->seed), median, longest);
	struct otp_range range =
	    otp_window_around(&token, own, second.now, limits->pair_counters, limits->pair_steps, false, limits);
	struct otp_offset one, two;

	if (second.step != first.step + 1)
		return pair(world, t + 10 * PERIOD, median, longest, own, limits); /* too slow: another two */
	if (own->clock.known && (first.step < range.first || first.step > range.last))
		return false;
	one = otp_window_proof(first.step, PERIOD, first.now, limits);
	two = otp_window_proof(second.step, PERIOD, second.now, limits);
	if (one.lo > two.lo)
		two.lo = one.lo;
	if (one.hi < two.hi && one.hi >= two.lo)
		two.hi = one.hi;
	otp_window_restart(&own->clock, two, second.now);
	own->next = second.step + 1;
	return true;
}

/* One window's answer to a true code; whether it was accepted. */
static bool answer(struct count *count, struct otp_range range, const struct typed *typed, bool old)
{
	bool accepted = typed->step >= range.first && typed->step <= range.last;

	count->typed++;
	count->refused += !accepted;
	count->old_typed += old;
	count->old_refused += old && !accepted;
	count->acceptable += (int64_t)otp_range_count(range);
	return accepted;
}

static struct otp_range fixed(int64_t now, int64_t width, int64_t next)
{
	int64_t step = otp_step_at(now, PERIOD);

	return (struct otp_range){step - width > next ? step - width : next, step + width};
}

/* Four years with one token. After three refusals in a row its owner resets it. */
static void live(struct world *world, double interval, double median, double longest, const struct otp_limits *limits,
                 struct tally *tally)
{
	struct otp_token_state own = {.next = 0};
	int64_t next[WINDOWS];
	int refusals = 0;

	(void)pair(world, BEGIN, median, longest, &own, limits);
	next[FIXED_1] = next[FIXED_5] = own.next;
	for (double t = BEGIN + interval; t < BEGIN + 4 * YEAR; t += interval) {
		bool old = t >= BEGIN + 2 * YEAR;
		struct typed typed =
		    look(world, t + interval * (random_fraction(&world->seed) / 2 - 0.25), median, longest);

		tally->late += typed.late > (double)limits->typing_delay;
		for (int w = FIXED_1; w <= FIXED_5; w++)
			if (answer(&tally->count[w], fixed(typed.now, w == FIXED_1 ? 1 : 5, next[w]), &typed, old))
				next[w] = typed.step + 1;
		if (answer(&tally->count[PROVEN], otp_window_login(&token, &own, typed.now, limits), &typed, old)) {
			otp_window_tighten(&own.clock, typed.step, PERIOD, typed.now, limits);
			own.next = typed.step + 1;
			refusals = 0;
		} else if (++refusals == 3) {
			tally->count[PROVEN].resets += pair(world, t + interval / 2, median, longest, &own, limits);
			refusals = 0;
		}
	}
}

static struct tally tally_of(const struct row *row, const struct use *use, double median, double longest, uint64_t seed)
{
	const struct otp_limits limits = otp_limits_normal();
	struct tally tally = {.late = 0};

	for (int i = 0; i < use->tokens; i++) {
		struct world world = world_of(row, i % 2 == 1, random_bits(&seed));

		live(&world, use->interval, median, longest, &limits, &tally);
	}
	return tally;
}

/* ---- what is printed and demanded ------------------------------------------------------------------- */

static double percent(int64_t part, int64_t whole)
{
	return whole == 0 ? 0 : 100.0 * (double)part / (double)whole;
}

/*
 * What a fixed window refuses of a token of constant rate, by theory: at a random moment of a step, a code that is
 * `apart` ms away from ours lies w or w + 1 steps away, so the window of width w accepts it with the probability
 * w + 1 - apart/period. The mean over four years and over the delay.
 */
static double theory(double ppm, double median, int width)
{
	double refused = 0;
	int n = 0;

	for (double years = 0.01; years < 4; years += 0.02)
		for (double z = -4.95; z < 5; z += 0.1) { /* the normal density, in strips of 0.1 */
			double weight = 0.1 * exp(-z * z / 2) / sqrt(2 * PI);
			double delay = median * exp(SPREAD * z);

			for (int s = -1; s <= 1; s += 2, n++) {
				double apart = fabs(s * ppm * 1e-6 * years * YEAR - delay) / PERIOD;

				refused += weight * fmin(1, fmax(0, apart - width));
			}
		}
	return 100 * refused / n * 100; /* 100 strips */
}

struct verdicts {
	int64_t within_typed, within_refused; /* where the assumptions hold */
	double most_acceptable;               /* daily, where the rate is constant */
	double furthest_from_theory;          /* percentage points */
};

static void print_row(const struct use *use, const struct row *row, double median, struct verdicts *verdicts)
{
	uint64_t seed = use->seed * 1000003 + (uint64_t)(row - rows) * 101 + (uint64_t)median;
	struct tally all = tally_of(row, use, median, INFINITY, seed);
	const struct count *c = all.count;
	double acceptable = (double)c[PROVEN].acceptable / (double)c[PROVEN].typed;

	printf("# %-26s %3.0f s  %5.2f  %6.2f %6.2f  %4.2f %4lld  %6.2f %6.2f   %6.2f %6.2f  ", row->name,
	       median / SECOND, percent(all.late, c[PROVEN].typed), percent(c[PROVEN].refused, c[PROVEN].typed),
	       percent(c[PROVEN].old_refused, c[PROVEN].old_typed), acceptable, (long long)c[PROVEN].resets,
	       percent(c[FIXED_1].refused, c[FIXED_1].typed), percent(c[FIXED_1].old_refused, c[FIXED_1].old_typed),
	       percent(c[FIXED_5].refused, c[FIXED_5].typed), percent(c[FIXED_5].old_refused, c[FIXED_5].old_typed));
	if (holds_assumptions(row)) {
		struct tally within =
		    tally_of(row, use, median, (double)otp_limits_normal().typing_delay, seed ^ 0x5555);

		printf("%6.2f\n", percent(within.count[PROVEN].refused, within.count[PROVEN].typed));
		verdicts->within_typed += within.count[PROVEN].typed;
		verdicts->within_refused += within.count[PROVEN].refused;
		verdicts->most_acceptable = fmax(verdicts->most_acceptable, acceptable);
		for (int w = FIXED_1; w <= FIXED_5; w++)
			verdicts->furthest_from_theory =
			    fmax(verdicts->furthest_from_theory, fabs(percent(c[w].refused, c[w].typed) -
			                                              theory(row->ppm, median, w == FIXED_1 ? 1 : 5)));
	} else {
		printf("     -\n");
	}
	fflush(stdout);
}

static struct verdicts print_table(const struct use *use)
{
	struct verdicts verdicts = {.within_typed = 0};

	printf("#\n# %s; %d tokens a row, seed %llu. True codes refused, in percent: in four years, in the last two.\n",
	       use->name, use->tokens, (unsigned long long)use->seed);
	printf("# %-26s %5s  %5s  %-25s  %-14s  %-15s  %s\n", "", "", "typed", "proven interval", "fixed, 1 step",
	       " fixed, 5 steps", "proven,");
	printf("# %-26s %5s  %5s  %6s %6s  %4s %4s  %6s %6s   %6s %6s  %s\n", "token and host", "delay", "late", "all",
	       "old", "acc.", "rst", "all", "old", "all", "old", "none late");
	for (size_t i = 0; i < ROWS; i++)
		for (int median = 7; median <= 15; median += 8)
			print_row(use, &rows[i], median * SECOND, &verdicts);
	return verdicts;
}

/*
 * The simulation asks the window whether a step is inside; a login asks otp_judge_login, which computes codes. A
 * sample of the same lives through both: the same answers, the same state. The number of logins, or -1.
 */
static int64_t judge_agrees(void)
{
	const struct otp_limits limits = otp_limits_normal();
	uint64_t seed = 404;
	int64_t logins = 0;

	for (size_t i = 0; i < ROWS; i++) {
		struct world world = world_of(&rows[i], i % 2 == 1, random_bits(&seed));
		struct otp_credential credential = {.holder = "alice"};
		struct otp_token_state *own = &credential.state.token[0];

		add_numbered_token(&credential, OTP_TIME, (uint32_t)i);
		(void)pair(&world, BEGIN, 7 * SECOND, INFINITY, own, &limits);
		for (double t = BEGIN + DAY; t < BEGIN + 4 * YEAR; t += DAY, logins++) {
			struct typed typed = look(&world, t, 15 * SECOND, INFINITY);
			struct otp_token_state expected = *own;
			struct otp_range range = otp_window_login(&token, own, typed.now, &limits);
			bool inside = typed.step >= range.first && typed.step <= range.last;
			struct otp_judgement judgement = login(&credential, code_at(&credential.token[0], typed.step),
			                                       OTP_LOCAL, typed.now, &limits);

			if (inside) {
				otp_window_tighten(&expected.clock, typed.step, PERIOD, typed.now, &limits);
				expected.next = typed.step + 1;
			}
			if ((judgement.verdict == OTP_ACCEPTED) != inside ||
			    memcmp(own, &expected, sizeof expected) != 0)
				return -1;
			credential.state.bucket[OTP_LOCAL] = (struct otp_bucket){0};
		}
		otp_credential_wipe(&credential);
	}
	return logins;
}

static int point, failed;

static void demand(bool holds)
{
	failed += !holds;
	printf("%s %d - ", holds ? "ok" : "not ok", ++point);
}

int main(void)
{
	struct verdicts verdicts[USES];
	int64_t logins;

	printf("1..8\n# late: typed more than %g s after the look; acc.: acceptable codes on average; rst: resets\n",
	       (double)otp_limits_normal().typing_delay / SECOND);
	for (size_t i = 0; i < USES; i++)
		verdicts[i] = print_table(&uses[i]);
	for (size_t i = 0; i < USES; i++) {
		demand(verdicts[i].within_typed > 100000 && verdicts[i].within_refused == 0);
		printf("%s: of %lld codes of constant rates up to 50 ppm, typed within D, %lld are refused\n",
		       uses[i].name, (long long)verdicts[i].within_typed, (long long)verdicts[i].within_refused);
		demand(verdicts[i].furthest_from_theory < 1);
		printf("%s: the fixed windows refuse what theory says, to %.2f percentage points\n", uses[i].name,
		       verdicts[i].furthest_from_theory);
	}
	demand(verdicts[0].most_acceptable <= 3.3);
	printf("once a day: at most %.2f codes are acceptable on average\n", verdicts[0].most_acceptable);
	logins = judge_agrees();
	demand(logins > 10000);
	printf("a login decides as the window does, in %lld logins\n", (long long)logins);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
