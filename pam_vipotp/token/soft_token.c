/* SPDX-License-Identifier: BSD-2-Clause */
#include "soft_token.h"

#include "language/language.h"
#include "verb/facts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define VERSION_VIP "1"
#define VERSION_OURS "vipotp1"
#define EXPIRY_FORMAT "%Y-%m-%dT%H:%M:%SZ"

enum { PERIOD_VIP = 30 };

bool soft_token_is_vip(const struct otp_seed *seed)
{
	return seed->kind == OTP_TIME && seed->digest == OTP_SHA1 && seed->digits == OTP_DIGITS_MIN &&
	       seed->period == PERIOD_VIP;
}

/* ---- printing --------------------------------------------------------------------------------------- */

/* Appends, never past the end; len keeps counting, so that what did not fit shows. */
struct writing {
	char *text;
	size_t len;
};

static void put(struct writing *w, const char *name, const char *value)
{
	size_t room = w->len < SOFT_TOKEN_TEXT_MAX ? SOFT_TOKEN_TEXT_MAX - w->len : 0;

	w->len += (size_t)snprintf(room > 0 ? w->text + w->len : NULL, room, "%s %s\n", name, value);
}

static void put_number(struct writing *w, const char *name, int64_t number)
{
	char text[24];

	(void)snprintf(text, sizeof text, "%" PRId64, number);
	put(w, name, text);
}

static void put_expiry(struct writing *w, int64_t expires)
{
	time_t t = (time_t)expires;
	char text[64];
	struct tm broken;

	if (expires != 0 && gmtime_r(&t, &broken) != NULL && strftime(text, sizeof text, EXPIRY_FORMAT, &broken) > 0)
		put(w, "expiry", text);
}

static const char *state_name(const struct otp_seed *seed)
{
	return seed->kind == OTP_EVENT ? "counter" : "drift";
}

void soft_token_state(const struct soft_token *token, char state[SOFT_TOKEN_STATE_MAX + 1], off_t *at)
{
	const char *version = soft_token_is_vip(&token->seed) ? VERSION_VIP : VERSION_OURS;

	if (token->seed.kind == OTP_EVENT)
		(void)snprintf(state, SOFT_TOKEN_STATE_MAX + 1, "%013" PRId64, token->seed.counter);
	else
		(void)snprintf(state, SOFT_TOKEN_STATE_MAX + 1, "%+06d", token->drift);
	*at = (off_t)(strlen("version ") + strlen(version) + 1 + strlen(state_name(&token->seed)) + 1);
}

enum otp_status soft_token_print(const struct soft_token *token, char text[SOFT_TOKEN_TEXT_MAX], size_t *len)
{
	const struct otp_seed *seed = &token->seed;
	bool vip = soft_token_is_vip(seed);
	char key[OTP_BASE32_LEN(OTP_SECRET_MAX) + 1], state[SOFT_TOKEN_STATE_MAX + 1];
	struct writing w = {.text = text};
	off_t at;

	text[0] = '\0';
	soft_token_state(token, state, &at);
	otp_base32_encode(seed->secret.bytes, seed->secret.len, key);
	put(&w, "version", vip ? VERSION_VIP : VERSION_OURS);
	put(&w, state_name(seed), state);
	put(&w, "secret", key);
	put(&w, "id", seed->id.text);
	explicit_bzero(key, sizeof key);
	if (!vip) {
		put(&w, "kind", facts_kind_word(seed->kind));
		put(&w, "digest", facts_digest_word(seed->digest));
		put_number(&w, "digits", seed->digits);
	}
	if (!vip && seed->kind == OTP_TIME)
		put_number(&w, "period", seed->period);
	put_expiry(&w, seed->expires);
	if (seed->label[0] != '\0')
		put(&w, "label", seed->label);
	if (seed->issuer[0] != '\0')
		put(&w, "issuer", seed->issuer);
	*len = w.len;
	return w.len < SOFT_TOKEN_TEXT_MAX ? OTP_OK : OTP_E_LIMIT;
}

/* ---- parsing ---------------------------------------------------------------------------------------- */

/* A decimal number from lowest to highest, perhaps with a sign; -1 outside: no value of ours is that. */
static int64_t read_number(const char *value, int64_t lowest, int64_t highest)
{
	char *end;
	long long number = strtoll(value, &end, 10);

	return *value == '\0' || *end != '\0' || number < lowest || number > highest ? -1 : number;
}

static bool read_text(const char *value, char field[OTP_TEXT_MAX + 1])
{
	size_t len = strlen(value);

	if (len > OTP_TEXT_MAX)
		return false;
	memcpy(field, value, len + 1);
	return true;
}

static bool read_expiry(const char *value, struct otp_seed *seed)
{
	struct tm broken = {.tm_isdst = 0};
	const char *end = strptime(value, EXPIRY_FORMAT, &broken);

	if (end == NULL || *end != '\0')
		return false;
	seed->expires = timegm(&broken);
	return true;
}

static bool read_drift(const char *value, struct soft_token *token)
{
	/* Not read_number: -1 is a drift. */
	char *end;
	long drift = strtol(value, &end, 10);

	if (*end != '\0' || drift < -SOFT_TOKEN_DRIFT_MAX || drift > SOFT_TOKEN_DRIFT_MAX)
		return false;
	token->drift = (int)drift;
	return true;
}

static bool read_digest(const char *value, struct otp_seed *seed)
{
	for (seed->digest = OTP_SHA1; seed->digest <= OTP_SHA512; seed->digest++)
		if (strcmp(value, facts_digest_word(seed->digest)) == 0)
			return true;
	return false;
}

