/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_DIVISION_H
#define VIPOTP_DIVISION_H

#include <stddef.h>

/*
 * Where the code begins in an answer of password and code (product §6.3), by the answer's form alone; len if it has
 * none. answer[len] is NUL. lengths: as of otp_login_lengths. Who has no code at all is taken for one with six digits.
 */
size_t division_find(const char *answer, size_t len, unsigned lengths);

#endif
