/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_TERMINAL_H
#define VIPOTP_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * The dialogue with the administrator. Answers come from standard input, a line each: typed, or written by a script
 * (product §7). Questions and complaints go to standard error, so that standard output stays clean for scripts; when
 * somebody types but standard error leads elsewhere, questions go to the terminal itself.
 */

enum answer {
	ANSWER_GIVEN = 1,
	ANSWER_NONE,       /* the input ended, or the dialogue was interrupted */
	ANSWER_UNREADABLE, /* longer than the room for it, or holds a NUL; the rest of the line is skipped */
};

/* The program's name before complaints; "vipotp" without it. Borrows name for good. */
void terminal_program(const char *name);

/*
 * The standard streams lead to another process, which has the terminal, if there is one: what it says of it. An answer
 * is waited for so long, s. Before a question whose answer must not be shown as it is typed stands TERMINAL_HIDE, for
 * that process to see to it. For good.
 */
enum { TERMINAL_HIDE = '\0' };
struct terminal_far {
	bool typed;   /* somebody types the answers */
	bool shown;   /* standard output is shown on a terminal */
	bool colours; /* and may have colours */
	int patience;
	const char *late; /* said then; borrowed */
};
void terminal_be_far(const struct terminal_far *far);

/* Whether a person answers. */
bool terminal_interactive(void);

/* Whether standard output is a terminal. */
bool terminal_shown(void);

/* Whether to use colours on this stream: a terminal, and NO_COLOR not set. */
bool terminal_colours(FILE *stream);

/* Ask and read one line without its end. The caller wipes answer if it is secret. */
enum answer terminal_ask(const char *question, char *answer, size_t size);

/* The same without showing what is typed, for keys. */
enum answer terminal_ask_hidden(const char *question, char *answer, size_t size);

/* Say something in the dialogue; a line of its own. */
__attribute__((format(printf, 1, 2))) void terminal_say(const char *format, ...);

/* Complain on standard error, after the program's name; a line of its own. */
__attribute__((format(printf, 1, 2))) void terminal_error(const char *format, ...);

#endif
