/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * print_seeds FILE [count]: reads a file of seeds in the format that it looks like, and prints what the tests in shell
 * compare: "format NAME", then for each token "token LINE" and a line for each value that it has, keys and codes in the
 * clear; with count only "tokens NUMBER". An error goes to standard error, and the exit status is 1.
 */
#include "core/base32.h"
#include "exchange/format.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static void print_text(const char *name, const char *text)
{
	if (*text != '\0')
		printf("%s %s\n", name, text);
}

static enum otp_status print_seed(void *arg, const struct otp_seed *seed, unsigned long line, struct otp_error *error)
{
	char key[OTP_BASE32_LEN(OTP_SECRET_MAX) + 1];

	(void)arg;
	(void)error;
	otp_base32_encode(seed->secret.bytes, seed->secret.len, key);
	printf("token %lu\nkind %s\nkey %s\n", line, seed->kind == OTP_EVENT ? "event" : "time", key);
	printf("digest %d\ndigits %u\nperiod %u\ncounter %" PRId64 "\n", (int)seed->digest, seed->digits, seed->period,
	       seed->counter);
	print_text("id", seed->id.text);
	print_text("user", seed->user);
	print_text("label", seed->label);
	print_text("issuer", seed->issuer);
	if (seed->expires != 0)
		printf("expires %" PRId64 "\n", seed->expires);
	if (seed->skewed)
		printf("skew %" PRId64 "\n", seed->skew);
	for (size_t i = 0; i < seed->scratches; i++)
		printf("scratch %s\n", seed->scratch[i]);
	return OTP_OK;
}

static enum otp_status count_seed(void *arg, const struct otp_seed *seed, unsigned long line, struct otp_error *error)
{
	unsigned long *tokens = arg;

	(void)seed;
	(void)line;
	(void)error;
	++*tokens;
	return OTP_OK;
}

/* In a block of its own size, which the caller frees. */
static char *read_file(const char *path, size_t *len)
{
	FILE *file = fopen(path, "re");
	struct stat st;
	char *text;

	if (file == NULL || fstat(fileno(file), &st) != 0 || (text = malloc((size_t)st.st_size + 1)) == NULL) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	*len = fread(text, 1, (size_t)st.st_size, file);
	text[*len] = '\0';
	(void)fclose(file);
	return text;
}

int main(int argc, char **argv)
{
	struct otp_foreign file = {.where = argc > 1 ? argv[1] : ""};
	struct otp_error error = {.status = OTP_OK};
	unsigned long tokens = 0;
	char *text = read_file(file.where, &file.len);
	const struct otp_format *format;
	enum otp_status status = OTP_E_INVALID;

	file.text = text;
	format = otp_format_of(&file);
	printf("format %s\n", format != NULL ? format->name : "none");
	if (format != NULL &&
	    (status = format->read(&file, argc > 2 ? count_seed : print_seed, &tokens, &error)) != OTP_OK)
		(void)fprintf(stderr, "%s\n", error.what);
	if (argc > 2)
		printf("tokens %lu\n", tokens);
	free(text);
	return status == OTP_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
