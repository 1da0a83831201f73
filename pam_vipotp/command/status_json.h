/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_COMMAND_STATUS_JSON_H
#define VIPOTP_COMMAND_STATUS_JSON_H

#include "services.h"
#include "terminal/json.h"

/* A user as `vipotp status --json` tells of him: an object, which is a member of an array if one is open. */
void status_json(struct json *json, const struct otp_user_report *report, const struct services *services);

#endif
