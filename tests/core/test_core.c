/* SPDX-License-Identifier: BSD-2-Clause */
/* The arithmetic against the tables of its RFCs, and codes as people type them (product §5.8). */
#include "core/base32.h"
#include "core/code.h"
#include "core/hotp.h"
#include "core/step.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DIGITS20 "12345678901234567890"
#define DIGITS32 DIGITS20 "123456789012"
#define DIGITS64 DIGITS20 DIGITS20 DIGITS20 "1234"

static struct otp_hmac *new_hmac(enum otp_digest digest, const void *key, size_t len)
{
	struct otp_hmac *hmac;

	assert_int_equal(otp_hmac_new(digest, key, len, &hmac), OTP_OK);
	assert_non_null(hmac);
	return hmac;
}

static void assert_hex(const uint8_t *bytes, size_t len, const char *hex)
{
	static const char digits[] = "0123456789abcdef";

	assert_int_equal(strlen(hex), 2 * len);
	for (size_t i = 0; i < len; i++) {
		assert_int_equal(digits[bytes[i] >> 4], hex[2 * i]);
		assert_int_equal(digits[bytes[i] & 15], hex[2 * i + 1]);
	}
}

/* RFC 4226 appendix D: secret "12345678901234567890", counters 0 to 9. */
static void rfc4226_appendix_d(void **state)
{
	static const struct {
		const char *mac;
		uint32_t truncated, hotp;
	} rows[] = {
	    {"cc93cf18508d94934c64b65d8ba7667fb7cde4b0", 0x4c93cf18, 755224},
	    {"75a48a19d4cbe100644e8ac1397eea747a2d33ab", 0x41397eea, 287082},
	    {"0bacb7fa082fef30782211938bc1c5e70416ff44", 0x082fef30, 359152},
	    {"66c28227d03a2d5529262ff016a1e6ef76557ece", 0x66ef7655, 969429},
	    {"a904c900a64b35909874b33e61c5938a8e15ed1c", 0x61c5938a, 338314},
	    {"a37e783d7b7233c083d4f62926c7a25f238d0316", 0x33c083d4, 254676},
	    {"bc9cd28561042c83f219324d3c607256c03272ae", 0x7256c032, 287922},
	    {"a4fb960c0bc06e1eabb804e5b397cdc4b45596fa", 0x04e5b397, 162583},
	    {"1b3c89f65e6c9e883012052823443f048b4332db", 0x2823443f, 399871},
	    {"1637409809a679dc698207310c8c7fc07290d9e5", 0x2679dc69, 520489},
	};
	struct otp_hmac *key = new_hmac(OTP_SHA1, DIGITS20, 20);

	(void)state;
	for (uint8_t counter = 0; counter < sizeof rows / sizeof *rows; counter++) {
		uint8_t moving[8] = {[7] = counter};
		uint8_t mac[OTP_HMAC_MAX];
		size_t len;
		uint32_t value;

		assert_int_equal(otp_hmac_value(key, moving, sizeof moving, mac, &len), OTP_OK);
		assert_hex(mac, len, rows[counter].mac);
		assert_int_equal(otp_hotp_value(key, counter, 6, &value), OTP_OK);
		assert_int_equal(value, rows[counter].hotp);
		assert_int_equal(otp_hotp_value(key, counter, 7, &value), OTP_OK);
		assert_int_equal(value, rows[counter].truncated % 10000000);
		assert_int_equal(otp_hotp_value(key, counter, 8, &value), OTP_OK);
		assert_int_equal(value, rows[counter].truncated % 100000000);
	}
	otp_hmac_free(&key);
	assert_null(key);
	otp_hmac_free(&key); /* allowed */
}

