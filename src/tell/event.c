/* SPDX-License-Identifier: ISC */
#include "tell/event.h"

#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "util/error.h"
#include "util/escape.h"
#include "util/json.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* PIPE_BUF, 4096 bytes, less room for a priority and a newline. */
#define OBJECT_MAX 4080

/* An object has up to three lists: rules, tags, copies. */
#define LISTS_MAX 4

struct event {
	struct json *object;

	struct {
		const char *key;
		struct json *array; /* of the object */
	} lists[LISTS_MAX];

	char *text;
};

struct event *event_new(enum log_priority priority, const char *name)
{
	struct event *e;
	char when[CLOCK_STAMP_MAX];

	if (!log_wants_events(priority))
		return NULL;
	e = xcalloc(1, sizeof(*e));
	e->object = json_new_object();
	clock_stamp(when);
	event_put_text(e, "ts", when);
	event_put_text(e, "event", name);
	return e;
}

void event_free(struct event *e)
{
	if (e == NULL)
		return;
	json_free(e->object);
	free(e->text);
	free(e);
}

static struct json *string_of(const char *text)
{
	return text == NULL ? json_new_null()
			    : json_new_string(slice_str(text));
}

void event_put_text(struct event *e, const char *key, const char *text)
{
	if (e != NULL)
		json_put(e->object, key, string_of(text));
}

void event_put_line(struct event *e, const char *key, const char *line)
{
	char escaped[ERROR_TEXT_MAX];

	if (e == NULL)
		return;
	if (line != NULL)
		escape_to(escaped, sizeof(escaped), line, strlen(line));
	json_put(e->object, key, string_of(line == NULL ? NULL : escaped));
}

void event_put_number(struct event *e, const char *key, int64_t n)
{
	if (e != NULL)
		json_put(e->object, key, json_new_number(n));
}

void event_put_bool(struct event *e, const char *key, bool b)
{
	if (e != NULL)
		json_put(e->object, key, json_new_bool(b));
}

void event_add(struct event *e, const char *list, const char *text)
{
	size_t i = 0;

	if (e == NULL)
		return;
	while (i < LISTS_MAX - 1 && e->lists[i].key != NULL &&
	       strcmp(e->lists[i].key, list) != 0)
		i++;
	if (e->lists[i].key == NULL) {
		e->lists[i].key = list;
		e->lists[i].array = json_new_array();
		json_put(e->object, list, e->lists[i].array);
	}
	if (text != NULL)
		json_push(e->lists[i].array, string_of(text));
}

/* The members to remove when an object is too long, least needed first. */
static const char *const members[] = {"copies", "tags", "rules",      "subject",
				      "from",	"uid",	"message_id", "path",
				      "folder", "rule", "account",    "text"};

const char *event_text(struct event *e)
{
	if (e == NULL)
		return NULL;
	free(e->text);
	e->text = json_text(e->object);
	for (size_t i = 0; strlen(e->text) > OBJECT_MAX &&
			   i < sizeof(members) / sizeof(members[0]);
	     i++) {
		json_remove(e->object, members[i]);
		json_put(e->object, "cut", json_new_bool(true));
		free(e->text);
		e->text = json_text(e->object);
	}
	return e->text;
}
