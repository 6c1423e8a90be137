/* SPDX-License-Identifier: ISC */
#include "util/json.h"

#include <jansson.h>
#include <stdlib.h>

#include "util/escape.h"

#include "util/banned.h"

/* struct json is jansson's json_t, under a name that callers may know. */
static json_t *inner(struct json *value)
{
	return (json_t *)(void *)value;
}

/* jansson returns NULL only without memory: our values are always valid. */
static struct json *outer(json_t *value)
{
	if (value == NULL)
		abort();
	return (struct json *)(void *)value;
}

struct json *json_new_object(void)
{
	return outer(json_object());
}

struct json *json_new_array(void)
{
	return outer(json_array());
}

struct json *json_new_number(int64_t n)
{
	return outer(json_integer(n));
}

struct json *json_new_bool(bool b)
{
	return outer(json_boolean(b));
}

struct json *json_new_null(void)
{
	return outer(json_null());
}

struct json *json_new_string(struct slice s)
{
	/* U+FFFD has three bytes in the place of each invalid one. */
	struct buf text = BUF_INIT(s.len * 3);
	json_t *value;

	if (s.p == NULL)
		return json_new_null();
	for (size_t i = 0; i < s.len;) {
		size_t n = utf8_sequence(s.p + i, s.len - i);

		if (n == 0)
			buf_addstr(&text, "\xef\xbf\xbd");
		else
			buf_add(&text, s.p + i, n);
		i += n == 0 ? 1 : n;
	}
	value = json_stringn(text.s, text.len);
	buf_release(&text);
	return outer(value);
}

void json_put(struct json *object, const char *key, struct json *value)
{
	if (json_object_set_new(inner(object), key, inner(value)) != 0)
		abort();
}

void json_remove(struct json *object, const char *key)
{
	(void)json_object_del(inner(object), key);
}

void json_push(struct json *array, struct json *value)
{
	if (json_array_append_new(inner(array), inner(value)) != 0)
		abort();
}

void json_free(struct json *value)
{
	json_decref(inner(value));
}

/* A UIDL may hold NULs, and `state import` reads what `state export` wrote. */
struct json *json_parse(struct slice text)
{
	json_t *value = json_loadb(text.p, text.len, JSON_ALLOW_NUL, NULL);

	return value == NULL ? NULL : outer(value);
}

bool json_add_member(const struct json *object, const char *key,
		     struct buf *out)
{
	const json_t *o = (const json_t *)(const void *)object;
	const json_t *value = json_object_get(o, key);

	if (json_is_string(value))
		buf_add(out, json_string_value(value),
			json_string_length(value));
	else if (json_is_integer(value))
		buf_addf(out, "%lld", (long long)json_integer_value(value));
	else
		return false;
	return true;
}

char *json_text(const struct json *value)
{
	char *text =
		json_dumps((const json_t *)(const void *)value, JSON_COMPACT);

	if (text == NULL)
		abort();
	return text;
}

int json_print(struct json *value, FILE *out)
{
	int rc = json_dumpf(inner(value), out, JSON_COMPACT);

	json_free(value);
	if (rc != 0 || putc('\n', out) == EOF)
		return -1;
	return ferror(out) ? -1 : 0;
}
