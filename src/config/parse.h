/* SPDX-License-Identifier: ISC */
/*
 * Turns the text of one file into a flat list of events, in order, with
 * libconfuse. Nothing of libconfuse outlives the call: an include is only an
 * event, and its file is parsed by a call of its own.
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
 * Parse `text`, in which lint() found no error; `file` is its name. The caller
 * releases `out` in any case. Returns -1 when libconfuse does find an error,
 * which is added to `diags`.
 */
int config_parse(const char *file, const char *text, struct parse_events *out,
		 struct diagnostics *diags);

/* Put another text in place of value i; takes it over. */
void parse_replace(struct parse_event *e, size_t i, char *text);

/* Overwrites the values, as some are passwords, and frees all. */
void parse_events_release(struct parse_events *events);

#endif
