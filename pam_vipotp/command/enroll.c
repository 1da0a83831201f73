/* SPDX-License-Identifier: BSD-2-Clause */
#include "account.h"
#include "binding.h"
#include "caller.h"
#include "dialogue.h"
#include "language/language.h"
#include "making.h"
#include "present.h"
#include "replace.h"
#include "show.h"
#include "source.h"
#include "verb/facts.h"
#include "verb/process.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>

/*
 * Bind a token to a user (product §7.1): choose the token, see whether it could be bound, show it if it is new, and
 * demand two consecutive codes. Nothing is bound on any failure.
 */

enum { TOKEN, NEW, DIGITS, DIGEST, PERIOD, LABEL, ISSUER, QR, URI, URI_FILE, ADD };

/* How often a user may try: an ID, a pair. Root's dialogue ends with his answers. */
enum { OWN_TRIES = 3 };

static const struct verb_option options[] = {
    [TOKEN] = {"token", "ID", N_("a token of the inventory; without any source the ID is asked for")},
    [NEW] = {"new", "KIND", N_("make a token for an app: time or event; its key, URI and QR code are shown")},
    [DIGITS] = {"digits", "N", N_("with --new: digits of a code, 6 to 8 (6)")},
    [DIGEST] = {"digest", "NAME", N_("with --new: SHA1, SHA256 or SHA512 (SHA1)")},
    [PERIOD] = {"period", "SECONDS", N_("with --new time: how long a code is shown, 15 to 300 (30)")},
    [LABEL] = {"label", "TEXT", N_("with --new: the name of the account in the app")},
    [ISSUER] = {"issuer", "TEXT", N_("with --new: the name of the service in the app")},
    [QR] = {"qr", "WHEN", N_("with --new: draw the QR code always, never or on a terminal (auto)")},
    [URI] = {"uri", NULL, N_("take the token from an otpauth URI, the first line of standard input")},
    [URI_FILE] = {"uri-file", "FILE", N_("take it from the first line of a file that only root can read")},
    [ADD] = {"add", NULL, N_("a further token for a user who has one")},
};

struct job {
	struct command *command;
	struct account account;
	struct otp_seed seed;
	struct otp_enrolment enrolment;
	struct dialogue_form form;
};

static enum command_exit check(struct job *job)
{
	struct otp_error error = {.status = OTP_OK};
	struct otp_token_report report;
	uint8_t digits;

	if (otp_enroll_check(job->command->host->vault, &job->enrolment, &digits, &job->form.kind, &error) != OTP_OK)
		return binding_refuse(job->command, &job->enrolment, &error);
	job->form.digits = digits;
	job->form.period = job->seed.period;
	if (job->enrolment.seed != NULL)
		return COMMAND_DONE;
	if (otp_token_report(job->command->host->vault, &job->enrolment.token, &report, &error) != OTP_OK)
		return command_failed(&error);
	job->form.period = report.period;
	return COMMAND_DONE;
}

static bool spent(int tries)
{
	return caller_user() != NULL && tries == OWN_TRIES;
}

/* Ask for the ID until the token could be bound; when the answers end, the last complaint's exit code counts. */
static enum command_exit ask_token(struct job *job)
{
	enum command_exit last = COMMAND_REFUSED, result;

	for (int tries = 0; !spent(tries) && dialogue_id(_("Token ID: "), &job->enrolment.token) == ANSWER_GIVEN;
	     tries++) {
		if ((result = check(job)) == COMMAND_DONE || result == COMMAND_UNAVAILABLE)
			return result;
		last = result;
	}
	terminal_error(_("The dialogue was ended. Nothing was bound."));
	return last;
}

static enum command_exit make_seed(struct job *job)
{
	const struct command *command = job->command;
	const char *const *value = command->value;
	const struct facts facts = {.digits = value[DIGITS],
	                            .digest = value[DIGEST],
	                            .period = value[PERIOD],
	                            .label = value[LABEL],
	                            .issuer = value[ISSUER]};
	enum otp_kind kind = facts_kind(value[NEW]);
	struct otp_error error;
	enum otp_status status;
	enum command_exit result;

