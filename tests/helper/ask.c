/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ask: what vipotp-helper answers to whoever runs this, through the client that the module has.
 *
 *   ask enrolled USER
 *   ask login USER SERVICE PASSWORD TYPED [FIRST FIRST_AT]
 *
 * TYPED and PASSWORD may be %huge: 10 MiB of digits. Printed is "enrolled 1" and "lengths 64", or the outcome's fields,
 * one a line, and the status if it is not OTP_OK: "status 13: WHY". Exit status: 0 for OTP_OK, 1 for another, 2 if
 * nothing could be asked.
 */
#include "helper/client.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HUGE = 10 << 20 };

static const char *meant(const char *word)
{
	char *huge;

	if (strcmp(word, "%huge") != 0)
		return word;
	if ((huge = malloc(HUGE + 1)) == NULL)
		exit(2);
	memset(huge, '1', HUGE);
	huge[HUGE] = '\0';
	return huge;
}

static int tell(enum otp_status status, const struct otp_error *error)
{
	if (status == OTP_OK)
		return 0;
	(void)printf("status %d: %s\n", (int)status, error->what);
	return 1;
}

static int ask_enrolled(const char *user)
{
	struct otp_error error = {.status = OTP_OK};
	bool enrolled;
	unsigned lengths;
	enum otp_status status = client_enrolled(user, &enrolled, &error);

	if (status == OTP_OK && (status = client_lengths(user, &lengths, &error)) == OTP_OK)
		(void)printf("enrolled %d\nlengths %u\n", enrolled, lengths);
	return tell(status, &error);
}

static int ask_login(char **words, int n)
{
	const struct otp_attempt attempt = {
	    .user = words[0],
	    .typed = meant(words[3]),
	    .origin = "tty\n7",
	    .first = n > 4 ? words[4] : NULL,
	    .first_at = n > 5 ? strtoll(words[5], NULL, 10) : 0,
	};
	const struct client_login request = {.service = words[1], .password = meant(words[2]), .attempt = &attempt};
	struct otp_error error = {.status = OTP_OK};
	struct otp_outcome outcome;
	enum otp_status status = client_login(&request, &outcome, &error);

	if (status == OTP_OK)
		(void)printf("verdict %d\nat %" PRId64 "\nway %d\ntoken %s\nrecovery_left %zu\ntemporary_until %" PRId64
		             "\nahead %" PRId64 "\nwait %" PRId64 "\nlocked %d\nbucket_failures %" PRIu32
		             "\nfailures %" PRIu32 "\nfailed_at %" PRId64 "\norigin %s\n",
		             (int)outcome.verdict, outcome.at, (int)outcome.way, outcome.token.text,
		             outcome.recovery_left, outcome.temporary_until, outcome.ahead, outcome.wait,
		             outcome.locked, outcome.bucket_failures, outcome.failures, outcome.failed_at,
		             outcome.origin);
	return tell(status, &error);
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "enrolled") == 0)
		return ask_enrolled(argv[2]);
	if ((argc == 6 || argc == 8) && strcmp(argv[1], "login") == 0)
		return ask_login(argv + 2, argc - 2);
	(void)fputs("usage: see ask.c\n", stderr);
	return 2;
}
