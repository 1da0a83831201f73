/* SPDX-License-Identifier: BSD-2-Clause */
/* Values that have a form of their own: days and lengths of time, addresses and networks. */
#include "network.h"
#include "when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* ---- days ---- */

static const struct {
	const char *text;
	int64_t seconds; /* 0: refused */
} dates[] = {
    {"2000-01-01", 946684800},
    {"2026-11-22", 1795305600},
    {"2038-01-19", 2147472000}, /* the last day, begun, that 32 bits can count */
    {"2038-01-20", 2147558400},
    {"2106-02-08", 4295030400},
    {"9999-12-31", 253402214400},

    /* leap days */
    {"2000-02-29", 951782400},
    {"2028-02-29", 1835395200},
    {"2400-02-29", 13574563200},
    {"2027-02-29", 0},
    {"2100-02-29", 0},
    {"2200-02-29", 0},

    /* no days of the calendar */
    {"2026-02-30", 0},
    {"2026-04-31", 0},
    {"2026-06-31", 0},
    {"2026-09-31", 0},
    {"2026-11-31", 0},
    {"2026-01-32", 0},
    {"2026-00-10", 0},
    {"2026-13-10", 0},
    {"2026-10-00", 0},
    {"1999-12-31", 0},
    {"1970-01-01", 0},
    {"0000-01-01", 0},

    /* other forms */
    {"", 0},
    {"2026", 0},
    {"2026-1-1", 0},
    {"26-01-01", 0},
    {"20260101", 0},
    {"2026/01/01", 0},
    {"01-01-2026", 0},
    {"2026-01-01 ", 0},
    {" 2026-01-01", 0},
    {"2026-01-01T00:00", 0},
    {"12026-01-01", 0},
    {"2026-+1-01", 0},
    {"2026-01- 1", 0},
    {"２０２６-01-01", 0},
    {"tomorrow", 0},
};

static void dates_are_days_of_the_calendar(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
		int64_t seconds = 0;
		bool taken = when_read_date(dates[i].text, &seconds);

		if (taken != (dates[i].seconds != 0) || seconds != dates[i].seconds)
			fail_msg("\"%s\": %d, %lld", dates[i].text, taken, (long long)seconds);
	}
}

/* The C library's calendar, without a time zone, is another's word: every day for 400 years, then samples. */
static void dates_agree_with_the_calendar(void **state)
{
	const int64_t begin = 946684800, dense = 13569465600, end = 253402300800;
	size_t days = 0;

	(void)state;
	for (int64_t at = begin; at < end; at += at < dense ? 86400 : 86400 * 61) {
		time_t clock = (time_t)at;
		char expected[40], text[WHEN_TEXT_MAX];
		int64_t seconds;
		struct tm tm;

		assert_non_null(gmtime_r(&clock, &tm));
		assert_int_not_equal(strftime(expected, sizeof expected, "%Y-%m-%d", &tm), 0);
		when_print_date(at, text);
		if (strcmp(text, expected) != 0 || !when_read_date(expected, &seconds) || seconds != at)
			fail_msg("%s is printed as %s", expected, text);
		days++;
	}
	assert_true(days > 146097 + 40000);
}

static void dates_do_not_go_by_tz(void **state)
{
	static const char *const zones[] = {"right/UTC", "Pacific/Kiritimati", "America/New_York", "QQQ+12"};

	(void)state;
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
		char text[WHEN_TEXT_MAX];
		int64_t seconds = 0;

		assert_int_equal(setenv("TZ", zones[i], 1), 0);
		tzset();
		assert_true(when_read_date("2030-01-01", &seconds));
		assert_int_equal(seconds, 1893456000);
		when_print_date(seconds, text);
		assert_string_equal(text, "2030-01-01");
	}
	assert_int_equal(unsetenv("TZ"), 0);
	tzset();
}

/* ---- lengths of time ---- */

static const struct {
	const char *text;
	int64_t seconds; /* 0: refused */
	const char *printed;
} spans[] = {
    {"1s", 1, "1s"},
    {"59s", 59, "59s"},
    {"60s", 60, "1m"},
    {"90s", 90, "90s"},
    {"90m", 5400, "90m"},
    {"120m", 7200, "2h"},
    {"12h", 43200, "12h"},
    {"24h", 86400, "1d"},
    {"36h", 129600, "36h"},
    {"30d", 2592000, "30d"},
    {"999999999d", 86399999913600, "999999999d"},
    {"1000000000s", 0, NULL},
    {"99999999999999999999s", 0, NULL},
    {"0s", 0, NULL},
    {"012h", 0, NULL},
    {"-12h", 0, NULL},
    {"+12h", 0, NULL},
    {"12", 0, NULL},
    {"12 h", 0, NULL},
    {"12H", 0, NULL},
    {"12hours", 0, NULL},
    {"1h30m", 0, NULL},
    {"1.5h", 0, NULL},
    {"0xch", 0, NULL},
    {"1w", 0, NULL},
    {"h", 0, NULL},
    {"", 0, NULL},
    {" 12h", 0, NULL},
    {"12h ", 0, NULL},
    {"１２h", 0, NULL},
};

