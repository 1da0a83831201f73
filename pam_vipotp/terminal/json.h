/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_TERMINAL_JSON_H
#define VIPOTP_TERMINAL_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * JSON (RFC 8259) written as it comes, so that a million users need no memory. Members of an array at the outermost
 * level stand on a line each. Whether the stream took it all is the caller's question, at the end.
 */
struct json {
	FILE *out;
	unsigned depth;
	bool rows;  /* the outermost value is an array */
	bool first; /* nothing written yet at this depth */
};

void json_begin(struct json *json, FILE *out);

/* name is NULL for a member of an array and for the outermost value. Names are literals of ours, never escaped. */
void json_open_object(struct json *json, const char *name);
void json_close_object(struct json *json);
void json_open_array(struct json *json, const char *name);
void json_close_array(struct json *json);

/* A string; each byte that is no UTF-8 becomes U+FFFD. */
void json_string(struct json *json, const char *name, const char *value);
void json_number(struct json *json, const char *name, int64_t value);
void json_boolean(struct json *json, const char *name, bool value);
void json_null(struct json *json, const char *name);

#endif
