/* SPDX-License-Identifier: BSD-2-Clause */
#include "binding.h"

#include "audit.h"
#include "caller.h"
#include "language/language.h"
#include "terminal/terminal.h"
#include "verb/facts.h"

void binding_record(const struct otp_enrolment *enrolment, enum otp_kind kind, const char *verdict, const char *code,
                    const struct otp_judgement *judgement)
{
	struct audit audit;

	audit_begin(&audit, "enroll");
	audit_add(&audit, "user", enrolment->user);
	audit_add(&audit, "token", enrolment->token.text);
	audit_add(&audit, "kind", kind != OTP_KIND_UNKNOWN ? facts_kind_word(kind) : NULL);
	audit_add(&audit, "verdict", verdict);
	audit_add(&audit, "error", code);
	if (judgement != NULL && judgement->verdict == OTP_ACCEPTED)
		audit_add_number(&audit, kind == OTP_TIME ? "offset_ms" : "offset", judgement->ahead);
	audit_send(&audit);
}

static void record(const struct otp_enrolment *enrolment, const char *verdict, const char *code)
{
	binding_record(enrolment, OTP_KIND_UNKNOWN, verdict, code, NULL);
}

/*
 * One text to a user for all tokens that he cannot have, or he would learn which IDs there are, and which are taken or
 * whose (product §6.4). The log says which it was.
 */
static enum command_exit keep_from_user(void)
{
	terminal_error(
	    _("This token cannot be bound to you (error 6004). Compare its ID with the one that is printed on "
	      "it."));
	caller_refer();
	return COMMAND_NOT_FOUND;
}

/* The user has no token to which another could be added. */
static enum command_exit nothing_to_add_to(const struct otp_enrolment *enrolment)
{
	record(enrolment, "refused", "6008");
	if (caller_user() != NULL)
		terminal_error(_("You have no token yet (error 6008), so there is none to add to. Leave out --add."));
	else
		terminal_error(_("%s has no token yet (error 6008), so there is none to add to. Leave out --add."),
		               enrolment->user);
	return COMMAND_NOT_FOUND;
}

/* The token is not in the inventory; or the user has none to which it could be added. */
static enum command_exit absent(const struct command *command, const struct otp_enrolment *enrolment,
                                const struct otp_error *error)
{
	struct otp_error ignored;
	bool enrolled = false;

	if (otp_login_enrolled(command->host->vault, enrolment->user, &enrolled, &ignored) != OTP_OK)
		return command_failed(error);
	if (enrolment->how != OTP_ENROLL_FIRST && !enrolled)
		return nothing_to_add_to(enrolment);
	record(enrolment, "refused", "6004");
	if (caller_user() != NULL)
		return keep_from_user();
	terminal_error(_("The token %s is not in the inventory (error 6004). Put it there with \"vipotp tokens add\"."),
	               enrolment->token.text);
	return COMMAND_NOT_FOUND;
}

/* It is bound to a user, or waits for one. */
static enum command_exit taken(const struct command *command, const struct otp_enrolment *enrolment)
{
	struct otp_token_report report;
	struct otp_error error = {.status = OTP_OK};

	if (otp_token_report(command->host->vault, &enrolment->token, &report, &error) != OTP_OK)
		return command_failed(&error);
	record(enrolment, report.owner[0] != '\0' ? "bound" : "reserved", NULL);
	if (caller_user() != NULL)
		return keep_from_user();
	if (report.owner[0] != '\0')
		terminal_error(_("The token %s is bound to %s. Release it there before it can be bound again."),
		               report.id.text, report.owner);
	else
		terminal_error(_("The token %s is reserved for %s. \"vipotp tokens assign %s --nobody\" frees it."),
		               report.id.text, report.reserved, report.id.text);
	return COMMAND_EXISTS;
}

/* It is disabled; or a token that it would replace is locked, which only an administrator ends. */
static enum command_exit stopped(const struct command *command, const struct otp_enrolment *enrolment)
{
	const char *id = enrolment->token.text, *user = enrolment->user;
	struct otp_token_report report;
	struct otp_error ignored;

	if (otp_token_report(command->host->vault, &enrolment->token, &report, &ignored) == OTP_OK &&
	    report.status == OTP_TOKEN_DISABLED) {
		record(enrolment, "disabled", "4993");
		if (caller_user() != NULL)
			return keep_from_user();
		terminal_error(_("The token %s is disabled (error 4993). Lift it with \"vipotp enable --token %s\"."),
		               id, id);
		return COMMAND_EXISTS;
	}
	record(enrolment, "locked", "4990");
	if (caller_user() != NULL) {
		terminal_error(_("A token of yours is locked (error 4990)."));
		caller_refer();
	} else {
		terminal_error(_("A token of %s is locked (error 4990). Unlock it with \"vipotp unlock %s\"."), user,
		               user);
	}
	return COMMAND_EXISTS;
}

/* The ID of a new token is taken; or the user has got a token meanwhile. */
static enum command_exit known(const struct otp_enrolment *enrolment)
{
	const char *id = enrolment->token.text;

	record(enrolment, "exists", NULL);
	if (caller_user() != NULL)
		return keep_from_user();
	terminal_error(_("The token ID %s is taken on this host. If it is this token, enrol it with --token %s."), id,
	               id);
	return COMMAND_EXISTS;
}

static enum command_exit full(const struct otp_enrolment *enrolment)
{
	record(enrolment, "refused", NULL);
	if (caller_user() != NULL) {
		terminal_error(_("You have %d tokens, the most there can be."), OTP_TOKENS_MAX);
		caller_refer();
	} else {
		terminal_error(_("%s has %d tokens, the most there can be. Release one of them first."),
		               enrolment->user, OTP_TOKENS_MAX);
	}
	return COMMAND_EXISTS;
}

enum command_exit binding_refuse(const struct command *command, const struct otp_enrolment *enrolment,
                                 const struct otp_error *error)
{
	switch (error->status) {
	case OTP_E_NOT_FOUND:
		return absent(command, enrolment, error);
	case OTP_E_BOUND:
	case OTP_E_RESERVED:
		return taken(command, enrolment);
	case OTP_E_EXISTS:
		return known(enrolment);
	case OTP_E_STATE:
		return stopped(command, enrolment);
	case OTP_E_LIMIT:
		return full(enrolment);
	default:
		record(enrolment, "error", NULL);
		return command_failed(error);
	}
}
