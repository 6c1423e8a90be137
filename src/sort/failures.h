/* SPDX-License-Identifier: ISC */
/*
 * Programs of rules that failed: one line a rule and run, not one a message. A
 * program that is not set up fails for all of them, each time in other words.
 */
#ifndef SORT_FAILURES_H
#define SORT_FAILURES_H

#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

enum failure_kind {
	FAILURE_FILTER, /* the message goes on unchanged */
	FAILURE_LATER,	/* a command that is tried again */
	FAILURE_LAST,	/* a command that is not */
};

struct failure {
	enum failure_kind kind;
	char *key;    /* the rule, and of a command the action */
	size_t n;     /* messages */
	size_t filed; /* LAST: of them, into the fallback folder */
	int64_t wait; /* LATER: seconds until the next try of any of them */
	char why[ERROR_TEXT_MAX]; /* of the first one */
	char *who;		  /* of a command: its rule, for people */
	char *rule;		  /* NULL: none */
};

struct failures {
	struct failure *list;
	size_t n;
};

/*
 * Count one more, and return its entry, which is valid until the next call. The
 * caller completes a new one, with n = 1.
 */
struct failure *failures_add(struct failures *f, enum failure_kind kind,
			     const char *key, const char *why);
void failures_release(struct failures *f);

/* Log all, which are filters, and forget them. */
void failures_tell(struct failures *f);

#endif
