/* SPDX-License-Identifier: BSD-2-Clause */
#include "language/language.h"
#include "terminal/terminal.h"
#include "token.h"
#include "verb/facts.h"
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ID, LABEL };
enum { INPUT_MAX = 16384 /* bytes; a token takes less than 2,000 in either format */ };

static const struct verb_option options[] = {
    [ID] = {"id", "ID", N_("its token ID, where the URI names none")},
    [LABEL] = {"label", "TEXT", N_("a name to call it by, in place of the one it brings")},
};

/* What was read, and a NUL behind it. */
struct input {
	const char *where;
	size_t len;
	char text[INPUT_MAX + 1];
};

static enum command_exit failed_to_read(const char *where)
{
	terminal_error(_("%s: cannot read: %s"), where, strerror(errno));
	return errno == ENOENT ? COMMAND_NOT_FOUND : COMMAND_UNAVAILABLE;
}

static enum command_exit read_all(int fd, struct input *input)
{
	ssize_t n;

	do {
		n = read(fd, input->text + input->len, INPUT_MAX - input->len);
		if (n > 0)
			input->len += (size_t)n;
	} while ((n > 0 && input->len < INPUT_MAX) || (n < 0 && errno == EINTR));
	if (n < 0)
		return failed_to_read(input->where);
	input->text[input->len] = '\0';
	if (input->len == INPUT_MAX || strlen(input->text) != input->len) {
		terminal_error(_("%s: neither an otpauth URI nor a .vipaccess file"), input->where);
		return COMMAND_USAGE;
	}
	return COMMAND_DONE;
}

static enum command_exit read_file(const char *path, struct input *input)
{
	struct stat st;
	enum command_exit result;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	input->where = path;
	if (fd < 0)
		return failed_to_read(path);
	result = read_all(fd, input);
	if (result == COMMAND_DONE && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		terminal_say(_("Others can read %s, which holds the key. Remove it."), path);
	(void)close(fd);
	return result;
}

/* A person pastes a URI, which is one line; what comes through a pipe is read to its end. */
static enum command_exit read_standard_input(struct input *input)
{
	input->where = _("standard input");
	if (!terminal_interactive())
		return read_all(STDIN_FILENO, input);
	if (terminal_ask_hidden(_("otpauth URI (not shown): "), input->text, sizeof input->text) != ANSWER_GIVEN) {
		terminal_error(_("Nothing was imported."));
		return COMMAND_REFUSED;
	}
	input->len = strlen(input->text);
	return COMMAND_DONE;
}

static enum otp_status keep_seed(void *arg, const struct otp_seed *seed, unsigned long line, struct otp_error *error)
{
	struct soft_token *token = arg;

	(void)line;
	(void)error;
	token->seed = *seed;
	token->drift = seed->skewed ? (int)(seed->skew / 1000) : 0;
	return OTP_OK;
}

static enum command_exit parse(struct input *input, struct soft_token *token)
{
	const struct otp_foreign file = {.where = input->where, .text = input->text, .len = input->len};
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status;

	if (otp_vipaccess_looks_like(&file)) {
		status = otp_vipaccess_read(&file, keep_seed, token, &error);
	} else {
		char *uri = input->text + strspn(input->text, " \t\r\n");

		uri[strcspn(uri, "\r\n")] = '\0';
		for (size_t len = strlen(uri); len > 0 && uri[len - 1] == ' '; len--)
			uri[len - 1] = '\0';
		status = otp_uri_parse(uri, &token->seed, &error);
	}
	return status == OTP_OK ? COMMAND_DONE : token_failed(&error);
}

/* What the options say goes before what the token brings, but for an ID, which it can have only one of. */
static enum command_exit adjust(const struct command *command, struct otp_seed *seed)
{
	const struct facts facts = {.label = command->value[LABEL]};
	const char *typed = command->value[ID];
	struct otp_token_id id;

	if (typed != NULL && otp_token_id_parse(typed, &id) != OTP_OK)
		return verb_usage(command,
		                  _("\"%s\" is no token ID (error 6004); it has 12 characters, such as VSST12345678."),
		                  typed);
	if (typed != NULL && seed->id.text[0] != '\0' && !otp_token_id_equal(&seed->id, &id))
		return verb_usage(command, _("What is imported is the token %s, not %s."), seed->id.text, id.text);
	if (typed != NULL)
		seed->id = id;
	return facts_read(command, &facts, seed);
}

static enum command_exit run(struct command *command)
{
	struct input input = {.len = 0};
	struct soft_token token = {.drift = 0};
	enum command_exit result =
	    command->operands > 0 ? read_file(command->operand[0], &input) : read_standard_input(&input);

	if (result == COMMAND_DONE)
		result = parse(&input, &token);
	if (result == COMMAND_DONE)
		result = adjust(command, &token.seed);
	if (result == COMMAND_DONE)
		result = token_add(&token);
	explicit_bzero(&input, sizeof input);
	soft_token_wipe(&token);
	return result;
}

const struct verb import_verb = {
    .name = "import",
    .operands = "[FILE]",
    .help = N_("add the token of an otpauth URI or a .vipaccess file"),
    .more = N_("Read from standard input, or from FILE. The URI never stands in the command line."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .most = 1,
    .run = run,
};
