/* SPDX-License-Identifier: BSD-2-Clause */
#include "command.h"

#include "terminal/terminal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

bool command_absolute(const char *path, char buffer[SETTINGS_PATH_MAX + 1])
{
	size_t room = SETTINGS_PATH_MAX + 1, len = 0;

	if (*path != '/') {
		if (getcwd(buffer, room) == NULL || *buffer != '/')
			return false;
		len = strlen(buffer);
		if (len > 1 && len < room) /* but in the root itself */
			buffer[len++] = '/';
	}
	if (strlen(path) >= room - len)
		return false;
	memcpy(buffer + len, path, strlen(path) + 1);
	return true;
}

enum command_exit command_settings_path(const struct command *command, const char *path,
                                        char buffer[SETTINGS_PATH_MAX + 1], const char **absolute)
{
	*absolute = NULL;
	if (path == NULL)
		path = command->config;
	if (path == NULL)
		return COMMAND_DONE;
	if (!command_absolute(path, buffer))
		return command_usage(command, "The path \"%s\" is too long.", path);
	*absolute = buffer;
	return COMMAND_DONE;
}

/* How to mend it, where the status alone tells; the other errors carry it in their own words. */
static const char *advice(enum otp_status status)
{
	switch (status) {
	case OTP_E_BUSY:
		return "Another process is at work on it. Try again.";
	case OTP_E_CHANGED:
		return "Somebody else changed it at the same time. Look at it with \"vipotp status\" and try again.";
	case OTP_E_CORRUPT:
		return "Restore it from a backup, or release the token and enrol it again.";
	case OTP_E_FOREIGN:
		return "The account was made anew since the enrolment. Release the user's tokens and enrol them again.";
	default:
		return NULL;
	}
}

static enum command_exit exit_for(enum otp_status status)
{
	switch (status) {
	case OTP_OK:
		return COMMAND_DONE;
	case OTP_E_INVALID:
	case OTP_E_LIMIT:
		return COMMAND_USAGE;
	case OTP_E_NOT_FOUND:
		return COMMAND_NOT_FOUND;
	case OTP_E_EXISTS:
	case OTP_E_BOUND:
		return COMMAND_EXISTS;
	default:
		return COMMAND_UNAVAILABLE;
	}
}

enum command_exit command_failed(const struct otp_error *error)
{
	terminal_error("%s", error->what[0] != '\0' ? error->what : otp_status_text(error->status));
	if (advice(error->status) != NULL)
		terminal_error("%s", advice(error->status));
	return exit_for(error->status);
}

enum command_exit command_usage(const struct command *command, const char *format, ...)
{
	char message[512];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(message, sizeof message, format, args);
	va_end(args);
	terminal_error("%s", message);
	if (command->verb != NULL)
		terminal_error("See \"vipotp %s --help\".", command->verb->name);
	else
		terminal_error("See \"vipotp --help\".");
	return COMMAND_USAGE;
}

enum command_exit command_open(struct command *command, enum otp_purpose purpose)
{
	char buffer[SETTINGS_PATH_MAX + 1];
	const char *path;
	struct otp_error error = {.status = OTP_OK};
	struct otp_places places;
	enum otp_status status;
	enum command_exit result;

	if ((result = command_settings_path(command, NULL, buffer, &path)) != COMMAND_DONE)
		return result;
	if (settings_read(path, NULL, &command->settings, &error) != OTP_OK) {
		(void)command_failed(&error);
		return COMMAND_UNAVAILABLE;
	}
	places.key_file = command->settings.key_file;
	places.store_dir = command->settings.store_dir;
	status = otp_vault_open(&places, purpose, &command->vault, &error);
	if (status == OTP_OK)
		return COMMAND_DONE;
	command->vault = NULL;
	if (status == OTP_E_NOT_FOUND && purpose == OTP_TO_JUDGE)
		return COMMAND_DONE;
	(void)command_failed(&error);
	return COMMAND_UNAVAILABLE;
}

enum command_exit command_flush(void)
{
	bool lost = ferror(stdout) != 0;

	errno = 0;
	if (fflush(stdout) == 0 && !lost)
		return COMMAND_DONE;
	terminal_error("Cannot write to standard output: %s.",
	               errno == 0 ? "an earlier write failed" : strerror(errno));
	return COMMAND_UNAVAILABLE;
}

int64_t command_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
