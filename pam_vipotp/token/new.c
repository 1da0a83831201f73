/* SPDX-License-Identifier: BSD-2-Clause */
#include "language/language.h"
#include "token.h"
#include "verb/facts.h"
#include "verbs.h"

enum { TIME, EVENT, DIGITS, DIGEST, PERIOD, LABEL, ISSUER };

static const struct verb_option options[] = {
    [TIME] = {"time", NULL, N_("a code for every 30 seconds (the default)")},
    [EVENT] = {"event", NULL, N_("a code on demand, with \"next\"")},
    [DIGITS] = {"digits", "N", N_("digits of a code, 6 to 8 (default 6)")},
    [DIGEST] = {"digest", "NAME", N_("SHA1 (default), SHA256 or SHA512")},
    [PERIOD] = {"period", "SECONDS", N_("how long a code is shown, 15 to 300 (default 30)")},
    [LABEL] = {"label", "TEXT", N_("a name to call it by")},
    [ISSUER] = {"issuer", "TEXT", N_("the service it is for")},
};

static enum command_exit run(struct command *command)
{
	const char *const *value = command->value;
	const struct facts facts = {.digits = value[DIGITS],
	                            .digest = value[DIGEST],
	                            .period = value[PERIOD],
	                            .label = value[LABEL],
	                            .issuer = value[ISSUER]};
	struct soft_token token = {.drift = 0};
	enum command_exit result;

	if (value[TIME] != NULL && value[EVENT] != NULL)
		return verb_usage(command, _("Give one of --time and --event."));
	if (otp_seed_random(value[EVENT] != NULL ? OTP_EVENT : OTP_TIME, &token.seed) != OTP_OK) {
		struct otp_error error = {.status = OTP_E_CRYPTO};

		result = token_failed(&error);
	} else {
		token.seed.id.text[0] = '\0'; /* token_add draws one that is free */
		result = facts_read(command, &facts, &token.seed);
		if (result == COMMAND_DONE)
			result = token_add(&token);
	}
	soft_token_wipe(&token);
	return result;
}

const struct verb new_verb = {
    .name = "new",
    .operands = "",
    .help = N_("make a token and print its ID"),
    .more = N_("Its key stays in its file; \"uri\" shows it."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .run = run,
};
