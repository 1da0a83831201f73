/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_EXCHANGE_PSKC_VALUE_H
#define OTP_EXCHANGE_PSKC_VALUE_H

#include "foreign.h"

/* What stands between two tags of a PSKC file, or in an attribute. false: it is none. */

enum {
	OTP_PSKC_TEXT_MAX = 2047, /* bytes of an element's text */
	OTP_PSKC_BYTES_MAX = 512, /* what its base64 stands for */
};

/* Whoever holds some ends them with OPENSSL_cleanse of their whole size. */
struct otp_pskc_bytes {
	size_t len;
	uint8_t bytes[OTP_PSKC_BYTES_MAX];
};

/* RFC 4648 §4 with padding; blanks and line ends anywhere, as in XML. */
OTP_MUST_CHECK bool otp_pskc_base64(const char *text, struct otp_pskc_bytes *bytes);

/* A decimal number, perhaps negative. */
OTP_MUST_CHECK bool otp_pskc_number(const char *text, int64_t *number);

/*
 * A number that was encrypted: decimal digits or, big-endian, up to 8 bytes (xs:int and xs:long: 4 and 8 with a sign).
 * What can be both is decimal.
 */
OTP_MUST_CHECK bool otp_pskc_integer(const struct otp_pskc_bytes *bytes, int64_t *number);

/* xs:dateTime, in UTC where no zone is named, or a date -> seconds since 1970, from 1 on. */
OTP_MUST_CHECK bool otp_pskc_date(const char *text, int64_t *seconds);

/* Fits a label or issuer and has no control character. */
OTP_MUST_CHECK bool otp_pskc_text(const char *value, char text[OTP_TEXT_MAX + 1]);

/* The account that a UserId names, or "": see pskc.h. */
void otp_pskc_account(const char *user_id, char user[OTP_USER_MAX + 1]);

/* otp_foreign_fail with the element before the message, and any status. Returns it. */
__attribute__((format(printf, 6, 7))) enum otp_status otp_pskc_fail(const struct otp_foreign *file,
                                                                    struct otp_error *error, enum otp_status status,
                                                                    unsigned long line, const char *element,
                                                                    const char *format, ...);

#endif
