/* SPDX-License-Identifier: BSD-2-Clause */
/* otpauth URIs in and out: product §7.6, libotp/exchange/uri.h. */
#include "core/base32.h"
#include "exchange/uri.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TIME_KEY "LJYWKRGZO5TV2IQSD434O5RWELYBGXDJ"
#define EVENT_KEY "TIJ42MRBVW6ZOUX4IVC3NETFWQKLB7TN"
#define KEY16 "GEZDGNBVGY3TQOJQGEZDGNBVGY"
#define KEY10 "GEZDGNBVGY3TQOJQ"
#define KEY64 "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43UOV3HO6DZPIYTEMZUGU3DOOBZGBAUEQ2EIVDEOSCJJJFUYTKOJ5IFCUSTKRKVMV2YLFNDAMI"
#define KEY65 "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43UOV3HO6DZPIYTEMZUGU3DOOBZGBAUEQ2EIVDEOSCJJJFUYTKOJ5IFCUSTKRKVMV2YLFNDAMJR"
#define LABEL63 "123456789.123456789.123456789.123456789.123456789.123456789.123"

/* One line: what is read from a URI. */
static const struct good {
	const char *uri;
	enum otp_kind kind;
	const char *id, *issuer, *label, *key;
	enum otp_digest digest;
	unsigned digits, period;
	int64_t counter;
} good[] = {
    /* python-vipaccess: issuer in the label, another one as parameter, which wins */
    {"otpauth://totp/VIP%20Access:VSST12345678?secret=" TIME_KEY "&issuer=Symantec", OTP_TIME, "VSST12345678",
     "Symantec", "VSST12345678", TIME_KEY, OTP_SHA1, 6, 30, 0},
    {"otpauth://totp/VIP%20Access:SYMC12345678?secret=" TIME_KEY "&digits=6&period=30&algorithm=sha1&issuer=Symantec",
     OTP_TIME, "SYMC12345678", "Symantec", "SYMC12345678", TIME_KEY, OTP_SHA1, 6, 30, 0},
    {"otpauth://hotp/VIP%20Access:UBHE12345678?secret=" EVENT_KEY "&issuer=Symantec&counter=7", OTP_EVENT,
     "UBHE12345678", "Symantec", "UBHE12345678", EVENT_KEY, OTP_SHA1, 6, 0, 7},
    /* and its label without an issuer */
    {"otpauth://totp/VSST12345678?secret=" TIME_KEY, OTP_TIME, "VSST12345678", "", "VSST12345678", TIME_KEY, OTP_SHA1,
     6, 30, 0},
    {"otpauth://totp/VSST12345678?secret=" TIME_KEY "&issuer=Symantec", OTP_TIME, "VSST12345678", "Symantec",
     "VSST12345678", TIME_KEY, OTP_SHA1, 6, 30, 0},
    {"otpauth://hotp/FT1212345678?counter=0&secret=" EVENT_KEY, OTP_EVENT, "FT1212345678", "", "FT1212345678",
     EVENT_KEY, OTP_SHA1, 6, 0, 0},
    /* the ID as it is printed on the token */
    {"otpauth://totp/VIP%20Access:%20vsst%201234%205678?secret=" TIME_KEY, OTP_TIME, "VSST12345678", "VIP Access",
     "vsst 1234 5678", TIME_KEY, OTP_SHA1, 6, 30, 0},
    {"otpauth://totp/VIP%20Access%3ADP9Z8Y7X6W5V?secret=" TIME_KEY, OTP_TIME, "DP9Z8Y7X6W5V", "VIP Access",
     "DP9Z8Y7X6W5V", TIME_KEY, OTP_SHA1, 6, 30, 0},
    /* other people's */
    {"otpauth://totp/ACME%20Co:john.doe@email.com?secret=" TIME_KEY
     "&issuer=ACME%20Co&algorithm=SHA1&digits=6&period=30",
     OTP_TIME, "", "ACME Co", "john.doe@email.com", TIME_KEY, OTP_SHA1, 6, 30, 0},
    {"otpauth://totp/x?secret=" TIME_KEY "&issuer=VIP+Access", OTP_TIME, "", "VIP Access", "x", TIME_KEY, OTP_SHA1, 6,
     30, 0},
    {"otpauth://totp/a+b?secret=" TIME_KEY "&issuer=a%2Bb", OTP_TIME, "", "a+b", "a+b", TIME_KEY, OTP_SHA1, 6, 30, 0},
    {"otpauth://totp/x?secret=" TIME_KEY "&algorithm=SHA256&digits=8&period=60", OTP_TIME, "", "", "x", TIME_KEY,
     OTP_SHA256, 8, 60, 0},
    {"otpauth://totp/x?secret=" TIME_KEY "&algorithm=SHA512&digits=7&period=15", OTP_TIME, "", "", "x", TIME_KEY,
     OTP_SHA512, 7, 15, 0},
    {"otpauth://totp/x?secret=" TIME_KEY "&period=300&digits=06", OTP_TIME, "", "", "x", TIME_KEY, OTP_SHA1, 6, 300, 0},
    {"otpauth://hotp/x?secret=" TIME_KEY "&counter=1000000000000", OTP_EVENT, "", "", "x", TIME_KEY, OTP_SHA1, 6, 0,
     1000000000000},
    {"otpauth://hotp/x?secret=" TIME_KEY "&counter=1&period=30", OTP_EVENT, "", "", "x", TIME_KEY, OTP_SHA1, 6, 0, 1},
    /* written by hand */
    {"OTPAUTH://TOTP/x?SECRET=" TIME_KEY "&Algorithm=sha256&DIGITS=8", OTP_TIME, "", "", "x", TIME_KEY, OTP_SHA256, 8,
     30, 0},
    {"otpauth://totp/x?secret=ljyw%20krgz%20o5tv%202iqs-d434+o5rw+elyb+gxdj%3d", OTP_TIME, "", "", "x", TIME_KEY,
     OTP_SHA1, 6, 30, 0},
    {"otpauth://totp/x?s%65cret=" TIME_KEY "&di%67its=8", OTP_TIME, "", "", "x", TIME_KEY, OTP_SHA1, 8, 30, 0},
    {"otpauth://totp/x?&&secret=" TIME_KEY "&", OTP_TIME, "", "", "x", TIME_KEY, OTP_SHA1, 6, 30, 0},
    {"otpauth://totp/?secret=" TIME_KEY, OTP_TIME, "", "", "", TIME_KEY, OTP_SHA1, 6, 30, 0},
    /* what is unknown does not matter, even twice; what looks like a parameter but is a value neither */
    {"otpauth://totp/x?image=https%3A%2F%2Fexample.com%2Fa.png&image=b&flag&secret=" TIME_KEY "&color=digits=9",
     OTP_TIME, "", "", "x", TIME_KEY, OTP_SHA1, 6, 30, 0},
    /* the label's issuer stays where the parameter says nothing */
    {"otpauth://totp/Bank:x?secret=" TIME_KEY "&issuer=", OTP_TIME, "", "Bank", "x", TIME_KEY, OTP_SHA1, 6, 30, 0},
    {"otpauth://totp/a:b:c?secret=" TIME_KEY, OTP_TIME, "", "a", "b:c", TIME_KEY, OTP_SHA1, 6, 30, 0},
    {"otpauth://totp/:x?secret=" TIME_KEY, OTP_TIME, "", "", "x", TIME_KEY, OTP_SHA1, 6, 30, 0},
    /* UTF-8 of every length, at its edges */
    {"otpauth://totp/%E3%83%88%E3%83%BC%E3%82%AF%E3%83%B3:%E5%B1%B1%E7%94%B0?secret=" TIME_KEY, OTP_TIME, "",
     "トークン", "山田", TIME_KEY, OTP_SHA1, 6, 30, 0},
    {"otpauth://totp/%C2%A0%DF%BF%E0%A0%80%ED%9F%BF%EE%80%80%EF%BF%BF?secret=" TIME_KEY, OTP_TIME, "", "",
     "\xc2\xa0\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf", TIME_KEY, OTP_SHA1, 6, 30, 0},
    {"otpauth://totp/%F0%90%80%80%F4%8F%BF%BF%f3%bf%bf%bf?secret=" TIME_KEY, OTP_TIME, "", "",
     "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\xf3\xbf\xbf\xbf", TIME_KEY, OTP_SHA1, 6, 30, 0},
    /* the longest and the shortest */
    {"otpauth://totp/" LABEL63 ":" LABEL63 "?secret=" KEY16, OTP_TIME, "", LABEL63, LABEL63, KEY16, OTP_SHA1, 6, 30, 0},
    {"otpauth://totp/x?secret=" KEY64, OTP_TIME, "", "", "x", KEY64, OTP_SHA1, 6, 30, 0},
};

