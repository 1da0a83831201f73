/* SPDX-License-Identifier: BSD-2-Clause */
#include "status_json.h"

#include "show.h"

static const char *const reaches[OTP_REACHES] = {[OTP_LOCAL] = "local", [OTP_REMOTE] = "remote"};

static void json_token(struct json *json, const struct otp_token_report *token)
{
	int64_t middle, width;

	json_open_object(json, NULL);
	show_json_facts(json, token);
	json_string(json, "reason", token->reason);
	show_json_time(json, "enrolled", token->enrolled_at);
	if (token->kind == OTP_TIME && show_clock(&token->clock, &middle, &width)) {
		json_open_object(json, "clock");
		json_number(json, "offset_ms", middle);
		json_number(json, "width_ms", width);
		show_json_time(json, "proven", token->clock.at / 1000);
		json_close_object(json);
	} else {
		json_null(json, "clock");
	}
	json_number(json, "next_position", token->next);
	json_number(json, "acceptable_now", token->acceptable);
	json_close_object(json);
}

void status_json(struct json *json, const struct otp_user_report *report, const struct services *services)
{
	json_open_object(json, NULL);
	json_string(json, "user", report->user);
	json_number(json, "uid", report->uid);
	json_open_array(json, "tokens");
	for (size_t i = 0; i < report->n; i++)
		json_token(json, &report->token[i]);
	json_close_array(json);
	json_open_object(json, "failures");
	for (size_t reach = 0; reach < OTP_REACHES; reach++) {
		json_open_object(json, reaches[reach]);
		json_number(json, "failures", report->bucket[reach].failures);
		json_number(json, "candidates", report->bucket[reach].candidates);
		json_number(json, "wait_ms", report->bucket[reach].wait);
		json_boolean(json, "locked", report->bucket[reach].locked);
		json_close_object(json);
	}
	json_close_object(json);
	json_number(json, "failed_since_success", report->failures);
	show_json_time(json, "last_failure", report->failed_at / 1000);
	json_string(json, "last_failure_from", report->origin);
	show_json_time(json, "last_success", report->accepted_at / 1000);
	json_number(json, "recovery_codes_left", (int64_t)report->recovery_left);
	show_json_time(json, "temporary_code_until", report->temporary_until);
	json_open_array(json, "services");
	for (size_t i = 0; i < services->n; i++)
		json_string(json, NULL, services->name[i]);
	json_close_array(json);
	json_close_object(json);
}
