/* SPDX-License-Identifier: BSD-2-Clause */
#include "nearest.h"

#include <string.h>

enum { NAME_LONGEST = 24, SHORT = 4, SLIPS = 2 };

static size_t least_of(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* How many letters must be added, dropped or changed to make one name of the other (Levenshtein), row by row. */
static size_t distance(const char *a, const char *b)
{
	size_t row[NAME_LONGEST + 1];
	size_t len = strlen(b);

	if (len > NAME_LONGEST || strlen(a) > NAME_LONGEST)
		return NAME_LONGEST;
	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			size_t above = row[j];

			row[j] = least_of(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[len];
}

struct nearest nearest_begin(const char *typed)
{
	return (struct nearest){.typed = typed, .slips = strlen(typed) <= SHORT ? SLIPS : SLIPS + 1};
}

void nearest_offer(struct nearest *nearest, const char *name)
{
	size_t slips = distance(nearest->typed, name);

	if (slips >= nearest->slips)
		return;
	nearest->slips = slips;
	nearest->name = name;
}