/* One line: what is refused, and the words of the message that say what and how to mend it. */
static const struct bad {
	const char *uri, *what, *mend;
} bad[] = {
    {"", "no token's URI", "begins with otpauth://totp/ or otpauth://hotp/"},
    {TIME_KEY, "no token's URI", "begins with"},
    {"https://totp/x?secret=" TIME_KEY, "no token's URI", "begins with"},
    {"otpauth:/totp/x?secret=" TIME_KEY, "no token's URI", "begins with"},
    {"otpauth://totp?secret=" TIME_KEY, "no token's URI", "begins with"},
    {"otpauth://steam/x?secret=" TIME_KEY, "no token's URI", "begins with"},
    {"otpauth://" TIME_KEY "/x", "no token's URI", "begins with"},
    {" otpauth://totp/x?secret=" TIME_KEY, "no token's URI", "begins with"},
    {"otpauth-migration://offline?data=" TIME_KEY, "no token's URI", "begins with"},
    /* cut by a shell, or by the clipboard */
    {"otpauth://totp/x", "no secret=", "quotes"},
    {"otpauth://totp/x?", "no secret=", "quotes"},
    {"otpauth://totp/x?issuer=Symantec", "no secret=", "quotes"},
    {"otpauth://totp/x?xsecret=" TIME_KEY, "no secret=", "copy all"},
    {"otpauth://totp/x?digits=6?secret=" TIME_KEY, "digits=", "6, 7 or 8"},
    {"otpauth://totp/x?secret=" TIME_KEY "\n", "character 57", "percent-encoded"},
    {"otpauth://totp/VIP Access:x?secret=" TIME_KEY, "character 19", "%20"},
    {"otpauth://totp/x?secret=" TIME_KEY "#digits=8", "character 57", "percent-encoded"},
    {"otpauth://totp/\xe5\xb1\xb1?secret=" TIME_KEY, "character 16", "percent-encoded"},
    {"otpauth://totp/x\x7f?secret=" TIME_KEY, "character 17", "percent-encoded"},
    /* percent signs */
    {"otpauth://totp/100%?secret=" TIME_KEY, "character 19", "%25"},
    {"otpauth://totp/%2?secret=" TIME_KEY, "character 16", "hexadecimal"},
    {"otpauth://totp/%zz?secret=" TIME_KEY, "character 16", "hexadecimal"},
    {"otpauth://totp/%+1?secret=" TIME_KEY, "character 16", "hexadecimal"},
    {"otpauth://totp/x?secret=" TIME_KEY "%", "character 57", "%25"},
    {"otpauth://totp/x?secret=" TIME_KEY "&x=%4g", "character 60", "hexadecimal"},
    {"otpauth://totp/x?secret=" TIME_KEY "&%=1", "character 58", "hexadecimal"},
    {"otpauth://totp/x%00?secret=" TIME_KEY, "character 17", "other than 00"},
    {"otpauth://totp/x?secret=" TIME_KEY "%00", "character 57", "other than 00"},
    /* text */
    {"otpauth://totp/" LABEL63 "4?secret=" TIME_KEY, "label", "at most 63 bytes"},
    {"otpauth://totp/" LABEL63 "4:x?secret=" TIME_KEY, "label", "at most 63 bytes"},
    {"otpauth://totp/x?issuer=" LABEL63 "4&secret=" TIME_KEY, "issuer=", "at most 63 bytes"},
    {"otpauth://totp/x%0Ay?secret=" TIME_KEY, "label", "without control"},
    {"otpauth://totp/%1B[2J?secret=" TIME_KEY, "label", "without control"},
    {"otpauth://totp/x%7F?secret=" TIME_KEY, "label", "without control"},
    {"otpauth://totp/%C2%9B31m?secret=" TIME_KEY, "label", "without control"},
    {"otpauth://totp/%80?secret=" TIME_KEY, "label", "UTF-8"},
    {"otpauth://totp/%C1%81?secret=" TIME_KEY, "label", "UTF-8"},
    {"otpauth://totp/%C3?secret=" TIME_KEY, "label", "UTF-8"},
    {"otpauth://totp/%C3x?secret=" TIME_KEY, "label", "UTF-8"},
    {"otpauth://totp/%E0%9F%BF?secret=" TIME_KEY, "label", "UTF-8"},
    {"otpauth://totp/%E5%B1?secret=" TIME_KEY, "label", "UTF-8"},
    {"otpauth://totp/%ED%A0%80?secret=" TIME_KEY, "label", "UTF-8"},
    {"otpauth://totp/%F0%8F%BF%BF?secret=" TIME_KEY, "label", "UTF-8"},
    {"otpauth://totp/%F4%90%80%80?secret=" TIME_KEY, "label", "UTF-8"},
    {"otpauth://totp/%F5%80%80%80?secret=" TIME_KEY, "label", "UTF-8"},
    {"otpauth://totp/%FF?secret=" TIME_KEY, "label", "UTF-8"},
    {"otpauth://totp/%C3:x?secret=" TIME_KEY, "label", "UTF-8"},
    {"otpauth://totp/x?secret=" TIME_KEY "&issuer=%C3", "issuer=", "UTF-8"},
    {"otpauth://totp/x?secret=" TIME_KEY "&issuer=%07", "issuer=", "without control"},
    /* the key */
    {"otpauth://totp/x?secret=", "secret=", "base32"},
    {"otpauth://totp/x?secret", "secret=", "base32"},
    {"otpauth://totp/x?secret=" TIME_KEY "1", "secret=", "base32"},
    {"otpauth://totp/x?secret=" TIME_KEY "A", "secret=", "base32"},
    {"otpauth://totp/x?secret==" TIME_KEY, "secret=", "base32"},
    {"otpauth://totp/x?secret=" KEY10, "secret=", "16 to 64 bytes"},
    {"otpauth://totp/x?secret=" KEY65, "secret=", "16 to 64 bytes"},
    {"otpauth://totp/x?secret=" KEY64 KEY64, "secret=", "16 to 64 bytes"},
    /* the other parameters */
    {"otpauth://totp/x?secret=" TIME_KEY "&algorithm=MD5", "algorithm=", "SHA1, SHA256 or SHA512"},
    {"otpauth://totp/x?secret=" TIME_KEY "&algorithm=", "algorithm=", "SHA1"},
    {"otpauth://totp/x?secret=" TIME_KEY "&algorithm=SHA-1", "algorithm=", "SHA1"},
    {"otpauth://totp/x?secret=" TIME_KEY "&algorithm=SHA", "algorithm=", "SHA1"},
    {"otpauth://totp/x?secret=" TIME_KEY "&algorithm=SHA11", "algorithm=", "SHA1"},
    {"otpauth://totp/x?secret=" TIME_KEY "&digits=5", "digits=", "6, 7 or 8"},
    {"otpauth://totp/x?secret=" TIME_KEY "&digits=9", "digits=", "6, 7 or 8"},
    {"otpauth://totp/x?secret=" TIME_KEY "&digits=262", "digits=", "6, 7 or 8"},
    {"otpauth://totp/x?secret=" TIME_KEY "&digits=6x", "digits=", "6, 7 or 8"},
    {"otpauth://totp/x?secret=" TIME_KEY "&digits=+6", "digits=", "6, 7 or 8"},
    {"otpauth://totp/x?secret=" TIME_KEY "&digits=%2B6", "digits=", "6, 7 or 8"},
    {"otpauth://totp/x?secret=" TIME_KEY "&digits", "digits=", "6, 7 or 8"},
    {"otpauth://totp/x?secret=" TIME_KEY "&period=14", "period=", "15 to 300"},
    {"otpauth://totp/x?secret=" TIME_KEY "&period=301", "period=", "15 to 300"},
    {"otpauth://totp/x?secret=" TIME_KEY "&period=65566", "period=", "15 to 300"},
    {"otpauth://totp/x?secret=" TIME_KEY "&period=-30", "period=", "15 to 300"},
    {"otpauth://totp/x?secret=" TIME_KEY "&period=30.0", "period=", "15 to 300"},
    {"otpauth://hotp/x?secret=" TIME_KEY "&counter=0&period=0", "period=", "15 to 300"},
    {"otpauth://hotp/x?secret=" TIME_KEY, "no counter=", "&counter=0"},
    {"otpauth://hotp/x?secret=" TIME_KEY "&counter=", "counter=", "number"},
    {"otpauth://hotp/x?secret=" TIME_KEY "&counter=-1", "counter=", "number"},
    {"otpauth://hotp/x?secret=" TIME_KEY "&counter=0x10", "counter=", "number"},
    {"otpauth://hotp/x?secret=" TIME_KEY "&counter=1000000000001", "counter=", "0 to 1000000000000"},
    {"otpauth://hotp/x?secret=" TIME_KEY "&counter=18446744073709551616", "counter=", "number"},
    {"otpauth://totp/x?secret=" TIME_KEY "&counter=0", "counter=", "hotp"},
    /* twice: one of the two is wrong, and which is not ours to guess */
    {"otpauth://totp/x?secret=" TIME_KEY "&secret=" TIME_KEY, "second secret=", "leave only"},
    {"otpauth://totp/x?secret=" TIME_KEY "&issuer=&issuer=b", "second issuer=", "leave only"},
    {"otpauth://totp/x?secret=" TIME_KEY "&algorithm=SHA1&ALGORITHM=SHA256", "second algorithm=", "leave only"},
    {"otpauth://totp/x?digits=6&secret=" TIME_KEY "&d%69gits=8", "second digits=", "leave only"},
    {"otpauth://totp/x?period=30&secret=" TIME_KEY "&period=30", "second period=", "leave only"},
    {"otpauth://hotp/x?counter=1&secret=" TIME_KEY "&counter=2", "second counter=", "leave only"},
};