/* RFC 6238 appendix B: step 30 s, 8 digits, three digests. */
static void rfc6238_appendix_b(void **state)
{
	static const struct {
		int64_t time;
		uint64_t step;
		uint32_t sha1, sha256, sha512;
	} rows[] = {
	    {59, 0x1, 94287082, 46119246, 90693936},
	    {1111111109, 0x23523ec, 7081804, 68084774, 25091201},
	    {1111111111, 0x23523ed, 14050471, 67062674, 99943326},
	    {1234567890, 0x273ef07, 89005924, 91819424, 93441116},
	    {2000000000, 0x3f940aa, 69279037, 90698825, 38618901},
	    {20000000000, 0x27bc86aa, 65353130, 77737706, 47863826},
	};
	struct otp_hmac *sha1 = new_hmac(OTP_SHA1, DIGITS20, 20);
	struct otp_hmac *sha256 = new_hmac(OTP_SHA256, DIGITS32, 32);
	struct otp_hmac *sha512 = new_hmac(OTP_SHA512, DIGITS64, 64);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint64_t step = (uint64_t)otp_step_at(rows[i].time * 1000, 30000);
		uint32_t value;

		assert_int_equal(step, rows[i].step);
		assert_int_equal(otp_hotp_value(sha1, step, 8, &value), OTP_OK);
		assert_int_equal(value, rows[i].sha1);
		assert_int_equal(otp_hotp_value(sha256, step, 8, &value), OTP_OK);
		assert_int_equal(value, rows[i].sha256);
		assert_int_equal(otp_hotp_value(sha512, step, 8, &value), OTP_OK);
		assert_int_equal(value, rows[i].sha512);
	}
	otp_hmac_free(&sha1);
	otp_hmac_free(&sha256);
	otp_hmac_free(&sha512);
}

/* Keys longer than a block: RFC 2202 case 6 (SHA-1), RFC 4231 case 6. A counter's 64 bits are covered by oathtool. */
static void hmac_of_long_keys(void **state)
{
	static const char data[] = "Test Using Larger Than Block-Size Key - Hash Key First";
	static const struct {
		enum otp_digest digest;
		size_t len;
		const char *mac;
	} rows[] = {
	    {OTP_SHA1, 80, "aa4ae5e15272d00e95705637ce8a3b55ed402112"},
	    {OTP_SHA256, 131, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
	    {OTP_SHA512, 131,
	     "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
	     "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"},
	};
	uint8_t key[131];

	(void)state;
	memset(key, 0xaa, sizeof key);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_hmac *hmac = new_hmac(rows[i].digest, key, rows[i].len);
		uint8_t mac[OTP_HMAC_MAX];
		size_t len;

		for (int again = 0; again < 2; again++) { /* the midstates survive their use */
			assert_int_equal(otp_hmac_value(hmac, data, sizeof data - 1, mac, &len), OTP_OK);
			assert_hex(mac, len, rows[i].mac);
		}
		otp_hmac_free(&hmac);
	}
}

