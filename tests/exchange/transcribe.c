/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Seed files from one format to the other, for tests/exchange/pskc.sh.
 *
 *	transcribe read FILE [key=HEX] [passphrase=TEXT]    PSKC -> "LINE skew=MS CSV" for each token
 *	transcribe seal FILE passphrase=TEXT                CSV -> PSKC
 *
 * Tokens that come before an error are printed, too: the tests see to it that none does.
 */
#include "exchange/csv.h"
#include "exchange/pskc.h"
#include "exchange/pskc_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_file(const char *name, size_t *len)
{
	FILE *file = fopen(name, "rb");
	char *text = NULL;
	long size;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0 ||
	    fseek(file, 0, SEEK_SET) != 0 || (text = calloc(1, (size_t)size + 1)) == NULL ||
	    fread(text, 1, (size_t)size, file) != (size_t)size) {
		perror(name);
		exit(2);
	}
	(void)fclose(file);
	*len = (size_t)size;
	return text;
}

static enum otp_status print_seed(void *arg, const struct otp_seed *seed, unsigned long line, struct otp_error *error)
{
	char csv[OTP_CSV_LINE_MAX];

	(void)arg, (void)error;
	otp_csv_print(seed, csv);
	if (seed->skewed)
		printf("%lu skew=%lld %s", line, (long long)seed->skew, csv);
	else
		printf("%lu skew= %s", line, csv);
	return OTP_OK;
}

static enum otp_status seal_seed(void *arg, const struct otp_seed *seed, unsigned long line, struct otp_error *error)
{
	(void)line, (void)error;
	return otp_pskc_token(arg, seed);
}

static bool to_stdout(void *arg, const char *text, size_t len)
{
	(void)arg;
	return fwrite(text, 1, len, stdout) == len;
}

static enum otp_status seal(const struct otp_foreign *file, struct otp_error *error)
{
	struct otp_pskc_writer *writer;
	enum otp_status status = otp_pskc_begin(file->passphrase, to_stdout, NULL, &writer);

	if (status == OTP_OK)
		status = otp_csv_read(file, seal_seed, writer, error);
	if (status == OTP_OK)
		status = otp_pskc_end(writer);
	otp_pskc_free(&writer);
	return status;
}

static size_t read_hex(const char *text, uint8_t *key, size_t room)
{
	size_t len = 0;
	unsigned byte;

	for (; len < room && text[2 * len] != '\0'; len++) {
		char two[] = {text[2 * len], text[2 * len + 1], '\0'};

		byte = (unsigned)strtoul(two, NULL, 16);
		key[len] = (uint8_t)byte;
	}
	return len;
}

int main(int argc, char **argv)
{
	struct otp_foreign file = {.where = argc > 2 ? argv[2] : ""};
	struct otp_error error = {.what = "failed"};
	enum otp_status status;
	uint8_t key[64];
	char *text;

	if (argc < 3)
		return 2;
	file.text = text = read_file(argv[2], &file.len);
	for (int i = 3; i < argc; i++) {
		if (strncmp(argv[i], "passphrase=", 11) == 0) {
			file.passphrase = argv[i] + 11;
		} else if (strncmp(argv[i], "key=", 4) == 0) {
			file.key = key;
			file.key_len = read_hex(argv[i] + 4, key, sizeof key);
		}
	}
	status = strcmp(argv[1], "seal") == 0 ? seal(&file, &error) : otp_pskc_read(&file, print_seed, NULL, &error);
	free(text);
	if (status == OTP_OK)
		return 0;
	(void)fprintf(stderr, "%s: %s\n", otp_status_text(status), error.what);
	return 1;
}
