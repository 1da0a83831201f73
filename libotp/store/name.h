/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_STORE_NAME_H
#define OTP_STORE_NAME_H

#include "../error.h"

#include <limits.h>
#include <stdbool.h>

enum {
	OTP_FILE_NAME_MAX = NAME_MAX - 5, /* leaves room for the temporary's dot and suffix */
};

/*
 * The file name of a record's name: letters, digits, '_', '-' and, but for the first character, '.' stand for
 * themselves; every other byte is %XX in upper case. So no file name begins with a dot, contains a slash, or stands for
 * two names. OTP_E_LIMIT if it gets longer than a file name may be.
 */
OTP_MUST_CHECK enum otp_status otp_name_encode(const char *name, char file[OTP_FILE_NAME_MAX + 1]);

/* The reverse; false for a file name that otp_name_encode never gives. name has room for the file name. */
bool otp_name_decode(const char *file, char name[OTP_FILE_NAME_MAX + 1]);

#endif
