/* SPDX-License-Identifier: BSD-2-Clause */
#include "feed.h"

#include "exchange/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct meal {
	otp_seed_visitor *visit;
	unsigned long seeds;
	unsigned long line; /* of the last seed */
};

void promised(bool kept, const char *what)
{
	if (kept)
		return;
	(void)fprintf(stderr, "a promise was not kept: %s\n", what);
	abort();
}

void expect_text(const char *text, size_t room)
{
	size_t len = strnlen(text, room);

	promised(len < room, "a text ends within its field");
	for (size_t i = 0; i < len; i++)
		promised((uint8_t)text[i] >= ' ' && text[i] != 0x7f, "a text has no control character");
}

static void expect_id(const struct otp_token_id *id)
{
	struct otp_token_id canonical;

	if (id->text[0] == '\0')
		return;
	promised(otp_token_id_parse(id->text, &canonical) == OTP_OK && otp_token_id_equal(id, &canonical),
	         "a token ID is in its canonical form");
}

static void expect_scratch(const struct otp_seed *seed)
{
	promised(seed->scratches <= OTP_SCRATCH_MAX, "no more scratch codes than fit");
	for (size_t i = 0; i < seed->scratches; i++)
		promised(strspn(seed->scratch[i], "0123456789") == OTP_SCRATCH_DIGITS &&
		             seed->scratch[i][OTP_SCRATCH_DIGITS] == '\0',
		         "a scratch code has its digits");
}

static enum otp_status taste(void *arg, const struct otp_seed *seed, unsigned long line, struct otp_error *error)
{
	struct meal *meal = arg;

	promised(otp_seed_check(seed, NULL) == OTP_OK, "every seed passes otp_seed_check");
	promised(line >= 1 && line >= meal->line, "lines come in the file's order");
	expect_id(&seed->id);
	expect_text(seed->label, sizeof seed->label);
	expect_text(seed->issuer, sizeof seed->issuer);
	expect_text(seed->user, sizeof seed->user);
	expect_scratch(seed);
	meal->line = line;
	meal->seeds++;
	return meal->visit == NULL ? OTP_OK : meal->visit(NULL, seed, line, error);
}

void expect_same(const struct otp_seed *seed, const struct otp_seed *again)
{
	promised(otp_token_id_equal(&again->id, &seed->id), "the ID comes back");
	promised(again->kind == seed->kind && again->digest == seed->digest && again->digits == seed->digits &&
	             again->period == seed->period,
	         "the algorithm comes back");
	promised(again->counter == seed->counter && again->expires == seed->expires, "the numbers come back");
	promised(again->secret.len == seed->secret.len &&
	             memcmp(again->secret.bytes, seed->secret.bytes, seed->secret.len) == 0,
	         "the key comes back");
}

void expect_place(const struct otp_error *error)
{
	size_t digits;

	expect_text(error->what, sizeof error->what);
	promised(strncmp(error->what, FEED_WHERE ":", sizeof FEED_WHERE) == 0, "an error names the file");
	digits = strspn(error->what + sizeof FEED_WHERE, "0123456789");
	promised(digits > 0 && strncmp(error->what + sizeof FEED_WHERE + digits, ": ", 2) == 0,
	         "an error names the line");
}

void feed(const uint8_t *data, size_t size, otp_foreign_reader *read, struct otp_foreign with, otp_seed_visitor *visit)
{
	struct meal meal = {.visit = visit};
	struct otp_error error = {.status = OTP_OK};
	char *text = malloc(size + 1); /* its very size: the sanitizer sees a step past the end */
	enum otp_status status;

	if (text == NULL)
		abort();
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	with.where = FEED_WHERE;
	with.text = text;
	with.len = size;
	(void)otp_format_of(&with);
	status = read(&with, taste, &meal, &error);
	promised(status != OTP_OK || meal.seeds > 0, "a file without a token is refused");
	if (status == OTP_E_INVALID)
		expect_place(&error);
	else
		promised(status == OTP_OK || status == OTP_E_KEY_MISSING || status == OTP_E_KEY_WRONG ||
		             status == OTP_E_NOMEM || status == OTP_E_CRYPTO,
		         "a failure is one of those in the contract");
	free(text);
}
