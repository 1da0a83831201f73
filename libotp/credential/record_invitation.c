/* SPDX-License-Identifier: BSD-2-Clause */
#include "record.h"

#include "big_endian.h"

#include <string.h>

enum { VERSION = 1, UID_AT = 4, EXPIRES_AT = 8, USER_AT = 16 };

size_t otp_record_print_invitation(const struct otp_invitation *invitation, uint8_t bytes[OTP_RECORD_INVITATION])
{
	memset(bytes, 0, OTP_RECORD_INVITATION);
	bytes[0] = VERSION;
	big_endian_put(bytes + UID_AT, invitation->uid, 4);
	big_endian_put(bytes + EXPIRES_AT, (uint64_t)invitation->expires, 8);
	memcpy(bytes + USER_AT, invitation->user, strlen(invitation->user));
	return OTP_RECORD_INVITATION;
}

/* Exactly what is printed of what was read, and nothing else, is an invitation. */
enum otp_status otp_record_parse_invitation(const uint8_t *bytes, size_t len, struct otp_invitation *invitation,
                                            struct otp_error *error)
{
	uint8_t again[OTP_RECORD_INVITATION];

	memset(invitation, 0, sizeof *invitation);
	if (len != OTP_RECORD_INVITATION || bytes[OTP_RECORD_INVITATION - 1] != 0)
		return otp_fail(error, OTP_E_CORRUPT, "the invitation is damaged: length");
	invitation->uid = (uint32_t)big_endian_get(bytes + UID_AT, 4);
	invitation->expires = (int64_t)big_endian_get(bytes + EXPIRES_AT, 8);
	memcpy(invitation->user, bytes + USER_AT, strlen((const char *)bytes + USER_AT));
	(void)otp_record_print_invitation(invitation, again);
	if (invitation->expires < 0 || memcmp(bytes, again, sizeof again) != 0)
		return otp_fail(error, OTP_E_CORRUPT, "the invitation is damaged");
	return OTP_OK;
}
