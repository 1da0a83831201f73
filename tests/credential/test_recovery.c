/* SPDX-License-Identifier: BSD-2-Clause */
/* Codes that need no token (product §5.7): how they are read and written, how random they are, what is kept of them. */
#include "credential/recovery.h"

#include "core/code.h"
#include "core/hmac.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t master[OTP_MASTER_LEN] = "0123456789abcdef0123456789ABCDE";
static const uint8_t other_master[OTP_MASTER_LEN] = "1123456789abcdef0123456789ABCDE";
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* Crockford's */

static void codes_that_are_read(void **state)
{
	static const struct {
		const char *typed, *canonical;
	} rows[] = {
	    {"0123456789", "0123456789"},
	    {"ABCDEFGHJK", "ABCDEFGHJK"},
	    {"MNPQRSTVWX", "MNPQRSTVWX"},
	    {"YZYZYZYZYZ", "YZYZYZYZYZ"},
	    {"0000000000", "0000000000"},
	    {"ABCDE-FGHJK", "ABCDEFGHJK"},
	    /* as people type them */
	    {"abcde-fghjk", "ABCDEFGHJK"},
	    {"abcde fghjk", "ABCDEFGHJK"},
	    {"  abcde - fghjk\t", "ABCDEFGHJK"},
	    {"a-b-c-d-e-f-g-h-j-k", "ABCDEFGHJK"},
	    {"-abcdefghjk-", "ABCDEFGHJK"},
	    {"abc--defghjk", "ABCDEFGHJK"},
	    {"ABCDE\xe2\x80\x90"
	     "FGHJK",
	     "ABCDEFGHJK"}, /* hyphen U+2010 */
	    {"ABCDE\xe2\x80\x91"
	     "FGHJK",
	     "ABCDEFGHJK"}, /* U+2011 */
	    {"ABCDE\xc2\xa0"
	     "FGHJK",
	     "ABCDEFGHJK"}, /* no-break space */
	    {"ＡＢＣＤＥ－ＦＧＨＪＫ", "ABCDEFGHJK"},
	    {"ａｂｃｄｅ　ｆｇｈｊｋ", "ABCDEFGHJK"},
	    {"０１２３４５６７８９", "0123456789"},
	    {"Ａb１d－ＥfＧh２k", "AB1DEFGH2K"},
	    /* what looks like a digit */
	    {"OOOOOooooo", "0000000000"},
	    {"IIIIIiiiii", "1111111111"},
	    {"LLLLLlllll", "1111111111"},
	    {"ＯＩＬｏｉｌ0000", "0110110000"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_spare_code code;

		memset(&code, 0x5a, sizeof code);
		if (otp_recovery_parse(rows[i].typed, &code) != OTP_OK)
			fail_msg("refused: \"%s\"", rows[i].typed);
		assert_string_equal(code.text, rows[i].canonical);
	}
}

/* Refused, and nothing of it is left behind. */
static void assert_refused(const char *typed)
{
	static const struct otp_spare_code wiped;
	char *copy = strdup(typed); /* its own block: a sanitizer sees a read behind its end */
	struct otp_spare_code code;

	assert_non_null(copy);
	memset(&code, 0x5a, sizeof code);
	if (otp_recovery_parse(copy, &code) != OTP_E_INVALID)
		fail_msg("accepted: \"%s\"", typed);
	assert_memory_equal(&code, &wiped, sizeof code);
	free(copy);
}

static void codes_that_are_refused(void **state)
{
	static const char *const rows[] = {
	    "",
	    " ",
	    "-",
	    "----------",
	    "          ",
	    "ABCDEFGHJ",   /* 9 */
	    "ABCDEFGHJKM", /* 11 */
	    "ABCDEFGHJK M",
	    "ABCDE-FGHJK-M",
	    "ABCDEFGHJKABCDEFGHJK",
	    "UBCDEFGHJK", /* U stands for nothing */
	    "ABCDEFGHJU",
	    "ABCDEFGHJu",
	    "ABCDEFGHJKU",
	    "ＵBCDEFGHJK",
	    "ABCDEFGHJ_",
	    "ABCDEFGHJ.",
	    "ABCDEFGHJ/", /* before 0 */
	    "ABCDEFGHJ:", /* after 9 */
	    "ABCDEFGHJ@", /* before A */
	    "ABCDEFGHJ[", /* after Z */
	    "ABCDEFGHJ`", /* before a */
	    "ABCDEFGHJ{", /* after z */
	    "ABCDEFGHJK\n",
	    "ABCDEFGHJK\xef",
	    "ABCDEFGHJK\xef\xbc",
	    "ABCDEFGHJ\xef\xbd",
	    "ABCDEFGHJ\xe2\x80",
	    "ABCDEFGHJ\xc2",
	    "ABCDEFGHJ\xff",
	    "ABCDEFGHJ\xe2\x80\x93", /* en dash */
	    "ABCDEFGHJé",
	    "ABCDEFGHJｦ", /* half-width */
	    "ABCDEFGHJ٨",
	    "12345678",
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_refused(rows[i]);
}

/* The longest answer that is read, and one byte more. */
static void codes_among_many_blanks(void **state)
{
	char typed[OTP_CODE_TYPED_MAX + 2];
	struct otp_spare_code code;

	(void)state;
	(void)snprintf(typed, sizeof typed, "%*s", OTP_CODE_TYPED_MAX, "ABCDE-FGHJK");
	assert_int_equal(otp_recovery_parse(typed, &code), OTP_OK);
	assert_string_equal(code.text, "ABCDEFGHJK");
	(void)snprintf(typed, sizeof typed, "%*s", OTP_CODE_TYPED_MAX + 1, "ABCDE-FGHJK");
	assert_refused(typed);
}

/* Every byte in a code of ten: its meaning, or none. */
static void every_byte(void **state)
{
	(void)state;
	for (int byte = 1; byte < 256; byte++) {
		char typed[] = "0123456789", upper = (char)(byte >= 'a' && byte <= 'z' ? byte - 'a' + 'A' : byte);
		struct otp_spare_code code;

		typed[4] = (char)byte;
		if (upper == 'O' || upper == 'I' || upper == 'L') {
			assert_int_equal(otp_recovery_parse(typed, &code), OTP_OK);
			assert_int_equal(code.text[4], upper == 'O' ? '0' : '1');
		} else if (strchr(alphabet, upper) != NULL) {
			assert_int_equal(otp_recovery_parse(typed, &code), OTP_OK);
			assert_int_equal(code.text[4], upper);
		} else {
			assert_refused(typed); /* a blank or hyphen leaves nine */
		}
	}
}

static void codes_for_people(void **state)
{
	struct otp_spare_code code, again;
	char grouped[OTP_RECOVERY_GROUPED_LEN + 1];

	(void)state;
	assert_int_equal(otp_recovery_parse("abcdefghjk", &code), OTP_OK);
	memset(grouped, 'x', sizeof grouped);
	otp_recovery_group(&code, grouped);
	assert_string_equal(grouped, "ABCDE-FGHJK");
	assert_int_equal(otp_recovery_parse(grouped, &again), OTP_OK);
	assert_string_equal(again.text, code.text);
}

/*
 * 50 bits: in 3,200 codes each character stands at each place about a hundred times, and no two characters stand side
 * by side more often than chance lets them. The bounds are passed by chance in less than one of 10^8 runs.
 */
static void random_codes_have_fifty_bits(void **state)
{
	enum { CODES = 3200 };
	static struct otp_spare_code codes[CODES];
	size_t seen[OTP_RECOVERY_LEN][32] = {{0}}, pairs[OTP_RECOVERY_LEN - 1][32][32] = {{{0}}};

	(void)state;
	for (size_t i = 0; i < CODES; i++) {
		struct otp_spare_code again;

		assert_int_equal(otp_recovery_random(&codes[i]), OTP_OK);
		assert_int_equal(strlen(codes[i].text), OTP_RECOVERY_LEN);
		assert_int_equal(otp_recovery_parse(codes[i].text, &again), OTP_OK);
		assert_string_equal(again.text, codes[i].text);
		for (size_t j = 0; j < OTP_RECOVERY_LEN; j++) {
			size_t c = (size_t)(strchr(alphabet, codes[i].text[j]) - alphabet);

			seen[j][c]++;
			if (j > 0)
				pairs[j - 1][strchr(alphabet, codes[i].text[j - 1]) - alphabet][c]++;
		}
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(codes[i].text, codes[j].text);
	}
	for (size_t j = 0; j < OTP_RECOVERY_LEN; j++)
		for (size_t c = 0; c < 32; c++) {
			assert_in_range(seen[j][c], 30, 180);
			for (size_t d = 0; j > 0 && d < 32; d++)
				assert_in_range(pairs[j - 1][c][d], 0, 40);
		}
}

static void random_temporary_codes_have_eight_digits(void **state)
{
	enum { CODES = 2000 };
	size_t seen[OTP_TEMPORARY_LEN][10] = {{0}};
	struct otp_spare_code code;

	(void)state;
	for (size_t i = 0; i < CODES; i++) {
		assert_int_equal(otp_temporary_random(&code), OTP_OK);
		assert_int_equal(strspn(code.text, "0123456789"), OTP_TEMPORARY_LEN);
		assert_int_equal(code.text[OTP_TEMPORARY_LEN], '\0');
		for (size_t j = 0; j < OTP_TEMPORARY_LEN; j++)
			seen[j][code.text[j] - '0']++;
	}
	for (size_t j = 0; j < OTP_TEMPORARY_LEN; j++)
		for (size_t d = 0; d < 10; d++)
			assert_in_range(seen[j][d], 100, 300); /* 200 +- 7.5 standard deviations */
}

static void digits_keep_their_zeros(void **state)
{
	static const struct {
		uint32_t value;
		const char *text;
	} rows[] = {{0, "00000000"}, {7, "00000007"}, {123456, "00123456"}, {99999999, "99999999"}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct otp_spare_code code;

		memset(&code, 0x5a, sizeof code);
		otp_spare_digits(rows[i].value, &code);
		assert_string_equal(code.text, rows[i].text);
	}
}

/* ---- what is kept ------------------------------------------------------------------------------------ */

static struct otp_sealer *new_sealer(const uint8_t key[OTP_MASTER_LEN])
{
	struct otp_sealer *sealer;

	assert_int_equal(otp_sealer_new(key, &sealer), OTP_OK);
	return sealer;
}

static struct otp_spare_code code_of(const char *text)
{
	struct otp_spare_code code = {""};

	(void)snprintf(code.text, sizeof code.text, "%s", text);
	return code;
}

static void a_salt_is_drawn_once(void **state)
{
	static const uint8_t none[OTP_SALT_LEN];
	struct otp_recovery one = {.n = 0}, other = {.n = 0}, before;

	(void)state;
	assert_int_equal(otp_recovery_salt(&one), OTP_OK);
	assert_memory_not_equal(one.salt, none, sizeof none);
	before = one;
	assert_int_equal(otp_recovery_salt(&one), OTP_OK); /* or the tags there would mean nothing any more */
	assert_memory_equal(&one, &before, sizeof before);
	assert_int_equal(otp_recovery_salt(&other), OTP_OK);
	assert_memory_not_equal(other.salt, one.salt, sizeof none);
}

/* The tag is what vipotp-credential(5) says: HMAC-SHA-256 under the subkey over salt and code, cut to 16 bytes. */
static void the_tag_is_an_hmac_of_salt_and_code(void **state)
{
	static const char *const codes[] = {"ABCDEFGHJK", "00123456"};
	const struct otp_recovery recovery = {.salt = "salt of 16 byte"};
	struct otp_sealer *sealer = new_sealer(master);
	uint8_t subkey[OTP_SUBKEY_LEN];

	(void)state;
	assert_int_equal(otp_subkey(master, "vipotp recovery v1", subkey), OTP_OK);
	for (size_t i = 0; i < 2; i++) {
		struct otp_spare_code code = code_of(codes[i]);
		uint8_t data[OTP_SALT_LEN + OTP_RECOVERY_LEN], tag[OTP_TAG_LEN], mac[OTP_HMAC_MAX];
		struct otp_hmac *hmac;
		size_t len;

		memcpy(data, recovery.salt, OTP_SALT_LEN);
		memcpy(data + OTP_SALT_LEN, codes[i], strlen(codes[i]));
		assert_int_equal(otp_hmac_new(OTP_SHA256, subkey, sizeof subkey, &hmac), OTP_OK);
		assert_int_equal(otp_hmac_value(hmac, data, OTP_SALT_LEN + strlen(codes[i]), mac, &len), OTP_OK);
		assert_int_equal(otp_recovery_tag(sealer, &recovery, &code, tag), OTP_OK);
		assert_memory_equal(tag, mac, OTP_TAG_LEN);
		otp_hmac_free(&hmac);
	}
	otp_sealer_free(&sealer);
}

/* Neither another record's salt nor another host's key gives the same tag, nor does another code. */
static void tags_differ_by_salt_key_and_code(void **state)
{
	struct otp_recovery one = {.salt = "salt of 16 byte"}, other = {.salt = "salt of 16 bytf"};
	struct otp_sealer *sealer = new_sealer(master), *foreign = new_sealer(other_master);
	struct otp_spare_code code = code_of("ABCDEFGHJK"), near = code_of("ABCDEFGHJM"), digits = code_of("12345678"),
			      shorter = code_of("1234567");
	uint8_t tag[7][OTP_TAG_LEN];

	(void)state;
	assert_int_equal(otp_recovery_tag(sealer, &one, &code, tag[0]), OTP_OK);
	assert_int_equal(otp_recovery_tag(sealer, &other, &code, tag[1]), OTP_OK);
	assert_int_equal(otp_recovery_tag(foreign, &one, &code, tag[2]), OTP_OK);
	assert_int_equal(otp_recovery_tag(sealer, &one, &near, tag[3]), OTP_OK);
	assert_int_equal(otp_recovery_tag(sealer, &one, &digits, tag[4]), OTP_OK);
	assert_int_equal(otp_recovery_tag(sealer, &one, &shorter, tag[5]), OTP_OK);
	assert_int_equal(otp_sealer_tag(sealer, code.text, OTP_RECOVERY_LEN, tag[6]), OTP_OK);
	for (size_t i = 0; i < 7; i++)
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(tag[i], tag[j], OTP_TAG_LEN);
	assert_int_equal(otp_recovery_tag(sealer, &one, &code, tag[1]), OTP_OK);
	assert_memory_equal(tag[1], tag[0], OTP_TAG_LEN);
	otp_sealer_free(&sealer);
	otp_sealer_free(&foreign);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(codes_that_are_read),
	    cmocka_unit_test(codes_that_are_refused),
	    cmocka_unit_test(codes_among_many_blanks),
	    cmocka_unit_test(every_byte),
	    cmocka_unit_test(codes_for_people),
	    cmocka_unit_test(random_codes_have_fifty_bits),
	    cmocka_unit_test(random_temporary_codes_have_eight_digits),
	    cmocka_unit_test(digits_keep_their_zeros),
	    cmocka_unit_test(a_salt_is_drawn_once),
	    cmocka_unit_test(the_tag_is_an_hmac_of_salt_and_code),
	    cmocka_unit_test(tags_differ_by_salt_key_and_code),
	};

	return cmocka_run_group_tests_name("recovery", tests, NULL, NULL);
}