/* One value. Whether all were there, once and in order, shows when the whole is printed again. */
static bool take(struct soft_token *token, const char *name, const char *value)
{
	struct otp_seed *seed = &token->seed;

	if (strcmp(name, "version") == 0)
		return true;
	if (strcmp(name, "drift") == 0)
		return read_drift(value, token);
	if (strcmp(name, "counter") == 0)
		return (seed->counter = read_number(value, 0, OTP_COUNTER_MAX)) >= 0;
	if (strcmp(name, "secret") == 0) {
		seed->secret.len = sizeof seed->secret.bytes;
		return otp_base32_decode(value, seed->secret.bytes, &seed->secret.len) == OTP_OK;
	}
	if (strcmp(name, "id") == 0)
		return otp_token_id_parse(value, &seed->id) == OTP_OK;
	if (strcmp(name, "kind") == 0)
		return (seed->kind = facts_kind(value)) != OTP_KIND_UNKNOWN;
	if (strcmp(name, "digest") == 0)
		return read_digest(value, seed);
	if (strcmp(name, "digits") == 0)
		return (seed->digits = (uint8_t)read_number(value, OTP_DIGITS_MIN, OTP_DIGITS_MAX)) <= OTP_DIGITS_MAX;
	if (strcmp(name, "period") == 0)
		return (seed->period = (uint16_t)read_number(value, OTP_PERIOD_MIN, OTP_PERIOD_MAX)) <= OTP_PERIOD_MAX;
	if (strcmp(name, "expiry") == 0)
		return read_expiry(value, seed);
	if (strcmp(name, "label") == 0)
		return read_text(value, seed->label);
	return strcmp(name, "issuer") == 0 && read_text(value, seed->issuer);
}

static enum otp_status read_lines(char *text, const char *where, struct soft_token *token, struct otp_error *error)
{
	unsigned line = 1;

	for (char *end; *text != '\0'; text = end + 1, line++) {
		char *value = strchr(text, ' ');

		end = strchr(text, '\n');
		if (end == NULL || value == NULL || value > end)
			return otp_fail(error, OTP_E_CORRUPT, _("%s:%u: a name, a blank and a value were expected"),
			                where, line);
		*value++ = '\0';
		*end = '\0';
		if (!take(token, text, value))
			return otp_fail(error, OTP_E_CORRUPT, _("%s:%u: not understood"), where, line);
	}
	return OTP_OK;
}

enum otp_status soft_token_parse(const char *text, size_t len, const char *where, struct soft_token *token,
                                 struct otp_error *error)
{
	char lines[SOFT_TOKEN_TEXT_MAX + 1], again[SOFT_TOKEN_TEXT_MAX];
	size_t again_len = 0;
	enum otp_status status;

	memset(token, 0, sizeof *token);
	token->seed = (struct otp_seed){.kind = OTP_TIME, .digest = OTP_SHA1, .digits = OTP_DIGITS_MIN};
	if (len > SOFT_TOKEN_TEXT_MAX || memchr(text, '\0', len) != NULL)
		return otp_fail(error, OTP_E_CORRUPT, _("%s: no token file"), where);
	memcpy(lines, text, len);
	lines[len] = '\0';
	if ((status = read_lines(lines, where, token, error)) != OTP_OK)
		goto out;
	if (token->seed.kind == OTP_TIME && token->seed.period == 0)
		token->seed.period = PERIOD_VIP;
	if (otp_seed_check(&token->seed, NULL) != OTP_OK || soft_token_print(token, again, &again_len) != OTP_OK ||
	    again_len != len || memcmp(again, text, len) != 0)
		status =
		    otp_fail(error, OTP_E_CORRUPT,
		             _("%s: not as it was written; import the token again from where it came from"), where);
out:
	explicit_bzero(lines, sizeof lines);
	explicit_bzero(again, sizeof again);
	return status;
}

/* ---- codes ------------------------------------------------------------------------------------------ */

static int64_t own_clock(const struct soft_token *token, int64_t now)
{
	return now + token->drift * INT64_C(1000);
}

int64_t soft_token_step(const struct soft_token *token, int64_t now)
{
	return otp_step_at(own_clock(token, now), token->seed.period * INT64_C(1000));
}

int64_t soft_token_left(const struct soft_token *token, int64_t now)
{
	return (soft_token_step(token, now) + 1) * token->seed.period * INT64_C(1000) - own_clock(token, now);
}

void soft_token_left_text(int64_t ms, char text[SOFT_TOKEN_LEFT_MAX])
{
	int seconds = (int)((ms + 999) / 1000);

	if (seconds == 1)
		(void)snprintf(text, SOFT_TOKEN_LEFT_MAX, "%s", _("about 1 second"));
	else
		(void)snprintf(text, SOFT_TOKEN_LEFT_MAX, _("about %d seconds"), seconds);
}

enum otp_status soft_token_code(const struct otp_seed *seed, int64_t position, char code[SOFT_TOKEN_CODE_LEN + 1])
{
	struct otp_hmac *key = NULL;
	uint32_t value = 0;
	enum otp_status status = otp_hmac_new(seed->digest, seed->secret.bytes, seed->secret.len, &key);

	if (status == OTP_OK)
		status = otp_hotp_value(key, (uint64_t)position, seed->digits, &value);
	if (status == OTP_OK)
		(void)snprintf(code, SOFT_TOKEN_CODE_LEN + 1, "%0*" PRIu32, (int)seed->digits, value);
	otp_hmac_free(&key);
	explicit_bzero(&value, sizeof value);
	return status;
}

void soft_token_wipe(struct soft_token *token)
{
	explicit_bzero(token, sizeof *token);
}
