/* SPDX-License-Identifier: BSD-2-Clause */
#include "format.h"

#include "csv.h"
#include "google_authenticator.h"
#include "otpauth.h"
#include "pskc.h"
#include "usersfile.h"
#include "vipaccess.h"

#include <string.h>

const struct otp_format otp_formats[] = {
    {"otpauth", "otpauth:// URIs, one per line", false, otp_otpauth_looks_like, otp_otpauth_read},
    {"pskc", "PSKC (RFC 6030), plain or encrypted", false, otp_pskc_looks_like, otp_pskc_read},
    {"vipaccess", "a .vipaccess file of python-vipaccess or vipotp-token", false, otp_vipaccess_looks_like,
     otp_vipaccess_read},
    {"google-authenticator", "a .google_authenticator file of pam_google_authenticator", true,
     otp_google_authenticator_looks_like, otp_google_authenticator_read},
    {"usersfile", "users.oath, the usersfile of pam_oath", false, otp_usersfile_looks_like, otp_usersfile_read},
    {"csv", "comma-separated values with a line of column names", false, otp_csv_looks_like, otp_csv_read},
    {.name = NULL},
};

const struct otp_format *otp_format_named(const char *name)
{
	for (const struct otp_format *format = otp_formats; format->name != NULL; format++)
		if (strcmp(format->name, name) == 0)
			return format;
	return NULL;
}

const struct otp_format *otp_format_of(const struct otp_foreign *file)
{
	for (const struct otp_format *format = otp_formats; format->name != NULL; format++)
		if (format->looks_like(file))
			return format;
	return NULL;
}
