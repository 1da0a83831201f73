/* SPDX-License-Identifier: BSD-2-Clause */
#include "scan.h"

#include <string.h>
#include <strings.h>

/* All numbers of this many characters fit int, in hexadecimal too, and every range of ours is far smaller. */
enum { NUMBER_LONGEST = 9 };

/* services = { sshd = { } }. Deeper is a mistake, most often a } that is missing. */
enum { DEPTH_MAX = 2 };

#define DIGITS "0123456789"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

enum token {
	END,
	NAME,         /* of a key or group, or a truth value */
	NUMBER,       /* what libconfig would start to read as one */
	TEXT,         /* with its quotes */
	MARK,         /* any other character */
	OPEN_TEXT,    /* a quote that is not closed in its line */
	OPEN_COMMENT, /* a comment that is never closed */
};

struct word {
	enum token token;
	const char *start;
	size_t len;
	unsigned line;
};

/* A walk through the text. */
struct scan {
	const char *at;
	unsigned line;
	struct word word; /* where we are */
	struct word before;
	struct word name;             /* the latest name of a key */
	struct word group[DEPTH_MAX]; /* names of the groups we are in */
	const char *inside[DEPTH_MAX + 1];
	char list[DEPTH_MAX + 2]; /* of each depth, the list that is open: '(' or '['; 0 for none */
	size_t depth;             /* may exceed DEPTH_MAX by one, then the walk ends */
};

static void begin(struct scan *scan, const char *text)
{
	memset(scan, 0, sizeof *scan);
	scan->at = text;
	scan->line = 1;
	scan->inside[0] = text;
}

static void advance(struct scan *scan, size_t len)
{
	for (; len > 0; len--)
		scan->line += *scan->at++ == '\n';
}

/* Step over blanks and comments. False at a comment without an end, which is where the walk then stands. */
static bool skip(struct scan *scan)
{
	for (;;) {
		advance(scan, strspn(scan->at, " \t\r\n\f"));
		if (*scan->at == '#' || strncmp(scan->at, "//", 2) == 0) {
			advance(scan, strcspn(scan->at, "\n"));
		} else if (strncmp(scan->at, "/*", 2) == 0) {
			const char *end = strstr(scan->at + 2, "*/");

			if (end == NULL)
				return false;
			advance(scan, (size_t)(end + 2 - scan->at));
		} else {
			return true;
		}
	}
}

/*
 * The length of the text at a quote, with both quotes; 0 if the second is missing. libconfig would search it in the
 * lines below, where it finds the first quote of another text.
 */
static size_t text_length(const char *start)
{
	const char *at = start + 1;

	while (*at != '\0' && *at != '\n' && *at != '"')
		at += *at == '\\' && (at[1] == '"' || at[1] == '\\') ? 2 : 1;
	return *at == '"' ? (size_t)(at + 1 - start) : 0;
}

static void read_word(struct scan *scan)
{
	struct word *word = &scan->word;
	bool closed = skip(scan);
	char c = *scan->at;

	*word = (struct word){.token = MARK, .start = scan->at, .len = 1, .line = scan->line};
	if (!closed) {
		word->token = OPEN_COMMENT;
	} else if (c == '\0') {
		word->token = END;
		word->len = 0;
	} else if (c == '"') {
		word->token = text_length(scan->at) > 0 ? TEXT : OPEN_TEXT;
		word->len = word->token == TEXT ? text_length(scan->at) : 1;
	} else if (strchr(LETTERS "*", c) != NULL) {
		word->token = NAME;
		word->len = strspn(scan->at, LETTERS DIGITS "*-_");
	} else if (strchr(DIGITS "+-.", c) != NULL) {
		word->token = NUMBER;
		word->len = 1 + strspn(scan->at + 1, LETTERS DIGITS "._");
	}
	advance(scan, word->len);
}

/* What is written never overtakes what is read: a space stands for a gap, a line feed for one that was there. */
void scan_strip(char *text)
{
	const char *end = text;
	unsigned line = 1;
	struct scan scan;
	char *to = text;

	begin(&scan, text);
	for (read_word(&scan); scan.word.token != END; read_word(&scan)) {
		if (scan.word.line == line && scan.word.start > end)
			*to++ = ' ';
		for (; line < scan.word.line; line++)
			*to++ = '\n';
		memmove(to, scan.word.start, scan.word.len);
		to += scan.word.len;
		end = scan.at;
	}
	*to = '\0';
}

static bool is_mark(const struct word *word, const char *marks)
{
	return word->token == MARK && strchr(marks, *word->start) != NULL;
}

static bool is_truth(const struct word *word)
{
	return (word->len == 4 && strncasecmp(word->start, "true", 4) == 0) ||
	       (word->len == 5 && strncasecmp(word->start, "false", 5) == 0);
}

static bool is_key(const struct scan *scan)
{
	return scan->word.token == NAME && !is_mark(&scan->before, "=:") && scan->list[scan->depth] == '\0';
}

/* The next word; false at the end, or where the walk can't go on. */
static bool next(struct scan *scan)
{
	scan->before = scan->word;
	read_word(scan);
	if (is_key(scan))
		scan->name = scan->word;
	if (is_mark(&scan->word, "{")) {
		if (scan->depth < DEPTH_MAX) {
			scan->group[scan->depth] = scan->name;
			scan->group[scan->depth].line = scan->word.line;
			scan->inside[scan->depth + 1] = scan->at;
			scan->name = (struct word){.token = END};
		}
		scan->list[++scan->depth] = '\0';
	} else if (is_mark(&scan->word, "}") && scan->depth > 0) {
		scan->name = scan->group[--scan->depth];
	} else if (is_mark(&scan->word, "([") && is_mark(&scan->before, "=:")) {
		scan->list[scan->depth] = *scan->word.start;
	} else if (is_mark(&scan->word, ")]")) {
		scan->list[scan->depth] = '\0';
	}
	return scan->word.token != END && scan->word.token != OPEN_TEXT && scan->word.token != OPEN_COMMENT &&
	       scan->depth <= DEPTH_MAX;
}

