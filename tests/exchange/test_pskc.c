/* SPDX-License-Identifier: BSD-2-Clause */
/* PSKC in and out: product §7.6, libotp/exchange/pskc.h, pskc_print.h. */
#include "exchange/csv.h"
#include "exchange/pskc.h"
#include "exchange/pskc_print.h"
#include "exchange/pskc_value.h"
#include "reading.h"
#include "rfc6030.h"

#include <limits.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define KEY "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=" /* "12345678901234567890" */
#define KEY32 "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

static const uint8_t shared_key[] = {0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x34, 0x56,
                                     0x78, 0x90, 0x12, 0x34, 0x56, 0x78, 0x90, 0x12};

/* What most lines below change a part of. The numbers are those of its lines. */
static const char plain[] =
    /*  1 */ "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	     /*  2 */ "<KeyContainer Version=\"1.0\" xmlns=\"urn:ietf:params:xml:ns:keyprov:pskc\">\n"
	     /*  3 */ "<KeyPackage>\n"
	     /*  4 */ "<DeviceInfo>\n"
	     /*  5 */ "<Manufacturer>Maker</Manufacturer>\n"
	     /*  6 */ "<SerialNo>2600124809778</SerialNo>\n"
	     /*  7 */ "<ExpiryDate>2031-01-01T00:00:00Z</ExpiryDate>\n"
	     /*  8 */ "<UserId>CN=mail</UserId>\n"
	     /*  9 */ "</DeviceInfo>\n"
	     /* 10 */ "<Key Id=\"VSST12345678\" Algorithm=\"urn:ietf:params:xml:ns:keyprov:pskc:totp\">\n"
	     /* 11 */ "<Issuer>Issuer</Issuer>\n"
	     /* 12 */ "<AlgorithmParameters>\n"
	     /* 13 */ "<Suite>HMAC-SHA256</Suite>\n"
	     /* 14 */ "<ResponseFormat Length=\"8\" Encoding=\"DECIMAL\"/>\n"
	     /* 15 */ "</AlgorithmParameters>\n"
	     /* 16 */ "<FriendlyName>Name</FriendlyName>\n"
	     /* 17 */ "<Data>\n"
	     /* 18 */ "<Secret><PlainValue>" KEY "</PlainValue></Secret>\n"
	     /* 19 */ "<Time><PlainValue>5</PlainValue></Time>\n"
	     /* 20 */ "<TimeInterval><PlainValue>60</PlainValue></TimeInterval>\n"
	     /* 21 */ "<TimeDrift><PlainValue>-2</PlainValue></TimeDrift>\n"
	     /* 22 */ "</Data>\n"
	     /* 23 */ "<UserId>UID=daemon,DC=example,DC=net</UserId>\n"
	     /* 24 */ "<Policy>\n"
	     /* 25 */ "<StartDate>2020-01-01T00:00:00Z</StartDate>\n"
	     /* 26 */ "<ExpiryDate>2030-12-31T23:59:59Z</ExpiryDate>\n"
	     /* 27 */ "<KeyUsage>OTP</KeyUsage>\n"
	     /* 28 */ "</Policy>\n"
	     /* 29 */ "</Key>\n"
	     /* 30 */ "</KeyPackage>\n"
	     /* 31 */ "</KeyContainer>\n";

#define A64 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define A512 A64 A64 A64 A64 A64 A64 A64 A64

/* ---- what is read ----------------------------------------------------------------------------------------------- */

/* What is read from each file as it is: a line per token, skew before it. The lines below change a part of both. */
static const struct source {
	const char *text, *tokens;
} sources[] = {
    {plain, "-120000 VSST12345678,time," KEY32 ",8,SHA256,60,5,daemon,Name,Issuer,2030-12-31T23:59:59Z\n"},
    {figure3, " ,event," KEY32 ",8,SHA1,,0,jsmith,987654321,Issuer,\n"},
    {figure6, " ,event," KEY32 ",8,SHA1,,0,,987654321,Issuer,\n"},
    {figure7, " ,event," KEY32 ",8,SHA1,,0,,987654321,Example-Issuer,\n"},
    {figure9, " ,event," KEY32 ",6,SHA1,,0,,0755225266,Example-Issuer,\n"},
    {figure10, " ,event," KEY32 ",8,SHA1,,0,,654321,Issuer,2006-05-31T00:00:00Z\n"
               " ,event," KEY32 ",8,SHA1,,0,,123456,Issuer,2006-05-31T00:00:00Z\n"},
};

#define USER_ID "UID=daemon,DC=example,DC=net"
#define EXPIRY "2030-12-31T23:59:59Z"
#define INTERVAL "<TimeInterval><PlainValue>60</PlainValue></TimeInterval>"
#define TEXT52 "123456789.123456789.123456789.123456789.123456789.12"
#define TOTP "urn:ietf:params:xml:ns:keyprov:pskc:totp"

