/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of pam_oath. */
#include "exchange/usersfile.h"
#include "feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	feed(data, size, otp_usersfile_read, (struct otp_foreign){.key = NULL}, NULL);
	return 0;
}
