/* SPDX-License-Identifier: BSD-2-Clause */
#include "otpauth.h"

#include "lines.h"
#include "seen.h"
#include "text.h"
#include "uri.h"

#include <string.h>

static const char *trimmed(char *line)
{
	size_t len = strlen(line);

	while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		line[--len] = '\0';
	return line + strspn(line, " \t");
}

static enum otp_status read_token(struct otp_lines *lines, struct otp_seen *seen, struct otp_seed *seed)
{
	struct otp_error wrong;
	enum otp_status status;

	if ((status = otp_uri_parse(trimmed(lines->text), seed, &wrong)) != OTP_OK)
		return status == OTP_E_INVALID ? otp_lines_fail(lines, "%s", wrong.what)
		                               : otp_foreign_unable(lines->file, lines->error, status);
	if ((status = otp_seen_add(seen, &seed->id)) == OTP_E_EXISTS)
		return otp_lines_fail(lines, "token %s was in a line before; leave only one of them", seed->id.text);
	return status == OTP_OK ? OTP_OK : otp_foreign_unable(lines->file, lines->error, status);
}

static enum otp_status read_tokens(struct otp_lines *lines, struct otp_seen *seen, otp_seed_visitor *visit, void *arg)
{
	struct otp_seed seed;
	unsigned long tokens = 0;
	enum otp_status status;

	for (; otp_lines_next_uncommented(lines, &status); tokens++) {
		if ((status = read_token(lines, seen, &seed)) == OTP_OK)
			status = visit(arg, &seed, lines->number, lines->error);
		otp_seed_wipe(&seed);
		if (status != OTP_OK)
			return status;
	}
	if (status == OTP_OK && tokens == 0)
		status =
		    otp_lines_fail(lines, "there is no token in this file; a line for each begins with otpauth://");
	return status;
}

enum otp_status otp_otpauth_read(const struct otp_foreign *file, otp_seed_visitor *visit, void *arg,
                                 struct otp_error *error)
{
	struct otp_lines lines;
	struct otp_seen *seen;
	enum otp_status status;

	otp_lines_begin(&lines, file, error);
	if ((status = otp_seen_new(&seen)) == OTP_OK)
		status = read_tokens(&lines, seen, visit, arg);
	else
		status = otp_foreign_unable(file, error, status);
	otp_lines_wipe(&lines);
	otp_seen_free(&seen);
	return status;
}

bool otp_otpauth_looks_like(const struct otp_foreign *file)
{
	struct otp_lines lines;
	enum otp_status status;
	bool known;

	otp_lines_begin(&lines, file, NULL);
	known =
	    otp_lines_next_uncommented(&lines, &status) && otp_text_after(trimmed(lines.text), "otpauth://") != NULL;
	otp_lines_wipe(&lines);
	return known;
}
