/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_CONSENT_H
#define VIPOTP_COMMAND_CONSENT_H

#include <stdbool.h>

/*
 * Whether the administrator means it. yes is the value of --yes, with which nothing is asked; else the question, one
 * line that ends in "[y/N] ", which a script may answer too. False: it was said that nothing was changed.
 */
__attribute__((format(printf, 2, 3))) bool consent_given(const char *yes, const char *question, ...);

#endif