static void good_uris(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		const struct good *g = &good[i];
		char key[OTP_BASE32_LEN(OTP_SECRET_MAX) + 1];
		struct otp_seed seed;
		struct otp_error error = {.what = ""};

		if (otp_uri_parse(g->uri, &seed, &error) != OTP_OK)
			fail_msg("%s: %s", g->uri, error.what);
		assert_int_equal(seed.kind, g->kind);
		assert_string_equal(seed.id.text, g->id);
		assert_string_equal(seed.issuer, g->issuer);
		assert_string_equal(seed.label, g->label);
		otp_base32_encode(seed.secret.bytes, seed.secret.len, key);
		assert_string_equal(key, g->key);
		assert_int_equal(seed.digest, g->digest);
		assert_int_equal(seed.digits, g->digits);
		assert_int_equal(seed.period, g->period);
		assert_int_equal(seed.counter, g->counter);
		assert_int_equal(seed.expires, 0);
		otp_seed_wipe(&seed);
	}
}

/* A message may hold nothing of what stands after a "secret=", nor any value in a wrong place. */
static void assert_silent(const char *what)
{
	static const char *const keys[] = {TIME_KEY, EVENT_KEY, KEY10, KEY64};
	char eight[9] = "";

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		for (size_t at = 0; at + 8 <= strlen(keys[i]); at++) {
			memcpy(eight, keys[i] + at, 8);
			if (strstr(what, eight) != NULL)
				fail_msg("the message tells the key: %s", what);
		}
}

