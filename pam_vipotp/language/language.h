/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_LANGUAGE_H
#define VIPOTP_LANGUAGE_H

/* Texts for people in their language. The program's own words are English; a catalogue translates them. */

/* The text in the language in force, or itself. english is a literal; what is returned lives as long. */
__attribute__((format_arg(1))) const char *language_text(const char *english);

/* Around every text that people read. */
#define _(english) language_text(english)

/* Marks a text in a table, which is translated where it is shown. */
#define N_(english) english

#endif
