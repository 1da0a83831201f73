/* SPDX-License-Identifier: BSD-2-Clause */
#include "reading.h"

#include "core/base32.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A file in a block of its own size: a sanitizer sees a step past its NUL. */
static char *copy(const char *text, size_t len)
{
	char *block = malloc(len + 1);

	assert_non_null(block);
	memcpy(block, text, len);
	block[len] = '\0';
	return block;
}

static void tell(FILE *told, const char *name, const char *text)
{
	if (*text != '\0')
		(void)fprintf(told, " %s=%s", name, text);
}

static enum otp_status describe(void *arg, const struct otp_seed *seed, unsigned long line, struct otp_error *error)
{
	static const char *const digests[] = {[OTP_SHA1] = "SHA1", [OTP_SHA256] = "SHA256", [OTP_SHA512] = "SHA512"};
	FILE *told = arg;
	char key[OTP_BASE32_LEN(OTP_SECRET_MAX) + 1];

	(void)error;
	assert_int_equal(otp_seed_check(seed, NULL), OTP_OK);
	otp_base32_encode(seed->secret.bytes, seed->secret.len, key);
	(void)fprintf(told, "%lu %s %s %s %s %u %u %" PRId64, line, seed->id.text[0] != '\0' ? seed->id.text : "-",
	              seed->kind == OTP_EVENT ? "event" : "time", key, digests[seed->digest], seed->digits,
	              seed->period, seed->counter);
	tell(told, "user", seed->user);
	tell(told, "label", seed->label);
	tell(told, "issuer", seed->issuer);
	if (seed->expires != 0)
		(void)fprintf(told, " expires=%" PRId64, seed->expires);
	if (seed->skewed)
		(void)fprintf(told, " skew=%" PRId64, seed->skew);
	for (size_t i = 0; i < seed->scratches; i++)
		tell(told, "scratch", seed->scratch[i]);
	(void)fputc('\n', told);
	return OTP_OK;
}

void assert_good_file(otp_foreign_reader *read, const char *text, size_t len, const char *tokens)
{
	struct otp_foreign file = {.where = "file", .len = len};
	struct otp_error error = {.what = ""};
	char *block = copy(text, len);
	char *told = NULL;
	size_t told_len = 0;
	FILE *stream = open_memstream(&told, &told_len);

	assert_non_null(stream);
	file.text = block;
	if (read(&file, describe, stream, &error) != OTP_OK)
		fail_msg("%s: refused: %s", text, error.what);
	assert_int_equal(fclose(stream), 0);
	assert_string_equal(told, tokens);
	free(told);
	free(block);
}

void assert_good_files(otp_foreign_reader *read, const struct good_file *files, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_good_file(read, files[i].text, strlen(files[i].text), files[i].tokens);
}

static enum otp_status accept_any(void *arg, const struct otp_seed *seed, unsigned long line, struct otp_error *error)
{
	(void)arg;
	(void)seed;
	(void)line;
	(void)error;
	return OTP_OK;
}

static void assert_silent(const char *what)
{
	static const char *const secrets[] = {KEY_A, KEY_B, KEY_C, KEY_C_HEX, CODE_A, CODE_B, PIN_A};

	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
		assert_null(strstr(what, secrets[i]));
}

void assert_bad_file(otp_foreign_reader *read, size_t len, const struct bad_file *bad)
{
	struct otp_foreign file = {.where = "file", .len = len};
	struct otp_error error = {.what = ""};
	char *block = copy(bad->text, len);
	char place[32];

	file.text = block;
	(void)snprintf(place, sizeof place, "file:%lu: ", bad->line);
	if (read(&file, accept_any, NULL, &error) != OTP_E_INVALID)
		fail_msg("%s: not refused as invalid: %s", bad->text, error.what);
	if (strncmp(error.what, place, strlen(place)) != 0 || strstr(error.what, bad->what) == NULL ||
	    strstr(error.what, bad->mend) == NULL)
		fail_msg("%s: not with \"%s\", \"%s\" and \"%s\", but: %s", bad->text, place, bad->what, bad->mend,
		         error.what);
	assert_int_equal(error.status, OTP_E_INVALID);
	assert_true(strlen(error.what) < OTP_ERROR_WHAT_MAX - 1); /* nothing was cut off */
	assert_silent(error.what);
	assert_int_equal(read(&file, accept_any, NULL, NULL), OTP_E_INVALID);
	free(block);
}

void assert_bad_files(otp_foreign_reader *read, const struct bad_file *files, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_bad_file(read, strlen(files[i].text), &files[i]);
}

static enum otp_status refuse(void *arg, const struct otp_seed *seed, unsigned long line, struct otp_error *error)
{
	enum otp_status *status = arg;

	(void)seed;
	(void)line;
	return otp_fail(error, *status, "refused");
}

void assert_obeys_visitor(otp_foreign_reader *read, const char *text)
{
	for (enum otp_status status = OTP_E_NOMEM; status <= OTP_E_KEY_WRONG; status++) {
		struct otp_foreign file = {.where = "file", .text = text, .len = strlen(text)};
		struct otp_error error = {.what = ""};

		assert_int_equal(read(&file, refuse, &status, &error), status);
		assert_string_equal(error.what, "refused");
	}
}
