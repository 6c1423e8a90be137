/* SPDX-License-Identifier: ISC */
/*
 * Writing JSON, by jansson, whose header only json.c includes. Objects keep
 * the order in which members were added. Strings should be UTF-8: each invalid
 * byte becomes U+FFFD.
 *
 *	struct json *o = json_new_object();
 *
 *	json_put(o, "name", json_new_string(slice));
 *	json_print(o, stdout);		// one line and a newline; frees it
 */
#ifndef UTIL_JSON_H
#define UTIL_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "util/buf.h"

struct json;

struct json *json_new_object(void);
struct json *json_new_array(void);
struct json *json_new_number(int64_t n);
struct json *json_new_bool(bool b);
struct json *json_new_null(void);

/* A slice with p == NULL gives null. */
struct json *json_new_string(struct slice s);

/* Both take ownership of `value`. */
void json_put(struct json *object, const char *key, struct json *value);
void json_push(struct json *array, struct json *value);

/* A missing member is fine. */
void json_remove(struct json *object, const char *key);

void json_free(struct json *value);

/* Read a value; NULL for anything that is not JSON. */
struct json *json_parse(struct slice text);

/*
 * Append the text or the integer that an object has under this key. False: it
 * has none.
 */
bool json_add_member(const struct json *object, const char *key,
		     struct buf *out);

/* On one line, without a newline. Allocated. */
char *json_text(const struct json *value);

/* Print on one line, free it. Returns 0, or -1 when writing failed. */
int json_print(struct json *value, FILE *out);

#endif