static void bad_uris(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct otp_seed seed;
		struct otp_error error = {.what = ""};

		char *copy = strdup(bad[i].uri); /* its own block: a sanitizer sees a read behind its end */

		assert_non_null(copy);
		if (otp_uri_parse(copy, &seed, &error) != OTP_E_INVALID)
			fail_msg("accepted: %s", bad[i].uri);
		free(copy);
		assert_int_equal(error.status, OTP_E_INVALID);
		if (strstr(error.what, bad[i].what) == NULL || strstr(error.what, bad[i].mend) == NULL)
			fail_msg("%s: \"%s\" lacks \"%s\" or \"%s\"", bad[i].uri, error.what, bad[i].what, bad[i].mend);
		assert_silent(error.what);
		otp_seed_wipe(&seed);
		assert_int_equal(otp_uri_parse(bad[i].uri, &seed, NULL), OTP_E_INVALID);
		otp_seed_wipe(&seed);
	}
}

/* The longest URI that is read has OTP_URI_MAX - 1 characters; one more is refused, and so is a megabyte. */
static void length_is_bounded(void **state)
{
	static const char start[] = "otpauth://totp/x?secret=" TIME_KEY "&x=";
	static const size_t lengths[] = {OTP_URI_MAX - 1, OTP_URI_MAX, OTP_URI_MAX + 1, 1048576};

	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		char *uri = malloc(lengths[i] + 1); /* its own block: a sanitizer sees one byte too many */
		struct otp_seed seed;
		struct otp_error error = {.what = ""};

		assert_non_null(uri);
		memset(uri, 'y', lengths[i]);
		memcpy(uri, start, sizeof start - 1);
		uri[lengths[i]] = '\0';
		assert_int_equal(otp_uri_parse(uri, &seed, &error), lengths[i] < OTP_URI_MAX ? OTP_OK : OTP_E_INVALID);
		if (lengths[i] >= OTP_URI_MAX)
			assert_non_null(strstr(error.what, "too long"));
		assert_silent(error.what);
		otp_seed_wipe(&seed);
		free(uri);
	}
}

