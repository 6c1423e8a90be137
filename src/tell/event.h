/* SPDX-License-Identifier: ISC */
/*
 * What happens, for programs: the objects that log_event() writes, one a line.
 * Their names and members are part of what users rely on; postroom(1) has
 * them.
 *
 *	struct event *e = event_new(LOG_PRIORITY_INFO, "fetch-end");
 *
 *	event_put_text(e, "account", name);
 *	event_put_number(e, "fetched", n);
 *	log_event(LOG_PRIORITY_INFO, event_text(e), "%s: …", name);
 *	event_free(e);
 *
 * Where nobody reads objects event_new() gives NULL, which all others take.
 */
#ifndef TELL_EVENT_H
#define TELL_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/log.h"

struct event;

/* With the time of day, "ts", and its name, "event". */
struct event *event_new(enum log_priority priority, const char *name);
void event_free(struct event *e);

/* Text should be UTF-8; NULL gives null. A line is escaped as in the log. */
void event_put_text(struct event *e, const char *key, const char *text);
void event_put_line(struct event *e, const char *key, const char *line);
void event_put_number(struct event *e, const char *key, int64_t n);
void event_put_bool(struct event *e, const char *key, bool b);

/* A list, which is there, and empty, from its first call on: NULL adds none. */
void event_add(struct event *e, const char *list, const char *text);

/*
 * The object on one line, without a newline; complete then. NULL for NULL.
 * Several processes may write into one pipe: what does not fit into one write
 * loses members, and has "cut".
 */
const char *event_text(struct event *e);

#endif