/* One line: what is changed in a file, and what changes of its tokens. */
static const struct good {
	const char *file, *from, *to, *token_from, *token_to;
} good[] = {
    /* token IDs: as printed, the Key's before the device's; without one the serial number is kept in the label */
    {plain, "VSST12345678", "vsst 1234-5678", "", ""},
    {plain, ">2600124809778<", ">VSMT00000001<", "", ""},
    {plain, "VSST12345678", A64, "VSST12345678,time," KEY32 ",8,SHA256,60,5,daemon,Name",
     ",time," KEY32 ",8,SHA256,60,5,daemon,Name (2600124809778)"},
    {figure3, "<Data>", "<FriendlyName>Name</FriendlyName><Data>", "987654321", "Name (987654321)"},
    {figure3, "<Data>", "<FriendlyName>" TEXT52 "</FriendlyName><Data>", "987654321", "987654321"},
    {figure3, "987654321", "UBHE00000001", " ,event," KEY32 ",8,SHA1,,0,jsmith,987654321",
     " UBHE00000001,event," KEY32 ",8,SHA1,,0,jsmith,"},
    {figure3, "<SerialNo>987654321</SerialNo>", "", "987654321", "12345678"},
    /* algorithms, also by the names of the drafts */
    {plain, TOTP, "urn:ietf:params:xml:ns:keyprov:pskc#totp", "", ""},
    {plain, TOTP, "http://www.ietf.org/keyprov/pskc#totp", "", ""},
    {plain, "HMAC-SHA256", "hmac-sha-512", "SHA256", "SHA512"},
    {plain, "HMAC-SHA256", "SHA1", "SHA256", "SHA1"},
    {plain, "<Suite>HMAC-SHA256</Suite>", "", "SHA256", "SHA1"},
    {plain, "<ResponseFormat Length=\"8\" Encoding=\"DECIMAL\"/>", "", ",8,", ",6,"},
    {plain, "Length=\"8\"", "Length=\"7\" CheckDigits=\"false\"", ",8,", ",7,"},
    /* numbers: Time is the lowest step; those of the other kind are passed over */
    {plain, "<Time><PlainValue>5</PlainValue></Time>", "", ",5,", ",0,"},
    {plain, "<PlainValue>5<", "<PlainValue>\n 29000000 \n<", ",5,", ",29000000,"},
    {plain, INTERVAL "\n<TimeDrift><PlainValue>-2<", "<TimeDrift><PlainValue>-4<", ",60,", ",30,"},
    {plain, "<PlainValue>-2<", "<PlainValue>0<", "-120000", "0"},
    {plain, "<PlainValue>-2<", "<PlainValue>4294967294<", "", ""},
    {plain, "<ResponseFormat", "<ChallengeFormat/><ResponseFormat", "", ""},
    {plain, "<TimeDrift><PlainValue>-2</PlainValue></TimeDrift>", "", "-120000", ""},
    {plain, "<TimeDrift>", "<Counter><PlainValue>x</PlainValue></Counter><TimeDrift>", "", ""},
    {figure3, "<PlainValue>0</PlainValue>", "<PlainValue>1000000000000</PlainValue>", ",0,", ",1000000000000,"},
    {figure3, "<Counter>", "<Time><PlainValue>-1</PlainValue></Time><Counter>", "", ""},
    /* whose it is: another name than an account's is nobody's, and the device's counts */
    {plain, USER_ID, "games", "daemon", "games"},
    {plain, USER_ID, "cn=games+ou=x", "daemon", "games"},
    {plain, USER_ID, "uid=EXAMPLE\\5Cmary\\, ann,OU=x", "daemon", "\"EXAMPLE\\mary, ann\""},
    {plain, USER_ID, "CN=Mary Ann,OU=x", "daemon", "mail"},
    {plain, USER_ID, "DC=example,DC=net", "daemon", "mail"},
    {plain, USER_ID, "-games", "daemon", "mail"},
    {plain, USER_ID, "uid=a\\00b", "daemon", "mail"},
    {plain, USER_ID, "uid=a\\0ab", "daemon", "mail"},
    {plain, USER_ID, "uid=\\ff", "daemon", "mail"},
    {plain, USER_ID, "uid=cut\\", "daemon", "mail"},
    {plain, USER_ID, "uid=cut\\4", "daemon", "mail"},
    {plain, USER_ID, "uid=", "daemon", "mail"},
    {plain, USER_ID, "uid=" A512, "daemon", "mail"},
    /* dates */
    {plain, "<ExpiryDate>" EXPIRY "</ExpiryDate>", "", EXPIRY, "2031-01-01T00:00:00Z"},
    {plain, EXPIRY, "2030-12-31T23:59:59.5+09:00", EXPIRY, "2030-12-31T14:59:59Z"},
    {plain, EXPIRY, "2030-12-31T23:59:59", "", ""},
    {plain, EXPIRY, "2030-12-30", EXPIRY, "2030-12-30T23:59:59Z"},
    /* XML: entities of its own, CDATA, comments, other people's namespaces, and what the schema lets them add */
    {plain, ">Name<", "> a&amp;b&#x20;&lt;<![CDATA[<]]> <!-- > -->\n<", "Name", "a&b <<"},
    {plain, ">Name<", " xml:lang=\"ja\">トークン</FriendlyName><FriendlyName>Name<", "Name", "トークン"},
    {plain, "</Data>", "<y:z xmlns:y=\"urn:y\"><y:z/>MTIzNA</y:z></Data>", "", ""},
    {plain, "</Key>", "<Extensions definition=\"x\"><y xmlns=\"urn:y\">z</y></Extensions><Extensions/></Key>", "", ""},
    {plain, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "\xef\xbb\xbf<?pi?><!-- --> ", "", ""},
    {plain, "encoding=\"UTF-8\"?>", "encoding=\"UTF-7\"?>", "", ""},
    {plain, "<KeyPackage>", "<KeyPackage/><KeyPackage>", "", ""},
    {plain, "MTIzNDU2", "\n MTIz\n NDU2", "", ""},
    {plain, "OTP</KeyUsage>", "CR</KeyUsage><KeyUsage>OTP</KeyUsage>", "", ""},
    /* encryption: what nothing needs; parameters in other namespaces; PRF as python-pskc writes it */
    {plain, "<KeyPackage>", "<EncryptionKey/><MACMethod/><KeyPackage>", "", ""},
    {figure7, "<PRF/>", "<PRF Algorithm=\"http://www.w3.org/2000/09/xmldsig#hmac-sha1\"/>", "", ""},
    {figure7, "<PRF/>", "<PRF>http://www.w3.org/2000/09/xmldsig#hmac-sha1</PRF>", "", ""},
    {figure7, "<KeyLength>16</KeyLength>", "", "", ""},
    {figure7, "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2",
     "http://www.w3.org/2009/xmlenc11#pbkdf2", "", ""},
};

/* The text with the first `from` in it replaced; the caller frees it. */
static char *changed(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	size_t size = strlen(text) + strlen(to) + 1;
	char *result = malloc(size);

	assert_non_null(result);
	if (at == NULL)
		fail_msg("there is no %s in the file", from);
	else
		(void)snprintf(result, size, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	return result;
}

/* What the visitor was given, as text. */
struct tokens {
	char text[1024];
	size_t len;
	unsigned long line; /* of the last */
	enum otp_status answer;
};

static enum otp_status keep(void *arg, const struct otp_seed *seed, unsigned long line, struct otp_error *error)
{
	struct tokens *tokens = arg;
	char csv[OTP_CSV_LINE_MAX], skew[32] = "";

	(void)error;
	assert_int_equal(otp_seed_check(seed, NULL), OTP_OK);
	assert_true(line > tokens->line);
	tokens->line = line;
	if (seed->skewed)
		(void)snprintf(skew, sizeof skew, "%lld", (long long)seed->skew);
	otp_csv_print(seed, csv);
	tokens->len +=
	    (size_t)snprintf(tokens->text + tokens->len, sizeof tokens->text - tokens->len, "%s %s", skew, csv);
	assert_true(tokens->len < sizeof tokens->text);
	return tokens->answer;
}

static enum otp_status read_text(const char *text, size_t len, struct tokens *tokens, struct otp_error *error)
{
	struct otp_foreign file = {.where = "file",
	                           .text = text,
	                           .len = len,
	                           .key = shared_key,
	                           .key_len = sizeof shared_key,
	                           .passphrase = "qwerty"};

	memset(tokens, 0, sizeof *tokens);
	memset(error, 0, sizeof *error);
	return otp_pskc_read(&file, keep, tokens, error);
}

static void expect_tokens(const char *text, const char *expected)
{
	struct tokens tokens;
	struct otp_error error;

	if (read_text(text, strlen(text), &tokens, &error) != OTP_OK)
		fail_msg("%s\n%s", error.what, text);
	assert_string_equal(tokens.text, expected);
}

static const char *tokens_of(const char *file)
{
	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
		if (sources[i].text == file)
			return sources[i].tokens;
	fail();
	return NULL;
}

static void good_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
		expect_tokens(sources[i].text, sources[i].tokens);
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		char *text = changed(good[i].file, good[i].from, good[i].to);
		char *tokens = changed(tokens_of(good[i].file), good[i].token_from, good[i].token_to);

		expect_tokens(text, tokens);
		free(text);
		free(tokens);
	}
}

