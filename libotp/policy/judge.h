/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_POLICY_JUDGE_H
#define OTP_POLICY_JUDGE_H

#include "../core/code.h"
#include "../credential/credential.h"
#include "limits.h"

/*
 * The decision (product §5): credential, code, now, limits -> verdict and new state. No clock, no file, no
 * allocation of ours. The credential must be open (otp_credential_open). Only its state is changed, and only
 * where the judgement says `changed`; the caller makes that durable before it answers.
 */

enum otp_verdict {
	OTP_REFUSED = 0, /* wrong: no candidate matches; counted */
	OTP_ACCEPTED,    /* the position is consumed */
	OTP_REPLAYED,    /* the code accepted last; not counted */
	OTP_EQUAL_CODES, /* a pair of equal codes: ask for a fresh one; not counted */
	OTP_EMPTY,       /* nothing typed; not counted */
	OTP_MALFORMED,   /* no token of the holder has codes of this form; not counted */
	OTP_WAITING,     /* refused unread: the throttle's wait lasts; not counted */
	OTP_LOCKED,      /* refused unread: the bucket is locked; not counted */
	OTP_DISABLED,    /* no token of the holder is enabled */
	OTP_STOPPED,     /* the same, and an administrator locked one of them */
	OTP_UNENROLLED,  /* the user has no credential; given by flow, never by a judge */
};

/* One word for the log. */
const char *otp_verdict_word(enum otp_verdict verdict);

/* What was accepted. */
enum otp_way {
	OTP_BY_TOKEN = 0,
	OTP_BY_RECOVERY,
	OTP_BY_TEMPORARY,
	OTP_BY_PAIR, /* two consecutive codes of a token, at a login */
};

struct otp_judgement {
	enum otp_verdict verdict;
	enum otp_way way;  /* accepted */
	bool changed;      /* the state differs and must become durable before the answer */
	size_t token;      /* accepted, replayed: its index; otherwise credential->n */
	int64_t position;  /* accepted: of the code, or of a pair's second */
	int64_t ahead;     /* accepted: event: counters skipped; time: ms that the token is ahead of us (middle) */
	uint32_t compared; /* candidates, of codes or of pairs */
	int64_t wait;      /* ms until the next try is read; 0: none */
};

/* An answer as the judge needs it: read, and its tag made if it may be a recovery or temporary code. */
struct otp_answer {
	enum otp_code_form form;
	struct otp_code code; /* OTP_CODE_WELL_FORMED */
	bool tagged;
	uint8_t tag[OTP_TAG_LEN];
};

/*
 * Judge one answer of a login against every enabled token and every spare code (product §5.7). OTP_OK when there is a
 * verdict; OTP_E_CRYPTO leaves the state as it was and decides nothing.
 */
OTP_MUST_CHECK enum otp_status otp_judge_login(struct otp_credential *credential, const struct otp_answer *answer,
                                               enum otp_reach reach, int64_t now, const struct otp_limits *limits,
                                               struct otp_judgement *judgement);

/* Two codes and when each was typed, ms since the epoch. */
struct otp_pair {
	struct otp_code first, second;
	int64_t first_at, second_at;
};

/*
 * Judge two consecutive codes of token i (product §5.4): both are consumed, the clock interval starts afresh from
 * what they prove, and both buckets are unlocked and cleared. rewind lets a time token go back behind its last
 * accepted position. Failures are charged to the local bucket.
 */
OTP_MUST_CHECK enum otp_status otp_judge_pair(struct otp_credential *credential, size_t i, const struct otp_pair *pair,
                                              bool rewind, const struct otp_limits *limits,
                                              struct otp_judgement *judgement);

/*
 * Judge the answer to the second prompt of a login, after a miss (product §5.3): a pair with the first answer within
 * the sync range of any enabled token, else by itself, as otp_judge_login. pair->first is the first answer's code, or
 * of no digits if it was none, and pair->first_at is when it was judged; pair->second is the code of *answer.
 *
 * A pair is a success like any other, not the clean slate of otp_judge_pair: it takes as many failures off, for an
 * attacker can bring a daily owner to be asked for a pair as often. But it may be read in the wait that its first code
 * alone has earned, and while the bucket is locked, which it opens. A failing one is then a failure, so the wait
 * throttles it.
 */
OTP_MUST_CHECK enum otp_status otp_judge_next(struct otp_credential *credential, const struct otp_pair *pair,
                                              const struct otp_answer *answer, enum otp_reach reach,
                                              const struct otp_limits *limits, struct otp_judgement *judgement);

/* Where a code stands (product §5.3), for `vipotp test`. */
enum otp_tier {
	OTP_TIER_WORKS = 1, /* a login would accept it */
	OTP_TIER_RESET = 2, /* outside the window, inside the sync range: with the next code it would be */
	OTP_TIER_FAILS = 3, /* beyond, or no code of these tokens */
};

struct otp_assay {
	enum otp_tier tier;
	bool used;    /* the code accepted last */
	size_t token; /* index, or credential->n */
	int64_t position;
	int64_t distance; /* positions from the expected one */
};

/* Where a code stands among the enabled tokens; changes nothing. OTP_E_CRYPTO. */
OTP_MUST_CHECK enum otp_status otp_judge_test(const struct otp_credential *credential, struct otp_code code,
                                              int64_t now, const struct otp_limits *limits, struct otp_assay *assay);

#endif
