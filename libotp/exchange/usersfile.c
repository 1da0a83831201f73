/* SPDX-License-Identifier: BSD-2-Clause */
#include "usersfile.h"

#include "../core/hotp.h"
#include "../core/step.h"
#include "field.h"
#include "lines.h"
#include "text.h"
#include "timestamp.h"

#include <stdlib.h>
#include <string.h>

enum { TYPE, USER, PIN, KEY, COUNTER, CODE, TIME, WORDS };

enum {
	HOUR = 3600,
	EAST_MAX = 14 * HOUR, /* the time zones there are */
	WEST_MAX = 12 * HOUR,
	ZONES_APART = HOUR / 4,
	NEAR = 5 * 60, /* s: how far a token's clock may be off for us to say by how much */
	WINDOW = 100,  /* steps by which pam_oath may have been told to look further */
};

struct reading {
	struct otp_lines lines;
	bool zoned;   /* whether the line before told the zone */
	int64_t zone; /* s: UTC minus the file's local time */
};

/* What is known of a time token's last login. */
struct last {
	struct otp_hmac *key;
	uint32_t value;
	unsigned digits;
	int64_t period;
	int64_t time;  /* s, local */
	int64_t step;  /* found; -1: not yet */
	int64_t error; /* s from there to the nearest time that some zone makes of the file's, signed */
};

/* ---- the last code of a time token ------------------------------------------------------------------ */

/* From the moment in the middle of the step to the nearest that time zones make of the file's local time. */
static int64_t error_of(const struct last *last, int64_t step)
{
	int64_t away = step * last->period + last->period / 2 - last->time;

	return away - otp_floor_div(away + ZONES_APART / 2, ZONES_APART) * ZONES_APART;
}

/* Look for the step whose code it was, begun between two moments in UTC; the best guess stays in last. */
static enum otp_status search(struct last *last, int64_t from, int64_t to)
{
	int64_t step = otp_floor_div(from, last->period) - WINDOW;
	enum otp_status status;
	uint32_t value;

	for (step = step < 0 ? 0 : step; step <= to / last->period + WINDOW; step++) {
		if ((status = otp_hotp_value(last->key, (uint64_t)step, last->digits, &value)) != OTP_OK)
			return status;
		if (value != last->value)
			continue;
		if (last->step < 0 || llabs(error_of(last, step)) <= llabs(last->error)) {
			last->step = step;
			last->error = error_of(last, step);
		}
	}
	return OTP_OK;
}

/* All lines are of one host: the zone of the line before spares computing a whole day's codes. */
static enum otp_status find_step(struct reading *r, struct last *last)
{
	enum otp_status status = OTP_OK;

	if (r->zoned)
		status = search(last, last->time + r->zone, last->time + r->zone);
	if (status == OTP_OK && last->step < 0)
		status = search(last, last->time - EAST_MAX, last->time + WEST_MAX);
	if (status != OTP_OK)
		return status;
	if (last->step < 0)
		return otp_lines_fail(&r->lines,
		                      "the last code, word 6, is none that this key gave at the time in word 7; "
		                      "take out the words after the key if the token is new");
	r->zoned = true;
	r->zone = last->step * last->period + last->period / 2 - last->error - last->time;
	return OTP_OK;
}

static enum otp_status place(struct reading *r, struct last *last, struct otp_seed *seed)
{
	struct otp_hmac *key = NULL;
	enum otp_status status = otp_hmac_new(seed->digest, seed->secret.bytes, seed->secret.len, &key);

	last->key = key;
	if (status == OTP_OK)
		status = find_step(r, last);
	if (status == OTP_OK) {
		seed->counter = last->step + 1;
		seed->skewed = llabs(last->error) <= NEAR;
		seed->skew = otp_floor_div(last->error + (last->period - 1) / 2, last->period) * last->period * 1000;
	}
	otp_hmac_free(&key);
	return status == OTP_OK || status == OTP_E_INVALID ? status
	                                                   : otp_foreign_unable(r->lines.file, r->lines.error, status);
}

/* ---- the words of a line ---------------------------------------------------------------------------- */

/* In place. How many there are; one more than WORDS for too many. Those missing are NULL. */
static size_t split(char *line, char *word[WORDS])
{
	size_t n = 0;

	memset(word, 0, WORDS * sizeof *word);
	for (line += strspn(line, " \t"); *line != '\0'; line += strspn(line, " \t"), n++) {
		if (n == WORDS)
			return n + 1;
		word[n] = line;
		line += strcspn(line, " \t");
		if (*line != '\0')
			*line++ = '\0';
	}
	return n;
}

static bool read_type(const char *type, struct otp_seed *seed)
{
	static const struct {
		const char *prefix;
		enum otp_kind kind;
		uint16_t period;
	} types[] = {{"HOTP/E", OTP_EVENT, 0}, {"HOTP/T30", OTP_TIME, 30}, {"HOTP/T60", OTP_TIME, 60}};

	seed->kind = OTP_EVENT;
	seed->digits = OTP_DIGITS_MIN;
	if (strcmp(type, "HOTP") == 0)
		return true;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		size_t len = strlen(types[i].prefix);

		if (strncmp(type, types[i].prefix, len) != 0)
			continue;
		seed->kind = types[i].kind;
		seed->period = types[i].period;
		return type[len] == '\0' ||
		       (type[len] == '/' && otp_field_read(OTP_FIELD_DIGITS, type + len + 1, seed));
	}
	return false;
}

