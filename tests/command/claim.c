/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * claim PASSWORD [WORD]...: a session of vipotp-helper for a command line that vipotp itself would never send. Prints
 * both outputs as they come; no input. Exit status: the verb's, or 100 if there is no session.
 */
#include "helper/client.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static void copy(int from, int to)
{
	char piece[4096];
	ssize_t n;

	while ((n = read(from, piece, sizeof piece)) > 0)
		if (write(to, piece, (size_t)n) != n)
			return;
}

int main(int argc, char **argv)
{
	struct client_session session;
	struct otp_error error = {.status = OTP_OK};
	char program[] = "vipotp", *words[32] = {program};
	enum otp_status status;
	int n = 1;

	for (int i = 2; i < argc && n < 31; i++)
		words[n++] = argv[i];
	status = client_session_begin(n, words, argc > 1 ? argv[1] : "", "en", &session, &error);
	if (status != OTP_OK) {
		(void)fprintf(stderr, "status %d: %s\n", (int)status, error.what);
		return 100;
	}
	(void)shutdown(session.stream[0], SHUT_WR);
	copy(session.stream[1], STDOUT_FILENO);
	copy(session.stream[2], STDERR_FILENO);
	return client_session_end(&session);
}
