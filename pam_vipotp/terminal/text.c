/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"

#include <stdint.h>
#include <string.h>

static bool is_continuation(uint8_t c)
{
	return (c & 0xc0) == 0x80;
}

size_t text_character(const char *s)
{
	const uint8_t *u = (const uint8_t *)s;

	if (u[0] == 0)
		return 0;
	if (u[0] < 0x80)
		return 1;
	if (u[0] < 0xc2 || u[0] > 0xf4 || !is_continuation(u[1]))
		return 0;
	if (u[0] < 0xe0)
		return 2;
	/* RFC 3629 §4: E0 and F0 would be overlong, ED a surrogate, F4 beyond U+10FFFF. */
	if ((u[0] == 0xe0 && u[1] < 0xa0) || (u[0] == 0xed && u[1] > 0x9f) || (u[0] == 0xf0 && u[1] < 0x90) ||
	    (u[0] == 0xf4 && u[1] > 0x8f) || !is_continuation(u[2]))
		return 0;
	if (u[0] < 0xf0)
		return 3;
	return is_continuation(u[3]) ? 4 : 0;
}

bool text_is_control(const char *s, size_t len)
{
	const uint8_t *u = (const uint8_t *)s;

	return (len == 1 && (u[0] < 0x20 || u[0] == 0x7f)) || (len == 2 && u[0] == 0xc2 && u[1] < 0xa0);
}

void text_clean(const char *text, bool lines, char *clean, size_t size)
{
	static const char replacement[] = "\xef\xbf\xbd";
	size_t used = 0;

	while (*text != '\0') {
		size_t len = text_character(text);
		bool keep = len != 0 && (!text_is_control(text, len) || (lines && *text == '\n'));
		const char *from = keep ? text : replacement;
		size_t n = keep ? len : sizeof replacement - 1;

		if (used + n >= size)
			break;
		memcpy(clean + used, from, n);
		used += n;
		text += len == 0 ? 1 : len;
	}
	clean[used] = '\0';
}
