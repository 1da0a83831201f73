/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of a soft token's file, and what its screen shows in any size. */
#include "token/picture.h"
#include "token/soft_token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEXT_63 "012345678901234567890123456789012345678901234567890123456789012"

static struct soft_token sample(enum otp_kind kind, enum otp_digest digest, uint8_t digits, uint16_t period)
{
	struct soft_token token = {.seed = {.kind = kind, .digest = digest, .digits = digits, .period = period}};

	assert_int_equal(otp_token_id_parse(kind == OTP_TIME ? "VSST12345678" : "UBHE12345678", &token.seed.id),
	                 OTP_OK);
	token.seed.secret.len = 20;
	memcpy(token.seed.secret.bytes, "12345678901234567890", 20);
	return token;
}

static void assert_same(const struct soft_token *a, const struct soft_token *b)
{
	assert_string_equal(a->seed.id.text, b->seed.id.text);
	assert_int_equal(a->seed.kind, b->seed.kind);
	assert_int_equal(a->seed.digest, b->seed.digest);
	assert_int_equal(a->seed.digits, b->seed.digits);
	assert_int_equal(a->seed.period, b->seed.period);
	assert_int_equal(a->seed.counter, b->seed.counter);
	assert_int_equal(a->seed.expires, b->seed.expires);
	assert_int_equal(a->seed.secret.len, b->seed.secret.len);
	assert_memory_equal(a->seed.secret.bytes, b->seed.secret.bytes, b->seed.secret.len);
	assert_string_equal(a->seed.label, b->seed.label);
	assert_string_equal(a->seed.issuer, b->seed.issuer);
	assert_int_equal(a->drift, b->drift);
}

/* Whether these bytes are a token; it is compared with `like` if that is not NULL. */
static bool reads(const char *text, size_t len, const struct soft_token *like)
{
	struct otp_error error = {.status = OTP_OK};
	struct soft_token token;
	enum otp_status status = soft_token_parse(text, len, "FILE", &token, &error);

	if (status != OTP_OK) {
		assert_int_equal(status, OTP_E_CORRUPT);
		assert_int_equal(strncmp(error.what, "FILE:", 5), 0);
		assert_null(strstr(error.what, "GEZDGNBV"));
	} else if (like != NULL) {
		assert_same(&token, like);
	}
	soft_token_wipe(&token);
	return status == OTP_OK;
}

static void test_a_vip_token_is_a_vipaccess_file(void **state)
{
	static const char expected[] = "version 1\ndrift -00012\nsecret GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n"
				       "id VSST12345678\nexpiry 2030-01-01T00:00:00Z\nlabel at home\nissuer Bank\n";
	struct soft_token token = sample(OTP_TIME, OTP_SHA1, 6, 30);
	char text[SOFT_TOKEN_TEXT_MAX];
	size_t len;

	(void)state;
	token.drift = -12;
	token.seed.expires = 1893456000;
	memcpy(token.seed.label, "at home", 8);
	memcpy(token.seed.issuer, "Bank", 5);
	assert_int_equal(soft_token_print(&token, text, &len), OTP_OK);
	assert_int_equal(len, sizeof expected - 1);
	assert_memory_equal(text, expected, len);
	assert_true(reads(text, len, &token));
}

static void test_another_is_none(void **state)
{
	static const char expected[] =
	    "version vipotp1\ncounter 0000000000042\nsecret GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n"
	    "id UBHE12345678\nkind event\ndigest SHA512\ndigits 8\n";
	struct soft_token token = sample(OTP_EVENT, OTP_SHA512, 8, 0);
	char text[SOFT_TOKEN_TEXT_MAX];
	size_t len;

	(void)state;
	token.seed.counter = 42;
	assert_int_equal(soft_token_print(&token, text, &len), OTP_OK);
	assert_int_equal(len, sizeof expected - 1);
	assert_memory_equal(text, expected, len);
	assert_true(reads(text, len, &token));
}

/* The state has its place and its length, whatever it is; all of it, also of the longest token, is in one sector. */
static void assert_state_changes_in_place(struct soft_token *token)
{
	char before[SOFT_TOKEN_TEXT_MAX], after[SOFT_TOKEN_TEXT_MAX], value[SOFT_TOKEN_STATE_MAX + 1];
	size_t len, len_after;
	off_t at;

	assert_int_equal(soft_token_print(token, before, &len), OTP_OK);
	assert_true(len < 512);
	token->drift = token->seed.kind == OTP_TIME ? -SOFT_TOKEN_DRIFT_MAX : 0;
	token->seed.counter = token->seed.kind == OTP_EVENT ? OTP_COUNTER_MAX : 0;
	assert_int_equal(soft_token_print(token, after, &len_after), OTP_OK);
	assert_int_equal(len, len_after);
	soft_token_state(token, value, &at);
	memcpy(before + at, value, strlen(value));
	assert_memory_equal(before, after, len);
	assert_true(reads(before, len, token));
}

static void test_every_kind_comes_back(void **state)
{
	(void)state;
	for (int digest = OTP_SHA1; digest <= OTP_SHA512; digest++)
		for (uint8_t digits = OTP_DIGITS_MIN; digits <= OTP_DIGITS_MAX; digits++)
			for (uint16_t period = 0; period <= OTP_PERIOD_MAX; period = (uint16_t)(period + 15)) {
				enum otp_kind kind = period == 0 ? OTP_EVENT : OTP_TIME;
				struct soft_token token = sample(kind, (enum otp_digest)digest, digits, period);

				token.seed.secret.len = OTP_SECRET_MAX;
				memset(token.seed.secret.bytes, 0xa5, OTP_SECRET_MAX);
				memcpy(token.seed.label, TEXT_63, sizeof TEXT_63);
				memcpy(token.seed.issuer, TEXT_63, sizeof TEXT_63);
				token.seed.expires = 4102444799;
				assert_state_changes_in_place(&token);
			}
}