static struct place place_of(const struct scan *scan, const char *file, unsigned line)
{
	struct place place = {.file = file, .line = line};

	for (size_t i = 0; i < scan->depth && i < DEPTH_MAX; i++)
		if (scan->group[i].len > 0)
			place_enter(&place, scan->group[i].start, scan->group[i].len);
	if (scan->name.len > 0)
		place_enter(&place, scan->name.start, scan->name.len);
	return place;
}

/* Whether a string holds the escape that libconfig drops. A backslash that is itself escaped begins none. */
static bool holds_nul(const struct word *text)
{
	for (size_t i = 0; i + 4 < text->len; i++) {
		if (text->start[i] != '\\')
			continue;
		if (strncasecmp(text->start + i, "\\x00", 4) == 0)
			return true;
		i++;
	}
	return false;
}

/*
 * What is wrong with a list that begins, or with the word we are at in one, and how to mend it; NULL: nothing. The only
 * lists are exempt = ( { }, { } ) and, in these groups, lists of texts in [ ].
 */
static const char *list_fault(const struct scan *scan)
{
	const struct word *name = scan->depth == 0 ? &scan->name : &scan->group[0];
	char list = scan->list[scan->depth];

	if (is_mark(&scan->word, "([")) {
		if (scan->depth > 1 || name->len != strlen("exempt") || memcmp(name->start, "exempt", name->len) != 0)
			return "no setting but exempt is a list; give one value";
		if (*scan->word.start != (scan->depth == 0 ? '(' : '['))
			return scan->depth == 0 ? "rules stand between ( and ), names in them between [ and ]"
			                        : "names and networks stand between [ and ]";
		return is_mark(&scan->before, "=:") ? NULL : "a list stands behind NAME = and nowhere else";
	}
	if (list == '[' && scan->word.token != TEXT && !is_mark(&scan->word, ","))
		return "names and networks stand in double quotes between [ and ]; is a quote or a ] missing?";
	if (list == '(' && !is_mark(&scan->word, "},"))
		return "rules, each a group { }, stand between ( and ); is a { or a ) missing?";
	return NULL;
}

/* The same of the word we are at, wherever it stands. */
static const char *word_fault(const struct scan *scan)
{
	const struct word *word = &scan->word;

	if (is_mark(word, "@"))
		return "@include is not allowed; write every setting into this file";
	if (list_fault(scan) != NULL)
		return list_fault(scan);
	if (word->token == NUMBER && word->len > NUMBER_LONGEST)
		return "the number is too long; vipotp.conf(5) has its range";
	if (word->token == TEXT && holds_nul(word))
		return "\\x00 cannot stand in a text; remove it";
	/* libconfig would forget to free it. */
	if (word->token == TEXT && scan->before.token != TEXT && !is_mark(&scan->before, "=:") &&
	    scan->list[scan->depth] == '\0')
		return "a text stands here without a name; write NAME = \"TEXT\";";
	if (word->token == NAME && !is_key(scan) && !is_truth(word))
		return "a text stands in double quotes; add them";
	return NULL;
}

/* The same of the end of the walk. */
static const char *end_fault(const struct scan *scan)
{
	if (scan->word.token == OPEN_TEXT)
		return "the text has no closing quote in its line; add it";
	if (scan->word.token == OPEN_COMMENT)
		return "the comment that begins here is never closed; add */";
	if (scan->depth > DEPTH_MAX)
		return "no group belongs in here; is a } missing above?";
	if (scan->list[scan->depth] != '\0')
		return scan->list[scan->depth] == '(' ? "the list is never closed; add );"
		                                      : "the list is never closed; add ];";
	return NULL;
}

enum otp_status scan_check(const char *text, const char *file, struct otp_error *error)
{
	struct scan scan;
	struct place place;
	const char *fault = NULL;

	begin(&scan, text);
	while (fault == NULL && next(&scan))
		fault = word_fault(&scan);
	if (fault == NULL)
		fault = end_fault(&scan);
	if (fault == NULL && scan.depth == 0)
		return OTP_OK;
	if (fault == NULL) {
		scan.name = scan.group[--scan.depth];
		scan.word.line = scan.name.line;
		fault = "the group that begins here is never closed; add };";
	}
	place = place_of(&scan, file, scan.word.line);
	return place_refuse(&place, error, "%s", fault);
}

/* Whether the name we are at stands a second time in its group. */
static bool is_second(const struct scan *scan)
{
	struct scan earlier;

	begin(&earlier, scan->inside[scan->depth]);
	while (next(&earlier) && earlier.word.start < scan->word.start)
		if (earlier.depth == 0 && is_key(&earlier) && earlier.word.len == scan->word.len &&
		    memcmp(earlier.word.start, scan->word.start, scan->word.len) == 0)
			return true;
	return false;
}

enum otp_status scan_refuse(const char *text, const char *file, unsigned line, struct otp_error *error)
{
	struct scan scan;
	struct place near = {.file = file, .line = line};

	begin(&scan, text);
	while (next(&scan) && scan.word.line <= line) {
		bool key = is_key(&scan);
		struct place place = place_of(&scan, file, line);

		if (key && scan.word.line == line && is_second(&scan))
			return place_refuse(&place, error, "stands here a second time; keep one of the two");
		if (key || scan.word.line < line)
			near = place;
	}
	return place_refuse(&near, error, "syntax error here or just before; a setting is written NAME = VALUE;");
}
