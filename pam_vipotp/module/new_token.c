/* SPDX-License-Identifier: BSD-2-Clause */
#include "new_token.h"

#include "journal.h"
#include "qr/drawing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A prompt has room for a drawing and for everything else: URI, key, sentences. */
enum { WORDS_MAX = 4096, PROMPT_MAX = DRAWING_MAX + 2 * WORDS_MAX, DRAWS_MAX = 32 };

_Static_assert((int)DRAWING_TEXT_MAX >= (int)OTP_URI_MAX, "every URI can be drawn");

/* The name of the account and of the host in the app. A name that is too long is left out; the ID takes its place. */
static void name(const struct login *login, struct otp_seed *seed)
{
	char host[OTP_TEXT_MAX + 1] = "";

	if (strlen(login->user) < sizeof seed->label)
		memcpy(seed->label, login->user, strlen(login->user) + 1);
	if (gethostname(host, sizeof host) == 0 && memchr(host, '\0', sizeof host) != NULL)
		memcpy(seed->issuer, host, sizeof host);
}

enum otp_status new_token_make(const struct login *login, struct otp_vault *vault, struct otp_seed *seed,
                               struct otp_error *error)
{
	struct otp_token_report report;
	enum otp_status status;

	if ((status = otp_seed_random(OTP_TIME, seed)) != OTP_OK)
		return otp_fail(error, status, "cannot make a key: %s", otp_status_text(status));
	name(login, seed);
	for (int i = 0; vault != NULL && i < DRAWS_MAX; i++) {
		if ((status = otp_token_report(vault, &seed->id, &report, error)) == OTP_E_NOT_FOUND)
			return OTP_OK;
		if (status == OTP_OK)
			status = otp_token_id_random(OTP_TIME, &seed->id);
		if (status != OTP_OK)
			return otp_fail(error, status, "cannot draw a random token ID");
	}
	return vault == NULL ? OTP_OK : otp_fail(error, OTP_E_LIMIT, "no free token ID was found");
}

/* In groups of four, as apps ask for it. */
static void group_key(const struct otp_secret *secret, char grouped[OTP_BASE32_LEN(OTP_SECRET_MAX) * 2])
{
	char key[OTP_BASE32_LEN(OTP_SECRET_MAX) + 1];
	size_t used = 0;

	otp_base32_encode(secret->bytes, secret->len, key);
	for (size_t i = 0; key[i] != '\0'; i++) {
		if (i > 0 && i % 4 == 0)
			grouped[used++] = ' ';
		grouped[used++] = key[i];
	}
	grouped[used] = '\0';
	explicit_bzero(key, sizeof key);
}

/* The question behind the drawing, or behind nothing. False: it does not fit. */
static bool print_words(const struct login *login, const struct otp_seed *seed, const char *uri, char *words)
{
	char key[OTP_BASE32_LEN(OTP_SECRET_MAX) * 2], id[OTP_TOKEN_ID_GROUPED_LEN + 1];
	int len = 0;

	group_key(&seed->secret, key);
	otp_token_id_group(&seed->id, id);
	len += snprintf(words, WORDS_MAX, "%s\n%s %s\n", uri, login_text(login, N_("Key:")), key);
	explicit_bzero(key, sizeof key);
	if (len < WORDS_MAX)
		len += snprintf(words + len, (size_t)(WORDS_MAX - len), login_text(login, N_("Token ID: %s\n")), id);
	if (len < WORDS_MAX)
		len += snprintf(words + len, (size_t)(WORDS_MAX - len), "\n%s",
		                login_text(login, N_("One-time password 1 (OTP1): ")));
	return len < WORDS_MAX;
}

char *new_token_prompt(const struct login *login, const struct otp_seed *seed)
{
	char uri[OTP_URI_MAX], *prompt = calloc(1, PROMPT_MAX);
	const char *why = "the URI is too long", *head;
	char *drawing;
	bool drawn = false;
	size_t used;

	if (prompt == NULL)
		return NULL;
	drawing = prompt + WORDS_MAX;
	if (otp_uri_print(seed, uri) == OTP_OK)
		drawn = drawing_make(uri, drawing, &why);
	if (!drawn)
		journal_enrolment(login, &seed->id, "undrawn", "-", NULL, why);
	head = drawn ? login_text(login, N_("This is your new token. Scan the picture with the app on your phone, or "
	                                    "type the key into it."))
	             : login_text(login, N_("This is your new token. Type the key into the app on your phone."));
	used = (size_t)snprintf(prompt, WORDS_MAX, "\n%s\n", head);
	memmove(prompt + used, drawing, strlen(drawing) + 1);
	used += strlen(prompt + used);
	if (!print_words(login, seed, uri, prompt + used))
		new_token_forget(&prompt);
	explicit_bzero(uri, sizeof uri);
	return prompt;
}

void new_token_forget(char **prompt)
{
	if (*prompt != NULL)
		explicit_bzero(*prompt, PROMPT_MAX);
	free(*prompt);
	*prompt = NULL;
}
