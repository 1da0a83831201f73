/* SPDX-License-Identifier: BSD-2-Clause */
#include "language/language.h"
#include "terminal/json.h"
#include "terminal/text.h"
#include "token.h"
#include "verb/facts.h"
#include "verbs.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { JSON };
enum { ID_COLUMNS = 16, COLUMNS = 8, LABEL_CLEAN_MAX = 3 * OTP_TEXT_MAX + 1 };

static const struct verb_option options[] = {
    [JSON] = {"json", NULL, N_("a JSON array")},
};

struct pass {
	const struct wallet *wallet;
	struct json json;
	bool in_json;
	enum command_exit result; /* of the files that could not be read */
};

static void print_head(void)
{
	text_column(stdout, _("TOKEN ID"), ID_COLUMNS);
	text_column(stdout, _("KIND"), COLUMNS);
	text_column(stdout, _("DIGITS"), COLUMNS);
	text_column(stdout, _("DIGEST"), COLUMNS);
	text_column(stdout, _("PERIOD"), COLUMNS);
	(void)printf("%s\n", _("LABEL"));
}

static void print_row(const struct otp_seed *seed)
{
	char label[LABEL_CLEAN_MAX], period[8] = "-";

	text_clean(seed->label, false, label, sizeof label);
	if (seed->kind == OTP_TIME)
		(void)snprintf(period, sizeof period, "%u", seed->period);
	(void)printf("%-*s%-*s%-*u%-*s%-*s%s\n", ID_COLUMNS, seed->id.text, COLUMNS, facts_kind_word(seed->kind),
	             COLUMNS, seed->digits, COLUMNS, facts_digest_word(seed->digest), COLUMNS, period, label);
}

static void json_expires(struct json *json, int64_t expires)
{
	time_t t = (time_t)expires;
	char text[32];
	struct tm broken;

	if (expires == 0 || gmtime_r(&t, &broken) == NULL ||
	    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &broken) == 0)
		json_null(json, "expires");
	else
		json_string(json, "expires", text);
}

static void json_row(struct json *json, const struct soft_token *token)
{
	const struct otp_seed *seed = &token->seed;
	bool event = seed->kind == OTP_EVENT;

	json_open_object(json, NULL);
	json_string(json, "id", seed->id.text);
	json_string(json, "kind", facts_kind_word(seed->kind));
	json_number(json, "digits", seed->digits);
	json_string(json, "digest", facts_digest_word(seed->digest));
	event ? json_null(json, "period") : json_number(json, "period", seed->period);
	event ? json_number(json, "counter", seed->counter) : json_null(json, "counter");
	event ? json_null(json, "drift") : json_number(json, "drift", token->drift);
	json_string(json, "label", seed->label);
	json_string(json, "issuer", seed->issuer);
	json_expires(json, seed->expires);
	json_close_object(json);
}

static enum otp_status list(void *arg, const struct otp_token_id *id)
{
	struct pass *pass = arg;
	struct otp_error error = {.status = OTP_OK};
	struct held held;
	enum otp_status status = held_open(pass->wallet, id, HELD_TO_READ, &held, &error);

	if (status == OTP_E_NOT_FOUND) /* removed since the listing began */
		return OTP_OK;
	if (status != OTP_OK) {
		pass->result = token_failed(&error);
		return OTP_OK;
	}
	if (pass->in_json)
		json_row(&pass->json, &held.token);
	else
		print_row(&held.token.seed);
	held_close(&held);
	return OTP_OK;
}

static enum command_exit run(struct command *command)
{
	struct wallet wallet;
	struct pass pass = {.wallet = &wallet, .in_json = command->value[JSON] != NULL};
	struct otp_error error = {.status = OTP_OK};

	if (wallet_open(WALLET_TO_READ, &wallet, &error) != OTP_OK) {
		wallet_close(&wallet);
		return token_failed(&error);
	}
	json_begin(&pass.json, stdout);
	if (pass.in_json)
		json_open_array(&pass.json, NULL);
	else if (isatty(STDOUT_FILENO) == 1)
		print_head();
	if (wallet_each(&wallet, list, &pass, &error) != OTP_OK)
		pass.result = token_failed(&error);
	if (pass.in_json)
		json_close_array(&pass.json);
	wallet_close(&wallet);
	return pass.result;
}

const struct verb list_verb = {
    .name = "list",
    .operands = "",
    .help = N_("your tokens, a line each"),
    .more = N_("ID, kind (time or event), digits, digest, period, label."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .run = run,
};
