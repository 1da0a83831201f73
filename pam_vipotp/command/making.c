/* SPDX-License-Identifier: BSD-2-Clause */
#include "making.h"

#include "audit.h"
#include "caller.h"
#include "language/language.h"
#include "terminal/terminal.h"
#include "verb/process.h"

static enum command_exit refuse(const struct account *account)
{
	struct audit audit;

	audit_begin(&audit, "enroll");
	audit_add(&audit, "user", account->name);
	audit_add(&audit, "verdict", "uninvited");
	audit_send(&audit);
	terminal_error(_("To make a token of your own you need an invitation, which you do not have. Or enrol a token "
	                 "that was given to you: without --new and --uri its ID is asked for."));
	caller_refer();
	return COMMAND_UNAVAILABLE;
}

enum command_exit making_permitted(const struct command *command, const struct account *account)
{
	struct otp_error error = {.status = OTP_OK};
	int64_t expires;

	if (caller_user() == NULL || command->host->settings.enroll_open)
		return COMMAND_DONE;
	switch (otp_invitation(command->host->vault, account->name, account->uid, process_now(), &expires, &error)) {
	case OTP_OK:
		return COMMAND_DONE;
	case OTP_E_NOT_FOUND:
		return refuse(account);
	default:
		return command_failed(&error);
	}
}
