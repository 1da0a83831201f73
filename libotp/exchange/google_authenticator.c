/* SPDX-License-Identifier: BSD-2-Clause */
#include "google_authenticator.h"

#include "field.h"
#include "lines.h"
#include "text.h"

#include <string.h>

enum {
	SKEW_MAX = 10000, /* steps; the module finds 1,500 */
	NUMBER_MAX = 24,  /* bytes of a word */
};

/* What the options say, until all of them were read. */
struct options {
	bool totp;
	int64_t counter; /* 0: none, and the module takes a 0 for none, too */
	int64_t used;    /* the highest step that was used, -1: none */
	bool skewed;
	int64_t skew; /* steps */
};

/* ---- options ---------------------------------------------------------------------------------------- */

/* The next of the words that blanks part, or false. One that is too long gets cut and is no number then. */
static bool next_word(const char **text, char word[NUMBER_MAX])
{
	size_t len, copied;

	*text += strspn(*text, " \t");
	len = strcspn(*text, " \t");
	copied = len < NUMBER_MAX ? len : NUMBER_MAX - 1;
	memcpy(word, *text, copied);
	word[copied] = '\0';
	*text += len;
	return len > 0;
}

static int64_t one_number(const char *value)
{
	char word[NUMBER_MAX], more[NUMBER_MAX];

	return next_word(&value, word) && !next_word(&value, more) ? otp_text_number(word) : -1;
}

static bool read_totp(const char *value, struct options *options, struct otp_seed *seed)
{
	(void)seed;
	options->totp = true;
	return *value == '\0';
}

static bool read_counter(const char *value, struct options *options, struct otp_seed *seed)
{
	(void)seed;
	options->counter = one_number(value);
	return options->counter >= 0 && options->counter <= OTP_COUNTER_MAX;
}

static bool read_step(const char *value, struct options *options, struct otp_seed *seed)
{
	(void)options;
	return otp_field_read(OTP_FIELD_PERIOD, value, seed);
}

static bool read_used(const char *value, struct options *options, struct otp_seed *seed)
{
	char word[NUMBER_MAX];

	(void)seed;
	while (next_word(&value, word)) {
		int64_t step = otp_text_number(word);

		if (step < 0 || step >= OTP_COUNTER_MAX)
			return false;
		if (step > options->used)
			options->used = step;
	}
	return true;
}

static bool read_skew(const char *value, struct options *options, struct otp_seed *seed)
{
	int64_t steps = one_number(value + (*value == '-' || *value == '+'));

	(void)seed;
	options->skewed = true;
	options->skew = *value == '-' ? -steps : steps;
	return steps >= 0 && steps <= SKEW_MAX;
}

static bool read_nothing(const char *value, struct options *options, struct otp_seed *seed)
{
	(void)value;
	(void)options;
	(void)seed;
	return true;
}

enum { OPTIONS = 18 };

static const struct {
	const char *name;
	bool (*read)(const char *value, struct options *options, struct otp_seed *seed);
	const char *wanted;
} table[OPTIONS] = {
    {"TOTP_AUTH", read_totp, "nothing"},
    {"HOTP_COUNTER", read_counter, "a number from 0 to 1000000000000"},
    {"STEP_SIZE", read_step, "15 to 300 seconds; other tokens cannot be used here"},
    {"DISALLOW_REUSE", read_used, "nothing, or the numbers of steps"},
    {"TIME_SKEW", read_skew, "a number of steps, at most 10000 either way"},
    {"WINDOW_SIZE", read_nothing, ""},
    {"RATE_LIMIT", read_nothing, ""},
    {"RESETTING_TIME_SKEW", read_nothing, ""},
    {"LAST0", read_nothing, ""},
    {"LAST1", read_nothing, ""},
    {"LAST2", read_nothing, ""},
    {"LAST3", read_nothing, ""},
    {"LAST4", read_nothing, ""},
    {"LAST5", read_nothing, ""},
    {"LAST6", read_nothing, ""},
    {"LAST7", read_nothing, ""},
    {"LAST8", read_nothing, ""},
    {"LAST9", read_nothing, ""},
};

/* The line after its quote and blank. */
static enum otp_status take_option(struct otp_lines *lines, bool seen[OPTIONS], struct options *options,
                                   struct otp_seed *seed)
{
	char *name = lines->text + 2;
	char *value = name + strcspn(name, " \t");
	size_t i = 0;

