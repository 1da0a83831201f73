/* SPDX-License-Identifier: BSD-2-Clause */
/* .vipaccess files: a token that is read, printed and read again, is the same. */
#include "exchange/vipaccess.h"
#include "feed.h"

#include <string.h>

static enum otp_status compare(void *arg, const struct otp_seed *again, unsigned long line, struct otp_error *error)
{
	(void)line;
	(void)error;
	expect_same(arg, again);
	return OTP_OK;
}

static enum otp_status print(void *arg, const struct otp_seed *seed, unsigned long line, struct otp_error *error)
{
	char text[OTP_VIPACCESS_MAX];
	struct otp_foreign file = {.where = "printed", .text = text};
	struct otp_seed copy = *seed;

	(void)arg;
	(void)line;
	promised(otp_vipaccess_print(seed, text) == OTP_OK, "what was read can be printed");
	file.len = strlen(text);
	promised(otp_vipaccess_read(&file, compare, &copy, error) == OTP_OK, "a printed token is understood");
	return OTP_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	feed(data, size, otp_vipaccess_read, (struct otp_foreign){.key = NULL}, print);
	return 0;
}
