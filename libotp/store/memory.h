/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_STORE_MEMORY_H
#define OTP_STORE_MEMORY_H

#include "store.h"

/* A store that dies with the process, for tests: the contract without a disk. OTP_E_NOMEM. */
OTP_MUST_CHECK enum otp_status otp_store_memory_open(struct otp_store **store);

#endif
