/* SPDX-License-Identifier: BSD-2-Clause */
#include "picture.h"

#include "language/language.h"
#include "terminal/text.h"

#include <stdio.h>
#include <string.h>

enum { LINES_MAX = 24, LINE_MAX_BYTES = 512, CLEAN_MAX = 3 * OTP_TEXT_MAX + 1 };
enum { TITLE_COLUMNS = 20, VALUE_COLUMNS = 16, BAR_LONGEST = 40, BAR_SHORTEST = 5, INDENT = 2 };

/* What goes first where there are too few rows. */
enum rank { CODE = 1, COUNTDOWN, MESSAGE, ID, DRIFT, KEYS, NAME, EMPTY };

struct line {
	enum rank rank;
	char text[LINE_MAX_BYTES];
};

struct sheet {
	int columns;
	size_t n;
	struct line line[LINES_MAX];
};

static char *add(struct sheet *sheet, enum rank rank)
{
	struct line *line = &sheet->line[sheet->n < LINES_MAX ? sheet->n++ : LINES_MAX - 1];

	line->rank = rank;
	line->text[0] = '\0';
	return line->text;
}

/* "Title:  value"; the value alone where there is no room for both. */
static void add_value(struct sheet *sheet, enum rank rank, const char *title, const char *value)
{
	int blanks = TITLE_COLUMNS - text_width(title);

	if (sheet->columns < INDENT + TITLE_COLUMNS + VALUE_COLUMNS)
		(void)snprintf(add(sheet, rank), LINE_MAX_BYTES, "%s", value);
	else
		(void)snprintf(add(sheet, rank), LINE_MAX_BYTES, "%*s%s%*s%s", INDENT, "", title,
		               blanks > 1 ? blanks : 1, "", value);
}

static void add_name(struct sheet *sheet, const struct otp_seed *seed)
{
	char label[CLEAN_MAX], issuer[CLEAN_MAX];

	text_clean(seed->label, false, label, sizeof label);
	text_clean(seed->issuer, false, issuer, sizeof issuer);
	if (*label == '\0' && *issuer == '\0')
		return;
	(void)snprintf(add(sheet, NAME), LINE_MAX_BYTES, "%*s%s%s%s", INDENT, "", issuer,
	               *label != '\0' && *issuer != '\0' ? ": " : "", label);
	(void)add(sheet, EMPTY);
}

static void add_countdown(struct sheet *sheet, const struct picture *picture)
{
	int64_t period = picture->token->seed.period * INT64_C(1000);
	char left[SOFT_TOKEN_LEFT_MAX], bar[BAR_LONGEST + 1];
	int cells, full;

	soft_token_left_text(picture->left, left);
	cells = sheet->columns - 2 * INDENT - 3 - text_width(left);
	if (cells < BAR_SHORTEST) {
		(void)snprintf(add(sheet, COUNTDOWN), LINE_MAX_BYTES, "%s", left);
		return;
	}
	cells = cells < BAR_LONGEST ? cells : BAR_LONGEST;
	full = (int)((picture->left * cells + period - 1) / period);
	for (int i = 0; i < cells; i++)
		bar[i] = i < full ? '#' : '-';
	bar[cells] = '\0';
	(void)snprintf(add(sheet, COUNTDOWN), LINE_MAX_BYTES, "%*s[%s] %s", INDENT, "", bar, left);
}

static void add_drift(struct sheet *sheet, int drift)
{
	char seconds[32];

	if (drift == 0)
		return;
	(void)snprintf(seconds, sizeof seconds, _("%+d s"), drift);
	add_value(sheet, DRIFT, _("Clock correction:"), seconds);
}

/* As many to a line as fit. */
static void add_keys(struct sheet *sheet, bool event)
{
	static const char *const of_time[] = {N_("q quit"),
	                                      N_("c copy code"),
	                                      N_("i copy ID"),
	                                      N_("h hide or show ID"),
	                                      N_("+ - correct the clock"),
	                                      N_("0 no correction"),
	                                      NULL};
	static const char *const of_event[] = {N_("q quit"),    N_("n next code"),       N_("c copy code"),
	                                       N_("i copy ID"), N_("h hide or show ID"), NULL};
	char *line = NULL;
	size_t len = 0;

	for (const char *const *key = event ? of_event : of_time; *key != NULL; key++) {
		const char *text = _(*key);

		if (line == NULL || text_width(line) + INDENT + text_width(text) >= sheet->columns ||
		    len + INDENT + strlen(text) >= LINE_MAX_BYTES) {
			line = add(sheet, KEYS);
			len = 0;
		}
		(void)snprintf(line + len, LINE_MAX_BYTES - len, "%*s%s", INDENT, "", text);
		len = strlen(line);
	}
}

static void fill(struct sheet *sheet, const struct picture *picture)
{
	const struct otp_seed *seed = &picture->token->seed;
	char grouped[OTP_TOKEN_ID_GROUPED_LEN + 1];

	otp_token_id_group(&seed->id, grouped);
	(void)add(sheet, EMPTY);
	add_name(sheet, seed);
	add_value(sheet, ID, _("Token ID:"), picture->id_hidden ? _("(hidden)") : grouped);
	(void)add(sheet, EMPTY);
	add_value(sheet, CODE, _("Security code:"), *picture->code != '\0' ? picture->code : _("press n"));
	if (seed->kind == OTP_TIME) {
		(void)add(sheet, EMPTY);
		add_countdown(sheet, picture);
		add_drift(sheet, picture->token->drift);
	}
	(void)add(sheet, EMPTY);
	add_keys(sheet, seed->kind == OTP_EVENT);
	if (*picture->message != '\0') {
		(void)add(sheet, EMPTY);
		text_clean(picture->message, false, add(sheet, MESSAGE), LINE_MAX_BYTES);
	}
}

/* Take out the last line of the rank that is missed least. */
static void drop(struct sheet *sheet)
{
	size_t least = 0;

	for (size_t i = 1; i < sheet->n; i++)
		if (sheet->line[i].rank >= sheet->line[least].rank)
			least = i;
	memmove(&sheet->line[least], &sheet->line[least + 1], (sheet->n - least - 1) * sizeof *sheet->line);
	sheet->n--;
}

/* Cut at the character that would touch the last column: some terminals wrap there, some erase it. */
static void clip(char *text, int columns)
{
	size_t len = 0, more;
	char c;

	for (; (more = text_character(text + len)) > 0; len += more) {
		int width;

		c = text[len + more];
		text[len + more] = '\0';
		width = text_width(text);
		text[len + more] = c;
		if (width >= columns)
			break;
	}
	text[len] = '\0';
}

size_t picture_draw(const struct picture *picture, int rows, int columns, bool colours, char bytes[PICTURE_MAX])
{
	struct sheet sheet = {.columns = columns};
	size_t len;

	fill(&sheet, picture);
	while (sheet.n > (size_t)rows && sheet.n > 1)
		drop(&sheet);
	len = (size_t)snprintf(bytes, PICTURE_MAX, "\033[H");
	for (size_t i = 0; i < sheet.n; i++) {
		bool strong = colours && sheet.line[i].rank == CODE;

		clip(sheet.line[i].text, columns);
		len += (size_t)snprintf(bytes + len, PICTURE_MAX - len, "%s%s%s%s\033[K", i > 0 ? "\r\n" : "",
		                        strong ? "\033[1m" : "", sheet.line[i].text, strong ? "\033[0m" : "");
	}
	len += (size_t)snprintf(bytes + len, PICTURE_MAX - len, "\033[J");
	explicit_bzero(&sheet, sizeof sheet);
	return len;
}
