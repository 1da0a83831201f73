/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_CLIENT_H
#define VIPOTP_CLIENT_H

#include "otp.h"

/*
 * Ask vipotp-helper (product §6.8), each about the caller's own account alone. The socket must be root's, or nothing is
 * said to it: it gets passwords. Every call ends within CLIENT_PATIENCE; nothing of the process is changed, no signal
 * raised, no descriptor left. OTP_E_IO: it is not there, does not answer, or answers what nobody understands;
 * OTP_E_BUSY: it has too much to do; OTP_E_FOREIGN: the account is not the caller's; others as the call in libotp that
 * it stands for.
 */

enum { CLIENT_PATIENCE = 15 }; /* s: more than the helper takes */

/* As otp_login_enrolled. */
OTP_MUST_CHECK enum otp_status client_enrolled(const char *user, bool *enrolled, struct otp_error *error);

/* As otp_login_lengths, now. */
OTP_MUST_CHECK enum otp_status client_lengths(const char *user, unsigned *lengths, struct otp_error *error);

struct client_login {
	const char *service;  /* PAM service, whose settings count */
	const char *password; /* which the helper checks first; a wrong one judges nothing */
	/*
	 * The local bucket is charged, whatever it says; its clock and uid are not used. A first answer makes a pair
	 * once, within two minutes of its at, which the helper remembers; otherwise it is as if there were none.
	 */
	const struct otp_attempt *attempt;
};

/* As otp_login. A wrong password is OTP_REFUSED with `at` 0: nothing was judged or counted. */
OTP_MUST_CHECK enum otp_status client_login(const struct client_login *request, struct otp_outcome *outcome,
                                            struct otp_error *error);

/* A verb run by the helper for its caller: the other ends of its standard streams, and the connection. */
struct client_session {
	int connection;
	int stream[3]; /* to its input, from its output, from its error output */
};

/*
 * Begin one. password: for verbs that want it, else "". language: "en" or "ja". The session is the caller's to end
 * with client_session_end, which closes what is open of it and gives the verb's exit code; or -1 if it came to none.
 * A stream that the caller closes before is to be set to -1. OTP_E_STATE: the password was wrong, or was not given and
 * is wanted; OTP_E_LIMIT: the command line does not fit.
 */
OTP_MUST_CHECK enum otp_status client_session_begin(int argc, char *const *argv, const char *password,
                                                    const char *language, struct client_session *session,
                                                    struct otp_error *error);
int client_session_end(struct client_session *session);

#endif
