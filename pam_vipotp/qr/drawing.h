/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_QR_DRAWING_H
#define VIPOTP_QR_DRAWING_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A QR code for the PAM module, drawn by a program of its own, vipotp-qr: libqrencode leaves pieces of what it draws in
 * the heap, and the process that loads the module lives on (product §6.4).
 */

/* Bytes of the longest text, and of a drawing with its NUL. */
enum { DRAWING_TEXT_MAX = 1024, DRAWING_MAX = 32768 };

/*
 * Draw text in half blocks, blocks for the light modules, a line of the drawing for two rows. False if there is none:
 * *why then says so, for the log, and drawing is "". The caller wipes drawing in either case.
 *
 * It takes 5 s at most. Nothing of the process is changed and no descriptor left; the text is neither an argument nor
 * in an environment. Neither SIGCHLD nor a wait() of the process, also in another thread, sees anything of it.
 */
bool drawing_make(const char *text, char drawing[DRAWING_MAX], const char **why);

#endif
