/* SPDX-License-Identifier: ISC */
/*
 * libconfuse as a parser that yields a flat list of what stands in one file,
 * in order. Nothing of libconfuse lives on after the call: an include is only
 * an event, and its file is parsed later, for itself.
 *
 *	struct events events = {0};
 *
 *	if (config_parse(file, clean_text, &events, diags) == 0)
 *		walk(events.list, events.n);
 *	events_release(&events);
 */
#ifndef CONFIG_PARSE_H
#define CONFIG_PARSE_H

#include <stddef.h>

#include "config/diagnostics.h"
#include "rules/rule.h"

enum event_kind {
	EVENT_SET,     /* name = values */
	EVENT_BEGIN,   /* name "title" { */
	EVENT_END,     /* } */
	EVENT_INCLUDE, /* include(values[0]) */
};

struct event {
	enum event_kind kind;
	int line;
	char *name;
	char *title;		   /* of EVENT_BEGIN, or NULL */
	struct rule_value *values; /* texts are owned by the event */
	size_t n;
};

struct events {
	struct event *list;
	size_t n;
};

/*
 * `text` is what lint() made of the file and had no complaint about. Returns
 * -1 when libconfuse has one nevertheless; it is among `diags` then.
 */
int config_parse(const char *file, const char *text, struct events *out,
		 struct diagnostics *diags);

/* Values are wiped, for some of them are passwords. */
void events_release(struct events *events);

#endif
