/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_POLICY_LIMITS_H
#define OTP_POLICY_LIMITS_H

#include <stdint.h>

/*
 * Every number that the decision depends on. All are policy values of vipotp.conf; the table of their names,
 * defaults and ranges is limits.c and nothing else.
 */
struct otp_limits {
	int64_t look_ahead;        /* counters tried beyond the expected one, product §5.1 */
	int64_t typing_delay;      /* ms: D, the longest a person takes to type a code, §5.2 */
	int64_t drift;             /* ppb: the fastest clock drift of a token, §5.2 */
	int64_t temperature;       /* ppb: by how much a learned rate may vary, §5.2 */
	int64_t window_steps;      /* steps from the middle at most, §5.2 */
	int64_t sync_counters;     /* event: reach of a pair at a login and of `vipotp test`, §5.3 */
	int64_t sync_steps;        /* time: the same */
	int64_t pair_counters;     /* event: reach of enrolment and reset, §5.4 */
	int64_t pair_steps;        /* time: the same */
	int64_t free_failures;     /* without a wait, §5.6 */
	int64_t first_wait;        /* ms after the next failure; it doubles */
	int64_t longest_wait;      /* ms */
	int64_t lock_failures;     /* a bucket locks at so many failures */
	int64_t lock_candidates;   /* or so many candidates compared */
	int64_t forgiven_failures; /* taken off by a success, with their candidates */
};

/* How vipotp.conf names a limit. scale turns the setting's unit into the field's (s to ms, ppm to ppb). */
struct otp_limit_name {
	const char *name;
	const char *unit;
	int64_t lowest, normal, highest; /* in the setting's unit, inclusive */
	int64_t scale;
	int64_t offset; /* of the field in struct otp_limits */
};

enum { OTP_LIMIT_NAMES = 15 };

extern const struct otp_limit_name otp_limit_names[OTP_LIMIT_NAMES];

/* All defaults. */
struct otp_limits otp_limits_normal(void);

/* The field that a name stands for, in its own unit. */
int64_t *otp_limits_field(struct otp_limits *limits, const struct otp_limit_name *name);

#endif
