/* SPDX-License-Identifier: BSD-2-Clause */
/* One otpauth URI: what is read from it, printed and read again, is the same. */
#include "exchange/uri.h"
#include "feed.h"

#include <stdlib.h>
#include <string.h>

/* The issuer's colons and the account's leading blanks are not told apart in a label: what was printed counts. */
static void expect_round_trip(const struct otp_seed *seed)
{
	struct otp_seed again, third;
	char uri[OTP_URI_MAX];

	if (otp_uri_print(seed, uri) != OTP_OK)
		return;
	promised(otp_uri_parse(uri, &again, NULL) == OTP_OK, "a printed URI is understood");
	promised(again.kind == seed->kind && again.digest == seed->digest && again.digits == seed->digits &&
	             again.period == seed->period && again.counter == seed->counter &&
	             again.secret.len == seed->secret.len &&
	             memcmp(again.secret.bytes, seed->secret.bytes, seed->secret.len) == 0 &&
	             strcmp(again.issuer, seed->issuer) == 0,
	         "a printed URI says what the first one said");
	promised(otp_uri_print(&again, uri) == OTP_OK && otp_uri_parse(uri, &third, NULL) == OTP_OK &&
	             strcmp(third.label, again.label) == 0 && otp_token_id_equal(&third.id, &again.id),
	         "a label stays as it is");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *uri = calloc(1, size + 1);
	struct otp_seed seed;

	if (uri == NULL)
		abort();
	if (size > 0)
		memcpy(uri, data, size);
	if (otp_uri_parse(uri, &seed, NULL) == OTP_OK)
		expect_round_trip(&seed);
	free(uri);
	return 0;
}
