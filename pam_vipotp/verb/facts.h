/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_VERB_FACTS_H
#define VIPOTP_VERB_FACTS_H

#include "verb.h"

/* A token's facts as options give them; NULL for one that is not given. */
struct facts {
	const char *digits, *digest, *period, *counter, *label, *issuer;
};

/* "time" or "event"; OTP_KIND_UNKNOWN for anything else. */
enum otp_kind facts_kind(const char *text);

/* The words for them, for scripts: "time", "event" (marked N_ for people); "SHA1", … */
const char *facts_kind_word(enum otp_kind kind);
const char *facts_digest_word(enum otp_digest digest);

/* The name of the first fact that is given, or NULL. */
const char *facts_first_given(const struct facts *facts);

/* Read them into a seed, whose kind must be set. COMMAND_USAGE, said. */
OTP_MUST_CHECK enum command_exit facts_read(const struct command *command, const struct facts *facts,
                                            struct otp_seed *seed);

/* Read a text that is shown or logged: valid UTF-8, no control character, at most `most` bytes. COMMAND_USAGE, said. */
OTP_MUST_CHECK enum command_exit facts_check_text(const struct command *command, const char *option, const char *text,
                                                  size_t most);

#endif
