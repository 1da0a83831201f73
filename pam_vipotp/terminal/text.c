/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

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

/* The code point of the character of len bytes at s. */
static uint32_t code_point(const char *s, size_t len)
{
	const uint8_t *u = (const uint8_t *)s;
	uint32_t point = len == 1 ? u[0] : u[0] & (0x7fU >> len);

	for (size_t i = 1; i < len; i++)
		point = point << 6 | (u[i] & 0x3f);
	return point;
}

/* Ranges as far as they matter in labels, names and our own texts; where they are silent, a character takes a column.
 */
static int columns_of(uint32_t point)
{
	static const struct {
		uint32_t first, last;
		int columns;
	} ranges[] = {
	    {0x0300, 0x036f, 0},   /* combining marks */
	    {0x1100, 0x115f, 2},   /* Hangul */
	    {0x200b, 0x200f, 0},   /* joiners, directions */
	    {0x20d0, 0x20ff, 0},   /* combining marks for symbols */
	    {0x2e80, 0x3029, 2},   /* radicals, punctuation */
	    {0x302a, 0x302d, 0},   /* tone marks */
	    {0x302e, 0x303e, 2},   /* punctuation */
	    {0x3041, 0x3096, 2},   /* hiragana */
	    {0x3099, 0x309a, 0},   /* combining sound marks */
	    {0x309b, 0xa4cf, 2},   /* katakana, letters in circles, ideographs */
	    {0xa960, 0xa97f, 2},   /* Hangul */
	    {0xac00, 0xd7a3, 2},   /* Hangul */
	    {0xf900, 0xfaff, 2},   /* ideographs for compatibility */
	    {0xfe00, 0xfe0f, 0},   /* variation selectors */
	    {0xfe10, 0xfe19, 2},   /* vertical forms */
	    {0xfe20, 0xfe2f, 0},   /* combining half marks */
	    {0xfe30, 0xfe6f, 2},   /* forms for compatibility */
	    {0xff01, 0xff60, 2},   /* full-width forms */
	    {0xffe0, 0xffe6, 2},   /* full-width signs */
	    {0x1f300, 0x1f64f, 2}, /* pictures */
	    {0x1f900, 0x1f9ff, 2}, /* pictures */
	    {0x20000, 0x3fffd, 2}, /* ideographs */
	    {0xe0100, 0xe01ef, 0}, /* variation selectors */
	};

	for (size_t i = 0; i < sizeof ranges / sizeof *ranges && ranges[i].first <= point; i++)
		if (point <= ranges[i].last)
			return ranges[i].columns;
	return 1;
}

int text_width(const char *text)
{
	int width = 0;

	while (*text != '\0') {
		size_t len = text_character(text);

		width += len == 0 ? 1 : columns_of(code_point(text, len));
		text += len == 0 ? 1 : len;
	}
	return width;
}

void text_column(FILE *out, const char *text, int columns)
{
	int width = text_width(text);

	(void)fprintf(out, "%s%*s", text, width < columns ? columns - width : 0, "");
}

bool text_is_yes(const char *answer)
{
	static const char *const words[] = {"y", "yes", "ｙ", "Ｙ", "ｙｅｓ", "ＹＥＳ", "Ｙｅｓ", "はい"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasecmp(answer, words[i]) == 0)
			return true;
	return false;
}