/* ---- what is refused ----------------------------------------------------------------------------------------------
 */

#define HEAD "<KeyContainer Version=\"1.0\" xmlns=\"urn:ietf:params:xml:ns:keyprov:pskc\">\n"
#define XENC "http://www.w3.org/2001/04/xmlenc#"
#define XMLDSIG "http://www.w3.org/2000/09/xmldsig#"
#define TEXT64 "123456789.123456789.123456789.123456789.123456789.123456789.1234"
#define SECRET "<Secret><PlainValue>" KEY "</PlainValue></Secret>"

/* One line: what is changed in a file, the status, and line, element and words of the message. */
static const struct bad {
	const char *file, *from, *to;
	enum otp_status status;
	unsigned line;
	const char *element, *words;
} bad[] = {
    /* no XML, or no PSKC */
    {"", "", "", OTP_E_INVALID, 1, "XML", "begin with a tag"},
    {"secret\n", "", "", OTP_E_INVALID, 1, "XML", "begin with a tag"},
    {"<", "", "", OTP_E_INVALID, 1, "XML", "an entity that XML does not define, or a bare & or <"},
    {"<html>\n</html>", "", "", OTP_E_INVALID, 1, "XML document", "KeyContainer"},
    {"<KeyContainer Version=\"1.0\"/>", "", "", OTP_E_INVALID, 1, "XML document", "xmlns="},
    {plain, "pskc\">", "pskc:1.0\">", OTP_E_INVALID, 2, "XML document", "draft"},
    {plain, "\"urn:ietf:params:xml:ns:keyprov:pskc\"", "\"urn:ietf:params:xml:ns:keyprov:container:1.0\"",
     OTP_E_INVALID, 2, "XML document", "draft"},
    {plain, "\"1.0\" xmlns", "\"2.0\" xmlns", OTP_E_INVALID, 2, "KeyContainer", "Version=\"1.0\""},
    {plain, " Version=\"1.0\"", "", OTP_E_INVALID, 2, "KeyContainer", "Version=\"1.0\""},
    {"<KeyContainer Version=\"1.0\" xmlns=\"urn:ietf:params:xml:ns:keyprov:pskc\"><KeyPackage/></KeyContainer>", "", "",
     OTP_E_INVALID, 1, "KeyContainer", "no Key"},
    {plain, "</Key>\n", "", OTP_E_INVALID, 29, "XML", "end tag"},
    {plain, "</KeyContainer>", "", OTP_E_INVALID, 32, "XML", "a tag is not finished; was the file cut?"},
    {plain, "</KeyPackage>\n</KeyContainer>\n", "</KeyPackage", OTP_E_INVALID, 30, "XML", "cut"},
    {plain, "</KeyContainer>\n", "</KeyContainer>\nx", OTP_E_INVALID, 32, "XML", "follows the end"},
    {plain, "Issuer<", "&issuer;<", OTP_E_INVALID, 11, "XML", "&amp;"},
    {plain, "Issuer<", "A & B<", OTP_E_INVALID, 11, "XML", "&amp;"},
    {plain, "Issuer<", "\xe4<", OTP_E_INVALID, 11, "XML", "UTF-8"},
    {plain, "Issuer<", "\x01<", OTP_E_INVALID, 11, "XML", "UTF-8"},
    {plain, "Length=", "Length=\"6\" Length=", OTP_E_INVALID, 14, "XML", "twice"},
    {"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n" HEAD "\xe4</KeyContainer>", "", "", OTP_E_INVALID, 3, "XML",
     "UTF-8"},
    {plain, "<?xml", " <?xml", OTP_E_INVALID, 1, "XML", "not well-formed"},
    {plain, "<Issuer>", "<x:Issuer>", OTP_E_INVALID, 11, "Key", "does not put there"},
    /* nothing is defined, expanded or fetched */
    {plain, "<KeyContainer", "<!DOCTYPE KeyContainer>\n<KeyContainer", OTP_E_INVALID, 2, "DOCTYPE", "not expanded"},
    {plain, "<KeyContainer", "<!DOCTYPE K [<!ENTITY a \"1\"><!ENTITY b \"&a;&a;\">]>\n<KeyContainer", OTP_E_INVALID, 2,
     "DOCTYPE", "take it out"},
    {plain, "<KeyContainer", "<!DOCTYPE K SYSTEM \"file:///etc/passwd\">\n<KeyContainer", OTP_E_INVALID, 2, "DOCTYPE",
     "take it out"},
    {plain, "<KeyContainer", "<!DOCTYPE K [<!ENTITY a SYSTEM \"/etc/passwd\">]>\n<KeyContainer", OTP_E_INVALID, 2,
     "DOCTYPE", "take it out"},
    /* what does not belong where it is */
    {plain, "<Key ", "<Device/><Key ", OTP_E_INVALID, 10, "KeyPackage", "does not put there"},
    {plain, "<KeyPackage>", "<Device>", OTP_E_INVALID, 3, "KeyContainer", "draft"},
    {plain, "<Issuer>", "<issuer>", OTP_E_INVALID, 11, "Key", "does not put there"},
    {plain, "<Issuer>", "<y:Issuer xmlns:y=\"urn:y\">", OTP_E_INVALID, 11, "Key", "does not put there"},
    {plain, "<Issuer>", "<Issuer><b>", OTP_E_INVALID, 11, "Issuer", "only text"},
    {plain, "<Key ", KEY "<Key ", OTP_E_INVALID, 10, "KeyPackage", "only elements"},
    {plain, "<PlainValue>" KEY "</PlainValue>", KEY, OTP_E_INVALID, 18, "Secret", "only elements"},
    {plain, "<Issuer>", "<Issuer lang=\"en\">", OTP_E_INVALID, 11, "Issuer", "attribute"},
    {plain, "Length=", "CheckDigit=\"true\" Length=", OTP_E_INVALID, 14, "ResponseFormat", "attribute"},
    {plain, "<Issuer>", "<Issuer>a</Issuer><Issuer>", OTP_E_INVALID, 11, "Issuer", "twice"},
    {plain, "<Data>", "<Data/><Data>", OTP_E_INVALID, 17, "Data", "twice"},
    {plain, "<Key ", "<Key Key=\"x\" ", OTP_E_INVALID, 10, "Key", "attribute"},
    /* texts */
    {plain, ">Issuer<", ">" TEXT64 "<", OTP_E_INVALID, 11, "Issuer", "at most 63 bytes"},
    {plain, ">Name<", ">a\nb<", OTP_E_INVALID, 16, "FriendlyName", "control"},
    {plain, ">Name<", ">&#x9b;31m<", OTP_E_INVALID, 16, "FriendlyName", "control"},
    {plain, ">2600124809778<", ">" TEXT64 "<", OTP_E_INVALID, 6, "SerialNo", "at most 63 bytes"},
    {plain, "2030-12-31T23:59:59Z", "tomorrow", OTP_E_INVALID, 26, "ExpiryDate", "2030-12-31T23:59:59Z"},
    {plain, "2030-12-31T23:59:59Z", "2030-02-29T00:00:00Z", OTP_E_INVALID, 26, "ExpiryDate", "date"},
    {plain, "2030-12-31T23:59:59Z", "1970-01-01T00:00:00Z", OTP_E_INVALID, 26, "ExpiryDate", "after 1970"},
    {plain, "2031-01-01T00:00:00Z", "2031", OTP_E_INVALID, 7, "ExpiryDate", "date"},
    {plain, "2020-01-01T00:00:00Z", "2020-13-01T00:00:00Z", OTP_E_INVALID, 25, "StartDate", "date"},
    /* what we could not honour */
    {plain, "pskc:totp", "pskc:ocra", OTP_E_INVALID, 10, "Key", "Algorithm"},
    {plain, "pskc:totp", "pskc:pin", OTP_E_INVALID, 10, "Key", "Algorithm"},
    {plain, " Algorithm=\"" TOTP "\"", "", OTP_E_INVALID, 10, "Key", "Algorithm"},
    {plain, "HMAC-SHA256", "HMAC-SHA384", OTP_E_INVALID, 13, "Suite", "HMAC-SHA1, HMAC-SHA256 or HMAC-SHA512"},
    {plain, "HMAC-SHA256", "OCRA-1:HOTP-SHA1-6:QN08", OTP_E_INVALID, 13, "Suite", "HMAC-SHA1"},
    {plain, "HMAC-SHA256", "", OTP_E_INVALID, 13, "Suite", "HMAC-SHA1"},
    {plain, "Length=\"8\"", "Length=\"9\"", OTP_E_INVALID, 14, "ResponseFormat", "6 to 8"},
    {plain, "Length=\"8\"", "Length=\"5\"", OTP_E_INVALID, 14, "ResponseFormat", "6 to 8"},
    {plain, "Length=\"8\"", "Length=\"264\"", OTP_E_INVALID, 14, "ResponseFormat", "6 to 8"},
    {plain, " Length=\"8\"", "", OTP_E_INVALID, 14, "ResponseFormat", "6 to 8"},
    {plain, "DECIMAL", "HEXADECIMAL", OTP_E_INVALID, 14, "ResponseFormat", "DECIMAL"},
    {plain, "Length=", "CheckDigits=\"true\" Length=", OTP_E_INVALID, 14, "ResponseFormat", "check digit"},
    {plain, "Length=", "CheckDigits=\"1\" Length=", OTP_E_INVALID, 14, "ResponseFormat", "check digit"},
    {plain, "<ResponseFormat", "<ChallengeFormat Encoding=\"DECIMAL\" Min=\"6\" Max=\"8\"/><ResponseFormat",
     OTP_E_INVALID, 14, "ChallengeFormat", "challenges"},
    {figure5, "", "", OTP_E_INVALID, 31, "PINPolicy", "PIN"},
    {plain, "</Policy>", "<NumberOfTransactions>5</NumberOfTransactions></Policy>", OTP_E_INVALID, 28,
     "NumberOfTransactions", "limited number"},
    {plain, "</Policy>", "<y:OnWeekDaysOnly xmlns:y=\"urn:y\"/></Policy>", OTP_E_INVALID, 28, "Policy", "section 5"},
    {plain, ">OTP<", ">Encrypt<", OTP_E_INVALID, 24, "Policy", "KeyUsage"},
    {figure4, "", "", OTP_E_INVALID, 14, "Key", "no Secret"},
    {plain, "</KeyPackage>\n",
     "</KeyPackage><KeyPackage><Key Id=\"VSST12345678\" Algorithm=\"" TOTP "\"><Data>" SECRET
     "</Data></Key></KeyPackage>",
     OTP_E_INVALID, 30, "Key", "before"},
    /* values */
    {figure2, "", "", OTP_E_INVALID, 10, "Secret", "16 to 64 bytes, not 4"},
    {plain, KEY, KEY KEY, OTP_E_INVALID, 18, "Secret", "base64"},
    {plain, KEY, "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA", OTP_E_INVALID, 18, "Secret", "base64"},
    {plain, KEY, "3132333435363738393031323334353637383930-", OTP_E_INVALID, 18, "Secret", "base64"},
    {plain, KEY, A64 A64, OTP_E_INVALID, 18, "Secret", "16 to 64 bytes, not 96"},
    {plain, KEY, A512, OTP_E_INVALID, 18, "PlainValue", "too long"},
    {plain, KEY, "", OTP_E_INVALID, 18, "Secret", "not 0"},
    {plain, SECRET, "<Secret/>", OTP_E_INVALID, 18, "Secret", "a value"},
    {plain, SECRET, "", OTP_E_INVALID, 10, "Key", "no Secret"},
    {plain, "</Secret>", "<PlainValue/></Secret>", OTP_E_INVALID, 18, "PlainValue", "twice"},
    {plain, ">5<", ">-1<", OTP_E_INVALID, 19, "Time", "from 0"},
    {plain, ">5<", ">1700000000<", OTP_E_INVALID, 19, "Time", "from 0 to 120968640"},
    {plain, ">5<", ">5.0<", OTP_E_INVALID, 19, "Time", "number"},
    {plain, ">60<", ">14<", OTP_E_INVALID, 20, "TimeInterval", "15 to 300"},
    {plain, ">60<", ">301<", OTP_E_INVALID, 20, "TimeInterval", "15 to 300"},
    {plain, ">60<", "><", OTP_E_INVALID, 20, "TimeInterval", "15 to 300"},
    {plain, ">-2<", ">1000001<", OTP_E_INVALID, 21, "TimeDrift", "-1000000 to 1000000"},
    {plain, ">-2<", ">2147483648<", OTP_E_INVALID, 21, "TimeDrift", "-1000000 to 1000000"},
    {plain, ">-2<", ">--2<", OTP_E_INVALID, 21, "TimeDrift", "number"},
    {figure3, ">0<", ">1000000000001<", OTP_E_INVALID, 25, "Counter", "0 to 1000000000000"},
    {figure3, ">0<", ">18446744073709551616<", OTP_E_INVALID, 25, "Counter", "number"},
    {figure3, ">0<", ">+1<", OTP_E_INVALID, 25, "Counter", "number"},
    /* encryption */
    {figure8, "", "", OTP_E_INVALID, 9, "X509Data", "pre-shared key or a passphrase"},
    {figure6, "</KeyContainer>", "<EncryptionKey/></KeyContainer>", OTP_E_INVALID, 54, "EncryptionKey", "twice"},
    {figure3, "</KeyContainer>", "<EncryptionKey/></KeyContainer>", OTP_E_INVALID, 32, "EncryptionKey",
     "before the first KeyPackage"},
    {figure3, "</KeyContainer>", "<MACMethod/></KeyContainer>", OTP_E_INVALID, 32, "MACMethod",
     "before the first KeyPackage"},
    {figure6, "<ds:KeyName>", "<ds:RetrievalMethod/><ds:KeyName>", OTP_E_INVALID, 7, "EncryptionKey",
     "does not put there"},
    {figure6, "#hmac-sha1", "#hmac-md5", OTP_E_INVALID, 9, "MACMethod", "HMAC-SHA256"},
    {figure6, " Algorithm=\"" XMLDSIG "hmac-sha1\"", "", OTP_E_INVALID, 35, "Secret", "no MACMethod"},
    {figure6, "<MACKey>", "<MACKeyReference>x</MACKeyReference><MACKey>", OTP_E_INVALID, 10, "MACKeyReference",
     "refers"},
    {figure6, "#aes128-cbc", "#tripledes-cbc", OTP_E_INVALID, 12, "EncryptionMethod", "AES-CBC"},
    {figure6, "xenc:CipherData>", "xenc:CipherReference>", OTP_E_INVALID, 13, "MACKey", "does not put there"},
    {figure6, "ESIzRFVm", "ESIzRFV*", OTP_E_INVALID, 14, "CipherValue", "base64"},
    {figure6, "    <ValueMAC>Su+NvtQfmvfJzF6bmQiJqoLRExc=\n     </ValueMAC>\n", "", OTP_E_INVALID, 35, "Secret",
     "AES-CBC without a ValueMAC"},
    {figure6, "Su+NvtQfmvfJzF6bmQiJqoLRExc=", "", OTP_E_INVALID, 45, "ValueMAC", "base64"},
    {figure6, "Su+NvtQfmvfJzF6bmQiJqoLRExc=", "Su+NvtQfmvfJzF6b", OTP_E_KEY_WRONG, 35, "Secret",
     "does not authenticate"},
    {figure6, "ESIzRFVm", A512 A64 A64 A64, OTP_E_INVALID, 14, "CipherValue", "at most 512 bytes"},
    {figure6, "<EncryptedValue>\n      <xenc:EncryptionMethod\n      Algorithm=\"" XENC "aes128-cbc\"/>",
     "<EncryptedValue>", OTP_E_INVALID, 35, "Secret", "no EncryptionMethod"},
    {plain, "<PlainValue>" KEY "</PlainValue>",
     "<EncryptedValue xmlns:x=\"" XENC "\"><x:EncryptionMethod Algorithm=\"" XENC "kw-aes128\"/><x:CipherData>"
     "<x:CipherValue>AAAAAAAAAAA=</x:CipherValue></x:CipherData></EncryptedValue>",
     OTP_E_KEY_WRONG, 18, "Secret", "does not authenticate"},
    {figure7, "<IterationCount>1000<", "<IterationCount>10000001<", OTP_E_INVALID, 15, "IterationCount",
     "1 to 10000000"},
    {figure7, "<IterationCount>1000<", "<IterationCount>0<", OTP_E_INVALID, 15, "IterationCount", "1 to"},
    {figure7, "<IterationCount>1000</IterationCount>", "", OTP_E_INVALID, 8, "DerivedKey", "IterationCount"},
    {figure7, "<Specified>Ej7/PEpyEpw=</Specified>", "", OTP_E_INVALID, 8, "DerivedKey", "Salt"},
    {figure7, "Ej7/PEpyEpw=", "", OTP_E_INVALID, 13, "Specified", "1 to 64 bytes"},
    {figure7, "Specified>Ej7/PEpyEpw=</Specified", "OtherSource/", OTP_E_INVALID, 13, "Salt", "does not put there"},
    {figure7, "<KeyLength>16<", "<KeyLength>20<", OTP_E_INVALID, 16, "KeyLength", "16, 24 or 32"},
    {figure7, "<KeyLength>16<", "<KeyLength>32<", OTP_E_INVALID, 52, "Secret", "KeyLength of 32"},
    {figure7, "<PRF/>", "<PRF Algorithm=\"" XMLDSIG "hmac-md5\"/>", OTP_E_INVALID, 17, "PRF", "HMAC-SHA256"},
    {figure7, "pkcs-5v2-0#pbkdf2", "pkcs-5v2-0#pbes2", OTP_E_INVALID, 10, "KeyDerivationMethod", "PBKDF2"},
};

