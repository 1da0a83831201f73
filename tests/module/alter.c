/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What no verb does to a user's record:
 *
 *   alter uid STORE KEY USER       it becomes that of an account with another uid
 *   alter lock FILE                lock a record as a login does, say so by a line, and keep it until the input ends
 */
#include "flow/held.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fail(const char *what)
{
	(void)fprintf(stderr, "alter: %s\n", what);
	return EXIT_FAILURE;
}

static int lock(const char *file)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = open(file, O_RDWR | O_CLOEXEC);
	char byte;

	if (fd < 0 || fcntl(fd, F_OFD_SETLK, &whole) != 0)
		return fail("cannot lock");
	if (write(STDOUT_FILENO, "locked\n", 7) != 7)
		return fail("cannot say so");
	while (read(STDIN_FILENO, &byte, 1) > 0)
		continue;
	return EXIT_SUCCESS;
}

static int change_uid(const struct otp_places *places, const char *user)
{
	struct otp_vault *vault = NULL;
	struct otp_held held;
	struct otp_error error = {0};
	enum otp_status status;

	memset(&held, 0, sizeof held);
	if ((status = otp_vault_open(places, OTP_TO_ADMINISTER, &vault, &error)) != OTP_OK ||
	    (status = otp_held_load_user(vault, user, &held, &error)) != OTP_OK)
		goto out;
	held.credential.uid++;
	status = otp_held_replace(vault->users, user, &held, &error);
out:
	otp_held_wipe(&held);
	otp_vault_close(&vault);
	return status == OTP_OK ? EXIT_SUCCESS : fail(error.what);
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "lock") == 0)
		return lock(argv[2]);
	if (argc == 5 && strcmp(argv[1], "uid") == 0) {
		const struct otp_places places = {.key_file = argv[3], .store_dir = argv[2]};

		return change_uid(&places, argv[4]);
	}
	return fail("the head of alter.c tells how to use it");
}
