/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit.h"
#include "import.h"
#include "language/language.h"
#include "terminal/progress.h"
#include "terminal/terminal.h"
#include "verb/facts.h"
#include "verb/process.h"

#include <string.h>

/* The second reading: what import_check planned is done, or undone again. */

struct work {
	struct import *import;
	struct import_token *next; /* the one that comes now */
	struct progress progress;
	size_t stored;
	unsigned long line;
	bool stopped; /* by us, not by the reader */
};

/* That a token was bound without two codes is told of each user. */
static void record(const struct import *import, const struct otp_seed *seed)
{
	struct audit audit;

	audit_begin(&audit, "enroll");
	audit_add(&audit, "user", seed->user);
	audit_add(&audit, "token", seed->id.text);
	audit_add(&audit, "kind", facts_kind_word(seed->kind));
	audit_add(&audit, "verdict", "migrated");
	audit_add(&audit, "file", import->file.where);
	audit_send(&audit);
}

static enum otp_status bind(const struct import *import, const struct import_token *token, const struct otp_seed *seed,
                            struct otp_error *error)
{
	struct otp_vault *vault = import->command->host->vault;
	struct otp_enrolment enrolment = {.user = token->user->name,
	                                  .uid = token->user->uid,
	                                  .token = token->id,
	                                  .seed = token->plan == IMPORT_BIND ? seed : NULL};
	bool enrolled;
	enum otp_status status = otp_login_enrolled(vault, enrolment.user, &enrolled, error);

	if (status != OTP_OK)
		return status;
	enrolment.how = enrolled ? OTP_ENROLL_ADD : OTP_ENROLL_FIRST;
	enrolment.pair.second_at = process_now();
	if ((status = otp_enroll_migrated(vault, &enrolment, error)) == OTP_OK)
		record(import, seed);
	return status;
}

static enum otp_status carry_out(const struct import *import, const struct import_token *token, struct otp_seed *seed,
                                 struct otp_error *error)
{
	seed->id = token->id;
	memset(seed->user, 0, sizeof seed->user);
	if (token->user != NULL)
		memcpy(seed->user, token->user->name, strlen(token->user->name));
	if (token->plan == IMPORT_ADD || token->user == NULL)
		return otp_token_add(import->command->host->vault, seed, process_now(), error);
	return bind(import, token, seed, error);
}

static enum otp_status visit(void *arg, const struct otp_seed *given, unsigned long line, struct otp_error *error)
{
	struct work *work = arg;
	struct import_token *token = work->next;
	struct otp_seed seed;
	enum otp_status status;

	work->next = token->next;
	if (token->plan == IMPORT_NOTHING)
		return OTP_OK;
	seed = *given;
	status = carry_out(work->import, token, &seed, error);
	otp_seed_wipe(&seed);
	token->touched =
	    status == OTP_OK || status == OTP_E_IO; /* the store's contract: a write that failed may be there */
	work->stopped = status != OTP_OK;
	work->line = line;
	progress_at(&work->progress, ++work->stored);
	return status;
}

static bool is_gone(enum otp_status status)
{
	return status == OTP_OK || status == OTP_E_NOT_FOUND || status == OTP_E_INVALID;
}

/* One token, as it was before. False: it is not. */
static bool undo(const struct import *import, const struct import_token *token)
{
	struct otp_vault *vault = import->command->host->vault;
	size_t released;

	if (token->plan != IMPORT_ADD && !is_gone(otp_release(vault, token->user->name, &token->id, &released, NULL)))
		return false;
	if (token->plan != IMPORT_BIND_STOCKED)
		return is_gone(otp_token_remove(vault, &token->id, NULL));
	return !token->reserved || otp_token_assign(vault, &token->id, token->user->name, NULL) == OTP_OK;
}

static void take_back(const struct import *import)
{
	size_t left = 0, touched = 0;

	for (struct import_token *token = import->tokens; token != NULL; token = token->next) {
		if (!token->touched)
			continue;
		touched++;
		left += !undo(import, token);
	}
	if (left > 0)
		terminal_error(_("Of %s %zu tokens were stored and could not be taken back. The same import once more "
		                 "completes it."),
		               import->file.where, left);
	else if (touched > 0)
		terminal_error(_("What was stored of %s was taken back."), import->file.where);
}

enum command_exit import_store(struct import *import)
{
	struct work work = {.import = import, .next = import->tokens};
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status;
	enum command_exit result;

	progress_begin(&work.progress, _("Storing"), import->steps);
	status = import->format->read(&import->file, visit, &work, &error);
	progress_hide(&work.progress);
	if (status == OTP_OK)
		return COMMAND_DONE;
	result = work.stopped ? import_failed(import, work.line, &error) : command_failed(&error);
	take_back(import);
	return result;
}
