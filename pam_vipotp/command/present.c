/* SPDX-License-Identifier: BSD-2-Clause */
#include "present.h"

#include "language/language.h"
#include "terminal/qr.h"
#include "terminal/terminal.h"
#include "verb/process.h"

#include <string.h>

enum command_exit present_check(const struct command *command, const char *when)
{
	if (when != NULL && strcmp(when, "always") != 0 && strcmp(when, "never") != 0 && strcmp(when, "auto") != 0)
		return verb_usage(command, _("--qr must be always, never or auto, not \"%s\"."), when);
	return COMMAND_DONE;
}

/* In groups of four, as apps ask for it. */
static void print_key(const struct otp_secret *secret)
{
	char key[OTP_BASE32_LEN(OTP_SECRET_MAX) + 1];

	otp_base32_encode(secret->bytes, secret->len, key);
	(void)fputs(_("Key:"), stdout);
	for (size_t i = 0; key[i] != '\0'; i++)
		(void)printf("%s%c", i % 4 == 0 ? " " : "", key[i]);
	(void)putchar('\n');
	explicit_bzero(key, sizeof key);
}

enum command_exit present_token(const struct command *command, const struct otp_seed *seed, const char *when)
{
	char uri[OTP_URI_MAX], grouped[OTP_TOKEN_ID_GROUPED_LEN + 1];
	bool automatic = when == NULL || strcmp(when, "auto") == 0;
	bool draw = automatic ? terminal_shown() : strcmp(when, "always") == 0;

	if (otp_uri_print(seed, uri) != OTP_OK)
		return verb_usage(command, _("Label and issuer are too long for a URI."));
	otp_token_id_group(&seed->id, grouped);
	(void)printf(_("Token ID: %s\n"), grouped);
	print_key(&seed->secret);
	(void)printf("%s\n", uri);
	if (draw && !qr_draw(stdout, uri, terminal_colours(stdout)))
		terminal_error(_("The QR code could not be drawn. Type the key into the app, or open the URI."));
	explicit_bzero(uri, sizeof uri);
	return process_flush();
}
