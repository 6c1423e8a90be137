/* SPDX-License-Identifier: ISC */
/*
 * Events for programs: the JSON objects that log_event() writes, one on each
 * line. Users rely on their names and members, which postroom(1) lists.
 *
 *	struct event *e = event_new(LOG_PRIORITY_INFO, "fetch-end");
 *
 *	event_put_text(e, "account", name);
 *	event_put_number(e, "fetched", n);
 *	log_event(LOG_PRIORITY_INFO, event_text(e), "%s: …", name);
 *	event_free(e);
 *
 * When nobody reads objects, event_new() returns NULL, which all the other
 * functions accept.
 */
#ifndef TELL_EVENT_H
#define TELL_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/log.h"

struct event;

/* A new object with the present time, "ts", and its name, "event". */
struct event *event_new(enum log_priority priority, const char *name);
void event_free(struct event *e);

/* Text should be UTF-8; NULL gives null. A line is escaped as in the log. */
void event_put_text(struct event *e, const char *key, const char *text);
void event_put_line(struct event *e, const char *key, const char *line);
void event_put_number(struct event *e, const char *key, int64_t n);
void event_put_bool(struct event *e, const char *key, bool b);

/* Add text to a list, which the first call creates; NULL adds no text. */
void event_add(struct event *e, const char *list, const char *text);

/*
 * The finished object on one line, without a newline, owned by `e`. NULL for
 * NULL. Several processes may write to one pipe: an object that does not fit
 * into one atomic write loses members and gets "cut": true.
 */
const char *event_text(struct event *e);

#endif
