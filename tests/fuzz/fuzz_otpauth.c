/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of otpauth URIs; fuzz_uri looks at one of them. */
#include "exchange/otpauth.h"
#include "feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	feed(data, size, otp_otpauth_read, (struct otp_foreign){.key = NULL}, NULL);
	return 0;
}
