/* SPDX-License-Identifier: BSD-2-Clause */
#include "split.h"

const char *split_kept(const struct login *login)
{
	(void)login;
	return NULL;
}

void split_forget(const struct login *login)
{
	(void)login;
}

int split_ask(const struct login *login, const struct judge *judge, bool whole)
{
	(void)login;
	(void)judge;
	(void)whole;
	return PAM_AUTH_ERR;
}
