/* SPDX-License-Identifier: BSD-2-Clause */
#include "csv.h"

#include "field.h"
#include "lines.h"
#include "seen.h"
#include "text.h"

#include <string.h>

/* Tests: tests/exchange/test_csv.c has a line for everything that is refused here, tests/fuzz/fuzz_csv.c the rest. */

#define COLUMNS "id, kind, key or key_hex, digits, digest, period, counter, user, label, issuer, expires"

static const char *const names[OTP_FIELDS] = {
    [OTP_FIELD_ID] = "id",           [OTP_FIELD_KIND] = "kind",       [OTP_FIELD_KEY] = "key",
    [OTP_FIELD_KEY_HEX] = "key_hex", [OTP_FIELD_DIGITS] = "digits",   [OTP_FIELD_DIGEST] = "digest",
    [OTP_FIELD_PERIOD] = "period",   [OTP_FIELD_COUNTER] = "counter", [OTP_FIELD_USER] = "user",
    [OTP_FIELD_LABEL] = "label",     [OTP_FIELD_ISSUER] = "issuer",   [OTP_FIELD_EXPIRES] = "expires",
};

struct reading {
	struct otp_lines lines;
	struct otp_seen *seen;
	size_t columns;
	enum otp_field column[OTP_FIELDS];
	bool has[OTP_FIELDS];
};

/* ---- a line, value by value ------------------------------------------------------------------------- */

/* What is left of the line; NULL: nothing, not even an empty value. */
struct rest {
	char *at;
	size_t column; /* of the value before, from 1 */
};

/* Cut a quoted value out, in place; rest->at stands on its first quote. */
static char *unquote(struct rest *rest)
{
	char *value = rest->at;
	char *to = value;
	const char *from = value + 1;

	while (*from != '\0' && (*from != '"' || from[1] == '"')) {
		from += *from == '"';
		*to++ = *from++;
	}
	if (*from != '"' || (from[1] != ',' && from[1] != '\0'))
		return NULL;
	rest->at = from[1] == ',' ? value + (from - value) + 2 : NULL;
	*to = '\0';
	return value;
}

/* The next value; OTP_E_NOT_FOUND after the last. */
static enum otp_status next_value(struct reading *r, struct rest *rest, char **value)
{
	char *end;

	if (rest->at == NULL)
		return OTP_E_NOT_FOUND;
	rest->column++;
	if (*rest->at == '"') {
		if ((*value = unquote(rest)) == NULL)
			return otp_lines_fail(
			    &r->lines,
			    "column %zu: a quoted text ends in a quote on its line, before the next comma; "
			    "quotes within it are doubled",
			    rest->column);
		return OTP_OK;
	}
	*value = rest->at;
	end = rest->at + strcspn(rest->at, ",");
	rest->at = *end == ',' ? end + 1 : NULL;
	*end = '\0';
	if (strchr(*value, '"') != NULL)
		return otp_lines_fail(&r->lines,
		                      "column %zu: a text with quotes in it stands in quotes, and doubles its own",
		                      rest->column);
	return OTP_OK;
}

/* ---- the line of names ------------------------------------------------------------------------------ */

static enum otp_field field_named(const char *name)
{
	enum otp_field field = 0;

	while (field < OTP_FIELDS && !otp_text_is(name, names[field]))
		field++;
	return field;
}

/* A name is not repeated: in a file without the line of names it may be a key. */
static enum otp_status take_name(struct reading *r, const char *name, size_t column)
{
	enum otp_field field = field_named(name);

	if (field == OTP_FIELDS)
		return otp_lines_fail(
		    &r->lines,
		    "column %zu has no name that is known; the first line names the columns, parted by "
		    "commas: " COLUMNS,
		    column);
	if (r->has[field])
		return otp_lines_fail(&r->lines, "column %zu is a second %s; leave only one", column, names[field]);
	r->has[field] = true;
	r->column[r->columns++] = field;
	return OTP_OK;
}

static enum otp_status read_names(struct reading *r)
{
	struct rest rest = {.at = r->lines.text};
	enum otp_status status;
	char *name;

	while ((status = next_value(r, &rest, &name)) == OTP_OK)
		if ((status = take_name(r, name, rest.column)) != OTP_OK)
			return status;
	if (status != OTP_E_NOT_FOUND)
		return status;
	if (!r->has[OTP_FIELD_ID])
		return otp_lines_fail(&r->lines, "there is no column named id; add it, empty where a token has none");
	if (r->has[OTP_FIELD_KEY] == r->has[OTP_FIELD_KEY_HEX])
		return otp_lines_fail(&r->lines,
		                      "there must be one column for the keys: key (base32) or key_hex (hexadecimal)");
	return OTP_OK;
}

