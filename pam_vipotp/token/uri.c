/* SPDX-License-Identifier: BSD-2-Clause */
#include "language/language.h"
#include "terminal/qr.h"
#include "terminal/terminal.h"
#include "token.h"
#include "verb/process.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>

enum { QR };

static const struct verb_option options[] = {
    [QR] = {"qr", NULL, N_("draw the QR code, too, for an app on a phone")},
};

/*
 * The account is the token ID: by it others know the token, and it must not change on the way. The label, which is the
 * person's own name for it, goes where the issuer would.
 */
static enum otp_status print_uri(const struct otp_seed *seed, char uri[OTP_URI_MAX])
{
	struct otp_seed named = *seed;
	enum otp_status status;

	if (named.issuer[0] == '\0')
		memcpy(named.issuer, named.label, sizeof named.issuer);
	named.label[0] = '\0';
	status = otp_uri_print(&named, uri);
	otp_seed_wipe(&named);
	return status;
}

static enum command_exit print(const struct otp_seed *seed, bool draw)
{
	char uri[OTP_URI_MAX];
	enum command_exit result = COMMAND_DONE;

	if (print_uri(seed, uri) != OTP_OK) {
		terminal_error(_("Label and issuer are too long for a URI."));
		return COMMAND_UNAVAILABLE;
	}
	(void)printf("%s\n", uri);
	if (draw && !qr_draw(stdout, uri, terminal_colours(stdout))) {
		terminal_error(_("The QR code could not be drawn. Type the key into the app, or open the URI."));
		result = COMMAND_UNAVAILABLE;
	}
	explicit_bzero(uri, sizeof uri);
	return result;
}

static enum command_exit run(struct command *command)
{
	struct wallet wallet;
	struct held held;
	enum command_exit result = token_open(command, HELD_TO_READ, &wallet, &held);

	if (result != COMMAND_DONE)
		return result;
	result = print(&held.token.seed, command->value[QR] != NULL);
	if (result == COMMAND_DONE)
		result = process_flush();
	if (result == COMMAND_DONE && held.token.seed.kind == OTP_EVENT)
		terminal_say(_("Use an event token in one place only: its copies would give the same codes."));
	held_close(&held);
	wallet_close(&wallet);
	return result;
}

const struct verb uri_verb = {
    .name = "uri",
    .operands = "[TOKEN]",
    .help = N_("print a token with its key as an otpauth URI"),
    .more = N_("Whoever sees it has the token. Its account is the token ID, its issuer the token's issuer or label."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .most = 1,
    .run = run,
};
