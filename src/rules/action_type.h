/* SPDX-License-Identifier: ISC */
/*
 * The actions of rules, one row each. The configuration takes its keys from
 * the rows, verdicts and explanations their words.
 */
#ifndef RULES_ACTION_TYPE_H
#define RULES_ACTION_TYPE_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"

enum action_value {
	ACTION_VALUE_FOLDER,	/* a template for a folder name */
	ACTION_VALUE_FLAGS,	/* a list of read, flagged, answered, draft */
	ACTION_VALUE_YES,	/* yes; no switches the line off */
	ACTION_VALUE_TAGS,	/* a list of words, templates */
	ACTION_VALUE_HEADER,	/* "Name: value", a template after it */
	ACTION_VALUE_NAME,	/* the name of a header field */
	ACTION_VALUE_ARGV,	/* a command: words, templates */
	ACTION_VALUE_ADDRESS,	/* a list of addresses */
	ACTION_VALUE_TEXT,	/* a template */
	ACTION_VALUE_DIRECTORY, /* a path, a template */
	ACTION_VALUE_DURATION,	/* "15m" */
	ACTION_VALUE_ANSWER,	/* a text or "file:…", a template */
};

/*
 * Columns: kind (ACTION_…), key in the configuration, kind of value, flags.
 * ENDS: rules after this one are skipped. EFFECT: the sorter performs it (see
 * sort/step.h); the judge applies all others at once.
 */
#define ACTION_TYPES(X)                                                        \
	X(FOLDER, "folder", FOLDER, ENDS | EFFECT)                             \
	X(COPY, "copy", FOLDER, EFFECT)                                        \
	X(MARK, "mark", FLAGS, 0)                                              \
	X(DISCARD, "discard", YES, ENDS | EFFECT)                              \
	X(STOP, "stop", YES, ENDS)                                             \
	X(TAG, "tag", TAGS, 0)                                                 \
	X(UNTAG, "untag", TAGS, 0)                                             \
	X(SET_HEADER, "set-header", HEADER, 0)                                 \
	X(ADD_HEADER, "add-header", HEADER, 0)                                 \
	X(REMOVE_HEADER, "remove-header", NAME, 0)                             \
	X(FILTER, "filter", ARGV, 0)                                           \
	X(PIPE, "pipe", ARGV, EFFECT)                                          \
	X(FORWARD, "forward", ADDRESS, EFFECT)                                 \
	X(LOG, "log", TEXT, EFFECT)                                            \
	X(SAVE, "save-attachments", DIRECTORY, EFFECT)                         \
	X(HOLD, "hold", DURATION, ENDS)                                        \
	X(VACATION, "vacation", ANSWER, EFFECT)

#define ACTION_ENUM(kind, name, value, what) ACTION_##kind,

enum action_kind { ACTION_TYPES(ACTION_ENUM) };

#undef ACTION_ENUM

#define ACTION_ONE(kind, name, value, what) +1

enum { ACTION_COUNT = 0 ACTION_TYPES(ACTION_ONE) };

#undef ACTION_ONE

struct action_type {
	const char *name; /* the key in the configuration */
	enum action_kind kind;
	enum action_value value;
	bool ends;	 /* rules after this one are skipped */
	bool has_effect; /* it is part of the verdict */
};

/* The row called `name`, or NULL. */
const struct action_type *action_find(const char *name);

/* The row of a kind. */
const struct action_type *action_of(enum action_kind kind);

/* Row i, or NULL past the last: for suggestions and completion. */
const struct action_type *action_row(size_t i);

/* The flag of mail/flags.h called "read", "seen" and so on; 0: unknown. */
unsigned action_flag(const char *word);

#endif