/* A message tells nothing of what stands in the file or was given for it: no eight characters of a key, in any form. */
static void assert_silent(const char *what)
{
	static const char *const secrets[] = {
	    KEY,
	    KEY32,
	    "3132333435363738393031323334353637383930",
	    "12345678901234567890123456789012",
	    "ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9vJa2BOlSaMrR7I5wSX",
	    "AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv",
	};
	char eight[9] = "";

	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
		for (size_t at = 0; at + 8 <= strlen(secrets[i]); at++) {
			memcpy(eight, secrets[i] + at, 8);
			if (strstr(what, eight) != NULL)
				fail_msg("the message tells a key: %s", what);
		}
	assert_null(strstr(what, "qwerty"));
}

static void expect_refusal(const char *text, size_t len, const struct bad *bad_file)
{
	char place[64];
	struct tokens tokens;
	struct otp_error error;
	enum otp_status status = read_text(text, len, &tokens, &error);

	(void)snprintf(place, sizeof place, "file:%u: %s: ", bad_file->line, bad_file->element);
	if (status != bad_file->status || error.status != status || strncmp(error.what, place, strlen(place)) != 0 ||
	    strstr(error.what, bad_file->words) == NULL)
		fail_msg("%s -> %s: status %d, \"%s\"; expected %d, \"%s...%s\"", bad_file->from, bad_file->to,
		         (int)status, error.what, (int)bad_file->status, place, bad_file->words);
	assert_silent(error.what);
}

