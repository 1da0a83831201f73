/* SPDX-License-Identifier: BSD-2-Clause */
#include "when.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DAY = 86400, MONTHS = 12, YEAR_FIRST = 2000, YEAR_EPOCH = 1970, SPAN_DIGITS = 9 };

#define DIGITS "0123456789"

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* How many days of the year lie before a month, 0 being January; before month 12, all of them. */
static int days_before_month(int64_t year, int month)
{
	static const int before[MONTHS + 1] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

	return before[month] + (month > 1 && is_leap(year));
}

/* The days from the epoch to the first of January. */
static int64_t days_before_year(int64_t year)
{
	int64_t last = year - 1, epoch = YEAR_EPOCH - 1;
	int64_t leaps = (last / 4 - last / 100 + last / 400) - (epoch / 4 - epoch / 100 + epoch / 400);

	return (year - YEAR_EPOCH) * 365 + leaps;
}

/* A number of so many digits; the caller has seen that they are there. */
static int number(const char *text, int digits)
{
	int value = 0;

	for (int i = 0; i < digits; i++)
		value = value * 10 + (text[i] - '0');
	return value;
}

/* dddd-dd-dd */
static bool has_form(const char *text)
{
	static const char form[] = "dddd-dd-dd";

	if (strlen(text) != sizeof form - 1)
		return false;
	for (size_t i = 0; i < sizeof form - 1; i++)
		if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			return false;
	return true;
}

bool when_read_date(const char *text, int64_t *seconds)
{
	int year, month, day;

	if (!has_form(text))
		return false;
	year = number(text, 4);
	month = number(text + 5, 2) - 1;
	day = number(text + 8, 2) - 1;
	if (year < YEAR_FIRST || month < 0 || month >= MONTHS || day < 0 ||
	    day >= days_before_month(year, month + 1) - days_before_month(year, month))
		return false;
	*seconds = (days_before_year(year) + days_before_month(year, month) + day) * DAY;
	return true;
}

void when_print_date(int64_t seconds, char text[WHEN_TEXT_MAX])
{
	int64_t days = seconds / DAY;
	int64_t year = YEAR_EPOCH + days / 366; /* or a few years later */
	int month = 0;

	while (days_before_year(year + 1) <= days)
		year++;
	days -= days_before_year(year);
	while (days_before_month(year, month + 1) <= days)
		month++;
	days -= days_before_month(year, month);
	(void)snprintf(text, WHEN_TEXT_MAX, "%04" PRId64 "-%02d-%02d", year, month + 1, (int)days + 1);
}

static const struct {
	char letter;
	int64_t seconds;
} units[] = {{'d', DAY}, {'h', 3600}, {'m', 60}, {'s', 1}};

enum { UNITS = sizeof units / sizeof units[0] };

bool when_read_span(const char *text, int64_t *seconds)
{
	size_t digits = strspn(text, DIGITS);

	if (digits == 0 || digits > SPAN_DIGITS || *text == '0' || strlen(text) != digits + 1)
		return false;
	for (size_t i = 0; i < UNITS; i++) {
		if (text[digits] != units[i].letter)
			continue;
		*seconds = number(text, (int)digits) * units[i].seconds;
		return true;
	}
	return false;
}

void when_print_span(int64_t seconds, char text[WHEN_TEXT_MAX])
{
	size_t i = 0;

	while (i + 1 < UNITS && seconds % units[i].seconds != 0)
		i++;
	(void)snprintf(text, WHEN_TEXT_MAX, "%" PRId64 "%c", seconds / units[i].seconds, units[i].letter);
}
