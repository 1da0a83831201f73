/* SPDX-License-Identifier: BSD-2-Clause */
#include "timestamp.h"

#include <stdio.h>
#include <string.h>

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

#define SECONDS_END INT64_C(253402300800) /* the year 10000 */

/*
 * Days from 1970-01-01 in the Gregorian calendar. Years begin in March here, so that the leap day is the last of its
 * year and the months before it have a regular pattern: 153 days in each five.
 */
static int64_t days_until(int64_t year, int64_t month, int64_t day)
{
	int64_t from_march = month > 2 ? month - 3 : month + 9;

	if (month <= 2)
		year--;
	return 365 * year + year / 4 - year / 100 + year / 400 + (153 * from_march + 2) / 5 + day - 1 - 719468;
}

static int64_t days_in(int64_t year, int64_t month)
{
	return (month == 12 ? days_until(year + 1, 1, 1) : days_until(year, month + 1, 1)) - days_until(year, month, 1);
}

/* Two digits followed by one of the ends ('\0' for any); moves on past both. -1 if there is something else. */
static int64_t two_digits(const char **text, char end)
{
	const char *t = *text;

	if (t[0] < '0' || t[0] > '9' || t[1] < '0' || t[1] > '9' || (end != '\0' && t[2] != end))
		return -1;
	*text += end != '\0' ? 3 : 2;
	return (t[0] - '0') * 10 + (t[1] - '0');
}

/* "2027-12-31"; what follows it, or NULL. */
static const char *read_date(const char *text, int64_t *seconds)
{
	int64_t century = two_digits(&text, '\0');
	int64_t year = century < 0 ? -1 : two_digits(&text, '-');
	int64_t month = year < 0 ? -1 : two_digits(&text, '-');
	int64_t day = month < 0 ? -1 : two_digits(&text, '\0');

	year += century * 100;
	if (day < 1 || month < 1 || month > 12 || year < 1970 || day > days_in(year, month))
		return NULL;
	*seconds = days_until(year, month, day) * DAY;
	return text;
}

const char *otp_timestamp_civil(const char *text, int64_t *seconds)
{
	int64_t hour, minute, second;

	if ((text = read_date(text, seconds)) == NULL || (*text != 'T' && *text != 't'))
		return NULL;
	text++;
	hour = two_digits(&text, ':');
	minute = hour < 0 ? -1 : two_digits(&text, ':');
	second = minute < 0 ? -1 : two_digits(&text, '\0');
	if (second < 0 || hour > 23 || minute > 59 || second > 60) /* 60: a leap second */
		return NULL;
	*seconds += hour * HOUR + minute * MINUTE + second;
	return text;
}

/* "Z" or "+09:00", and nothing after it. */
static bool read_zone(const char *text, int64_t *east)
{
	int64_t hour, minute;
	int sign = *text == '-' ? -1 : 1;

	*east = 0;
	if (*text == 'Z' || *text == 'z')
		return text[1] == '\0';
	if (*text != '+' && *text != '-')
		return false;
	text++;
	hour = two_digits(&text, ':');
	minute = hour < 0 ? -1 : two_digits(&text, '\0');
	*east = sign * (hour * HOUR + minute * MINUTE);
	return minute >= 0 && hour <= 23 && minute <= 59 && *text == '\0';
}

bool otp_timestamp_parse(const char *text, int64_t *seconds)
{
	const char *rest = read_date(text, seconds);
	int64_t east;

	if (rest != NULL && *rest == '\0') {
		*seconds += DAY - 1;
		return true;
	}
	if ((rest = otp_timestamp_civil(text, seconds)) == NULL)
		return false;
	if (*rest == '.') {
		size_t digits = strspn(rest + 1, "0123456789");

		if (digits == 0)
			return false;
		rest += 1 + digits;
	}
	if (!read_zone(rest, &east))
		return false;
	*seconds -= east;
	return *seconds >= 0 && *seconds < SECONDS_END;
}

void otp_timestamp_print(int64_t seconds, char text[OTP_TIMESTAMP_LEN + 1])
{
	int64_t days = seconds / DAY;
	int64_t year = 1970, month = 1;

	text[0] = '\0';
	if (seconds < 0 || seconds >= SECONDS_END)
		return;
	year += days / 366; /* never too far; the rest in a few steps */
	while (days_until(year + 1, 1, 1) <= days)
		year++;
	while (month < 12 && days_until(year, month + 1, 1) <= days)
		month++;
	(void)snprintf(text, OTP_TIMESTAMP_LEN + 1, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)year, (int)month,
	               (int)(days - days_until(year, month, 1) + 1), (int)(seconds / HOUR % 24),
	               (int)(seconds / MINUTE % 60), (int)(seconds % MINUTE));
}