	if (*value != '\0')
		*value++ = '\0';
	value += strspn(value, " \t");
	while (i < OPTIONS && strcmp(name, table[i].name) != 0)
		i++;
	if (i == OPTIONS)
		return otp_lines_fail(lines,
		                      "an option that pam_google_authenticator does not have; take the line out");
	if (seen[i])
		return otp_lines_fail(lines, "a second %s; leave only the right one", table[i].name);
	seen[i] = true;
	if (!table[i].read(value, options, seed))
		return otp_lines_fail(lines, "after %s must come %s", table[i].name, table[i].wanted);
	return OTP_OK;
}

/* ---- the file --------------------------------------------------------------------------------------- */

static bool is_scratch(const char *line)
{
	return strspn(line, "0123456789") == OTP_SCRATCH_DIGITS && line[OTP_SCRATCH_DIGITS] == '\0';
}

static enum otp_status take_scratch(struct otp_lines *lines, struct otp_seed *seed)
{
	if (!is_scratch(lines->text))
		return otp_lines_fail(
		    lines, "neither an option, which begins with a quote and a blank, nor an emergency code, "
			   "which is a number of 8 digits; take the line out");
	if (seed->scratches == OTP_SCRATCH_MAX)
		return otp_lines_fail(lines, "more than %d emergency codes; leave %d of them", OTP_SCRATCH_MAX,
		                      OTP_SCRATCH_MAX);
	memcpy(seed->scratch[seed->scratches++], lines->text, OTP_SCRATCH_DIGITS + 1);
	return OTP_OK;
}

static enum otp_status apply(const struct otp_lines *lines, const struct options *options, struct otp_seed *seed)
{
	if (options->counter > 0) {
		seed->kind = OTP_EVENT;
		seed->counter = options->counter;
	} else if (options->totp) {
		seed->kind = OTP_TIME;
		seed->counter = options->used + 1;
	} else {
		return otp_lines_fail(lines,
		                      "the file says neither TOTP_AUTH nor HOTP_COUNTER from 1 on; copy all of it, or "
		                      "add the line \" TOTP_AUTH for a time token");
	}
	otp_field_defaults(seed);
	seed->skewed = options->skewed && seed->kind == OTP_TIME;
	seed->skew = seed->skewed ? options->skew * seed->period * 1000 : 0;
	return OTP_OK;
}

static enum otp_status read_token(struct otp_lines *lines, struct otp_seed *seed)
{
	struct options options = {.used = -1};
	bool seen[OPTIONS] = {false};
	enum otp_status status;

	if (!otp_lines_next(lines, &status) && status != OTP_OK)
		return status;
	if (!otp_field_read(OTP_FIELD_KEY, lines->text, seed))
		return otp_lines_fail(lines, "the first line is the key and must be %s",
		                      otp_field_wanted(OTP_FIELD_KEY));
	while (otp_lines_next_filled(lines, &status)) {
		if (strncmp(lines->text, "\" ", 2) == 0)
			status = take_option(lines, seen, &options, seed);
		else
			status = take_scratch(lines, seed);
		if (status != OTP_OK)
			return status;
	}
	return status == OTP_OK ? apply(lines, &options, seed) : status;
}

enum otp_status otp_google_authenticator_read(const struct otp_foreign *file, otp_seed_visitor *visit, void *arg,
                                              struct otp_error *error)
{
	struct otp_lines lines;
	struct otp_seed seed = {.kind = OTP_KIND_UNKNOWN};
	enum otp_status status;

	otp_lines_begin(&lines, file, error);
	if ((status = read_token(&lines, &seed)) == OTP_OK)
		status = visit(arg, &seed, 1, error);
	otp_seed_wipe(&seed);
	otp_lines_wipe(&lines);
	return status;
}

/* A line of base32, and a second that begins as an option does, or is a code. */
bool otp_google_authenticator_looks_like(const struct otp_foreign *file)
{
	struct otp_lines lines;
	enum otp_status status;
	bool known = false;

	otp_lines_begin(&lines, file, NULL);
	if (otp_lines_next(&lines, &status) && lines.text[0] != '\0' &&
	    lines.text[strspn(lines.text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz234567 -=")] == '\0')
		known = otp_lines_next_filled(&lines, &status) &&
		        (strncmp(lines.text, "\" ", 2) == 0 || is_scratch(lines.text));
	otp_lines_wipe(&lines);
	return known;
}
