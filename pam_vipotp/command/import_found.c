/* SPDX-License-Identifier: BSD-2-Clause */
#include "account.h"
#include "import.h"
#include "language/language.h"
#include "terminal/terminal.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

/* What the first reading found, in the file's order and in trees to find it again: about a hundred bytes a token. */

static int compare_tokens(const void *a, const void *b)
{
	return strcmp(((const struct import_token *)a)->id.text, ((const struct import_token *)b)->id.text);
}

static int compare_users(const void *a, const void *b)
{
	return strcmp(((const struct import_user *)a)->typed, ((const struct import_user *)b)->typed);
}

void import_begin(struct import *import)
{
	import->last_token = &import->tokens;
	import->last_user = &import->users;
	import->fresh = import->known = import->bindings = import->steps = 0;
}

struct import_token *import_find(const struct import *import, const struct otp_token_id *id)
{
	const struct import_token wanted = {.id = *id};
	void *const *node = tfind(&wanted, &import->by_id, compare_tokens);

	return node != NULL ? *node : NULL;
}

struct import_token *import_note(struct import *import, const struct otp_token_id *id)
{
	struct import_token *token = calloc(1, sizeof *token);

	if (token == NULL)
		return NULL;
	token->id = *id;
	if (tsearch(token, &import->by_id, compare_tokens) == NULL) {
		free(token);
		return NULL;
	}
	*import->last_token = token;
	import->last_token = &token->next;
	return token;
}

static struct import_user *note_user(struct import *import, const char *typed, const struct account *account)
{
	size_t typed_size = strlen(typed) + 1, name_size = strlen(account->name) + 1;
	bool same = strcmp(typed, account->name) == 0;
	struct import_user *user = calloc(1, sizeof *user + typed_size + (same ? 0 : name_size));

	if (user == NULL)
		return NULL;
	memcpy(user->text, typed, typed_size);
	if (!same)
		memcpy(user->text + typed_size, account->name, name_size);
	user->typed = user->text;
	user->name = same ? user->text : user->text + typed_size;
	user->uid = account->uid;
	user->exists = account->exists;
	if (tsearch(user, &import->by_name, compare_users) == NULL) {
		free(user);
		return NULL;
	}
	*import->last_user = user;
	import->last_user = &user->next;
	return user;
}

enum command_exit import_find_user(struct import *import, const char *typed, struct import_user **user)
{
	const struct import_user wanted = {.typed = typed};
	void *const *node = tfind(&wanted, &import->by_name, compare_users);
	struct account account;
	enum command_exit result;

	*user = node != NULL ? *node : NULL;
	if (*user != NULL)
		return COMMAND_DONE;
	if ((result = account_find(typed, &account)) != COMMAND_DONE)
		return result;
	if ((*user = note_user(import, typed, &account)) != NULL)
		return COMMAND_DONE;
	terminal_error(_("Memory ran out."));
	return COMMAND_UNAVAILABLE;
}

/* The lists own them. */
static void let_be(void *node)
{
	(void)node;
}

void import_end(struct import *import)
{
	tdestroy(import->by_id, let_be);
	tdestroy(import->by_name, let_be);
	import->by_id = import->by_name = NULL;
	while (import->tokens != NULL) {
		struct import_token *token = import->tokens;

		import->tokens = token->next;
		free(token);
	}
	while (import->users != NULL) {
		struct import_user *user = import->users;

		import->users = user->next;
		free(user);
	}
}