static void bad_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char *text = changed(bad[i].file, bad[i].from, bad[i].to);

		expect_refusal(text, strlen(text), &bad[i]);
		free(text);
	}
}

/* What is encrypted, read with that key and passphrase or none. */
static void keys_and_passphrases(void **state)
{
	static const uint8_t other_key[24] = {0x12, 0x34};
	static const struct {
		const char *file;
		const uint8_t *key;
		size_t key_len;
		const char *passphrase;
		struct bad bad;
	} keyed[] = {
	    {figure6, NULL, 0, NULL, {"", "", "", OTP_E_KEY_MISSING, 35, "Secret", "pre-shared key; give"}},
	    {figure6, NULL, 0, "qwerty", {"", "", "", OTP_E_KEY_MISSING, 35, "Secret", "pre-shared key; give"}},
	    {figure6, other_key, 16, NULL, {"", "", "", OTP_E_KEY_WRONG, 0, "", "the key is wrong"}},
	    {figure6,
	     other_key,
	     24,
	     NULL,
	     {"", "", "", OTP_E_KEY_WRONG, 35, "Secret", "16 bytes; the one given has 24"}},
	    {figure6, other_key, 0, NULL, {"", "", "", OTP_E_KEY_WRONG, 35, "Secret", "16 bytes; the one given has 0"}},
	    {figure7, NULL, 0, NULL, {"", "", "", OTP_E_KEY_MISSING, 8, "DerivedKey", "passphrase; give it"}},
	    {figure7, shared_key, 16, NULL, {"", "", "", OTP_E_KEY_MISSING, 8, "DerivedKey", "passphrase; give it"}},
	    {figure7, NULL, 0, "Qwerty", {"", "", "", OTP_E_KEY_WRONG, 0, "", "the passphrase is wrong"}},
	    {figure7, NULL, 0, "", {"", "", "", OTP_E_KEY_WRONG, 0, "", "the passphrase is wrong"}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof keyed / sizeof *keyed; i++) {
		const struct bad *expected = &keyed[i].bad;
		struct otp_foreign file = {.where = "file",
		                           .text = keyed[i].file,
		                           .len = strlen(keyed[i].file),
		                           .key = keyed[i].key,
		                           .key_len = keyed[i].key_len,
		                           .passphrase = keyed[i].passphrase};
		struct tokens tokens = {.len = 0};
		struct otp_error error = {.what = ""};
		char place[32] = "file:";

		if (expected->line != 0)
			(void)snprintf(place, sizeof place, "file:%u: %s: ", expected->line, expected->element);
		assert_int_equal(otp_pskc_read(&file, keep, &tokens, &error), expected->status);
		assert_int_equal(error.status, expected->status);
		if (strncmp(error.what, place, strlen(place)) != 0 || strstr(error.what, expected->words) == NULL)
			fail_msg("%zu: \"%s\" lacks \"%s\" or \"%s\"", i, error.what, place, expected->words);
		assert_silent(error.what);
		assert_int_equal(tokens.len, 0);
	}
}

static enum otp_status copy_seed(void *arg, const struct otp_seed *seed, unsigned long line, struct otp_error *error)
{
	(void)line, (void)error;
	memcpy(arg, seed, sizeof *seed);
	return OTP_OK;
}

/* RFC 3394 §4.1, §4.6 and RFC 5649 §6, each under the name of its algorithm and of the other. */
static void key_wraps(void **state)
{
	static const struct {
		const char *uri;
		uint8_t key[32];
		size_t key_len;
		const char *wrapped;
		uint8_t secret[32];
		size_t len;
	} wraps[] = {
	    {XENC "kw-aes128",
	     {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
	     16,
	     "H6aLCoEStEeu80vY+1p7gp0+hiNx0s/l",
	     {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff},
	     16},
	    {XENC "kw-aes256",
	     {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
	      16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31},
	     32,
	     "KMn0BMS4EPTLzLNc+4f4Jj9XhuLYDtMmy8fw5xqZ9Dv7mIubegLdIQ==",
	     {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
	      0,    1,    2,    3,    4,    5,    6,    7,    8,    9,    10,   11,   12,   13,   14,   15},
	     32},
	    {"http://www.w3.org/2009/xmlenc11#kw-aes-192-pad",
	     {0x58, 0x40, 0xdf, 0x6e, 0x29, 0xb0, 0x2a, 0xf1, 0xab, 0x49, 0x3b, 0x70,
	      0x5b, 0xf1, 0x6e, 0xa1, 0xae, 0x83, 0x38, 0xf4, 0xdc, 0xc1, 0x76, 0xa8},
	     24,
	     "E4veqpuPp/xh+XdC5yJI7lrmrlNg0a5qX1Tzc/pUO2o=",
	     {0xc3, 0x7b, 0x7e, 0x64, 0x92, 0x58, 0x43, 0x40, 0xbe, 0xd1,
	      0x22, 0x07, 0x80, 0x89, 0x41, 0x15, 0x50, 0x68, 0xf7, 0x38},
	     20},
	};

	(void)state;
	for (size_t i = 0; i < sizeof wraps / sizeof *wraps; i++)
		for (int tampered = 0; tampered < 2; tampered++) {
			char value[512], *text;
			struct otp_foreign file = {.where = "file", .key = wraps[i].key, .key_len = wraps[i].key_len};
			struct otp_seed seed;
			enum otp_status status;

			(void)snprintf(
			    value, sizeof value,
			    "<EncryptedValue xmlns:x=\"" XENC "\"><x:EncryptionMethod Algorithm=\"%s\"/>"
			    "<x:CipherData><x:CipherValue>%s%s</x:CipherValue></x:CipherData></EncryptedValue>",
			    wraps[i].uri, tampered ? "A" : "", wraps[i].wrapped + tampered);
			text = changed(plain, "<PlainValue>" KEY "</PlainValue>", value);
			file.text = text;
			file.len = strlen(text);
			memset(&seed, 0, sizeof seed);
			status = otp_pskc_read(&file, copy_seed, &seed, NULL);
			free(text);
			assert_int_equal(status, tampered ? OTP_E_KEY_WRONG : OTP_OK);
			assert_int_equal(seed.secret.len, tampered ? 0 : wraps[i].len);
			assert_memory_equal(seed.secret.bytes, wraps[i].secret, seed.secret.len);
		}
}

/* As drafts of the format had it: without a MACKey the encryption key serves. */
static void a_mac_under_the_encryption_key(void **state)
{
	const char *begin = strstr(figure6, "<MACKey>"), *end = strstr(figure6, " </MACMethod>");
	char block[512], *without, *text;

	(void)state;
	(void)snprintf(block, sizeof block, "%.*s", (int)(end - begin), begin);
	without = changed(figure6, block, "");
	text = changed(without, "Su+NvtQfmvfJzF6bmQiJqoLRExc=", "N8Agsfe5A7WQFswmdvL/MHdd3y0=");
	expect_tokens(text, tokens_of(figure6));
	free(without);
	free(text);
}

/* Each character of each base64 text of an encrypted file, changed in its high bit: nothing is given. */
static void tampering_is_seen(void **state)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	static const char *const texts[] = {"ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9vJa2BOlSaMrR7I5wSX",
	                                    "AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv",
	                                    "Su+NvtQfmvfJzF6bmQiJqoLRExc"};
	struct tokens tokens;
	struct otp_error error;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		for (size_t at = 0; texts[i][at] != '\0'; at++) {
			char *text = changed(figure6, "", "");
			char *digit = strstr(text, texts[i]) + at;

			*digit = digits[(size_t)(strchr(digits, *digit) - digits + 32) % 64];
			assert_int_equal(read_text(text, strlen(text), &tokens, &error), OTP_E_KEY_WRONG);
			assert_int_equal(tokens.len, 0);
			assert_silent(error.what);
			free(text);
		}
}

/* Once a value was authenticated, the next one's mismatch is the file's fault. */
static void a_later_mismatch_is_the_files(void **state)
{
	char *second = changed(strstr(figure6, " <KeyPackage>"), "Su+N", "Su+M");
	char *text = changed(figure6, "</KeyContainer>\n", second);
	struct tokens tokens;
	struct otp_error error;

	(void)state;
	assert_int_equal(read_text(text, strlen(text), &tokens, &error), OTP_E_INVALID);
	assert_non_null(strstr(error.what, "file:69: Secret: "));
	assert_non_null(strstr(error.what, "was changed or is damaged"));
	free(second);
	free(text);
}

static void encrypted_numbers(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool good;
		int64_t number;
	} numbers[] = {
	    {"0", 1, true, 0},
	    {"298507", 6, true, 298507},
	    {"-2", 2, true, -2},
	    {"\x1e", 1, true, 30},
	    {"\0", 1, true, 0},
	    {"\x06\x31\x4a", 3, true, 405834},
	    {"\xff\xff\xff\xfe", 4, true, -2},
	    {"\x7f\xff\xff\xff", 4, true, INT32_MAX},
	    {"\0\0\0\0\0\0\1\0", 8, true, 256},
	    {"\xff\xff\xff\xff\xff\xff\xff\xff", 8, true, -1},
	    {"", 0, false, 0},
	    {"\1\2\3\4\5\6\7\x08\x09", 9, false, 0},
	    {"1234567890123456789", 19, false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		struct otp_pskc_bytes bytes = {.len = numbers[i].len};
		int64_t number = 0;

		memcpy(bytes.bytes, numbers[i].bytes, numbers[i].len);
		assert_int_equal(otp_pskc_integer(&bytes, &number), numbers[i].good);
		if (numbers[i].good)
			assert_true(number == numbers[i].number);
	}
}

/* Under a tool that slows the program thirtyfold; 600,000 iterations of PBKDF2 take it most of a minute. */
static bool sparse(void)
{
	return getenv("SPARSE") != NULL;
}

/* ---- hostile files ------------------------------------------------------------------------------------------------
 */

/* head, then count times before and, unless after is NULL, a number of its own and after; no more. */
static void expect_hostile(const char *head, const char *before, const char *after, size_t count,
                           const struct bad *expected)
{
	size_t len = strlen(head), step = strlen(before);
	char *text = malloc(len + count * (step + (after == NULL ? 0 : 16)) + 1);

	assert_non_null(text);
	memcpy(text, head, len);
	for (size_t i = 0; i < count; i++) {
		memcpy(text + len, before, step);
		len += step;
		if (after != NULL)
			len += (size_t)snprintf(text + len, 16, "%zu%s", i, after);
	}
	text[len] = '\0';
	expect_refusal(text, len, expected);
	free(text);
}

static void sizes_are_bounded(void **state)
{
	const size_t many = sparse() ? 200000 : 100000000;
	const size_t some = sparse() ? 20000 : 200000;
	static const struct bad run = {"", "", "", OTP_E_INVALID, 1, "XML", "more than 65536 bytes without a tag"};
	static const struct bad run2 = {"", "", "", OTP_E_INVALID, 2, "XML", "more than 65536 bytes without a tag"};
	static const struct bad depth = {"", "", "", OTP_E_INVALID, 2, "KeyContainer", "nested too deeply"};
	static const struct bad cut = {"", "", "", OTP_E_INVALID, 2, "KeyContainer", "does not put there"};
	static const struct bad text = {"", "", "", OTP_E_INVALID, 2, "Issuer", "longer than 2047 bytes"};
	static const struct bad unfinished = {"", "", "", OTP_E_INVALID, 2, "XML", "cut"};

	(void)state;
	expect_hostile("<KeyContainer x=\"", "a", NULL, many, &run);
	expect_hostile("<", "a", NULL, many, &run);
	expect_hostile("<!--", "a", NULL, many, &run);
	expect_hostile("<?a ", "a", NULL, many, &run);
	expect_hostile(HEAD, " ", NULL, many, &run2);
	expect_hostile(HEAD "<![CDATA[", " ", NULL, many, &run2);
	expect_hostile(HEAD "<KeyPackage><Key Id=\"1\" Algorithm=\"" TOTP "\"><Issuer>", "a", NULL, many, &text);
	expect_hostile("<KeyContainer", " a", "=\"\"", some, &run);
	expect_hostile("<KeyContainer", " xmlns:a", "=\"b\"", some, &run);
	expect_hostile(HEAD, "<a", ">", some, &cut);
	expect_hostile(HEAD "<Extensions>", "<a>", NULL, some, &depth);
	expect_hostile(HEAD, "<KeyPackage/>", NULL, some, &unfinished);
}

/* Other encodings than UTF-8 do not get as far as a converter. */
static void other_encodings(void **state)
{
	static const struct bad expected = {"", "", "", OTP_E_INVALID, 1, "XML", "UTF-8"};
	static const struct {
		const char *text;
		size_t len;
	} files[] = {
	    {"\xff\xfe<\0?\0x\0m\0l\0", 12},
	    {"\xfe\xff\0<\0?\0x\0m\0l", 12},
	    {"<\0?\0x\0m\0l\0", 10},
	    {"\0<\0?\0x\0m\0l", 10},
	    {"\0\0\0<", 4},
	    {"\x4c\x6f\xa7\x94", 4},
	};

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char *copy = calloc(1, files[i].len + 1);

		assert_non_null(copy);
		memcpy(copy, files[i].text, files[i].len);
		expect_refusal(copy, files[i].len, &expected);
		free(copy);
	}
}