static void assert_same_seed(const struct otp_seed *a, const struct otp_seed *b)
{
	assert_string_equal(a->id.text, b->id.text);
	assert_string_equal(a->issuer, b->issuer);
	assert_string_equal(a->label, b->label);
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->digest, b->digest);
	assert_int_equal(a->digits, b->digits);
	assert_int_equal(a->period, b->period);
	assert_int_equal(a->counter, b->counter);
	assert_int_equal(a->secret.len, b->secret.len);
	assert_memory_equal(a->secret.bytes, b->secret.bytes, a->secret.len);
}

/* Print and read again: all of the seed comes back. */
static void assert_round_trip(const struct otp_seed *seed)
{
	char uri[OTP_URI_MAX];
	struct otp_seed again;
	struct otp_error error;

	assert_int_equal(otp_uri_print(seed, uri), OTP_OK);
	if (otp_uri_parse(uri, &again, &error) != OTP_OK)
		fail_msg("%s: %s", uri, error.what);
	assert_same_seed(seed, &again);
	otp_seed_wipe(&again);
}

static void round_trip_of_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct otp_seed seed;

		assert_int_equal(otp_uri_parse(good[i].uri, &seed, NULL), OTP_OK);
		assert_round_trip(&seed);
		otp_seed_wipe(&seed);
	}
}

