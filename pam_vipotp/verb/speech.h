/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_VERB_SPEECH_H
#define VIPOTP_VERB_SPEECH_H

#include "language/language.h"

/*
 * From now on speak the language that the environment names, as gettext(3) reads it: the first that we have of
 * LANGUAGE, then LC_ALL, LC_MESSAGES or LANG; C and POSIX mean English and end LANGUAGE's say. Where it names none,
 * because none of them is set or the locale is only an encoding (C.UTF-8), the language of the settings; auto is
 * English.
 */
void speech_choose(enum language setting);

#endif