/* libxml2 has a habit of telling standard error what it thinks. */
static void nothing_is_printed(void **state)
{
	static const char *const files[] = {HEAD "</x>", HEAD "&x;", HEAD "<x:y/>", HEAD "\xe4",
	                                    "<?xml version=\"1.0\" encoding=\"x\"?>"};
	FILE *instead = tmpfile();
	int kept = dup(STDERR_FILENO);
	struct tokens tokens;
	struct otp_error error;

	(void)state;
	assert_non_null(instead);
	assert_true(kept >= 0 && dup2(fileno(instead), STDERR_FILENO) >= 0);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		(void)!read_text(files[i], strlen(files[i]), &tokens, &error);
	(void)fflush(stderr);
	(void)dup2(kept, STDERR_FILENO);
	(void)close(kept);
	assert_int_equal(lseek(fileno(instead), 0, SEEK_END), 0);
	(void)fclose(instead);
}

/* ---- memory
 * ------------------------------------------------------------------------------------------------------------ */

void __real_free(void *memory);
void __wrap_free(void *memory);

static struct {
	bool on;
	size_t blocks, told;
} watch;

static bool holds(void *memory, const void *secret, size_t len)
{
	return memmem(memory, malloc_usable_size(memory), secret, len) != NULL;
}

/* Linked in place of free for the library's own objects, libxml2's hooks among them. */
void __wrap_free(void *memory)
{
	if (watch.on && memory != NULL) {
		watch.blocks++;
		watch.told += holds(memory, "MTIzNDU2Nzg5", 12) || holds(memory, "1234567890123", 13) ||
		              holds(memory, shared_key, sizeof shared_key);
	}
	__real_free(memory);
}