/* Every printable seed at once: the widest text, where each byte takes three characters, still fits. */
static void round_trip_of_the_widest(void **state)
{
	static const enum otp_digest digests[] = {OTP_SHA1, OTP_SHA256, OTP_SHA512};
	struct otp_seed seed;

	(void)state;
	for (size_t d = 0; d < 3; d++)
		for (uint8_t digits = OTP_DIGITS_MIN; digits <= OTP_DIGITS_MAX; digits++) {
			assert_int_equal(otp_seed_random(d == 1 ? OTP_EVENT : OTP_TIME, &seed), OTP_OK);
			seed.id.text[0] = '\0';
			seed.digest = digests[d];
			seed.digits = digits;
			if (seed.kind == OTP_EVENT)
				seed.counter = 1000000000000;
			else
				seed.period = OTP_PERIOD_MAX;
			assert_int_equal(otp_secret_random(&seed.secret, OTP_SECRET_MAX), OTP_OK);
			memset(seed.label, '%', OTP_TEXT_MAX);
			memset(seed.issuer, d == 2 ? ':' : '&', OTP_TEXT_MAX);
			assert_round_trip(&seed);
			otp_seed_wipe(&seed);
		}
}

/* What a phone is shown for a token of ours: its ID where there is no label. */
static void printed_form(void **state)
{
	char uri[OTP_URI_MAX];
	struct otp_seed seed;
	struct otp_seed again;

	(void)state;
	assert_int_equal(otp_uri_parse("otpauth://totp/VIP%20Access:VSST12345678?secret=" TIME_KEY, &seed, NULL),
	                 OTP_OK);
	assert_int_equal(otp_uri_print(&seed, uri), OTP_OK);
	assert_string_equal(uri, "otpauth://totp/VIP%20Access:VSST12345678?secret=" TIME_KEY "&issuer=VIP%20Access");
	otp_seed_wipe(&seed);

	assert_int_equal(
	    otp_uri_parse("otpauth://hotp/?counter=12&algorithm=SHA256&digits=8&secret=" EVENT_KEY, &seed, NULL),
	    OTP_OK);
	memcpy(seed.id.text, "LVOE00000001", sizeof seed.id.text);
	assert_int_equal(otp_uri_print(&seed, uri), OTP_OK);
	assert_string_equal(uri,
	                    "otpauth://hotp/LVOE00000001?secret=" EVENT_KEY "&algorithm=SHA256&digits=8&counter=12");
	assert_int_equal(otp_uri_parse(uri, &again, NULL), OTP_OK);
	assert_string_equal(again.id.text, "LVOE00000001");
	otp_seed_wipe(&seed);
	otp_seed_wipe(&again);
}

