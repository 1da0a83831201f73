/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LINT_MODEL_H
#define LINT_MODEL_H

/*
 * What clang-tidy cannot see, because it reads one file at a time. tidy.sh includes this before every file but error.c.
 */
#include "error.h"

#include <string.h>

/* otp_fail returns the status it was given, so that a function which ends in it did not succeed. */
#define otp_fail(error, failed, ...) ((void)otp_fail(error, failed, __VA_ARGS__), (failed))

/* Nothing is found in nothing. */
static inline void *model_memchr(const void *bytes, int byte, size_t len)
{
	return len == 0 ? NULL : memchr(bytes, byte, len);
}
#define memchr(bytes, byte, len) model_memchr(bytes, byte, len)

#endif
