/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_CORE_TYPED_H
#define OTP_CORE_TYPED_H

/*
 * The next character of what a person typed (UTF-8, NUL-terminated) in the form that codes and IDs are read in; *s
 * moves on behind it. Full-width ASCII is narrowed, letters are in upper case, every blank is ' ' and every hyphen '-';
 * of anything else the bytes come as they are. At the end '\0', and *s stays.
 */
char otp_typed_next(const char **s);

#endif
