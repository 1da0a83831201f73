/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_PUMP_H
#define VIPOTP_COMMAND_PUMP_H

#include "command.h"

/*
 * Be the terminal of another process, until it has closed both its outputs: stream[0] leads to its standard input,
 * stream[1] and stream[2] come from its output and error output. They stay the caller's to close.
 *
 * Standard input that is no terminal is read a line for each question, so that what follows belongs to whoever reads
 * next. SIGINT, SIGTERM, SIGHUP and SIGQUIT end the input, for the other process to unwind and say what became of it;
 * the second one kills. COMMAND_UNAVAILABLE, said: some of what came for standard output could not be written.
 */
OTP_MUST_CHECK enum command_exit pump(const int stream[3]);

#endif
