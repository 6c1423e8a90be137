/* SPDX-License-Identifier: ISC */
/*
 * The actions of rules: one row each. The row drives the configuration's
 * keys, what a rule may do, and how a verdict reads to a person.
 */
#ifndef RULES_ACTION_TYPE_H
#define RULES_ACTION_TYPE_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"

enum action_kind {
	ACTION_FOLDER,	/* file it there; the journey ends */
	ACTION_COPY,	/* file it there, go on */
	ACTION_MARK,	/* flags for the filed message */
	ACTION_DISCARD, /* drop it; the journey ends */
	ACTION_STOP,	/* no further rule; goes to the account's inbox */
	ACTION_TAG,
	ACTION_UNTAG,
	ACTION_SET_HEADER,
	ACTION_ADD_HEADER,
	ACTION_REMOVE_HEADER,
	ACTION_FILTER,	/* a command rewrites the message */
	ACTION_PIPE,	/* a command gets the message */
	ACTION_FORWARD, /* sent on by SMTP */
	ACTION_LOG,	/* a line in the log */
	ACTION_SAVE,	/* attachments to a directory */
	ACTION_HOLD,	/* decided again later; the journey ends for now */
};

#define ACTION_LAST ACTION_HOLD

enum action_value {
	ACTION_VALUE_FOLDER,	/* a template for a folder name */
	ACTION_VALUE_FLAGS,	/* a list of read, flagged, answered, draft */
	ACTION_VALUE_YES,	/* yes; no switches the line off */
	ACTION_VALUE_TAGS,	/* a list of words, templates */
	ACTION_VALUE_HEADER,	/* "Name: value", a template behind the colon */
	ACTION_VALUE_NAME,	/* the name of a header field */
	ACTION_VALUE_ARGV,	/* a command: words, templates */
	ACTION_VALUE_ADDRESS,	/* a list of addresses */
	ACTION_VALUE_TEXT,	/* a template */
	ACTION_VALUE_DIRECTORY, /* a path, a template */
	ACTION_VALUE_DURATION,	/* "15m" */
};

struct action_type {
	const char *name; /* the key in the configuration */
	enum action_kind kind;
	enum action_value value;
	bool ends; /* no further rule is looked at */
	const char *help;
};

/* The row called `name`, or NULL. */
const struct action_type *action_find(const char *name);

/* The row of a kind. */
const struct action_type *action_of(enum action_kind kind);

/* Row i, or NULL past the last: for suggestions and completion. */
const struct action_type *action_row(size_t i);

/* The bit of "read", "seen", "flagged", "answered", "draft" (see maildir.h); 0:
 * unknown. */
unsigned action_flag(const char *word);

#endif
