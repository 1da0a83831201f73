/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of pam_google_authenticator. */
#include "exchange/google_authenticator.h"
#include "feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	feed(data, size, otp_google_authenticator_read, (struct otp_foreign){.key = NULL}, NULL);
	return 0;
}
