/* SPDX-License-Identifier: BSD-2-Clause */
#include "account.h"

#include "caller.h"
#include "language/language.h"
#include "terminal/terminal.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>

static enum command_exit refuse(const char *name)
{
	terminal_error(_("There is no user \"%s\" on this host (error 6003). Look with \"getent passwd\"."), name);
	return COMMAND_NOT_FOUND;
}

enum command_exit account_find(const char *typed, struct account *account)
{
	const struct passwd *entry;

	memset(account, 0, sizeof *account);
	if (*typed == '\0' || strlen(typed) > OTP_USER_MAX)
		return refuse(typed);
	errno = 0;
	entry = getpwnam(typed);
	/* getpwnam(3) lists what an unknown name may set errno to. */
	if (entry == NULL && errno != 0 && errno != ENOENT && errno != ESRCH && errno != EPERM && errno != EBADF) {
		terminal_error(_("Cannot look up the user \"%s\": %s. Try again."), typed, strerror(errno));
		return COMMAND_UNAVAILABLE;
	}
	if (entry != NULL && strlen(entry->pw_name) > OTP_USER_MAX)
		return refuse(typed);
	account->exists = entry != NULL;
	account->uid = entry != NULL ? entry->pw_uid : 0;
	memcpy(account->name, entry != NULL ? entry->pw_name : typed,
	       strlen(entry != NULL ? entry->pw_name : typed) + 1);
	return COMMAND_DONE;
}

enum command_exit account_require(const char *typed, struct account *account)
{
	enum command_exit result = account_find(typed, account);

	return result == COMMAND_DONE && !account->exists ? refuse(typed) : result;
}

bool account_is_foreign(const struct command *command, uint32_t uid, const char *name)
{
	const char *typed = command->operands > 0 ? command->operand[0] : name;
	const struct passwd *entry = strlen(typed) <= OTP_USER_MAX ? getpwnam(typed) : NULL;

	if (entry != NULL && entry->pw_uid == uid && strcmp(entry->pw_name, name) == 0)
		return false;
	/* One text, whether there is such a user or not. */
	terminal_error(_("You may do this for your own account alone. For others run it as root, for instance through "
	                 "sudo."));
	return true;
}

enum command_exit account_named(const struct command *command, bool must_exist, struct account *account)
{
	const struct caller *caller = caller_user();
	const char *name = command->operands > 0 ? command->operand[0] : NULL;

	if (caller != NULL) {
		if (account_is_foreign(command, caller->uid, caller->name))
			return COMMAND_UNAVAILABLE;
		name = caller->name;
	} else if (name == NULL) {
		terminal_say(_("No user is named: this is about root."));
		name = "root";
	}
	return must_exist ? account_require(name, account) : account_find(name, account);
}

enum command_exit account_owns(const struct account *account, uint32_t uid)
{
	struct otp_error error;

	if (caller_user() == NULL || account->uid == uid)
		return COMMAND_DONE;
	(void)otp_fail(&error, OTP_E_FOREIGN, "the record of %s is of uid %u, the account has uid %u", account->name,
	               uid, account->uid);
	return command_failed(&error);
}

enum command_exit account_unenrolled(const struct account *account)
{
	if (!account->exists)
		return refuse(account->name);
	if (caller_user() != NULL)
		terminal_error(_("You have no token here (error 6008). Bind one with \"vipotp enroll\"."));
	else
		terminal_error(_("%s has no token here (error 6008). Bind one with \"vipotp enroll %s\"."),
		               account->name, account->name);
	return COMMAND_NOT_FOUND;
}
