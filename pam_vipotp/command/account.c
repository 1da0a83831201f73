/* SPDX-License-Identifier: BSD-2-Clause */
#include "account.h"

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

enum command_exit account_unenrolled(const struct account *account)
{
	if (!account->exists)
		return refuse(account->name);
	terminal_error(_("%s has no token here (error 6008). Bind one with \"vipotp enroll %s\"."), account->name,
	               account->name);
	return COMMAND_NOT_FOUND;
}
