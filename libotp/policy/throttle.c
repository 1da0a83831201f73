/* SPDX-License-Identifier: BSD-2-Clause */
#include "throttle.h"

static int64_t earned_wait(const struct otp_bucket *bucket, const struct otp_limits *limits)
{
	int64_t wait = limits->first_wait;
	int64_t doublings = (int64_t)bucket->failures - limits->free_failures - 1;

	if (doublings < 0)
		return 0;
	while (doublings-- > 0 && wait < limits->longest_wait)
		wait *= 2;
	return wait < limits->longest_wait ? wait : limits->longest_wait;
}

int64_t otp_throttle_wait(const struct otp_bucket *bucket, int64_t now, const struct otp_limits *limits)
{
	int64_t passed = now - bucket->failed_at;
	int64_t wait = earned_wait(bucket, limits);

	/* failed_at 0: a success ended the wait */
	if (bucket->failed_at == 0 || passed < 0 || passed >= wait)
		return 0;
	return wait - passed;
}

bool otp_throttle_is_locked(const struct otp_bucket *bucket)
{
	return bucket->locked_at != 0;
}

static void lock(struct otp_bucket *bucket, int64_t now)
{
	bucket->locked_at = now > 0 ? now : 1;
}

bool otp_throttle_admits(struct otp_bucket *bucket, uint64_t candidates, int64_t now, const struct otp_limits *limits)
{
	if (bucket->failures < (uint64_t)limits->lock_failures &&
	    bucket->candidates + candidates <= (uint64_t)limits->lock_candidates)
		return true;
	lock(bucket, now);
	return false;
}

void otp_throttle_charge(struct otp_bucket *bucket, uint64_t candidates, int64_t now, const struct otp_limits *limits)
{
	bucket->failures++;
	bucket->candidates += (uint32_t)candidates;
	bucket->failed_at = now > 0 ? now : 1;
	if (bucket->failures >= (uint64_t)limits->lock_failures ||
	    bucket->candidates >= (uint64_t)limits->lock_candidates)
		lock(bucket, now);
}

void otp_throttle_forgive(struct otp_bucket *bucket, const struct otp_limits *limits)
{
	uint32_t forgiven = (uint32_t)limits->forgiven_failures;

	if (forgiven >= bucket->failures) {
		otp_throttle_clear(bucket);
		return;
	}
	bucket->candidates -= (uint32_t)((uint64_t)bucket->candidates * forgiven / bucket->failures);
	bucket->failures -= forgiven;
	bucket->failed_at = 0;
}

void otp_throttle_reopen(struct otp_bucket *bucket, const struct otp_limits *limits)
{
	if (bucket->failures > (uint64_t)limits->lock_failures)
		bucket->failures = (uint32_t)limits->lock_failures;
	if (bucket->candidates > (uint64_t)limits->lock_candidates)
		bucket->candidates = (uint32_t)limits->lock_candidates;
	bucket->locked_at = 0;
	otp_throttle_forgive(bucket, limits);
}

void otp_throttle_clear(struct otp_bucket *bucket)
{
	*bucket = (struct otp_bucket){0};
}
