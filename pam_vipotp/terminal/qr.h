/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_TERMINAL_QR_H
#define VIPOTP_TERMINAL_QR_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Draw text as a QR code (ISO/IEC 18004) in half blocks, two modules of a column to a character, with the quiet zone of
 * four modules around it. In colours: black on white, whatever the terminal's own are. Without: blocks are the light
 * modules, as on a terminal with light letters on a dark ground. False: the text does not fit, or no memory is left.
 */
bool qr_draw(FILE *out, const char *text, bool colours);

#endif