static void base32_rfc4648_10(void **state)
{
	static const struct {
		const char *bytes, *padded, *bare;
	} rows[] = {
	    {"", "", ""},
	    {"f", "MY======", "MY"},
	    {"fo", "MZXQ====", "MZXQ"},
	    {"foo", "MZXW6===", "MZXW6"},
	    {"foob", "MZXW6YQ=", "MZXW6YQ"},
	    {"fooba", "MZXW6YTB", "MZXW6YTB"},
	    {"foobar", "MZXW6YTBOI======", "MZXW6YTBOI"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[16];
		uint8_t bytes[6];
		size_t len = strlen(rows[i].bytes);

		otp_base32_encode((const uint8_t *)rows[i].bytes, len, text);
		assert_string_equal(text, rows[i].bare);
		assert_int_equal(strlen(text), OTP_BASE32_LEN(strlen(rows[i].bytes)));
		assert_int_equal(otp_base32_decode(rows[i].bare, bytes, &len), OTP_OK); /* just enough room */
		assert_int_equal(len, strlen(rows[i].bytes));
		assert_memory_equal(bytes, rows[i].bytes, len);
		len = sizeof bytes;
		assert_int_equal(otp_base32_decode(rows[i].padded, bytes, &len), OTP_OK);
		assert_int_equal(len, strlen(rows[i].bytes));
		assert_memory_equal(bytes, rows[i].bytes, len);
	}
}

/* As people and apps write it, and what nobody means. Room for four bytes. */
static void base32_as_written(void **state)
{
	static const struct {
		const char *text;
		enum otp_status status;
		const char *bytes;
	} rows[] = {
	    {"mzxw6yq", OTP_OK, "foob"},       {"MzxW 6yQ", OTP_OK, "foob"},
	    {"MZX-W6-YQ", OTP_OK, "foob"},     {" MZXW 6YQ= ", OTP_OK, "foob"},
	    {"MZXW6YQ", OTP_OK, "foob"},       {"    ", OTP_OK, ""},
	    {"MZXW6YTB", OTP_E_LIMIT, NULL},   {"MZXW0YQ", OTP_E_INVALID, NULL},
	    {"MZXW1YQ", OTP_E_INVALID, NULL},  {"MZXW8YQ", OTP_E_INVALID, NULL},
	    {"MZXW@YQ", OTP_E_INVALID, NULL},  {"MZXW[YQ", OTP_E_INVALID, NULL},
	    {"MZXW`YQ", OTP_E_INVALID, NULL},  {"MZXW{YQ", OTP_E_INVALID, NULL},
	    {"MZXW/YQ", OTP_E_INVALID, NULL},  {"MZXW\tYQ", OTP_E_INVALID, NULL},
	    {"MZXW\nYQ", OTP_E_INVALID, NULL}, {"MZXW\xef\xbc\xb9Q", OTP_E_INVALID, NULL},
	    {"M", OTP_E_INVALID, NULL},      /* no byte string has 1, */
	    {"MZX", OTP_E_INVALID, NULL},    /* 3 */
	    {"MZXW6Y", OTP_E_INVALID, NULL}, /* or 6 characters, */
	    {"A", OTP_E_INVALID, NULL},      /* even if no bit is left over */
	    {"MYA", OTP_E_INVALID, NULL},      {"MZXW6A", OTP_E_INVALID, NULL},
	    {"MZ", OTP_E_INVALID, NULL},      /* bits left over: 2, */
	    {"MZXR", OTP_E_INVALID, NULL},    /* 4, */
	    {"MZXW7", OTP_E_INVALID, NULL},   /* 5 */
	    {"MZXW6YR", OTP_E_INVALID, NULL}, /* and 7 characters */
	    {"MY==MY==", OTP_E_INVALID, NULL}, {"MY=Y", OTP_E_INVALID, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint8_t *bytes = malloc(4); /* its own block: a sanitizer sees a fifth byte */
		size_t len = 4;

		assert_non_null(bytes);
		if (otp_base32_decode(rows[i].text, bytes, &len) != rows[i].status)
			fail_msg("row %zu, \"%s\"", i, rows[i].text);
		if (rows[i].status == OTP_OK) {
			assert_int_equal(len, strlen(rows[i].bytes));
			assert_memory_equal(bytes, rows[i].bytes, len);
		}
		free(bytes);
	}
}

/* All byte strings of a length, one bit set at a time, there and back. */
static void base32_round_trip(void **state)
{
	uint8_t bytes[65], again[65];
	char text[OTP_BASE32_LEN(sizeof bytes) + 1];

	(void)state;
	for (size_t len = 0; len <= sizeof bytes; len++)
		for (size_t bit = 0; bit < 8 * len; bit++) {
			size_t read = len;

			memset(bytes, 0, sizeof bytes);
			bytes[bit / 8] = (uint8_t)(1U << bit % 8);
			otp_base32_encode(bytes, len, text);
			assert_int_equal(strlen(text), OTP_BASE32_LEN(len));
			assert_int_equal(otp_base32_decode(text, again, &read), OTP_OK);
			assert_int_equal(read, len);
			assert_memory_equal(again, bytes, len);
		}
}

#define BLANKS10 "          "
#define BLANKS120                                                                                                      \
	BLANKS10 BLANKS10 BLANKS10 BLANKS10 BLANKS10 BLANKS10 BLANKS10 BLANKS10 BLANKS10 BLANKS10 BLANKS10 BLANKS10

static const struct typed {
	const char *typed;
	enum otp_code_form form;
	uint32_t value;
	uint8_t digits;
} typed[] = {
    /* digits: their number counts, leading zeros too */
    {"123456", OTP_CODE_WELL_FORMED, 123456, 6},
    {"1234567", OTP_CODE_WELL_FORMED, 1234567, 7},
    {"12345678", OTP_CODE_WELL_FORMED, 12345678, 8},
    {"99999999", OTP_CODE_WELL_FORMED, 99999999, 8},
    {"000000", OTP_CODE_WELL_FORMED, 0, 6},
    {"012345", OTP_CODE_WELL_FORMED, 12345, 6},
    {"00012345", OTP_CODE_WELL_FORMED, 12345, 8},
    {"0", OTP_CODE_MALFORMED, 0, 0},
    {"12345", OTP_CODE_MALFORMED, 0, 0},
    {"123456789", OTP_CODE_MALFORMED, 0, 0},
    {"000123456", OTP_CODE_MALFORMED, 0, 0},
    {"18446744073709674072", OTP_CODE_MALFORMED, 0, 0}, /* 2^64 + 122456 */
    {"4295090752", OTP_CODE_MALFORMED, 0, 0},           /* 2^32 + 123456 */
    /* as an app groups them */
    {"123 456", OTP_CODE_WELL_FORMED, 123456, 6},
    {"12 34 56", OTP_CODE_WELL_FORMED, 123456, 6},
    {"1234-5678", OTP_CODE_WELL_FORMED, 12345678, 8},
    {"1-2-3-4-5-6", OTP_CODE_WELL_FORMED, 123456, 6},
    {"123 - 456", OTP_CODE_WELL_FORMED, 123456, 6},
    {"123--456", OTP_CODE_WELL_FORMED, 123456, 6},
    {"  123456  ", OTP_CODE_WELL_FORMED, 123456, 6},
    {"\t123\t456\t", OTP_CODE_WELL_FORMED, 123456, 6},
    {"123\xc2\xa0"
     "456",
     OTP_CODE_WELL_FORMED, 123456, 6},
    /* a Japanese keyboard */
    {"１２３４５６", OTP_CODE_WELL_FORMED, 123456, 6},
    {"０９８７６５４３", OTP_CODE_WELL_FORMED, 9876543, 8},
    {"１２３456", OTP_CODE_WELL_FORMED, 123456, 6},
    {"１２３　４５６", OTP_CODE_WELL_FORMED, 123456, 6},
    {"　123456　", OTP_CODE_WELL_FORMED, 123456, 6},
    {"１２３－４５６", OTP_CODE_WELL_FORMED, 123456, 6},
    {"１２３４５", OTP_CODE_MALFORMED, 0, 0},
    {"１２３４５６７８９", OTP_CODE_MALFORMED, 0, 0},
    /* hyphens stand between digits */
    {"-123456", OTP_CODE_MALFORMED, 0, 0},
    {"123456-", OTP_CODE_MALFORMED, 0, 0},
    {" - 123456", OTP_CODE_MALFORMED, 0, 0},
    {"－１２３４５６", OTP_CODE_MALFORMED, 0, 0},
    /* nothing */
    {"", OTP_CODE_EMPTY, 0, 0},
    {" ", OTP_CODE_EMPTY, 0, 0},
    {" \t　\xc2\xa0", OTP_CODE_EMPTY, 0, 0},
    {"-", OTP_CODE_MALFORMED, 0, 0},
    {"- -", OTP_CODE_MALFORMED, 0, 0},
    {"－", OTP_CODE_MALFORMED, 0, 0},
    {"\xe2\x80\x90", OTP_CODE_MALFORMED, 0, 0},
    /* anything else */
    {"12345a", OTP_CODE_MALFORMED, 0, 0},
    {"a123456", OTP_CODE_MALFORMED, 0, 0},
    {"123456a", OTP_CODE_MALFORMED, 0, 0},
    {"12345O", OTP_CODE_MALFORMED, 0, 0},
    {"12345l", OTP_CODE_MALFORMED, 0, 0},
    {"+123456", OTP_CODE_MALFORMED, 0, 0},
    {"123.456", OTP_CODE_MALFORMED, 0, 0},
    {"0x1234", OTP_CODE_MALFORMED, 0, 0},
    {"1e5000", OTP_CODE_MALFORMED, 0, 0},
    {"123/56", OTP_CODE_MALFORMED, 0, 0},
    {"123:56", OTP_CODE_MALFORMED, 0, 0},
    {"１２３／５６", OTP_CODE_MALFORMED, 0, 0}, /* U+FF0F, before the digit 0 */
    {"１２３：５６", OTP_CODE_MALFORMED, 0, 0}, /* U+FF1A, after the digit 9 */
    {"٠١٢٣٤٥", OTP_CODE_MALFORMED, 0, 0},       /* Arabic digits */
    {"一二三四五六", OTP_CODE_MALFORMED, 0, 0},
    {"①②③④⑤⑥", OTP_CODE_MALFORMED, 0, 0},
    {"secret", OTP_CODE_MALFORMED, 0, 0},
    {"123456\x01", OTP_CODE_MALFORMED, 0, 0},
    /* not UTF-8, or cut in the middle of a character */
    {"12345\xff"
     "6",
     OTP_CODE_MALFORMED, 0, 0},
    {"123456\xef", OTP_CODE_MALFORMED, 0, 0},
    {"123456\xef\xbc", OTP_CODE_MALFORMED, 0, 0},
    {"123456\xe3\x80", OTP_CODE_MALFORMED, 0, 0},
    {"123456\xc2", OTP_CODE_MALFORMED, 0, 0},
    {"123456\xe2\x80", OTP_CODE_MALFORMED, 0, 0},
    {"12345\xef\xbd\x96", OTP_CODE_MALFORMED, 0, 0},
    {"\xc0\xb1\xc0\xb2\xc0\xb3\xc0\xb4\xc0\xb5\xc0\xb6", OTP_CODE_MALFORMED, 0, 0}, /* overlong digits */
    /* as long as is read, and one more */
    {BLANKS120 "12123456", OTP_CODE_WELL_FORMED, 12123456, 8},
    {BLANKS120 " 12123456", OTP_CODE_MALFORMED, 0, 0},
    {BLANKS120 "123456  ", OTP_CODE_WELL_FORMED, 123456, 6},
    {BLANKS120 "123456   ", OTP_CODE_MALFORMED, 0, 0},
    {BLANKS120 "        ", OTP_CODE_EMPTY, 0, 0},
    {BLANKS120 "         ", OTP_CODE_MALFORMED, 0, 0},
};

static void codes_as_typed(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
		char *copy = strdup(typed[i].typed); /* its own block: a sanitizer sees a read behind its end */
		struct otp_code code = {.value = 77, .digits = 77};
		enum otp_code_form form;

		assert_non_null(copy);
		form = otp_code_parse(copy, &code);
		if (form != typed[i].form) {
			print_error("\"%s\" has form %d instead of %d\n", typed[i].typed, (int)form,
			            (int)typed[i].form);
			wrong++;
		} else if (form == OTP_CODE_WELL_FORMED) {
			assert_int_equal(code.value, typed[i].value);
			assert_int_equal(code.digits, typed[i].digits);
		} else {
			assert_int_equal(code.value, 77); /* untouched */
			assert_int_equal(code.digits, 77);
		}
		free(copy);
	}
	assert_int_equal(wrong, 0);
}

static void code_mask_over_its_edges(void **state)
{
	static const uint32_t edges[] = {0,      1,       2,          99999999,   999999,     0x7fff,     0x8000,
	                                 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff};
	const size_t n = sizeof edges / sizeof *edges;

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			assert_int_equal(otp_code_mask(edges[i], edges[j]), i == j ? 0xffffffff : 0);
	for (unsigned a = 0; a < 32; a++)
		for (unsigned b = 0; b < 32; b++)
			assert_int_equal(otp_code_mask(1U << a, 1U << b), a == b ? 0xffffffff : 0);
}

static void steps_round_down(void **state)
{
	static const struct {
		int64_t ms, period, step;
	} rows[] = {
	    {0, 30000, 0},
	    {1, 30000, 0},
	    {29999, 30000, 0},
	    {30000, 30000, 1},
	    {-1, 30000, -1},
	    {-29999, 30000, -1},
	    {-30000, 30000, -1},
	    {-30001, 30000, -2},
	    {-60000, 30000, -2},
	    {1425448020000, 30000, 47514934},
	    {-1425448020000, 30000, -47514934},
	    {-1425448020001, 30000, -47514935},
	    {7, 1, 7},
	    {-7, 1, -7},
	    {INT64_MAX, 1, INT64_MAX},
	    {INT64_MIN, 1, INT64_MIN},
	    {INT64_MAX, INT64_MAX, 1},
	    {INT64_MIN, INT64_MAX, -2},
	    {INT64_MIN + 1, INT64_MAX, -1},
	    {-1, INT64_MAX, -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(otp_floor_div(rows[i].ms, rows[i].period) == rows[i].step);
		assert_true(otp_step_at(rows[i].ms, rows[i].period) == rows[i].step);
	}
	for (int64_t value = -1000; value <= 1000; value++)
		for (int64_t divisor = 1; divisor <= 40; divisor++) {
			int64_t quotient = otp_floor_div(value, divisor);

			assert_true(quotient * divisor <= value && value < (quotient + 1) * divisor);
		}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rfc4226_appendix_d), cmocka_unit_test(rfc6238_appendix_b),
	    cmocka_unit_test(hmac_of_long_keys),  cmocka_unit_test(base32_rfc4648_10),
	    cmocka_unit_test(base32_as_written),  cmocka_unit_test(base32_round_trip),
	    cmocka_unit_test(codes_as_typed),     cmocka_unit_test(code_mask_over_its_edges),
	    cmocka_unit_test(steps_round_down),
	};

	return cmocka_run_group_tests_name("core", tests, NULL, NULL);
}
