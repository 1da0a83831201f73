/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_CONVERSE_H
#define VIPOTP_CONVERSE_H

#include <security/pam_modules.h>
#include <stdbool.h>
#include <stddef.h>

/* What the user typed. Whoever holds one ends it with answer_wipe. */
struct answer {
	char *text;
	size_t len;
};

/*
 * Ask through the application's conversation. PAM_SUCCESS with an answer, which may be empty; PAM_CONV_ERR if the
 * conversation failed, was aborted or gave nothing; PAM_BUF_ERR.
 */
int converse_ask(pam_handle_t *pamh, const char *prompt, bool echo, struct answer *answer);

/* Show a line; the application decides how. Nothing depends on whether it could. */
void converse_tell(pam_handle_t *pamh, int style, const char *line);

/* Overwrite by stored length, free. An answer without text is allowed. */
void answer_wipe(struct answer *answer);

#endif
