/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXCHANGE_READING_H
#define TESTS_EXCHANGE_READING_H

#include "exchange/foreign.h"

/* What the tests of seed files share: tables of files with what is read from them, or with what is said of them. */

#define KEY_A "LJYWKRGZO5TV2IQSD434O5RWELYBGXDJ"
#define KEY_B "TIJ42MRBVW6ZOUX4IVC3NETFWQKLB7TN"
#define KEY_C "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
#define KEY_C_HEX "3132333435363738393031323334353637383930"
#define CODE_A "43378215"
#define CODE_B "57274717"
#define PIN_A "Rosebud1941"

/*
 * tokens: a line for each,
 *   LINE ID KIND KEY DIGEST DIGITS PERIOD COUNTER
 * with - for no ID, and then, where there is one, " user=", " label=", " issuer=", " expires=", " skew=", " scratch=".
 */
struct good_file {
	const char *text, *tokens;
};

/* what, mend: words of the message. */
struct bad_file {
	const char *text;
	unsigned long line;
	const char *what, *mend;
};

void assert_good_files(otp_foreign_reader *read, const struct good_file *files, size_t n);

/* Also that no message holds one of the secrets above. */
void assert_bad_files(otp_foreign_reader *read, const struct bad_file *files, size_t n);

/* The same for a file of len bytes, which may have NULs. */
void assert_good_file(otp_foreign_reader *read, const char *text, size_t len, const char *tokens);
void assert_bad_file(otp_foreign_reader *read, size_t len, const struct bad_file *file);

/* A reader ends as soon as its visitor fails, with the visitor's own status, whichever it is. */
void assert_obeys_visitor(otp_foreign_reader *read, const char *text);

#endif
