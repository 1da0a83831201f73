/* SPDX-License-Identifier: BSD-2-Clause */
#include "lines.h"

#include "text.h"

#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

void otp_lines_begin(struct otp_lines *lines, const struct otp_foreign *file, struct otp_error *error)
{
	size_t mark = sizeof BYTE_ORDER_MARK - 1;

	memset(lines, 0, sizeof *lines);
	lines->file = file;
	lines->error = error;
	if (file->len >= mark && memcmp(file->text, BYTE_ORDER_MARK, mark) == 0)
		lines->at = mark;
}

/* The bytes of the line before its first control character other than a tab, or what else is no text. */
static size_t length_of_text(const char *line)
{
	size_t len = otp_text_clean(line);

	while (line[len] == '\t')
		len += 1 + otp_text_clean(line + len + 1);
	return len;
}

/* A line longer than OTP_LINE_MAX is seen by looking no further than that. */
static enum otp_status take(struct otp_lines *lines, size_t left)
{
	const char *from = lines->file->text + lines->at;
	size_t room = left < OTP_LINE_MAX + 2 ? left : OTP_LINE_MAX + 2; /* with CR and LF */
	const char *end;
	size_t len, text;

	lines->number++;
	end = memchr(from, '\n', room);
	len = end != NULL ? (size_t)(end - from) : room;
	lines->at += end != NULL ? len + 1 : len;
	if (len > 0 && end != NULL && from[len - 1] == '\r')
		len--;
	if (len > OTP_LINE_MAX)
		return otp_lines_fail(lines, "the line is too long; at most %d bytes are read", OTP_LINE_MAX);
	memcpy(lines->text, from, len);
	lines->text[len] = '\0';
	if ((text = length_of_text(lines->text)) < len)
		return otp_lines_fail(lines,
		                      "byte %zu of the line is no text; save the file as UTF-8 text without control "
		                      "characters, and type the line anew if it is damaged",
		                      text + 1);
	return OTP_OK;
}

bool otp_lines_next(struct otp_lines *lines, enum otp_status *status)
{
	size_t left = lines->file->len - lines->at;

	*status = OTP_OK;
	if (left == 0)
		return false;
	*status = take(lines, left);
	return *status == OTP_OK;
}

static char first_character(const struct otp_lines *lines)
{
	return lines->text[strspn(lines->text, " \t")];
}

bool otp_lines_next_filled(struct otp_lines *lines, enum otp_status *status)
{
	while (otp_lines_next(lines, status))
		if (first_character(lines) != '\0')
			return true;
	return false;
}

bool otp_lines_next_uncommented(struct otp_lines *lines, enum otp_status *status)
{
	while (otp_lines_next_filled(lines, status))
		if (first_character(lines) != '#')
			return true;
	return false;
}

enum otp_status otp_lines_fail(const struct otp_lines *lines, const char *format, ...)
{
	char what[OTP_ERROR_WHAT_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(what, sizeof what, format, args);
	va_end(args);
	return otp_foreign_fail(lines->file, lines->number > 0 ? lines->number : 1, lines->error, "%s", what);
}

void otp_lines_wipe(struct otp_lines *lines)
{
	OPENSSL_cleanse(lines->text, sizeof lines->text);
}
