/* SPDX-License-Identifier: BSD-2-Clause */
#include "place.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A longer file or key must not push the sentence out of the message. */
enum { FILE_SHOWN = 90, NAME_SHOWN = 36, SENTENCE_MAX = 200 };

void place_enter(struct place *place, const char *name, size_t len)
{
	size_t used = strlen(place->key);
	int shown = (int)(len < NAME_SHOWN ? len : NAME_SHOWN);

	(void)snprintf(place->key + used, sizeof place->key - used, "%s%.*s%s", used > 0 ? "." : "", shown, name,
	               len > NAME_SHOWN ? "..." : "");
}

enum otp_status place_refuse(const struct place *place, struct otp_error *error, const char *format, ...)
{
	char sentence[SENTENCE_MAX];
	size_t len = strlen(place->file);
	bool long_name = len > FILE_SHOWN;
	va_list args;

	va_start(args, format);
	(void)vsnprintf(sentence, sizeof sentence, format, args);
	va_end(args);
	return otp_fail(error, OTP_E_INVALID, "%s%s:%u: %s%s%s", long_name ? "..." : "",
	                long_name ? place->file + len - FILE_SHOWN : place->file, place->line, place->key,
	                place->key[0] != '\0' ? ": " : "", sentence);
}