/* ---- the tokens' lines ------------------------------------------------------------------------------ */

static enum otp_status read_values(struct reading *r, struct otp_seed *seed)
{
	struct rest rest = {.at = r->lines.text};
	enum otp_status status;
	char *value;

	while ((status = next_value(r, &rest, &value)) == OTP_OK) {
		enum otp_field field;

		if (rest.column > r->columns)
			return otp_lines_fail(
			    &r->lines,
			    "column %zu is one too many: the first line names %zu; a text with commas stands in "
			    "quotes",
			    rest.column, r->columns);
		field = r->column[rest.column - 1];
		if (*value != '\0' && !otp_field_read(field, value, seed))
			return otp_lines_fail(&r->lines, "column %zu: %s must be %s", rest.column, names[field],
			                      otp_field_wanted(field));
	}
	if (status == OTP_E_NOT_FOUND && rest.column < r->columns)
		return otp_lines_fail(&r->lines,
		                      "column %zu (%s) is missing; even an empty one has its comma before it",
		                      rest.column + 1, names[r->column[rest.column]]);
	return status == OTP_E_NOT_FOUND ? OTP_OK : status;
}

static enum otp_status check_values(struct reading *r, struct otp_seed *seed)
{
	enum otp_status status;

	if (seed->secret.len == 0)
		return otp_lines_fail(&r->lines, "the token has no key; write it into the column %s",
		                      names[r->has[OTP_FIELD_KEY] ? OTP_FIELD_KEY : OTP_FIELD_KEY_HEX]);
	if (seed->kind == OTP_KIND_UNKNOWN && seed->id.text[0] != '\0')
		seed->kind = otp_token_id_kind(&seed->id);
	if (seed->kind == OTP_KIND_UNKNOWN)
		return otp_lines_fail(
		    &r->lines, "the ID does not tell the token's kind; write time or event into a column named kind");
	otp_field_defaults(seed);
	if ((status = otp_seen_add(r->seen, &seed->id)) == OTP_E_EXISTS)
		return otp_lines_fail(&r->lines, "token %s was in a line before; leave only one of them",
		                      seed->id.text);
	return status == OTP_OK ? OTP_OK : otp_foreign_unable(r->lines.file, r->lines.error, status);
}

static enum otp_status read_token(struct reading *r, struct otp_seed *seed, otp_seed_visitor *visit, void *arg)
{
	enum otp_status status;

	memset(seed, 0, sizeof *seed);
	if ((status = read_values(r, seed)) == OTP_OK && (status = check_values(r, seed)) == OTP_OK)
		status = visit(arg, seed, r->lines.number, r->lines.error);
	otp_seed_wipe(seed);
	return status;
}

static enum otp_status read_tokens(struct reading *r, otp_seed_visitor *visit, void *arg)
{
	struct otp_seed seed;
	unsigned long tokens = 0;
	enum otp_status status;

	if (!otp_lines_next_filled(&r->lines, &status) && status != OTP_OK)
		return status;
	if ((status = read_names(r)) != OTP_OK)
		return status;
	for (; otp_lines_next_filled(&r->lines, &status); tokens++)
		if ((status = read_token(r, &seed, visit, arg)) != OTP_OK)
			return status;
	if (status == OTP_OK && tokens == 0)
		status = otp_lines_fail(
		    &r->lines, "there is no token in this file; after the line of names comes a line for each");
	return status;
}

enum otp_status otp_csv_read(const struct otp_foreign *file, otp_seed_visitor *visit, void *arg,
                             struct otp_error *error)
{
	struct reading r = {.columns = 0};
	enum otp_status status;

	otp_lines_begin(&r.lines, file, error);
	if ((status = otp_seen_new(&r.seen)) == OTP_OK)
		status = read_tokens(&r, visit, arg);
	else
		status = otp_foreign_unable(file, error, status);
	otp_lines_wipe(&r.lines);
	otp_seen_free(&r.seen);
	return status;
}

/* Also with a mistake in its first line: one known name among commas is enough. */
bool otp_csv_looks_like(const struct otp_foreign *file)
{
	struct reading r = {.columns = 0};
	struct rest rest = {.at = r.lines.text};
	enum otp_status status;
	bool known = false;
	char *name;

	otp_lines_begin(&r.lines, file, NULL);
	if (otp_lines_next_filled(&r.lines, &status) && strchr(r.lines.text, ',') != NULL)
		while (!known && next_value(&r, &rest, &name) == OTP_OK)
			known = field_named(name) != OTP_FIELDS;
	otp_lines_wipe(&r.lines);
	return known;
}