	if (kind == OTP_KIND_UNKNOWN)
		return verb_usage(command, _("--new must be time or event, not \"%s\"."), value[NEW]);
	if ((status = otp_seed_random(kind, &job->seed)) != OTP_OK) {
		(void)otp_fail(&error, status, "cannot make a key: %s", otp_status_text(status));
		return command_failed(&error);
	}
	if ((result = facts_read(command, &facts, &job->seed)) != COMMAND_DONE)
		return result;
	return source_fresh_id(command->host->vault, &job->seed);
}

static enum command_exit read_seed(struct job *job)
{
	enum command_exit result = source_uri(job->command->value[URI_FILE], &job->seed);

	if (result == COMMAND_DONE && job->seed.id.text[0] == '\0')
		result = source_fresh_id(job->command->host->vault, &job->seed);
	return result;
}

static enum command_exit choose_token(struct job *job)
{
	const struct command *command = job->command;
	const char *const *value = command->value;
	enum command_exit result;

	if (value[TOKEN] != NULL) {
		if (otp_token_id_parse(value[TOKEN], &job->enrolment.token) != OTP_OK)
			return verb_usage(
			    command,
			    _("\"%s\" is no token ID (error 6004); it has 12 characters, such as VSST12345678."),
			    value[TOKEN]);
		return check(job);
	}
	if (value[NEW] == NULL && value[URI] == NULL && value[URI_FILE] == NULL)
		return ask_token(job);
	result = value[NEW] != NULL ? make_seed(job) : read_seed(job);
	if (result != COMMAND_DONE)
		return result;
	job->enrolment.seed = &job->seed;
	job->enrolment.token = job->seed.id;
	return check(job);
}

/* A first token is the moment to think of the day on which it is lost. */
static void suggest_recovery(const struct job *job)
{
	const char *user = job->account.name;
	struct otp_user_report report;

	if (caller_user() != NULL) {
		if (job->enrolment.how == OTP_ENROLL_FIRST)
			(void)puts(
			    _("For the day on which the token is lost, make recovery codes: \"vipotp recovery\"."));
		return;
	}
	if (job->enrolment.how == OTP_ENROLL_FIRST &&
	    otp_user_report(job->command->host->vault, &job->command->host->settings.limits, user, process_now(),
	                    &report, NULL) == OTP_OK &&
	    report.recovery_left == 0)
		(void)printf(
		    _("For the day on which the token is lost, make recovery codes: \"vipotp recovery %s\".\n"), user);
}

/* COMMAND_REFUSED: the pair was read and refused, another may be tried. */
static enum command_exit judged(const struct job *job, const struct otp_judgement *judgement)
{
	char grouped[OTP_TOKEN_ID_GROUPED_LEN + 1];

	switch (judgement->verdict) {
	case OTP_ACCEPTED:
		binding_record(&job->enrolment, job->form.kind, "accepted", "0000", judgement);
		otp_token_id_group(&job->enrolment.token, grouped);
		if (caller_user() != NULL)
			(void)printf(_("Token %s is bound to you. Its codes are demanded from the next login on.\n"),
			             grouped);
		else
			(void)printf(_("Token %s is bound to %s. Its codes are demanded from the next login on.\n"),
			             grouped, job->account.name);
		suggest_recovery(job);
		return COMMAND_DONE;
	case OTP_WAITING:
	case OTP_LOCKED:
		binding_record(&job->enrolment, job->form.kind, judgement->verdict == OTP_LOCKED ? "locked" : "waiting",
		               judgement->verdict == OTP_LOCKED ? "4990" : NULL, NULL);
		return dialogue_throttled(job->account.name, judgement->verdict, judgement->wait);
	default:
		binding_record(&job->enrolment, job->form.kind, "refused", "49b5", NULL);
		terminal_say(_("These are not two consecutive codes of this token (error 49b5). Nothing was bound."));
		return COMMAND_REFUSED;
	}
}

/* Two codes after another, until a pair is accepted or no more come. */
static enum command_exit prove(struct job *job)
{
	struct otp_judgement judgement;
	struct otp_error error = {.status = OTP_OK};
	enum command_exit result = COMMAND_REFUSED;
	enum answer answer;
	enum otp_status status;

