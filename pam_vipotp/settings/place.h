/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_SETTINGS_PLACE_H
#define VIPOTP_SETTINGS_PLACE_H

#include "otp.h"

enum { PLACE_KEY_MAX = 90 };

/* Where in a settings file something stands. Borrows the file's name. */
struct place {
	const char *file;
	unsigned line;
	char key[PLACE_KEY_MAX + 1]; /* "services.sshd.prompt"; "" outside every key */
};

/* Append a name, with the dot that it needs. What does not fit is cut. */
void place_enter(struct place *place, const char *name, size_t len);

/* Fill *error (may be NULL) with file, line, key and the formatted sentence. Returns OTP_E_INVALID. */
__attribute__((format(printf, 3, 4))) enum otp_status place_refuse(const struct place *place, struct otp_error *error,
                                                                   const char *format, ...);

#endif
