/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_LANGUAGE_H
#define VIPOTP_LANGUAGE_H

/*
 * Texts for people in their language. The program's own words are English; a gettext catalogue, po/LANGUAGE.po, that is
 * compiled in translates them. What comes out is UTF-8, whatever the locale.
 *
 * The catalogue is not read by gettext(3): that follows LANGUAGE even under a locale that was named to it, so that
 * whoever calls sudo would choose what root's process says, from a file of his choice at worst; it also keeps what it
 * has read in the host process for good (product §10, rules 8 and 10).
 */

/* The setting `language` (product §8). */
enum language {
	LANGUAGE_AUTO = 0, /* nobody chose: the module speaks English, the command as its caller's environment says */
	LANGUAGE_ENGLISH,
	LANGUAGE_JAPANESE,
};

/*
 * The text in a language, or itself where there is no translation. Both live for good. It looks at nothing of the
 * process and changes nothing, so that the module may call it in any thread of any host.
 */
__attribute__((format_arg(2))) const char *language_in(enum language language, const char *english);

/* Programs of our own: the language from now on. English until then. The module has none and leaves this alone. */
void language_use(enum language language);

/* The language in force. */
enum language language_used(void);

/* The text in the language in force, or itself. english is a literal; what is returned lives as long. */
__attribute__((format_arg(1))) const char *language_text(const char *english);

/* Around every text that people read. */
#define _(english) language_text(english)

/* Marks a text in a table, which is translated where it is shown. */
#define N_(english) english

#endif
