/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of an invitation (vipotp-credential(5)), and that nothing else is taken for one. */
#include "credential/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static enum otp_status parse(const uint8_t *bytes, size_t len, struct otp_invitation *invitation,
                             struct otp_error *error)
{
	uint8_t *block = malloc(len + (len == 0)); /* exactly so long: a sanitizer sees a read outside */
	enum otp_status status;

	assert_non_null(block);
	memcpy(block, bytes, len);
	memset(invitation, 0x5a, sizeof *invitation);
	status = otp_record_parse_invitation(block, len, invitation, error);
	free(block);
	return status;
}

static struct otp_invitation carols(void)
{
	return (struct otp_invitation){.user = "carol", .uid = 0x01020304, .expires = 0x0506070809};
}

static void the_layout(void **state)
{
	const struct otp_invitation carol = carols();
	uint8_t bytes[OTP_RECORD_INVITATION];

	(void)state;
	memset(bytes, 0xa5, sizeof bytes);
	assert_int_equal(otp_record_print_invitation(&carol, bytes), 272);
	assert_memory_equal(bytes,
	                    "\x01\0\0\0\x01\x02\x03\x04\0\0\0\x05\x06\x07\x08\x09"
	                    "carol",
	                    21);
	for (size_t i = 21; i < sizeof bytes; i++)
		assert_int_equal(bytes[i], 0);
}

static void what_is_printed_is_parsed(void **state)
{
	static const uint32_t uids[] = {0, 1, 4242, UINT32_MAX};
	static const int64_t ends[] = {0, 1, 1767225600, INT64_MAX};

	(void)state;
	for (size_t len = 0; len <= OTP_USER_MAX; len++)
		for (size_t i = 0; i < 4; i++) {
			struct otp_invitation invitation = {.uid = uids[i], .expires = ends[i]}, back;
			uint8_t bytes[OTP_RECORD_INVITATION];

			memset(invitation.user, 'a' + (int)i, len);
			assert_int_equal(otp_record_print_invitation(&invitation, bytes), sizeof bytes);
			assert_int_equal(parse(bytes, sizeof bytes, &back, NULL), OTP_OK);
			assert_string_equal(back.user, invitation.user);
			assert_int_equal(back.uid, invitation.uid);
			assert_int_equal(back.expires, invitation.expires);
		}
}

static void every_other_length_is_refused(void **state)
{
	const struct otp_invitation carol = carols();
	struct otp_invitation back;
	uint8_t bytes[OTP_RECORD_INVITATION + 20] = {0};

	(void)state;
	(void)otp_record_print_invitation(&carol, bytes);
	for (size_t len = 0; len <= sizeof bytes; len++) {
		struct otp_error error = {.what = ""};

		assert_int_equal(parse(bytes, len, &back, &error),
		                 len == OTP_RECORD_INVITATION ? OTP_OK : OTP_E_CORRUPT);
		if (len != OTP_RECORD_INVITATION)
			assert_non_null(strstr(error.what, "damaged"));
	}
}

/* Every byte changed to every other value: refused, or an invitation that prints as exactly these bytes. */
static void every_changed_byte_is_refused_or_means_something(void **state)
{
	const struct otp_invitation carol = carols();
	uint8_t bytes[OTP_RECORD_INVITATION], again[OTP_RECORD_INVITATION];
	size_t accepted = 0;

	(void)state;
	(void)otp_record_print_invitation(&carol, bytes);
	for (size_t at = 0; at < sizeof bytes; at++)
		for (unsigned change = 1; change < 256; change++) {
			struct otp_invitation back;
			struct otp_error error = {.status = OTP_OK};

			bytes[at] ^= (uint8_t)change;
			if (parse(bytes, sizeof bytes, &back, &error) == OTP_OK) {
				(void)otp_record_print_invitation(&back, again);
				assert_memory_equal(bytes, again, sizeof bytes);
				accepted++;
			} else {
				assert_int_equal(error.status, OTP_E_CORRUPT);
			}
			bytes[at] ^= (uint8_t)change;
		}
	/* uid and name: any value but a NUL within the name, or the byte behind its end; expires: 127 of the first */
	assert_int_equal(accepted, 4 * 255 + 127 + 7 * 255 + (4 * 254 + 255) + 255);
}

static void what_no_invitation_can_be(void **state)
{
	static const struct {
		const char *what;
		size_t at;
		uint8_t value;
	} rows[] = {
	    {"version 0", 0, 0},
	    {"version 2", 0, 2},
	    {"reserved byte", 1, 1},
	    {"reserved byte", 3, 1},
	    {"ends before 1970", 8, 0x80},
	    {"byte behind the name's NUL", 22, 1},
	    {"name without an end", 271, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct otp_invitation carol = carols();
		struct otp_invitation back;
		uint8_t bytes[OTP_RECORD_INVITATION];

		(void)otp_record_print_invitation(&carol, bytes);
		bytes[rows[i].at] = rows[i].value;
		if (parse(bytes, sizeof bytes, &back, NULL) != OTP_E_CORRUPT)
			fail_msg("accepted: %s", rows[i].what);
	}
}

/* A name that fills its field has no NUL, and is none. */
static void a_name_ends_inside_its_field(void **state)
{
	const struct otp_invitation carol = carols();
	struct otp_invitation back;
	uint8_t bytes[OTP_RECORD_INVITATION];

	(void)state;
	(void)otp_record_print_invitation(&carol, bytes);
	memset(bytes + 16, 'x', OTP_USER_MAX + 1);
	assert_int_equal(parse(bytes, sizeof bytes, &back, NULL), OTP_E_CORRUPT);
	bytes[sizeof bytes - 1] = 0;
	assert_int_equal(parse(bytes, sizeof bytes, &back, NULL), OTP_OK);
	assert_int_equal(strlen(back.user), OTP_USER_MAX);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_layout),
	    cmocka_unit_test(what_is_printed_is_parsed),
	    cmocka_unit_test(every_other_length_is_refused),
	    cmocka_unit_test(what_no_invitation_can_be),
	    cmocka_unit_test(a_name_ends_inside_its_field),
	    cmocka_unit_test(every_changed_byte_is_refused_or_means_something),
	};

	return cmocka_run_group_tests_name("invitation", tests, NULL, NULL);
}
