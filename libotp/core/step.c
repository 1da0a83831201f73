/* SPDX-License-Identifier: BSD-2-Clause */
#include "step.h"

int64_t otp_floor_div(int64_t value, int64_t divisor)
{
	int64_t quotient = value / divisor;

	return value % divisor < 0 ? quotient - 1 : quotient;
}

int64_t otp_step_at(int64_t ms, int64_t period_ms)
{
	return otp_floor_div(ms, period_ms);
}
