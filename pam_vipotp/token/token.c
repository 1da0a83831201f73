/* SPDX-License-Identifier: BSD-2-Clause */
#include "token.h"

#include "language/language.h"
#include "terminal/terminal.h"
#include "verb/facts.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { DRAWS_MAX = 16 /* of random IDs */ };

enum command_exit token_failed(const struct otp_error *error)
{
	terminal_error("%s", error->what[0] != '\0' ? error->what : otp_status_text(error->status));
	switch (error->status) {
	case OTP_OK:
		return COMMAND_DONE;
	case OTP_E_INVALID:
	case OTP_E_LIMIT:
		return COMMAND_USAGE;
	case OTP_E_NOT_FOUND:
		return COMMAND_NOT_FOUND;
	case OTP_E_EXISTS:
		return COMMAND_EXISTS;
	default:
		return COMMAND_UNAVAILABLE;
	}
}

/* ---- which one -------------------------------------------------------------------------------------- */

struct search {
	const struct wallet *wallet;
	const char *label; /* NULL: any */
	struct otp_token_id *id;
	size_t found;
};

/* One whose file cannot be read is not the one that is looked for; its ID names it, and then tells why. */
static bool has_label(const struct wallet *wallet, const struct otp_token_id *id, const char *label)
{
	struct otp_error ignored;
	struct held held;
	bool same;

	if (held_open(wallet, id, HELD_TO_READ, &held, &ignored) != OTP_OK)
		return false;
	same = strcmp(held.token.seed.label, label) == 0;
	held_close(&held);
	return same;
}

static enum otp_status look(void *arg, const struct otp_token_id *id)
{
	struct search *search = arg;

	if (search->label != NULL && !has_label(search->wallet, id, search->label))
		return OTP_OK;
	*search->id = *id;
	search->found++;
	return OTP_OK;
}

enum otp_status token_find(const struct wallet *wallet, const char *typed, struct otp_token_id *id,
                           struct otp_error *error)
{
	struct search search = {.wallet = wallet, .label = typed, .id = id};
	enum otp_status status;

	if (typed != NULL && otp_token_id_parse(typed, id) == OTP_OK)
		return OTP_OK;
	if ((status = wallet_each(wallet, look, &search, error)) != OTP_OK || search.found == 1)
		return status;
	if (typed == NULL && search.found == 0)
		return otp_fail(error, OTP_E_NOT_FOUND,
		                _("There is no token yet. Make one with \"vipotp-token new\"."));
	if (typed == NULL)
		return otp_fail(error, OTP_E_INVALID,
		                _("There are several tokens. Name one by its ID or its label; \"vipotp-token list\" "
		                  "shows them."));
	if (search.found > 1)
		return otp_fail(error, OTP_E_INVALID, _("Several tokens have the label \"%s\". Name one by its ID."),
		                typed);
	return otp_fail(error, OTP_E_NOT_FOUND,
	                _("No token has the ID or label \"%s\". \"vipotp-token list\" shows those that there are."),
	                typed);
}

enum command_exit token_open(const struct command *command, enum held_purpose purpose, struct wallet *wallet,
                             struct held *held)
{
	struct otp_error error = {.status = OTP_OK};
	struct otp_token_id id;
	enum otp_status status = wallet_open(WALLET_TO_READ, wallet, &error);

	if (status == OTP_OK)
		status = token_find(wallet, command->operand[0], &id, &error);
	if (status == OTP_OK)
		status = held_open(wallet, &id, purpose, held, &error);
	if (status == OTP_OK)
		return COMMAND_DONE;
	wallet_close(wallet);
	return token_failed(&error);
}

/* ---- a new one -------------------------------------------------------------------------------------- */

/* Blanks around a text cannot be told in a token file. */
static void trim(char *text)
{
	size_t len = strlen(text), start = strspn(text, " ");

	while (len > start && text[len - 1] == ' ')
		len--;
	memmove(text, text + start, len - start);
	text[len - start] = '\0';
}

/* A label that only repeats the ID, as in URIs of VIP tokens, is none. */
static void tidy(struct otp_seed *seed)
{
	struct otp_token_id id;

	trim(seed->label);
	trim(seed->issuer);
	if (otp_token_id_parse(seed->label, &id) == OTP_OK && otp_token_id_equal(&id, &seed->id))
		seed->label[0] = '\0';
}

/* A prefix that VIP or we gave a meaning must not lie: the person reads it and believes it. */
static enum otp_status check(const struct otp_seed *seed, struct otp_error *error)
{
	enum otp_kind printed = otp_token_id_kind(&seed->id);

	if (printed != OTP_KIND_UNKNOWN && printed != seed->kind)
		return otp_fail(error, OTP_E_INVALID, _("The token %s is no %s token; its ID says so."), seed->id.text,
		                facts_kind_word(seed->kind));
	return otp_seed_check(seed, error);
}

/* A token without an ID gets random ones until one is free. */
static enum otp_status add(const struct wallet *wallet, struct soft_token *token, struct otp_error *error)
{
	struct otp_seed *seed = &token->seed;
	enum otp_status status = OTP_E_EXISTS;

	if (seed->id.text[0] != '\0')
		return held_add(wallet, token, error);
	for (int i = 0; status == OTP_E_EXISTS && i < DRAWS_MAX; i++) {
		if ((status = otp_token_id_random(seed->kind, &seed->id)) != OTP_OK)
			return otp_fail(error, status, _("Cannot draw a random token ID."));
		status = held_add(wallet, token, error);
	}
	return status;
}

enum command_exit token_add(struct soft_token *token)
{
	struct otp_seed *seed = &token->seed;
	struct otp_error error = {.status = OTP_OK};
	struct wallet wallet;
	enum otp_status status;

	tidy(seed);
	wallet.dir = -1;
	if ((status = check(seed, &error)) == OTP_OK)
		status = wallet_open(WALLET_TO_ADD, &wallet, &error);
	if (status == OTP_OK)
		status = add(&wallet, token, &error);
	wallet_close(&wallet);
	if (status != OTP_OK)
		return token_failed(&error);
	(void)printf("%s\n", seed->id.text);
	if (isatty(STDOUT_FILENO) == 1 && seed->kind == OTP_TIME)
		terminal_say(_("See its codes with \"vipotp-token watch\"; hand it on with \"vipotp-token uri\"."));
	else if (isatty(STDOUT_FILENO) == 1)
		terminal_say(_("Take its codes with \"vipotp-token next\"; hand it on with \"vipotp-token uri\"."));
	return COMMAND_DONE;
}
