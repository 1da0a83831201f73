/* SPDX-License-Identifier: BSD-2-Clause */
#include "catalogue.h"

#include <stdint.h>
#include <string.h>

/* Where the head says how many texts there are, and where the tables of both languages begin. */
enum { COUNT = 8, ORIGINALS = 12, TRANSLATIONS = 16 };

static uint32_t word(const unsigned char *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* An entry of a table is the length of a text and its place; a NUL ends the text. */
static const char *text_of(const unsigned char *catalogue, int table, uint32_t i)
{
	return (const char *)catalogue + word(catalogue + word(catalogue + table) + 8 * i + 4);
}

const char *catalogue_find(const unsigned char *catalogue, const char *english)
{
	uint32_t low = 0, high = word(catalogue + COUNT);

	if (*english == '\0') /* stands for the catalogue's own description */
		return NULL;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = strcmp(english, text_of(catalogue, ORIGINALS, middle));

		if (order == 0)
			return text_of(catalogue, TRANSLATIONS, middle);
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
