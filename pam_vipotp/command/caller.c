/* SPDX-License-Identifier: BSD-2-Clause */
#include "caller.h"

#include "language/language.h"
#include "terminal/terminal.h"

static const struct caller *user;
static const char *reached_at = "";

void caller_begin(const struct caller *caller)
{
	user = caller;
}

const struct caller *caller_user(void)
{
	return user;
}

void caller_contact(const char *contact)
{
	reached_at = contact;
}

void caller_refer(void)
{
	if (*reached_at != '\0')
		terminal_error(_("Ask your administrator: %s"), reached_at);
	else
		terminal_error(_("Ask your administrator."));
}
