/* SPDX-License-Identifier: BSD-2-Clause */
#include "record.h"

#include "big_endian.h"

#include <string.h>

enum { VERSION = 1, NUMBER_AT = 1, USER_AT = 4 };
enum { UID_AT = 4, GENERATION_AT = 8, BOOT_ID_AT = 24, ID_LEN = 16, LOGINS_AT = 40 };
enum { TIE_LEN = 32, GIVEN_AT = 32, ENDS_AT = 40, GIVEN_BOOT_AT = 48, ENDS_BOOT_AT = 56, LOGIN_LEN = 64 };

size_t otp_record_print_remembered_facts(const struct otp_remembered *remembered,
                                         uint8_t bytes[OTP_RECORD_REMEMBERED_FACTS])
{
	memset(bytes, 0, OTP_RECORD_REMEMBERED_FACTS);
	bytes[0] = VERSION;
	memcpy(bytes + USER_AT, remembered->user, strlen(remembered->user));
	return OTP_RECORD_REMEMBERED_FACTS;
}

static void print_login(const struct otp_remembered_login *login, uint8_t *at)
{
	memcpy(at, login->tie, TIE_LEN);
	big_endian_put(at + GIVEN_AT, (uint64_t)login->given.epoch, 8);
	big_endian_put(at + ENDS_AT, (uint64_t)login->ends.epoch, 8);
	big_endian_put(at + GIVEN_BOOT_AT, (uint64_t)login->given.boot, 8);
	big_endian_put(at + ENDS_BOOT_AT, (uint64_t)login->ends.boot, 8);
}

static void parse_login(const uint8_t *at, struct otp_remembered_login *login)
{
	memcpy(login->tie, at, TIE_LEN);
	login->given.epoch = (int64_t)big_endian_get(at + GIVEN_AT, 8);
	login->ends.epoch = (int64_t)big_endian_get(at + ENDS_AT, 8);
	login->given.boot = (int64_t)big_endian_get(at + GIVEN_BOOT_AT, 8);
	login->ends.boot = (int64_t)big_endian_get(at + ENDS_BOOT_AT, 8);
}

size_t otp_record_print_remembered_state(const struct otp_remembered *remembered,
                                         uint8_t bytes[OTP_RECORD_REMEMBERED_STATE_MAX])
{
	memset(bytes, 0, OTP_RECORD_REMEMBERED_STATE_MAX);
	bytes[0] = VERSION;
	bytes[NUMBER_AT] = (uint8_t)remembered->n;
	big_endian_put(bytes + UID_AT, remembered->uid, 4);
	memcpy(bytes + GENERATION_AT, remembered->generation, ID_LEN);
	memcpy(bytes + BOOT_ID_AT, remembered->boot_id, ID_LEN);
	for (size_t i = 0; i < remembered->n; i++)
		print_login(&remembered->login[i], bytes + LOGINS_AT + i * LOGIN_LEN);
	return LOGINS_AT + remembered->n * LOGIN_LEN;
}

static enum otp_status damaged(struct otp_error *error, const char *what)
{
	return otp_fail(error, OTP_E_CORRUPT, "the record of remembered logins is damaged: %s", what);
}

static enum otp_status parse_facts(const uint8_t *facts, size_t len, struct otp_remembered *remembered,
                                   struct otp_error *error)
{
	uint8_t again[OTP_RECORD_REMEMBERED_FACTS];

	if (len != OTP_RECORD_REMEMBERED_FACTS || facts[OTP_RECORD_REMEMBERED_FACTS - 1] != 0)
		return damaged(error, "length of the facts");
	memcpy(remembered->user, facts + USER_AT, strlen((const char *)facts + USER_AT));
	(void)otp_record_print_remembered_facts(remembered, again);
	return memcmp(facts, again, sizeof again) == 0 ? OTP_OK : damaged(error, "facts");
}

/* From 1970 or the boot on, and of some length. */
static bool is_span(int64_t given, int64_t ends)
{
	return given >= 0 && given < ends;
}

/* Exactly what is printed of what was read, and nothing else, is such a record. */
enum otp_status otp_record_parse_remembered(const uint8_t *facts, size_t facts_len, const uint8_t *state,
                                            size_t state_len, struct otp_remembered *remembered,
                                            struct otp_error *error)
{
	uint8_t again[OTP_RECORD_REMEMBERED_STATE_MAX];
	enum otp_status status;

	memset(remembered, 0, sizeof *remembered);
	if ((status = parse_facts(facts, facts_len, remembered, error)) != OTP_OK)
		return status;
	if (state_len < LOGINS_AT || state[NUMBER_AT] > OTP_REMEMBERED_MAX ||
	    state_len != LOGINS_AT + (size_t)state[NUMBER_AT] * LOGIN_LEN)
		return damaged(error, "length of the state");
	remembered->n = state[NUMBER_AT];
	remembered->uid = (uint32_t)big_endian_get(state + UID_AT, 4);
	memcpy(remembered->generation, state + GENERATION_AT, ID_LEN);
	memcpy(remembered->boot_id, state + BOOT_ID_AT, ID_LEN);
	for (size_t i = 0; i < remembered->n; i++) {
		struct otp_remembered_login *login = &remembered->login[i];

		parse_login(state + LOGINS_AT + i * LOGIN_LEN, login);
		if (!is_span(login->given.epoch, login->ends.epoch) || !is_span(login->given.boot, login->ends.boot))
			return damaged(error, "times of a login");
	}
	(void)otp_record_print_remembered_state(remembered, again);
	return memcmp(state, again, state_len) == 0 ? OTP_OK : damaged(error, "state");
}
