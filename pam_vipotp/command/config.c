/* SPDX-License-Identifier: BSD-2-Clause */
#include "language/language.h"
#include "settings/print.h"
#include "terminal/terminal.h"
#include "verbs.h"

/* Whether the settings are right, and what they come to, for all services and for those with values of their own. */

/* The words before each part are comments of vipotp.conf(5), so that the first part is a whole settings file. */
static enum command_exit print(const char *path, const char *service)
{
	struct settings settings;
	struct otp_error error = {.status = OTP_OK};

	if (settings_read(path, service, &settings, &error) != OTP_OK) {
		(void)command_failed(&error);
		return COMMAND_UNAVAILABLE;
	}
	if (service == NULL)
		(void)printf(_("# %s, effective values\n"), path != NULL ? path : SETTINGS_FILE);
	else
		(void)printf(_("\n# effective values of the service %s\n"), service);
	/* Write errors show when the output is flushed. */
	return settings_print(stdout, &settings) == OTP_OK || ferror(stdout) ? COMMAND_DONE : COMMAND_UNAVAILABLE;
}

struct pass {
	const char *path;
	enum command_exit result;
};

static enum otp_status print_service(void *arg, const char *service)
{
	struct pass *pass = arg;

	pass->result = print(pass->path, service);
	return pass->result == COMMAND_DONE ? OTP_OK : OTP_E_INVALID;
}

static enum command_exit run(struct command *command)
{
	char buffer[SETTINGS_PATH_MAX + 1];
	struct pass pass = {.result = COMMAND_DONE};
	struct otp_error error = {.status = OTP_OK};
	enum command_exit result =
	    command_settings_path(command, command->operands > 0 ? command->operand[0] : NULL, buffer, &pass.path);

	if (result != COMMAND_DONE || (result = print(pass.path, NULL)) != COMMAND_DONE)
		return result;
	if (settings_each_service(pass.path, print_service, &pass, &error) != OTP_OK && pass.result == COMMAND_DONE)
		return command_failed(&error);
	return pass.result;
}

const struct verb config_verb = {
    .name = "config",
    .operands = "[FILE]",
    .help = N_("check the settings and print the effective values"),
    .most = 1,
    .anyone = true,
    .run = run,
};
