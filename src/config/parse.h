/* SPDX-License-Identifier: ISC */
/*
 * libconfuse as a parser that yields a flat list of what stands in one file,
 * in order. Nothing of libconfuse lives on after the call: an include is only
 * an event, and its file is parsed later, for itself.
 *
 *	struct parse_events events = {0};
 *
 *	if (config_parse(file, clean_text, &events, diags) == 0)
 *		walk(events.list, events.n);
 *	parse_events_release(&events);
 */
#ifndef CONFIG_PARSE_H
#define CONFIG_PARSE_H

#include <stddef.h>

#include "config/diagnostics.h"
#include "rules/rule.h"

enum parse_kind {
	PARSE_SET,     /* name = values */
	PARSE_BEGIN,   /* name "title" { */
	PARSE_END,     /* } */
	PARSE_INCLUDE, /* include(values[0]) */
};

struct parse_event {
	enum parse_kind kind;
	int line;
	char *name;
	char *title;		   /* of PARSE_BEGIN, or NULL */
	struct rule_value *values; /* texts are owned by the event */
	size_t n;
};

struct parse_events {
	struct parse_event *list;
	size_t n;
};

/*
 * `text` is what lint() made of the file and had no complaint about. Returns
 * -1 when libconfuse has one nevertheless; it is among `diags` then.
 */
int config_parse(const char *file, const char *text, struct parse_events *out,
		 struct diagnostics *diags);

/* Values are wiped, for some of them are passwords. */
void parse_events_release(struct parse_events *events);

#endif
