/* SPDX-License-Identifier: BSD-2-Clause */
#include "source.h"

#include "language/language.h"
#include "terminal/terminal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 4096, DRAWS_MAX = 32 };

enum command_exit source_line(const char *file, char *line, size_t size)
{
	char path[SETTINGS_PATH_MAX + 1];
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status;
	ssize_t n;
	int fd;

	if (!command_absolute(file, path)) {
		terminal_error(_("The path \"%s\" is too long."), file);
		return COMMAND_USAGE;
	}
	status = otp_safe_open(path, O_RDONLY, 0600, FILE_MAX, &fd, NULL, &error);
	if (status != OTP_OK) {
		terminal_error("%s", error.what);
		terminal_error(
		    _("A file that holds a key must be root's alone. Or give it on standard input: < \"%s\"."), path);
		return status == OTP_E_NOT_FOUND ? COMMAND_NOT_FOUND : COMMAND_UNAVAILABLE;
	}
	while ((n = read(fd, line, size - 1)) < 0 && errno == EINTR)
		continue;
	if (n < 0)
		terminal_error(_("Cannot read %s: %s."), path, strerror(errno));
	(void)close(fd);
	line[n < 0 ? 0 : n] = '\0';
	if (n < 0)
		return COMMAND_UNAVAILABLE;
	if (memchr(line, '\n', (size_t)n) == NULL && (size_t)n == size - 1) {
		terminal_error(_("The first line of %s is too long."), path);
		return COMMAND_USAGE;
	}
	line[strcspn(line, "\r\n")] = '\0';
	return COMMAND_DONE;
}

enum command_exit source_hidden(const char *question, char *line, size_t size)
{
	switch (terminal_ask_hidden(question, line, size)) {
	case ANSWER_GIVEN:
		return COMMAND_DONE;
	case ANSWER_UNREADABLE:
		terminal_error(_("The line is too long or holds a zero byte."));
		return COMMAND_USAGE;
	case ANSWER_NONE:
		break;
	}
	terminal_error(_("The input ended. Nothing was changed."));
	return COMMAND_REFUSED;
}

static enum command_exit read_line(const char *file, const char *question, char *line, size_t size)
{
	return file != NULL ? source_line(file, line, size) : source_hidden(question, line, size);
}

enum command_exit source_uri(const char *file, struct otp_seed *seed)
{
	char line[OTP_URI_MAX];
	struct otp_error error = {.status = OTP_OK};
	enum command_exit result;

	memset(seed, 0, sizeof *seed);
	result = read_line(file, _("otpauth URI (not shown): "), line, sizeof line);
	if (result == COMMAND_DONE && otp_uri_parse(line, seed, &error) != OTP_OK)
		result = command_failed(&error);
	explicit_bzero(line, sizeof line);
	return result;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Hexadecimal as printed by others: either case, blanks, colons and hyphens between. */
enum otp_status source_decode_hex(const char *text, struct otp_secret *secret)
{
	size_t nibbles = 0;

	for (; *text != '\0'; text++) {
		int digit = hex_digit(*text);

		if (digit < 0 && strchr(" \t:-", *text) != NULL)
			continue;
		if (digit < 0)
			return OTP_E_INVALID;
		if (nibbles == 2 * OTP_SECRET_MAX)
			return OTP_E_LIMIT;
		secret->bytes[nibbles / 2] = (uint8_t)(secret->bytes[nibbles / 2] << 4 | digit);
		nibbles++;
	}
	secret->len = nibbles / 2;
	return nibbles % 2 == 0 ? OTP_OK : OTP_E_INVALID;
}

enum command_exit source_key(const char *file, bool hex, struct otp_secret *secret)
{
	char line[8 * OTP_SECRET_MAX];
	enum otp_status status = OTP_OK;
	enum command_exit result;

	memset(secret, 0, sizeof *secret);
	result = read_line(file, hex ? _("Key in hexadecimal digits (not shown): ") : _("Key in base32 (not shown): "),
	                   line, sizeof line);
	if (result == COMMAND_DONE && hex) {
		status = source_decode_hex(line, secret);
	} else if (result == COMMAND_DONE) {
		secret->len = sizeof secret->bytes;
		status = otp_base32_decode(line, secret->bytes, &secret->len);
	}
	explicit_bzero(line, sizeof line);
	if (status == OTP_E_LIMIT || (status == OTP_OK && result == COMMAND_DONE &&
	                              (secret->len < OTP_SECRET_MIN || secret->len > OTP_SECRET_MAX)))
		terminal_error(_("The key must have %d to %d bytes."), OTP_SECRET_MIN, OTP_SECRET_MAX);
	else if (status != OTP_OK && hex)
		terminal_error(_("The key is not written in pairs of hexadecimal digits."));
	else if (status != OTP_OK)
		terminal_error(
		    _("The key is not written in base32 (letters A to Z and digits 2 to 7). With --hex it is read as "
		      "hexadecimal digits."));
	else
		return result;
	return COMMAND_USAGE;
}

enum command_exit source_fresh_id(struct otp_vault *vault, struct otp_seed *seed)
{
	struct otp_error error = {.status = OTP_OK};

	for (int i = 0; i < DRAWS_MAX; i++) {
		struct otp_token_report report;
		enum otp_status status = otp_token_id_random(seed->kind, &seed->id);

		if (status != OTP_OK)
			(void)otp_fail(&error, status, "cannot draw a random token ID");
		else
			status = otp_token_report(vault, &seed->id, &report, &error);
		if (status == OTP_E_NOT_FOUND)
			return COMMAND_DONE;
		if (status != OTP_OK)
			return command_failed(&error);
	}
	terminal_error(_("No free token ID was found. Name one, or try again."));
	return COMMAND_UNAVAILABLE;
}
