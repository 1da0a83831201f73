/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_CORE_STEP_H
#define OTP_CORE_STEP_H

#include <stdint.h>

/* Integer division that rounds towards minus infinity; divisor > 0. */
int64_t otp_floor_div(int64_t value, int64_t divisor);

/* The time step (RFC 6238 §4.2, T0 = 0) that holds a moment; both in milliseconds, period_ms > 0. */
int64_t otp_step_at(int64_t ms, int64_t period_ms);

#endif