static void memory_is_overwritten(void **state)
{
	const char *const files[] = {plain, figure6, figure7};
	struct tokens tokens;
	struct otp_error error;

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		watch.blocks = watch.told = 0;
		watch.on = true;
		assert_int_equal(read_text(files[i], strlen(files[i]), &tokens, &error), OTP_OK);
		watch.on = false;
		assert_true(watch.blocks > 10);
		assert_int_equal(watch.told, 0);
	}
}

/* ---- what is written
 * -------------------------------------------------------------------------------------------------- */

/* A file in memory that takes only so many pieces. */
struct paper {
	char *text;
	size_t len, room;
	unsigned long pieces, pieces_max;
};

static bool write_paper(void *arg, const char *text, size_t len)
{
	struct paper *paper = arg;

	if (++paper->pieces > paper->pieces_max)
		return false;
	if (paper->len + len >= paper->room)
		assert_non_null(paper->text = realloc(paper->text, paper->room = 2 * (paper->room + len)));
	memcpy(paper->text + paper->len, text, len);
	paper->len += len;
	paper->text[paper->len] = '\0';
	return true;
}

static enum otp_status print(struct paper *paper, const struct otp_seed *seeds, size_t n)
{
	struct otp_pskc_writer *writer;
	enum otp_status status = otp_pskc_begin("qwerty", write_paper, paper, &writer);

