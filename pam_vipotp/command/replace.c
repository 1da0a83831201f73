/* SPDX-License-Identifier: BSD-2-Clause */
#include "replace.h"

#include "binding.h"
#include "caller.h"
#include "language/language.h"
#include "proof.h"
#include "terminal/terminal.h"
#include "verb/process.h"

/* A locked token is not replaced, so no code should be used up for it. */
static enum command_exit check_locked(const struct command *command, const struct account *account)
{
	struct otp_user_report report;
	struct otp_error error = {.status = OTP_OK};

	if (otp_user_report(command->host->vault, &command->host->settings.limits, account->name, process_now(),
	                    &report, &error) != OTP_OK)
		return command_failed(&error);
	for (size_t i = 0; i < report.n; i++)
		if (report.token[i].status == OTP_TOKEN_LOCKED)
			return proof_refuse_locked(account, "replace");
	return COMMAND_DONE;
}

static enum command_exit prove(const struct command *command, const struct account *account, const char *event)
{
	const struct proof proof = {
	    .event = event, .origin = "vipotp enroll", .ended = _("The dialogue was ended. Nothing was bound.")};

	return proof_demand(command, account, &proof);
}

static enum command_exit refuse_enrolled(const struct account *account)
{
	if (caller_user() != NULL) {
		terminal_error(_("You have a token already. An administrator must release it before another takes its "
		                 "place; or add this one with --add."));
		caller_refer();
	} else {
		terminal_error(
		    _("%s is enrolled already. Release the old token with \"vipotp release %s\", or add this one "
		      "with --add."),
		    account->name, account->name);
	}
	return COMMAND_EXISTS;
}

enum command_exit replace_permitted(const struct command *command, const struct account *account,
                                    enum otp_enroll_how *how)
{
	bool enrolled = false;
	struct otp_error error = {.status = OTP_OK};
	enum command_exit result;

	*how = OTP_ENROLL_FIRST;
	if (otp_login_enrolled(command->host->vault, account->name, &enrolled, &error) != OTP_OK)
		return command_failed(&error);
	if (!enrolled)
		return COMMAND_DONE;
	if (command->host->settings.replace == REPLACE_RELEASE)
		return refuse_enrolled(account);
	*how = OTP_ENROLL_REPLACE;
	if ((result = check_locked(command, account)) != COMMAND_DONE)
		return result;
	if (caller_user() != NULL)
		terminal_say(_("You have a token. A code of it is needed to replace it."));
	else
		terminal_say(_("%s has a token. A code of it is needed to replace it."), account->name);
	return prove(command, account, "replace");
}

enum command_exit replace_addable(const struct command *command, const struct account *account,
                                  const struct otp_enrolment *enrolment)
{
	bool enrolled = false;
	struct otp_error error = {.status = OTP_OK};

	if (caller_user() == NULL)
		return COMMAND_DONE;
	if (otp_login_enrolled(command->host->vault, account->name, &enrolled, &error) != OTP_OK)
		return command_failed(&error);
	if (!enrolled) { /* now: if he gets a token while this goes on, no code of it was asked for */
		(void)otp_fail(&error, OTP_E_NOT_FOUND, "%s is not enrolled", account->name);
		return binding_refuse(command, enrolment, &error);
	}
	terminal_say(_("A code of a token that you have is needed to add another."));
	return prove(command, account, "add");
}
