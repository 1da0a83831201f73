/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_BINDING_H
#define VIPOTP_COMMAND_BINDING_H

#include "command.h"

/*
 * How an enrolment ended, for the log. kind: OTP_KIND_UNKNOWN before it is known; code: one of VIP's, or NULL;
 * judgement: NULL where there is none.
 */
void binding_record(const struct otp_enrolment *enrolment, enum otp_kind kind, const char *verdict, const char *code,
                    const struct otp_judgement *judgement);

/* Say and log why the token cannot be bound, as otp_enroll and otp_enroll_check told it in *error. */
enum command_exit binding_refuse(const struct command *command, const struct otp_enrolment *enrolment,
                                 const struct otp_error *error);

#endif
