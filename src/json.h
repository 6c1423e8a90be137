/* SPDX-License-Identifier: ISC */
/*
 * Writing JSON; the only file that includes jansson.h. Objects keep the order
 * in which members were added. Strings are bytes that should be UTF-8: what
 * is not becomes U+FFFD.
 *
 *	struct json *o = json_object();
 *
 *	json_set(o, "name", json_string(slice));
 *	json_print(o, stdout);		// one line and a newline; frees it
 */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "util/buf.h"

struct json;

struct json *json_object(void);
struct json *json_array(void);
struct json *json_string(struct slice s);
struct json *json_number(int64_t n);
struct json *json_bool(bool b);
struct json *json_null(void);

/* Both take `value` over. */
void json_set(struct json *object, const char *key, struct json *value);
void json_append(struct json *array, struct json *value);

void json_free(struct json *value);

/* Print on one line, free it. Returns 0, or -1 when writing failed. */
int json_print(struct json *value, FILE *out);

#endif
