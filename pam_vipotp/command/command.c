/* SPDX-License-Identifier: BSD-2-Clause */
#include "command.h"

#include "audit.h"
#include "caller.h"
#include "language/language.h"
#include "terminal/terminal.h"
#include "verb/speech.h"

#include <string.h>
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
		path = command->common[COMMON_CONFIG];
	if (path == NULL)
		return COMMAND_DONE;
	if (!command_absolute(path, buffer))
		return verb_usage(command, _("The path \"%s\" is too long."), path);
	*absolute = buffer;
	return COMMAND_DONE;
}

/* What failed, for readers of another language than that of the detail, which is the library's English. */
static const char *sentence(enum otp_status status)
{
	switch (status) {
	case OTP_E_NOMEM:
		return _("Memory ran out.");
	case OTP_E_CRYPTO:
		return _("The cryptographic library failed.");
	case OTP_E_INVALID:
		return _("Something in it is not understood.");
	case OTP_E_LIMIT:
		return _("It is more than fits.");
	case OTP_E_NOT_FOUND:
		return _("It was not found.");
	case OTP_E_EXISTS:
		return _("It exists already.");
	case OTP_E_BOUND:
		return _("The token is bound to a user.");
	case OTP_E_RESERVED:
		return _("The token is reserved for another user.");
	case OTP_E_STATE:
		return _("The token's state does not allow it.");
	case OTP_E_CHANGED:
		return _("It changed meanwhile.");
	case OTP_E_FOREIGN:
		return _("It belongs to another uid.");
	case OTP_E_IO:
		return _("Reading or writing failed.");
	case OTP_E_BUSY:
		return _("Another process kept it locked for too long.");
	case OTP_E_UNSAFE:
		return _("The owner, mode or type of a file is not safe.");
	case OTP_E_CORRUPT:
		return _("What is stored is damaged.");
	case OTP_E_KEY_MISSING:
		return _("The sealing key is missing.");
	case OTP_E_KEY_WRONG:
		return _("It was sealed under another key.");
	default:
		return _("It failed.");
	}
}

/* How to mend it, where the status alone tells; the other errors carry it in their own words. */
static const char *advice(enum otp_status status)
{
	switch (status) {
	case OTP_E_BUSY:
		return _("Another process is at work on it. Try again.");
	case OTP_E_CHANGED:
		return _("Somebody else changed it at the same time. Look at it with \"vipotp status\" and try again.");
	case OTP_E_CORRUPT:
		return _("Restore it from a backup, or release the token and enrol it again.");
	case OTP_E_FOREIGN:
		return _(
		    "The account was made anew since the enrolment. Release the user's tokens and enrol them again.");
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
	case OTP_E_RESERVED:
	case OTP_E_STATE:
		return COMMAND_EXISTS;
	default:
		return COMMAND_UNAVAILABLE;
	}
}

/*
 * To a user: paths, other users and how to mend it are not for him. The detail goes to the log, for whom he asks.
 */
static void tell_user(const struct otp_error *error)
{
	struct audit audit;

	audit_begin(&audit, "failure");
	audit_add(&audit, "user", caller_user()->name);
	audit_add(&audit, "verdict", "error");
	audit_add(&audit, "detail", error->what[0] != '\0' ? error->what : otp_status_text(error->status));
	audit_send(&audit);
	terminal_error("%s", sentence(error->status));
	if (error->status == OTP_E_BUSY || error->status == OTP_E_CHANGED)
		terminal_error(_("Try again."));
	else
		caller_refer();
}

enum command_exit command_failed(const struct otp_error *error)
{
	if (caller_user() != NULL) {
		tell_user(error);
		return exit_for(error->status);
	}
	if (error->what[0] == '\0' || language_used() != LANGUAGE_ENGLISH)
		terminal_error("%s", sentence(error->status));
	if (error->what[0] != '\0')
		terminal_error("%s", error->what);
	if (advice(error->status) != NULL)
		terminal_error("%s", advice(error->status));
	return exit_for(error->status);
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
	if (settings_read(path, NULL, &command->host->settings, &error) != OTP_OK) {
		(void)command_failed(&error);
		return COMMAND_UNAVAILABLE;
	}
	speech_choose((enum language)command->host->settings.language);
	caller_contact(command->host->settings.contact);
	places.key_file = command->host->settings.key_file;
	places.store_dir = command->host->settings.store_dir;
	status = otp_vault_open(&places, purpose, &command->host->vault, &error);
	if (status == OTP_OK)
		return COMMAND_DONE;
	command->host->vault = NULL;
	if (status == OTP_E_NOT_FOUND && purpose != OTP_TO_ADMINISTER)
		return COMMAND_DONE;
	(void)command_failed(&error);
	return COMMAND_UNAVAILABLE;
}