/* Under a tool that slows the program thirtyfold each place gets its share of the values, all of them in turn. */
static unsigned values_apart(void)
{
	return getenv("SPARSE") != NULL ? 16 : 1;
}

/* Every truncation and every single byte changed to every value: refused, or a seed that is right in itself. */
static void changed_uris(void **state)
{
	static const char whole[] =
	    "otpauth://totp/V%20A:%E5%B1%B1?secret=" TIME_KEY "&issuer=S%C3%A9&algorithm=SHA256&digits=8&period=60";

	(void)state;
	for (size_t at = 0; at < sizeof whole; at++)
		for (unsigned byte = (unsigned)at % values_apart(); byte < 256; byte += values_apart()) {
			char *uri = strdup(whole);
			struct otp_seed seed;
			struct otp_error error = {.what = ""};

			assert_non_null(uri);
			if (at < sizeof whole - 1)
				uri[at] = (char)byte;
			if (otp_uri_parse(uri, &seed, &error) == OTP_OK) {
				assert_int_equal(otp_seed_check(&seed, NULL), OTP_OK);
				assert_round_trip(&seed);
			} else {
				assert_string_not_equal(error.what, "");
			}
			assert_silent(error.what);
			otp_seed_wipe(&seed);
			free(uri);
		}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(good_uris),
	    cmocka_unit_test(bad_uris),
	    cmocka_unit_test(length_is_bounded),
	    cmocka_unit_test(round_trip_of_good),
	    cmocka_unit_test(round_trip_of_the_widest),
	    cmocka_unit_test(printed_form),
	    cmocka_unit_test(changed_uris),
	};

	return cmocka_run_group_tests_name("otpauth URIs", tests, NULL, NULL);
}
