/* SPDX-License-Identifier: BSD-2-Clause */
#include "duration.h"

#include <string.h>

/* 0: no unit. */
static int64_t unit_of(char letter)
{
	switch (letter) {
	case 'm':
		return DURATION_MINUTE;
	case 'h':
		return DURATION_HOUR;
	case 'd':
		return DURATION_DAY;
	default:
		return 0;
	}
}

bool duration_read(const char *text, int64_t *seconds)
{
	size_t digits = strspn(text, "0123456789");
	int64_t unit = digits > 0 ? unit_of(text[digits]) : 0, number = 0;

	if (unit == 0 || text[digits + 1] != '\0')
		return false;
	for (size_t i = 0; i < digits; i++)
		if (number <= (INT64_MAX - 9) / 10)
			number = 10 * number + (text[i] - '0');
		else
			number = INT64_MAX;
	*seconds = number > INT64_MAX / unit ? INT64_MAX : number * unit;
	return true;
}
