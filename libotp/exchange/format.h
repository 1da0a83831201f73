/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_EXCHANGE_FORMAT_H
#define OTP_EXCHANGE_FORMAT_H

#include "foreign.h"

/* One format of seed files. */
struct otp_format {
	const char *name; /* as --format takes it: "csv" */
	const char *help; /* one line */
	bool one_user;    /* the file is one user's and does not say whose */
	bool (*looks_like)(const struct otp_foreign *file);
	otp_foreign_reader *read;
};

/* The table, ended by an entry whose name is NULL. */
extern const struct otp_format otp_formats[];

/* The format of this name, or the one the file looks like; NULL if there is none. */
const struct otp_format *otp_format_named(const char *name);
const struct otp_format *otp_format_of(const struct otp_foreign *file);

#endif
