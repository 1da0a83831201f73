/* SPDX-License-Identifier: BSD-2-Clause */
#include "unenrolled.h"

#include "language/language.h"
#include "show.h"
#include "terminal/terminal.h"
#include "terminal/text.h"
#include "verb/process.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_PERSON = 1000 /* where login.defs(5) names none */, NAME_COLUMN = 20 };

struct pass {
	struct command *command;
	struct json json;
	bool in_json;
	enum command_exit result; /* of the records that could not be read */
};

/* UID_MIN; the last one counts, as useradd(8) has it. */
static uid_t first_person(void)
{
	FILE *file = fopen("/etc/login.defs", "re");
	unsigned long first = FIRST_PERSON;
	char *line = NULL;
	size_t size = 0;

	while (file != NULL && getline(&line, &size, file) > 0) {
		const char *word = line + strspn(line, " \t"), *value = word + strlen("UID_MIN");
		char *end;
		unsigned long number;

		if (strncmp(word, "UID_MIN", strlen("UID_MIN")) != 0 || (*value != ' ' && *value != '\t'))
			continue;
		errno = 0;
		number = strtoul(value, &end, 0);
		if (errno == 0 && end != value && number <= UINT32_MAX && end[strspn(end, " \t\n")] == '\0')
			first = number;
	}
	free(line);
	if (file != NULL)
		(void)fclose(file);
	return (uid_t)first;
}

/* An empty shell is /bin/sh, as login(1) has it. One that only says no is none, whatever /etc/shells lists. */
static bool can_log_in(const struct passwd *account, uid_t first)
{
	const char *slash = strrchr(account->pw_shell, '/');
	const char *shell = slash != NULL ? slash + 1 : account->pw_shell;

	if (account->pw_uid != 0 && account->pw_uid < first)
		return false;
	return strcmp(shell, "nologin") != 0 && strcmp(shell, "false") != 0;
}

static void print(struct pass *pass, const struct passwd *account, int64_t invited)
{
	char user[3 * OTP_USER_MAX + 1], when[SHOW_TIME_MAX];

	if (pass->in_json) {
		json_open_object(&pass->json, NULL);
		json_string(&pass->json, "user", account->pw_name);
		json_number(&pass->json, "uid", account->pw_uid);
		json_string(&pass->json, "shell", account->pw_shell);
		show_json_time(&pass->json, "invited_until", invited);
		json_close_object(&pass->json);
		return;
	}
	text_clean(account->pw_name, false, user, sizeof user);
	if (invited == 0) {
		(void)printf("%s\n", user);
		return;
	}
	show_time(invited, when);
	text_column(stdout, user, NAME_COLUMN);
	(void)putchar(' ');
	(void)printf(_("invited until %s\n"), when);
}

static void list_account(struct pass *pass, const struct passwd *account)
{
	struct otp_vault *vault = pass->command->host->vault;
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status;
	int64_t invited = 0;
	bool enrolled = false;

	if (vault != NULL && otp_login_enrolled(vault, account->pw_name, &enrolled, &error) != OTP_OK) {
		pass->result = command_failed(&error);
		return;
	}
	if (enrolled)
		return;
	status = vault == NULL
	             ? OTP_E_NOT_FOUND
	             : otp_invitation(vault, account->pw_name, account->pw_uid, process_now(), &invited, &error);
	if (status != OTP_OK && status != OTP_E_NOT_FOUND)
		pass->result = command_failed(&error);
	print(pass, account, invited);
}

enum command_exit unenrolled_list(struct command *command, bool in_json)
{
	struct pass pass = {.command = command, .in_json = in_json};
	uid_t first = first_person();
	const struct passwd *account;

	json_begin(&pass.json, stdout);
	if (in_json)
		json_open_array(&pass.json, NULL);
	setpwent();
	while (errno = 0, (account = getpwent()) != NULL && !ferror(stdout))
		if (can_log_in(account, first))
			list_account(&pass, account);
	if (account == NULL && errno != 0 && errno != ENOENT) {
		terminal_error(_("Cannot read the list of accounts: %s."), strerror(errno));
		pass.result = COMMAND_UNAVAILABLE;
	}
	endpwent();
	if (in_json)
		json_close_array(&pass.json);
	return pass.result;
}
