/* SPDX-License-Identifier: BSD-2-Clause */
#include "qr.h"

#include <qrencode.h>
#include <string.h>

enum { QUIET = 4 };

/* Of the 256-colour cube, which themes do not repaint. */
#define BLACK_ON_WHITE "\033[38;5;16;48;5;231m"
#define PLAIN "\033[0m"

static bool is_dark(const QRcode *code, int row, int column)
{
	if (row < 0 || column < 0 || row >= code->width || column >= code->width)
		return false;
	return (code->data[row * code->width + column] & 1) != 0;
}

/* The character whose upper and lower halves are drawn or not. */
static const char *half_blocks(bool upper, bool lower)
{
	if (upper)
		return lower ? "\xe2\x96\x88" /* full block */ : "\xe2\x96\x80" /* upper half block */;
	return lower ? "\xe2\x96\x84" /* lower half block */ : " ";
}

bool qr_draw(FILE *out, const char *text, bool colours)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);

	if (code == NULL)
		return false;
	for (int row = -QUIET; row < code->width + QUIET; row += 2) {
		if (colours)
			(void)fputs(BLACK_ON_WHITE, out);
		for (int column = -QUIET; column < code->width + QUIET; column++)
			(void)fputs(half_blocks(is_dark(code, row, column) == colours,
			                        is_dark(code, row + 1, column) == colours),
			            out);
		(void)fprintf(out, "%s\n", colours ? PLAIN : "");
	}
	explicit_bzero(code->data, (size_t)code->width * (size_t)code->width);
	QRcode_free(code);
	return true;
}
