/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_CATALOGUE_H
#define VIPOTP_CATALOGUE_H

#include <stddef.h>

/* The bytes of a catalogue as msgfmt makes them, little-endian (GNU gettext manual, "The Format of GNU MO Files"). */
extern const unsigned char catalogue_ja[];

/* The translation of a text, or NULL. The catalogue is one of ours: it is not checked. */
const char *catalogue_find(const unsigned char *catalogue, const char *english);

#endif
