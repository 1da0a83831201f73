/* SPDX-License-Identifier: BSD-2-Clause */
#include "language/language.h"
#include "take.h"
#include "token.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>

static enum command_exit run(struct command *command)
{
	struct otp_error error = {.status = OTP_OK};
	char code[SOFT_TOKEN_CODE_LEN + 1];
	struct wallet wallet;
	struct held held;
	enum command_exit result = token_open(command, HELD_TO_CHANGE, &wallet, &held);

	if (result != COMMAND_DONE)
		return result;
	if (take_code(&held, code, &error) == OTP_OK)
		(void)printf("%s\n", code);
	else
		result = token_failed(&error);
	explicit_bzero(code, sizeof code);
	held_close(&held);
	wallet_close(&wallet);
	return result;
}

const struct verb next_verb = {
    .name = "next",
    .operands = "[TOKEN]",
    .help = N_("take the next code of an event token and print it"),
    .more = N_("Every code is given once. Codes that were taken and not used are skipped by whoever checks them,\n"
               "up to a limit of his."),
    .most = 1,
    .run = run,
};