/* No byte of a file is lost or doubled without notice; changed for another, it is where that is a value as good. */
static void test_no_other_bytes_are_read(void **state)
{
	struct soft_token token = sample(OTP_EVENT, OTP_SHA256, 7, 0);
	char text[SOFT_TOKEN_TEXT_MAX], other[SOFT_TOKEN_TEXT_MAX + 1];
	size_t len, read = 0;

	(void)state;
	token.seed.secret.len = OTP_SECRET_MIN; /* no shorter one is a key, and 27 letters are none */
	assert_int_equal(soft_token_print(&token, text, &len), OTP_OK);
	for (size_t cut = 0; cut < len; cut++)
		assert_false(reads(text, cut, NULL));
	for (size_t i = 0; i < len; i++) {
		memcpy(other, text, i);
		memcpy(other + i, text + i + 1, len - i - 1);
		assert_false(reads(other, len - 1, NULL));
		memcpy(other, text, i + 1);
		memcpy(other + i + 1, text + i, len - i);
		assert_false(reads(other, len + 1, NULL));
		for (int c = 0; c < 256; c++) {
			memcpy(other, text, len);
			other[i] = (char)c;
			if (c != (uint8_t)text[i])
				read += reads(other, len, NULL);
		}
	}
	/* The counter, the key and its last letter, the ID's letter, prefix and number, "digits". */
	assert_int_equal(read, (1 + 12 * 9) + (25 * 31 + 7) + (25 + 3 * 35 + 8 * 9) + 2);
}

static void test_steps(void **state)
{
	struct soft_token token = sample(OTP_TIME, OTP_SHA1, 6, 30);

	(void)state;
	assert_int_equal(soft_token_step(&token, 29999), 0);
	assert_int_equal(soft_token_left(&token, 29999), 1);
	assert_int_equal(soft_token_step(&token, 30000), 1);
	assert_int_equal(soft_token_left(&token, 30000), 30000);
	token.drift = 7;
	assert_int_equal(soft_token_step(&token, 23000), 1);
	assert_int_equal(soft_token_left(&token, 22999), 1);
	token.drift = -7;
	assert_int_equal(soft_token_step(&token, 0), -1);
	assert_int_equal(soft_token_left(&token, 0), 7000);
}

/* ---- the screen ------------------------------------------------------------------------------------- */

/* Every line ends before the last column, and there are no more than rows. Control sequences take no column. */
static void assert_fits(const char *bytes, size_t len, int rows, int columns)
{
	int row = 1, column = 0;

	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\033') {
			while (i < len && strchr("HKJm", bytes[i]) == NULL)
				i++;
		} else if (bytes[i] == '\n') {
			row++;
		} else if (bytes[i] == '\r') {
			column = 0;
		} else {
			column++;
			assert_true(column < columns || columns == 1);
		}
	}
	assert_true(row <= rows || rows < 1);
}

static void test_picture_fits_any_size(void **state)
{
	struct soft_token token = sample(OTP_TIME, OTP_SHA1, 6, 30);
	struct picture picture = {.token = &token, .code = "123456", .left = 12000, .message = TEXT_63 TEXT_63};
	char *bytes = malloc(PICTURE_MAX);
	const int apart = getenv("SPARSE") != NULL ? 10 : 1; /* under a tool that slows it thirtyfold: all in turn */

	(void)state;
	assert_non_null(bytes);
	memcpy(token.seed.label, TEXT_63, sizeof TEXT_63);
	memcpy(token.seed.issuer, TEXT_63, sizeof TEXT_63);
	token.drift = 3;
	for (int rows = 1; rows <= 30; rows++)
		for (int columns = 1 + rows % apart; columns <= 200; columns += apart) {
			size_t len = picture_draw(&picture, rows, columns, columns % 2 == 0, bytes);

			assert_true(len < PICTURE_MAX);
			assert_fits(bytes, len, rows, columns);
			bytes[len] = '\0';
			if (columns > 6)
				assert_non_null(strstr(bytes, "123456"));
			if (rows >= 8 && columns >= 80)
				assert_non_null(strstr(bytes, "VSST 1234 5678"));
			if (rows >= 2 && columns >= 24)
				assert_non_null(strstr(bytes, "about 12 seconds"));
		}
	free(bytes);
}

static void test_picture_is_steered_by_no_label(void **state)
{
	struct soft_token token = sample(OTP_EVENT, OTP_SHA1, 6, 0);
	struct picture picture = {.token = &token, .code = "", .message = "\033[2J"};
	char bytes[PICTURE_MAX];
	size_t len;

	(void)state;
	memcpy(token.seed.label, "\033]0;x\a\xff", 8);
	len = picture_draw(&picture, 24, 80, false, bytes);
	bytes[len] = '\0';
	assert_null(strstr(bytes, "\033]"));
	assert_null(strstr(bytes, "\033[2J"));
	assert_null(strchr(bytes, '\a'));
	assert_non_null(strstr(bytes, "press n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_vip_token_is_a_vipaccess_file),
	    cmocka_unit_test(test_another_is_none),
	    cmocka_unit_test(test_every_kind_comes_back),
	    cmocka_unit_test(test_no_other_bytes_are_read),
	    cmocka_unit_test(test_steps),
	    cmocka_unit_test(test_picture_fits_any_size),
	    cmocka_unit_test(test_picture_is_steered_by_no_label),
	};

	return cmocka_run_group_tests_name("soft token", tests, NULL, NULL);
}
