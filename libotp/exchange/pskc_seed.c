/* SPDX-License-Identifier: BSD-2-Clause */
#include "pskc_walk.h"

#include <openssl/crypto.h>
#include <string.h>

/* A key as it stood in the file -> a seed. */

enum { PERIOD_DEFAULT = 30, DRIFT_MAX = 1000000 };

/* The year 2200: a Time beyond it is in seconds or of another clock, and would keep the token out for ever. */
static const int64_t latest = INT64_C(7258118400);

#define FAIL(r, line, name, ...) otp_pskc_fail((r)->file, (r)->error, OTP_E_INVALID, line, name, __VA_ARGS__)

static enum otp_status take_secret(struct otp_pskc_reading *r)
{
	struct otp_pskc_item *item = &r->key.datum[OTP_PSKC_SECRET];
	struct otp_secret *secret = &r->key.seed.secret;
	struct otp_pskc_bytes bytes = {.len = 0};
	enum otp_status status = OTP_OK;

	if (item->line == 0)
		return FAIL(
		    r, r->key.line, "Key",
		    "it has no Secret; get a file with the keys in it (KeyReference and KeyProfileId only name them)");
	if (item->encrypted)
		status = otp_pskc_reveal(&r->crypt, item, &bytes);
	else if (!otp_pskc_base64((const char *)item->content.bytes, &bytes))
		status = FAIL(r, item->line, item->name, "its PlainValue must be base64");
	if (status == OTP_OK && (bytes.len < OTP_SECRET_MIN || bytes.len > OTP_SECRET_MAX))
		status = FAIL(r, item->line, item->name, "the key must have %d to %d bytes, not %zu", OTP_SECRET_MIN,
		              OTP_SECRET_MAX, bytes.len);
	if (status == OTP_OK) {
		memcpy(secret->bytes, bytes.bytes, bytes.len);
		secret->len = bytes.len;
	}
	OPENSSL_cleanse(&bytes, sizeof bytes);
	return status;
}

/* A number of Data between the bounds; what stands in *number stays where the file has none. */
static enum otp_status take_number(struct otp_pskc_reading *r, enum otp_pskc_datum datum, int64_t lowest,
                                   int64_t highest, int64_t *number)
{
	struct otp_pskc_item *item = &r->key.datum[datum];
	struct otp_pskc_bytes bytes = {.len = 0};
	enum otp_status status = OTP_OK;
	bool good;

	if (item->line == 0)
		return OTP_OK;
	if (item->encrypted)
		status = otp_pskc_reveal(&r->crypt, item, &bytes);
	good = item->encrypted ? otp_pskc_integer(&bytes, number)
	                       : otp_pskc_number((const char *)item->content.bytes, number);
	OPENSSL_cleanse(&bytes, sizeof bytes);
	if (status == OTP_OK && (!good || *number < lowest || *number > highest))
		status = FAIL(r, item->line, item->name, "it must be a number from %lld to %lld", (long long)lowest,
		              (long long)highest);
	return status;
}

/* Some writers give every key all of the numbers: those of the other kind are not looked at. */
static enum otp_status take_time(struct otp_pskc_reading *r)
{
	struct otp_seed *seed = &r->key.seed;
	int64_t period = PERIOD_DEFAULT, drift = 0;
	enum otp_status status;

	if ((status = take_number(r, OTP_PSKC_TIME_INTERVAL, OTP_PERIOD_MIN, OTP_PERIOD_MAX, &period)) != OTP_OK ||
	    (status = take_number(r, OTP_PSKC_TIME, 0, latest / period, &seed->counter)) != OTP_OK ||
	    (status = take_number(r, OTP_PSKC_TIME_DRIFT, INT32_MIN, UINT32_MAX, &drift)) != OTP_OK)
		return status;
	if (drift > INT32_MAX)
		drift -= (int64_t)UINT32_MAX + 1; /* pskctool writes 4294967294 for -2 */
	if (drift < -DRIFT_MAX || drift > DRIFT_MAX)
		return FAIL(r, r->key.datum[OTP_PSKC_TIME_DRIFT].line, "TimeDrift",
		            "it must be a number from -%d to %d", DRIFT_MAX, DRIFT_MAX);
	seed->period = (uint16_t)period;
	seed->skewed = r->key.datum[OTP_PSKC_TIME_DRIFT].line != 0;
	seed->skew = drift * period * 1000;
	return OTP_OK;
}

/* Without a token ID the serial number is all that tells the devices of a box apart: it must not be lost. */
static void take_label(struct otp_pskc_reading *r, const char *serial)
{
	char *label = r->key.seed.label;
	size_t len = strlen(label), more = strlen(serial);

	if (more == 0)
		return;
	if (len == 0 || len + more + strlen(" ()") > OTP_TEXT_MAX) {
		memcpy(label, serial, more + 1);
		return;
	}
	memcpy(label + len, " (", 2);
	memcpy(label + len + 2, serial, more);
	memcpy(label + len + 2 + more, ")", 2);
}

static void take_names(struct otp_pskc_reading *r)
{
	struct otp_seed *seed = &r->key.seed;

	if (otp_token_id_parse(r->key.id, &seed->id) != OTP_OK &&
	    otp_token_id_parse(r->device.serial, &seed->id) != OTP_OK) {
		seed->id.text[0] = '\0';
		take_label(r, r->device.serial[0] != '\0' ? r->device.serial : r->key.id);
	}
	if (seed->user[0] == '\0')
		memcpy(seed->user, r->device.user, sizeof seed->user);
	if (seed->expires == 0)
		seed->expires = r->device.expires;
}

static enum otp_status take_data(struct otp_pskc_reading *r)
{
	enum otp_status status = take_secret(r);

	if (status != OTP_OK)
		return status;
	if (r->key.seed.kind == OTP_TIME)
		return take_time(r);
	return take_number(r, OTP_PSKC_COUNTER, 0, OTP_COUNTER_MAX, &r->key.seed.counter);
}

void otp_pskc_give(struct otp_pskc_reading *r)
{
	struct otp_error error = {.what = ""};

	take_names(r);
	if ((r->status = take_data(r)) != OTP_OK)
		return;
	if (otp_seed_check(&r->key.seed, &error) != OTP_OK) {
		r->status = FAIL(r, r->key.line, "Key", "%s", error.what);
		return;
	}
	r->status = otp_seen_add(r->seen, &r->key.seed.id);
	if (r->status == OTP_E_EXISTS)
		r->status =
		    FAIL(r, r->key.line, "Key", "its token ID stands in the file before; leave only the right one");
	else if (r->status != OTP_OK)
		r->status = otp_foreign_unable(r->file, r->error, r->status);
	if (r->status != OTP_OK)
		return;
	r->keys++;
	r->status = r->visit(r->arg, &r->key.seed, r->key.line, r->error);
}
