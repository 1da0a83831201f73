/* SPDX-License-Identifier: BSD-2-Clause */
#include "limits.h"

#include <stddef.h>

enum { S = 1000 /* ms */, PPM = 1000 /* ppb */ };

const struct otp_limit_name otp_limit_names[OTP_LIMIT_NAMES] = {
    {"look_ahead", "counters", 0, 5, 10, 1, offsetof(struct otp_limits, look_ahead)},
    {"typing_delay", "s", 5, 30, 120, S, offsetof(struct otp_limits, typing_delay)},
    {"drift", "ppm", 1, 50, 200, PPM, offsetof(struct otp_limits, drift)},
    {"temperature", "ppm", 0, 5, 50, PPM, offsetof(struct otp_limits, temperature)},
    {"window_steps", "steps", 1, 10, 20, 1, offsetof(struct otp_limits, window_steps)},
    {"sync_counters", "counters", 10, 1000, 5000, 1, offsetof(struct otp_limits, sync_counters)},
    {"sync_steps", "steps", 10, 40, 120, 1, offsetof(struct otp_limits, sync_steps)},
    {"pair_counters", "counters", 10, 10000, 20000, 1, offsetof(struct otp_limits, pair_counters)},
    {"pair_steps", "steps", 10, 120, 240, 1, offsetof(struct otp_limits, pair_steps)},
    {"free_failures", "failures", 0, 3, 10, 1, offsetof(struct otp_limits, free_failures)},
    {"first_wait", "s", 1, 30, 3600, S, offsetof(struct otp_limits, first_wait)},
    {"longest_wait", "s", 1, 3600, 86400, S, offsetof(struct otp_limits, longest_wait)},
    {"lock_failures", "failures", 5, 50, 100, 1, offsetof(struct otp_limits, lock_failures)},
    {"lock_candidates", "candidates", 50, 500, 1000, 1, offsetof(struct otp_limits, lock_candidates)},
    {"forgiven_failures", "failures", 0, 3, 10, 1, offsetof(struct otp_limits, forgiven_failures)},
};

int64_t *otp_limits_field(struct otp_limits *limits, const struct otp_limit_name *name)
{
	return (int64_t *)(void *)((char *)limits + name->offset);
}

struct otp_limits otp_limits_normal(void)
{
	struct otp_limits limits;

	for (size_t i = 0; i < OTP_LIMIT_NAMES; i++)
		*otp_limits_field(&limits, &otp_limit_names[i]) = otp_limit_names[i].normal * otp_limit_names[i].scale;
	return limits;
}