	job->form.first = _("One-time password 1 (OTP1): ");
	job->form.second = _("One-time password 2 (OTP2): ");
	terminal_say(_("Enter two codes that the token shows one right after the other."));
	for (int tries = 0; !spent(tries); tries++) {
		answer = dialogue_pair(&job->form, &job->enrolment.pair);
		if (answer == ANSWER_NONE)
			break;
		/* An invitation that ended since the dialogue began is none. */
		if (job->enrolment.seed != NULL &&
		    (result = making_permitted(job->command, &job->account)) != COMMAND_DONE)
			break;
		status = otp_enroll(job->command->host->vault, &job->command->host->settings.limits, &job->enrolment,
		                    &judgement, &error);
		explicit_bzero(&job->enrolment.pair, sizeof job->enrolment.pair);
		if (status != OTP_OK)
			return binding_refuse(job->command, &job->enrolment, &error);
		if ((result = judged(job, &judgement)) != COMMAND_REFUSED)
			return result;
		if (terminal_interactive() && !spent(tries + 1))
			terminal_say(_("Try again with two new codes, or end with Ctrl-D."));
	}
	explicit_bzero(&job->enrolment.pair, sizeof job->enrolment.pair);
	terminal_error(_("The dialogue was ended. Nothing was bound."));
	return result;
}

static enum command_exit check_sources(const struct command *command)
{
	static const int with_new[] = {DIGITS, DIGEST, PERIOD, LABEL, ISSUER, QR};
	const char *const *value = command->value;
	int sources = (value[TOKEN] != NULL) + (value[NEW] != NULL) + (value[URI] != NULL) + (value[URI_FILE] != NULL);

	if (sources > 1)
		return verb_usage(command, _("Give one of --token, --new, --uri and --uri-file."));
	for (size_t i = 0; value[NEW] == NULL && i < sizeof with_new / sizeof *with_new; i++)
		if (value[with_new[i]] != NULL)
			return verb_usage(command, _("--%s goes with --new only; other tokens bring their own."),
			                  options[with_new[i]].name);
	return present_check(command, value[QR]);
}

static enum command_exit run(struct command *command)
{
	struct job job = {.command = command};
	enum command_exit result;

	if ((result = check_sources(command)) != COMMAND_DONE)
		return result;
	if ((result = account_named(command, true, &job.account)) != COMMAND_DONE)
		return result;
	if ((result = command_open(command, OTP_TO_ADMINISTER)) != COMMAND_DONE)
		return result;
	job.enrolment.user = job.account.name;
	job.enrolment.uid = job.account.uid;
	job.enrolment.how = OTP_ENROLL_ADD;
	if (command->value[NEW] != NULL || command->value[URI] != NULL)
		result = making_permitted(command, &job.account);
	if (result == COMMAND_DONE)
		result = command->value[ADD] != NULL ? replace_addable(command, &job.account, &job.enrolment)
		                                     : replace_permitted(command, &job.account, &job.enrolment.how);
	if (result == COMMAND_DONE)
		result = choose_token(&job);
	if (result == COMMAND_DONE && command->value[NEW] != NULL)
		result = present_token(command, &job.seed, command->value[QR]);
	if (result == COMMAND_DONE)
		result = prove(&job);
	otp_seed_wipe(&job.seed);
	return result;
}

const struct verb enroll_verb = {
    .name = "enroll",
    .operands = "[USER]",
    .help = N_("bind a token to a user by two consecutive codes"),
    .more = N_("Answers, a line each: the token ID unless an option tells it, OTP1, OTP2. Two codes that are refused\n"
               "may be followed by two others."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .most = 1,
    .own = OWN_BY_PASSWORD,
    .own_options = ~(1u << URI_FILE),
    .own_help = N_("bind a token to yourself by two consecutive codes"),
    .own_more = N_("Answers, a line each: your password, a code of the present token if you have one, the token ID\n"
                   "unless an option tells it, OTP1, OTP2. Two codes that are refused may be followed by two others,\n"
                   "twice. --new and --uri need an invitation, unless anybody may make a token here."),
    .run = run,
};
