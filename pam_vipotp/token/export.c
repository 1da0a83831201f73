/* SPDX-License-Identifier: BSD-2-Clause */
#include "language/language.h"
#include "terminal/terminal.h"
#include "token.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>

enum { VIPACCESS };

static const struct verb_option options[] = {
    [VIPACCESS] = {"vipaccess", NULL, N_("as a .vipaccess file, which is for tokens as VIP's are")},
};

static enum command_exit print(const struct otp_seed *seed)
{
	char text[OTP_VIPACCESS_MAX];

	if (otp_vipaccess_print(seed, text) != OTP_OK) {
		terminal_error(
		    _("A .vipaccess file says nothing of kind, digits, digest and period: those of %s do not fit. "
		      "Use \"vipotp-token uri\"."),
		    seed->id.text);
		return COMMAND_USAGE;
	}
	(void)fputs(text, stdout);
	explicit_bzero(text, sizeof text);
	return COMMAND_DONE;
}

static enum command_exit run(struct command *command)
{
	struct wallet wallet;
	struct held held;
	enum command_exit result;

	if (command->value[VIPACCESS] == NULL)
		return verb_usage(command,
		                  _("Say as what: --vipaccess. An otpauth URI is printed by \"vipotp-token uri\"."));
	if ((result = token_open(command, HELD_TO_READ, &wallet, &held)) != COMMAND_DONE)
		return result;
	result = print(&held.token.seed);
	held_close(&held);
	wallet_close(&wallet);
	return result;
}

const struct verb export_verb = {
    .name = "export",
    .operands = "[TOKEN]",
    .help = N_("print a token with its key for another program"),
    .more = N_("Whoever sees it has the token. Standard output is best sent to a file that only you can read."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .most = 1,
    .run = run,
};