	for (size_t i = 0; i < n && status == OTP_OK; i++)
		status = otp_pskc_token(writer, &seeds[i]);
	if (status == OTP_OK)
		status = otp_pskc_end(writer);
	otp_pskc_free(&writer);
	assert_null(writer);
	return status;
}

static const struct otp_seed printed[] = {
    {.id.text = "VSST12345678",
     .kind = OTP_TIME,
     .digest = OTP_SHA1,
     .digits = 6,
     .period = 30,
     .secret = {.len = 20, .bytes = "12345678901234567890"}},
    {.id.text = "UBHE12345678",
     .kind = OTP_EVENT,
     .digest = OTP_SHA512,
     .digits = 8,
     .counter = 1000000000000,
     .expires = 1924991999,
     .label = "<a href=\"x\">&amp;]]>\xef\xbf\xbf",
     .issuer = "トークン & Co.",
     .secret = {.len = 64, .bytes = "1234567890123456789012345678901234567890123456789012345678901234"},
     .user = "EXAMPLE\\mary ann, \"x\" <山田>"},
    {.kind = OTP_TIME,
     .digest = OTP_SHA256,
     .digits = 7,
     .period = 60,
     .counter = 29000000,
     .secret = {.len = 16, .bytes = "1234567890123456"},
     .user = "daemon",
     .skewed = true,
     .skew = -91000},
};

static void what_was_printed_is_read(void **state)
{
	struct paper paper = {.pieces_max = ULONG_MAX};
	struct tokens tokens;
	struct otp_error error;

	(void)state;
	if (sparse()) {
		print_message("# left out, since deriving a key would take minutes: %s\n", __func__);
		return;
	}
	assert_int_equal(print(&paper, printed, sizeof printed / sizeof *printed), OTP_OK);
	assert_null(strstr(paper.text, "12345678901"));
	if (read_text(paper.text, paper.len, &tokens, &error) != OTP_OK)
		fail_msg("%s", error.what);
	assert_string_equal(
	    tokens.text, " VSST12345678,time," KEY32 ",6,SHA1,30,0,,,,\n"
			 " UBHE12345678,event,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBV"
			 "GY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA,8,SHA512,,1000000000000,"
			 "\"EXAMPLE\\mary ann, \"\"x\"\" <山田>\",\"<a href=\"\"x\"\">&amp;]]>\xef\xbf\xbd\","
			 "トークン & Co.,2030-12-31T23:59:59Z\n"
			 "-120000 ,time,GEZDGNBVGY3TQOJQGEZDGNBVGY,7,SHA256,60,29000000,daemon,3,,\n");
	free(paper.text);
}

/* A disk that is full at any moment is noticed at once, or at the next call. */
static void a_sink_that_refuses(void **state)
{
	struct paper whole = {.pieces_max = ULONG_MAX};

	(void)state;
	if (sparse()) {
		print_message("# left out, since deriving a key would take minutes: %s\n", __func__);
		return;
	}
	assert_int_equal(print(&whole, printed, 1), OTP_OK);
	for (unsigned long i = 0; i < whole.pieces; i += whole.pieces / 3) {
		struct paper paper = {.pieces_max = i};

		assert_int_equal(print(&paper, printed, 1), OTP_E_IO);
		assert_int_equal(paper.pieces, i + 1); /* nothing after a refusal: no hole in the file */
		free(paper.text);
	}
	free(whole.text);
}

static void an_empty_passphrase(void **state)
{
	struct paper paper = {.pieces_max = 0};
	struct otp_pskc_writer *writer;

	(void)state;
	assert_int_equal(otp_pskc_begin("", write_paper, &paper, &writer), OTP_E_INVALID);
	assert_null(writer);
	assert_int_equal(paper.pieces, 0);
}

static void visitors_are_obeyed(void **state)
{
	(void)state;
	assert_obeys_visitor(otp_pskc_read, plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(good_files),
	    cmocka_unit_test(bad_files),
	    cmocka_unit_test(keys_and_passphrases),
	    cmocka_unit_test(key_wraps),
	    cmocka_unit_test(a_mac_under_the_encryption_key),
	    cmocka_unit_test(tampering_is_seen),
	    cmocka_unit_test(a_later_mismatch_is_the_files),
	    cmocka_unit_test(encrypted_numbers),
	    cmocka_unit_test(sizes_are_bounded),
	    cmocka_unit_test(other_encodings),
	    cmocka_unit_test(nothing_is_printed),
	    cmocka_unit_test(memory_is_overwritten),
	    cmocka_unit_test(what_was_printed_is_read),
	    cmocka_unit_test(a_sink_that_refuses),
	    cmocka_unit_test(an_empty_passphrase),
	    cmocka_unit_test(visitors_are_obeyed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