static void spans_are_a_number_and_a_unit(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
		char text[WHEN_TEXT_MAX];
		int64_t seconds = 0;
		bool taken = when_read_span(spans[i].text, &seconds);

		if (taken != (spans[i].seconds != 0) || seconds != spans[i].seconds)
			fail_msg("\"%s\": %d, %lld", spans[i].text, taken, (long long)seconds);
		if (!taken)
			continue;
		when_print_span(seconds, text);
		assert_string_equal(text, spans[i].printed);
	}
}

/* ---- addresses ---- */

static const char *const no_addresses[] = {
    "",
    "host.example",
    "localhost",
    "192.0.2",
    "192.0.2.7.1",
    "192.0.2.256",
    "192.0.2.07",
    "192.0.2.010",
    "0300.0.02.07",
    "0xc0.0.2.7",
    "0xc0000207",
    "3221225991",
    "192.0.2.7 ",
    " 192.0.2.7",
    "192.0.2.7\n",
    "192.0.2.7:22",
    "192.0.2.7/32",
    "192.0.2.-7",
    "[2001:db8::1]",
    "2001:db8::1%eth0",
    "fe80::1%1",
    "::ffff:192.0.2.7%eth0",
    "2001:db8::1::2",
    "2001:db8::10000",
    "2001:db8:0:0:0:0:0",
    "::ffff:192.0.2.256",
    "::ffff:192.0.2.010",
    "::1/128",
    "１９２.0.2.7",
};

static void addresses_are_numbers_and_nothing_else(void **state)
{
	uint8_t address[NETWORK_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof no_addresses / sizeof *no_addresses; i++)
		if (network_address(no_addresses[i], address))
			fail_msg("\"%s\" is taken for an address", no_addresses[i]);
}

static const struct {
	const char *network;
	unsigned bits;
	const char *address;
	bool inside;
} networks[] = {
    {"192.0.2.0", 24, "192.0.2.0", true},
    {"192.0.2.0", 24, "192.0.2.255", true},
    {"192.0.2.0", 24, "192.0.3.0", false},
    {"192.0.2.0", 24, "192.0.1.255", false},
    {"192.0.2.0", 24, "::ffff:192.0.2.7", true},
    {"192.0.2.0", 24, "::ffff:c000:207", true},
    {"192.0.2.0", 24, "::192.0.2.7", false},       /* another form, long out of use */
    {"192.0.2.0", 24, "2002:c000:207::", false},   /* 6to4 */
    {"192.0.2.0", 24, "64:ff9b::c000:207", false}, /* NAT64 */
    {"192.0.2.128", 25, "192.0.2.127", false},
    {"192.0.2.128", 25, "192.0.2.128", true},
    {"192.0.2.6", 31, "192.0.2.7", true},
    {"192.0.2.6", 31, "192.0.2.8", false},
    {"192.0.2.7", 32, "192.0.2.7", true},
    {"192.0.2.7", 32, "192.0.2.6", false},
    {"128.0.0.0", 1, "255.255.255.255", true},
    {"128.0.0.0", 1, "127.255.255.255", false},
    {"0.0.0.0", 0, "203.0.113.9", true},
    {"0.0.0.0", 0, "2001:db8::1", false},
    {"0.0.0.0", 0, "::1", false},
    {"2001:db8::", 32, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true},
    {"2001:db8::", 32, "2001:DB8::1", true},
    {"2001:db8::", 32, "2001:db9::", false},
    {"2001:db8::8000", 113, "2001:db8::7fff", false},
    {"2001:db8::8000", 113, "2001:db8::ffff", true},
    {"::1", 128, "::1", true},
    {"::1", 128, "0:0:0:0:0:0:0:1", true},
    {"::1", 128, "127.0.0.1", false},
    {"::", 0, "2001:db8::1", true},
    {"::", 0, "192.0.2.7", false},
    {"::", 0, "::ffff:192.0.2.7", false},
    {"::", 80, "::ffff:192.0.2.7", false},
};

static void networks_hold_what_their_prefix_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof networks / sizeof *networks; i++) {
		uint8_t network[NETWORK_BYTES], cut[NETWORK_BYTES], address[NETWORK_BYTES];
		unsigned bits = networks[i].bits;
		char expected[60], text[NETWORK_TEXT_MAX];

		assert_true(network_address(networks[i].network, network));
		assert_true(network_address(networks[i].address, address));
		if (network_is_v4(network))
			bits += NETWORK_V4_BITS;
		memcpy(cut, network, sizeof cut);
		network_cut(cut, bits);
		assert_memory_equal(cut, network, sizeof cut);
		(void)snprintf(expected, sizeof expected, "%s/%u", networks[i].network, networks[i].bits);
		network_print(network, bits, text);
		assert_string_equal(text, expected);
		if (network_holds(network, bits, address) != networks[i].inside)
			fail_msg("%s: %s", text, networks[i].address);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(dates_are_days_of_the_calendar),
	    cmocka_unit_test(dates_agree_with_the_calendar),
	    cmocka_unit_test(dates_do_not_go_by_tz),
	    cmocka_unit_test(spans_are_a_number_and_a_unit),
	    cmocka_unit_test(addresses_are_numbers_and_nothing_else),
	    cmocka_unit_test(networks_hold_what_their_prefix_says),
	};

	return cmocka_run_group_tests_name("settings: values", tests, NULL, NULL);
}