static enum otp_status read_owner(const struct reading *r, char *const word[WORDS], struct otp_seed *seed)
{
	if (!read_type(word[TYPE], seed))
		return otp_lines_fail(&r->lines,
		                      "word 1 must be HOTP, HOTP/E, HOTP/T30 or HOTP/T60, perhaps with /6, /7 or /8 "
		                      "after the last three");
	if (!otp_field_read(OTP_FIELD_USER, word[USER], seed))
		return otp_lines_fail(&r->lines, "word 2 must be %s", otp_field_wanted(OTP_FIELD_USER));
	if (strcmp(word[PIN], "-") != 0 && strcmp(word[PIN], "+") != 0)
		return otp_lines_fail(
		    &r->lines, "word 3 is a PIN that the user types before the code, and codes here have none: the "
			       "password before them is asked by another PAM module; write + in its place, and tell "
			       "the user");
	if (!otp_field_read(OTP_FIELD_KEY_HEX, word[KEY], seed))
		return otp_lines_fail(&r->lines, "word 4, the key, must be %s", otp_field_wanted(OTP_FIELD_KEY_HEX));
	return OTP_OK;
}

/* The counter that is stored is the last used one as soon as there was a login. */
static enum otp_status read_state(struct reading *r, char *const word[WORDS], struct otp_seed *seed)
{
	struct last last = {.period = seed->period, .step = -1};
	const char *rest;

	if (word[COUNTER] != NULL &&
	    (!otp_field_read(OTP_FIELD_COUNTER, word[COUNTER], seed) || seed->counter == OTP_COUNTER_MAX))
		return otp_lines_fail(&r->lines, "word 5, the counter, must be a number below 1000000000000");
	if (seed->kind == OTP_TIME)
		seed->counter = 0;
	if (word[CODE] == NULL)
		return OTP_OK;
	last.digits = (unsigned)strlen(word[CODE]);
	if (last.digits < OTP_DIGITS_MIN || last.digits > OTP_DIGITS_MAX || otp_text_number(word[CODE]) < 0)
		return otp_lines_fail(&r->lines, "word 6, the last code, must be a number of 6 to 8 digits");
	last.value = (uint32_t)otp_text_number(word[CODE]);
	if (word[TIME] == NULL || (rest = otp_timestamp_civil(word[TIME], &last.time)) == NULL ||
	    strcmp(rest, "L") != 0)
		return otp_lines_fail(&r->lines,
		                      "word 7 must be the time of the last code, as in 2026-12-31T23:59:59L");
	if (seed->kind == OTP_TIME)
		return place(r, &last, seed);
	seed->counter++;
	return OTP_OK;
}

static enum otp_status read_token(struct reading *r, struct otp_seed *seed)
{
	char *word[WORDS];
	size_t words = split(r->lines.text, word);
	enum otp_status status;

	if (words <= KEY)
		return otp_lines_fail(&r->lines,
		                      "a type, a user, - or + and a key were expected; copy all of the line");
	if (words > WORDS)
		return otp_lines_fail(&r->lines, "there are more than %d words; take out those after the time", WORDS);
	if ((status = read_owner(r, word, seed)) != OTP_OK)
		return status;
	otp_field_defaults(seed);
	return read_state(r, word, seed);
}

enum otp_status otp_usersfile_read(const struct otp_foreign *file, otp_seed_visitor *visit, void *arg,
                                   struct otp_error *error)
{
	struct reading r = {.zoned = false};
	struct otp_seed seed;
	unsigned long tokens = 0;
	enum otp_status status;

	otp_lines_begin(&r.lines, file, error);
	for (; otp_lines_next_uncommented(&r.lines, &status); tokens++) {
		memset(&seed, 0, sizeof seed);
		if ((status = read_token(&r, &seed)) == OTP_OK)
			status = visit(arg, &seed, r.lines.number, error);
		otp_seed_wipe(&seed);
		if (status != OTP_OK)
			break;
	}
	if (status == OTP_OK && tokens == 0)
		status = otp_lines_fail(&r.lines, "there is no token in this file; its lines begin with HOTP");
	otp_lines_wipe(&r.lines);
	return status;
}

/* Its first line begins with HOTP, alone or before a slash. */
bool otp_usersfile_looks_like(const struct otp_foreign *file)
{
	struct otp_lines lines;
	enum otp_status status;
	const char *first = NULL;

	otp_lines_begin(&lines, file, NULL);
	if (otp_lines_next_uncommented(&lines, &status))
		first = lines.text + strspn(lines.text, " \t");
	if (first != NULL && (strncmp(first, "HOTP", 4) != 0 || strchr("/ \t", first[4]) == NULL))
		first = NULL;
	otp_lines_wipe(&lines);
	return first != NULL;
}
