/* SPDX-License-Identifier: BSD-2-Clause */
#include "split.h"

#include "division.h"
#include "journal.h"
#include "outcome.h"
#include "question.h"

#include <stdlib.h>
#include <string.h>

static const char kept_name[] = "vipotp_split";

/*
 * The mark of an attempt whose first listing was here. What a module keeps in pam_set_data outlives the attempt; this
 * item libpam clears at the begin and at the end of each one, and no module uses it while it authenticates.
 */
enum { MARK_ITEM = PAM_OLDAUTHTOK };
static const char mark[] = "pam_vipotp: split";

bool split_is_first(const struct login *login)
{
	const void *password = NULL;

	if (strcmp(login_item(login->pamh, MARK_ITEM), mark) == 0)
		return false;
	/* A password that is there already comes from the module that checks it: the first line is missing. */
	return pam_get_item(login->pamh, PAM_AUTHTOK, &password) == PAM_SUCCESS && password == NULL;
}

static void wipe(pam_handle_t *pamh, void *data, int status)
{
	struct split_kept *kept = data;

	(void)pamh;
	(void)status;
	if (kept != NULL)
		explicit_bzero(kept, sizeof *kept + kept->len);
	free(kept);
}

const struct split_kept *split_kept(pam_handle_t *pamh)
{
	const void *kept = NULL;

	return pam_get_data(pamh, kept_name, &kept) == PAM_SUCCESS ? kept : NULL;
}

void split_forget(pam_handle_t *pamh)
{
	if (split_kept(pamh) != NULL)
		(void)pam_set_data(pamh, kept_name, NULL, NULL); /* the entry is there: this takes no memory */
}

/* PAM_SUCCESS or PAM_BUF_ERR. */
static int keep(pam_handle_t *pamh, int result, const char *code)
{
	size_t len = strlen(code);
	struct split_kept *kept = malloc(sizeof *kept + len + 1);

	if (kept == NULL)
		return PAM_BUF_ERR;
	kept->result = result;
	kept->len = len;
	memcpy(kept->code, code, len + 1);
	if (pam_set_data(pamh, kept_name, kept, wipe) == PAM_SUCCESS)
		return PAM_SUCCESS;
	wipe(pamh, kept, PAM_BUF_ERR);
	return PAM_BUF_ERR;
}

/* result: what the second listing is to know. */
static int hand_on(const struct login *login, struct answer *answer, size_t code, int result)
{
	int kept = keep(login->pamh, result, answer->text + code);

	if (kept != PAM_SUCCESS)
		return kept;
	answer->text[code] = '\0'; /* its length, by which it is wiped, stays */
	kept = pam_set_item(login->pamh, PAM_AUTHTOK, answer->text);
	explicit_bzero(answer->text + code, answer->len - code);
	return kept == PAM_SUCCESS ? result : PAM_BUF_ERR;
}

/* A failure has its line here, whatever becomes of the password. */
static int log_failure(const struct login *login, enum otp_status status, const struct otp_error *error)
{
	const struct otp_outcome none = {.verdict = OTP_UNENROLLED};

	journal_attempt(login, status, &none, error);
	return outcome_code(status, OTP_UNENROLLED);
}

int split_ask(const struct login *login, const struct judge *judge, enum admission admission, enum otp_status status,
              struct otp_error *error)
{
	struct answer answer = {NULL, 0};
	unsigned lengths = 0;
	int asked, result = PAM_IGNORE;

	split_forget(login->pamh);
	if (pam_set_item(login->pamh, MARK_ITEM, mark) != PAM_SUCCESS)
		return PAM_BUF_ERR;
	if (status == OTP_OK && admission == ADMISSION_PASS)
		return PAM_IGNORE;
	if (status == OTP_OK)
		status = judge_lengths(login, judge, &lengths, error);
	if (status != OTP_OK)
		result = log_failure(login, status, error);
	/* A password is never shown while it is typed, so option echo has no say here. */
	asked = question_ask(login, question_first(login, N_("Password and security code: ")), false, &answer);
	if (asked != PAM_SUCCESS)
		return keep(login->pamh, asked, "") == PAM_SUCCESS ? asked : PAM_BUF_ERR;
	/* Nobody enrols in a process that is not root's. */
	if (status == OTP_OK && admission == ADMISSION_ENROLL && !judge->by_helper)
		result = pam_set_item(login->pamh, PAM_AUTHTOK, answer.text) == PAM_SUCCESS ? PAM_IGNORE : PAM_BUF_ERR;
	else
		result = hand_on(login, &answer, division_find(answer.text, answer.len, lengths), result);
	answer_wipe(&answer);
	return result;
}
