/* SPDX-License-Identifier: BSD-2-Clause */
#include "language/language.h"
#include "picture.h"
#include "screen.h"
#include "take.h"
#include "terminal/terminal.h"
#include "token.h"
#include "verb/process.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { HIDE_ID };
enum { MESSAGE_MAX = 320, COPY_MAX = 64, PAUSE_MS = 1000 };

static const struct verb_option options[] = {
    [HIDE_ID] = {"hide-id", NULL, N_("begin with the token ID hidden")},
};

struct watch {
	const struct wallet *wallet;
	struct soft_token token;
	char code[SOFT_TOKEN_CODE_LEN + 1]; /* "" before the first of an event token */
	int64_t left;                       /* ms, of a time token's */
	int64_t taken_at;                   /* ms of the monotonic clock; 0: no code was taken yet */
	bool id_hidden;
	char message[MESSAGE_MAX];
};

static void say(struct watch *watch, const char *text)
{
	(void)snprintf(watch->message, sizeof watch->message, "%s", text);
}

/* Base64 (RFC 4648 §4) of a code or an ID. */
static void encode(const char *text, char encoded[COPY_MAX])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t len = strlen(text), n = 0;

	for (size_t i = 0; i < len; i += 3) {
		uint32_t three = (uint32_t)(uint8_t)text[i] << 16;

		if (i + 1 < len)
			three |= (uint32_t)(uint8_t)text[i + 1] << 8;
		if (i + 2 < len)
			three |= (uint8_t)text[i + 2];
		encoded[n++] = digits[three >> 18];
		encoded[n++] = digits[three >> 12 & 63];
		encoded[n++] = i + 1 < len ? digits[three >> 6 & 63] : '=';
		encoded[n++] = i + 2 < len ? digits[three & 63] : '=';
	}
	encoded[n] = '\0';
}

/* OSC 52: the terminal puts it into the clipboard of the computer at which the person sits, also through ssh. */
static void copy(const char *text)
{
	char encoded[COPY_MAX], sequence[COPY_MAX + 16];
	int len;

	encode(text, encoded);
	len = snprintf(sequence, sizeof sequence, "\033]52;c;%s\a", encoded);
	screen_write(sequence, (size_t)len);
	explicit_bzero(encoded, sizeof encoded);
	explicit_bzero(sequence, sizeof sequence);
}

static int64_t monotonic_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Not so fast: a key that is held down would run so many codes ahead that none is accepted any more. */
static void take_next(struct watch *watch)
{
	struct otp_error error = {.status = OTP_OK};
	struct held held;
	int64_t now = monotonic_ms();

	if (watch->taken_at != 0 && now - watch->taken_at < PAUSE_MS)
		return;
	watch->taken_at = now;
	if (held_open(watch->wallet, &watch->token.seed.id, HELD_TO_CHANGE, &held, &error) == OTP_OK) {
		if (take_code(&held, watch->code, &error) == OTP_OK)
			watch->token = held.token;
		held_close(&held);
	}
	if (error.status != OTP_OK)
		say(watch, error.what);
}

/* by: seconds; 0 takes the correction back. */
static void correct(struct watch *watch, int by)
{
	struct otp_error error = {.status = OTP_OK};
	struct held held;
	int drift;

	if (held_open(watch->wallet, &watch->token.seed.id, HELD_TO_CHANGE, &held, &error) == OTP_OK) {
		drift = by == 0 ? 0 : held.token.drift + by;
		if (drift >= -SOFT_TOKEN_DRIFT_MAX && drift <= SOFT_TOKEN_DRIFT_MAX) {
			held.token.drift = drift;
			if (held_save(&held, &error) == OTP_OK)
				watch->token = held.token;
		}
		held_close(&held);
	}
	if (error.status != OTP_OK)
		say(watch, error.what);
}

static void copy_code(struct watch *watch)
{
	if (watch->code[0] == '\0') {
		say(watch, _("There is no code yet."));
		return;
	}
	copy(watch->code);
	say(watch, _("The code was given to the terminal's clipboard."));
}

/* False: quit. */
static bool press(struct watch *watch, char key)
{
	bool event = watch->token.seed.kind == OTP_EVENT;

	watch->message[0] = '\0';
	if (key == 'q') {
		return false;
	} else if (key == 'c') {
		copy_code(watch);
	} else if (key == 'i') {
		copy(watch->token.seed.id.text);
		say(watch, _("The token ID was given to the terminal's clipboard."));
	} else if (key == 'h') {
		watch->id_hidden = !watch->id_hidden;
	} else if (event && (key == 'n' || key == ' ')) {
		take_next(watch);
	} else if (!event && (key == '+' || key == '-')) {
		correct(watch, key == '+' ? 1 : -1);
	} else if (!event && key == '0') {
		correct(watch, 0);
	}
	return true;
}

/* Bring code and countdown up to date; the ms after which they are not. */
static int refresh(struct watch *watch)
{
	int64_t now = process_now();

	if (watch->token.seed.kind == OTP_EVENT)
		return -1;
	watch->left = soft_token_left(&watch->token, now);
	if (soft_token_code(&watch->token.seed, soft_token_step(&watch->token, now), watch->code) != OTP_OK) {
		watch->code[0] = '\0';
		say(watch, _("The code could not be computed."));
	}
	return (int)((watch->left - 1) % 1000) + 1;
}

static void draw(const struct watch *watch)
{
	const struct picture picture = {.token = &watch->token,
	                                .code = watch->code,
	                                .left = watch->left,
	                                .id_hidden = watch->id_hidden,
	                                .message = watch->message};
	char bytes[PICTURE_MAX];
	int rows, columns;

	screen_size(&rows, &columns);
	screen_write(bytes, picture_draw(&picture, rows, columns, terminal_colours(stdout), bytes));
	explicit_bzero(bytes, sizeof bytes);
}

static void look_on(struct watch *watch)
{
	enum screen_event event = SCREEN_TICK;
	bool quit = false;
	char key;

	while (event != SCREEN_END && !quit) {
		int ms = refresh(watch);

		draw(watch);
		event = screen_wait(ms, &key);
		quit = event == SCREEN_KEY && !press(watch, key);
	}
}

static enum command_exit run(struct command *command)
{
	struct watch watch = {.id_hidden = command->value[HIDE_ID] != NULL};
	struct wallet wallet;
	struct held held;
	enum command_exit result;

	if (!screen_possible()) {
		terminal_error(
		    _("\"watch\" needs a terminal on standard input and output. Use \"vipotp-token show\"."));
		return COMMAND_UNAVAILABLE;
	}
	if ((result = token_open(command, HELD_TO_READ, &wallet, &held)) != COMMAND_DONE)
		return result;
	watch.wallet = &wallet;
	watch.token = held.token;
	held_close(&held);
	if (screen_open()) {
		look_on(&watch);
	} else {
		terminal_error(_("The terminal cannot be used."));
		result = COMMAND_UNAVAILABLE;
	}
	explicit_bzero(&watch, sizeof watch);
	wallet_close(&wallet);
	if (result == COMMAND_DONE)
		screen_close();
	return result;
}

const struct verb watch_verb = {
    .name = "watch",
    .operands = "[TOKEN]",
    .help = N_("show a token's ID and code on the whole screen, with a countdown"),
    .more = N_("Keys: c copies the code, i the ID (through the terminal, OSC 52); h hides the ID and shows it;\n"
               "n or the space bar takes an event token's next code; + and - correct a time token's clock by a\n"
               "second, 0 takes the correction back; q quits."),
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .most = 1,
    .run = run,
};
