/* SPDX-License-Identifier: BSD-2-Clause */
#include "json.h"

#include "text.h"

#include <inttypes.h>

void json_begin(struct json *json, FILE *out)
{
	*json = (struct json){.out = out, .first = true};
}

/* What stands before any value: the comma, the line of a row, the name. */
static void start(struct json *json, const char *name)
{
	bool row = json->rows && json->depth == 1;

	if (json->depth > 0 && !json->first)
		(void)fputs(row ? "," : ", ", json->out);
	if (row)
		(void)fputc('\n', json->out);
	if (name != NULL)
		(void)fprintf(json->out, "\"%s\": ", name);
	json->first = false;
}

static void open_value(struct json *json, const char *name, char bracket)
{
	start(json, name);
	if (json->depth == 0)
		json->rows = bracket == '[';
	(void)fputc(bracket, json->out);
	json->depth++;
	json->first = true;
}

static void close_value(struct json *json, char bracket)
{
	if (json->rows && json->depth == 1)
		(void)fputc('\n', json->out);
	(void)fputc(bracket, json->out);
	json->first = false;
	if (--json->depth == 0)
		(void)fputc('\n', json->out);
}

void json_open_object(struct json *json, const char *name)
{
	open_value(json, name, '{');
}

void json_close_object(struct json *json)
{
	close_value(json, '}');
}

void json_open_array(struct json *json, const char *name)
{
	open_value(json, name, '[');
}

void json_close_array(struct json *json)
{
	close_value(json, ']');
}

void json_string(struct json *json, const char *name, const char *value)
{
	start(json, name);
	(void)fputc('"', json->out);
	while (*value != '\0') {
		size_t len = text_character(value);

		if (len == 0)
			(void)fputs("\\ufffd", json->out);
		else if (*value == '"' || *value == '\\')
			(void)fprintf(json->out, "\\%c", *value);
		else if (text_is_control(value, len)) /* RFC 8259 §7 asks for C0 only; DEL and C1 steer terminals */
			(void)fprintf(json->out, "\\u%04x", (unsigned char)value[len - 1]);
		else
			(void)fwrite(value, 1, len, json->out);
		value += len == 0 ? 1 : len;
	}
	(void)fputc('"', json->out);
}

void json_number(struct json *json, const char *name, int64_t value)
{
	start(json, name);
	(void)fprintf(json->out, "%" PRId64, value);
}

void json_boolean(struct json *json, const char *name, bool value)
{
	start(json, name);
	(void)fputs(value ? "true" : "false", json->out);
}

void json_null(struct json *json, const char *name)
{
	start(json, name);
	(void)fputs("null", json->out);
}
