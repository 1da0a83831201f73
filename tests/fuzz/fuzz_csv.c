/* SPDX-License-Identifier: BSD-2-Clause */
/* Comma-separated values: every token that is read, printed and read again, is the same. */
#include "exchange/csv.h"
#include "feed.h"

#include <stdio.h>
#include <string.h>

static enum otp_status compare(void *arg, const struct otp_seed *again, unsigned long line, struct otp_error *error)
{
	const struct otp_seed *seed = arg;

	(void)error;
	promised(line == 2, "a printed token is in the second line");
	expect_same(seed, again);
	promised(strcmp(again->user, seed->user) == 0 && strcmp(again->label, seed->label) == 0 &&
	             strcmp(again->issuer, seed->issuer) == 0,
	         "the texts come back");
	return OTP_OK;
}

static enum otp_status print(void *arg, const struct otp_seed *seed, unsigned long line, struct otp_error *error)
{
	char text[2 * OTP_CSV_LINE_MAX], printed[OTP_CSV_LINE_MAX];
	struct otp_foreign file = {.where = "printed", .text = text};
	struct otp_seed copy = *seed;

	(void)arg;
	(void)line;
	otp_csv_print(seed, printed);
	file.len = (size_t)snprintf(text, sizeof text, "%s%s", otp_csv_header(), printed);
	promised(otp_csv_read(&file, compare, &copy, error) == OTP_OK, "a printed token is understood");
	return OTP_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	feed(data, size, otp_csv_read, (struct otp_foreign){.key = NULL}, print);
	return 0;
}
