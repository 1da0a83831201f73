/* SPDX-License-Identifier: BSD-2-Clause */
#include "consent.h"

#include "language/language.h"
#include "terminal/terminal.h"
#include "terminal/text.h"

#include <stdarg.h>

enum { QUESTION_MAX = 1024, TYPED_MAX = 32 };

bool consent_given(const char *yes, const char *question, ...)
{
	char line[QUESTION_MAX], clean[QUESTION_MAX], typed[TYPED_MAX];
	va_list args;

	if (yes != NULL)
		return true;
	va_start(args, question);
	(void)vsnprintf(line, sizeof line, question, args);
	va_end(args);
	text_clean(line, false, clean, sizeof clean);
	if (terminal_ask(clean, typed, sizeof typed) == ANSWER_GIVEN && text_is_yes(typed))
		return true;
	terminal_error(_("Nothing was changed."));
	return false;
}
