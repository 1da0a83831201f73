/* SPDX-License-Identifier: BSD-2-Clause */
#include "name.h"

#include <stdint.h>
#include <string.h>

static const char hex[] = "0123456789ABCDEF";

static bool stands_for_itself(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
	       (c == '.' && !first);
}

enum otp_status otp_name_encode(const char *name, char file[OTP_FILE_NAME_MAX + 1])
{
	size_t len = 0;

	for (const char *c = name; *c != '\0'; c++) {
		bool plain = stands_for_itself(*c, c == name);

		if (len + (plain ? 1 : 3) > OTP_FILE_NAME_MAX)
			return OTP_E_LIMIT;
		if (plain) {
			file[len++] = *c;
			continue;
		}
		file[len++] = '%';
		file[len++] = hex[(uint8_t)*c >> 4];
		file[len++] = hex[(uint8_t)*c & 15];
	}
	file[len] = '\0';
	return OTP_OK;
}

bool otp_name_decode(const char *file, char name[OTP_FILE_NAME_MAX + 1])
{
	char again[OTP_FILE_NAME_MAX + 1];
	size_t len = 0;

	if (strnlen(file, OTP_FILE_NAME_MAX + 1) > OTP_FILE_NAME_MAX)
		return false;
	for (const char *c = file; *c != '\0'; c++) {
		const char *high, *low;

		if (*c != '%') {
			name[len++] = *c;
			continue;
		}
		if (c[1] == '\0' || c[2] == '\0' || (high = strchr(hex, c[1])) == NULL ||
		    (low = strchr(hex, c[2])) == NULL)
			return false;
		name[len++] = (char)((high - hex) << 4 | (low - hex));
		c += 2;
	}
	name[len] = '\0';
	/* Only the one spelling that encode gives. */
	return len > 0 && strlen(name) == len && otp_name_encode(name, again) == OTP_OK && strcmp(again, file) == 0;
}
