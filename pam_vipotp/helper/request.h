/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_HELPER_REQUEST_H
#define VIPOTP_HELPER_REQUEST_H

#include "protocol.h"
#include "tickets.h"

/* What all requests have in common. */
struct service {
	const char *config; /* settings file; NULL: the default */
	struct tickets *tickets;
};

/* One request, in a process of its own. */
struct request {
	const struct service *service;
	int connection;
	uint32_t uid;          /* of the caller, by the kernel's word */
	int64_t deadline;      /* as in channel.h: for all that is done before the answer */
	struct packet asked;   /* what came; read up to where the kind's own part begins */
	struct packet *answer; /* empty */
};

enum {
	REQUEST_PATIENCE = 10, /* s until the packet must be there */
	REQUEST_WORK = 10,     /* s for all the work behind it, the dialogue of a session aside */
	SESSION_LIFE = 600,    /* s that a session may last */
	SESSION_UNWIND = 10,   /* s for a verb to end whose caller is gone */
};

/* Receive, do, answer. The process ends here; all it holds is wiped. */
_Noreturn void request_serve(const struct service *service, int connection, uint32_t uid);

/*
 * Check that an account is the caller's own, and give its name as the database has it. OTP_E_FOREIGN; OTP_E_IO: the
 * database cannot be asked. name NULL: the first that has his uid.
 */
OTP_MUST_CHECK enum otp_status request_account(const struct request *request, const char *name,
                                               char user[OTP_USER_MAX + 1], struct otp_error *error);

/*
 * Check his password, if it is wanted, and let go of what only that needs. OTP_OK: *right tells. A line is logged for a
 * wrong one.
 */
OTP_MUST_CHECK enum otp_status request_password(const struct request *request, const char *user, const char *password,
                                                bool *right, struct otp_error *error);

/* Answer that it failed. */
void request_failed(const struct request *request, const struct otp_error *error);

/* Log what came of it: one line, event=helper. user may be "". */
void request_log(const struct request *request, int priority, const char *user, const char *verdict,
                 const char *reason);

/* The kinds; each fills request->answer or has sent it. */
void answer_enrolled(struct request *request);
void answer_login(struct request *request);
void answer_session(struct request *request);

#endif
