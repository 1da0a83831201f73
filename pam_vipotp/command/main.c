/* SPDX-License-Identifier: BSD-2-Clause */
#include "language/language.h"
#include "serve.h"
#include "terminal/terminal.h"
#include "verb/process.h"
#include "verb/speech.h"
#include "verbs.h"

#include <unistd.h>

/* The table of verbs, in the order of the help text. */
static const struct verb *const verbs[] = {
    &enroll_verb,        &test_verb,          &reset_verb,       &status_verb,        &list_verb,     &release_verb,
    &lock_verb,          &unlock_verb,        &disable_verb,     &enable_verb,        &recovery_verb, &tempcode_verb,
    &invite_verb,        &rename_verb,        &forget_verb,      &export_verb,        &config_verb,   &tokens_add_verb,
    &tokens_assign_verb, &tokens_import_verb, &tokens_list_verb, &tokens_remove_verb, NULL,
};

static const struct verb_option common[] = {
    [COMMON_CONFIG] = {"config", "FILE", N_("another settings file")},
};

/* For what is said before a verb reads its settings, and by verbs that read none; a mistake in them is told by others.
 */
static void speak(struct command *command)
{
	char buffer[SETTINGS_PATH_MAX + 1];
	const char *config = command->common[COMMON_CONFIG], *path = config != NULL ? buffer : NULL;
	struct settings settings;
	struct otp_error error;

	if ((config == NULL || command_absolute(config, buffer)) &&
	    settings_read(path, NULL, &settings, &error) == OTP_OK)
		speech_choose((enum language)settings.language);
}

static const struct program program = {
    .name = "vipotp",
    .speak = speak,
    .purpose = N_("Look after the one-time passwords of this host's users."),
    .closing = N_("Answers, keys and URIs are read from standard input, a line each. See vipotp(1)."),
    .operands = "[VERB]",
    .verbs = verbs,
    .common = common,
    .n_common = sizeof common / sizeof *common,
};

int main(int argc, char **argv)
{
	struct host host = {.vault = NULL};
	struct command command = {.program = &program, .own = geteuid() != 0, .host = &host};
	enum command_exit result;
	bool ready;

	process_begin();
	result = verb_read(&command, argc, argv, &ready);
	if (ready && command.own && command.verb->own != OWN_NOT) {
		result = relay(&command);
	} else if (ready && command.own && !command.verb->anyone) {
		terminal_error(_("Only root may do this. Run it as root, for instance through sudo."));
		result = COMMAND_UNAVAILABLE;
	} else if (ready) {
		result = command.verb->run(&command);
	}
	otp_vault_close(&host.vault);
	return process_end(result);
}
