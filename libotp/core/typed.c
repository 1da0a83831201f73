/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed.h"

#include <stdint.h>
#include <string.h>

/* Full-width ASCII is U+FF01 to U+FF5E, in UTF-8 EF BC 81 to EF BC BF and EF BD 80 to EF BD 9E. */
static char narrowed(const uint8_t *u)
{
	if (u[0] != 0xef)
		return '\0';
	if (u[1] == 0xbc && u[2] >= 0x81 && u[2] <= 0xbf)
		return (char)(0x20 + (u[2] - 0x80));
	if (u[1] == 0xbd && u[2] >= 0x80 && u[2] <= 0x9e)
		return (char)(0x60 + (u[2] - 0x80));
	return '\0';
}

/* Blanks and hyphens that keyboards and printed pages have beside those of ASCII; the bytes in *len. */
static char separator(const char *s, size_t *len)
{
	static const struct {
		const char *text;
		char meaning;
	} separators[] = {{"\t", ' '},
	                  {"\xe3\x80\x80", ' '},  /* ideographic space */
	                  {"\xc2\xa0", ' '},      /* no-break space */
	                  {"\xe2\x80\x90", '-'},  /* hyphen */
	                  {"\xe2\x80\x91", '-'}}; /* no-break hyphen */

	for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
		*len = strlen(separators[i].text);
		if (strncmp(s, separators[i].text, *len) == 0)
			return separators[i].meaning;
	}
	return '\0';
}

char otp_typed_next(const char **s)
{
	size_t len = 3;
	char c = narrowed((const uint8_t *)*s);

	if (c == '\0')
		c = separator(*s, &len);
	if (c == '\0') {
		c = **s;
		len = c != '\0';
	}
	*s += len;
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}
