/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_SPLIT_H
#define VIPOTP_SPLIT_H

#include "admission.h"

/*
 * Clients with one field (product §6.3). Listed before the module that checks the password, this one asks for password
 * and code in one answer, hands the password on in PAM_AUTHTOK and keeps the code; listed again behind it, it judges
 * that code. So a wrong password burns no code, and charges nobody. MUST, each with a test in tests/module/split.sh:
 *  - a second listing is never taken for a first, whose PAM_IGNORE would let the user in without a code;
 *  - what an earlier attempt of the transaction left is never judged in a later one;
 *  - the answer is divided by its form alone: to try which part is a code would tell right codes from wrong ones.
 */

/* What the first listing left for the second. */
struct split_kept {
	int result; /* PAM_IGNORE: the code is to be judged; else the first listing failed, was logged, and so ended */
	size_t len;
	char code[]; /* NUL-terminated; "" where the answer had none */
};

/* Whether the call is a first listing. Option split is set. */
bool split_is_first(const struct login *login);

/*
 * The first listing. Whoever passes by policy is not asked, and the answer of whoever is to enrol is all password.
 * PAM_IGNORE; PAM_CONV_ERR, PAM_BUF_ERR. Where status says that something went wrong the same is asked, and the result
 * is outcome_code's; what to tell is left to the second listing, for the password is not known to be right.
 */
int split_ask(const struct login *login, const struct judge *judge, enum admission admission, enum otp_status status,
              struct otp_error *error);

/* What the first listing kept, or NULL. It lives until split_forget, or the end of the transaction, which wipe it. */
const struct split_kept *split_kept(pam_handle_t *pamh);
void split_forget(pam_handle_t *pamh);

#endif
