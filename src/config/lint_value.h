/* SPDX-License-Identifier: ISC */
/* The part of lint.c that looks at values: what stands behind `NAME =`. */
#ifndef CONFIG_LINT_VALUE_H
#define CONFIG_LINT_VALUE_H

#include <stdbool.h>

#include "config/lint_scan.h"

/* Longer than any name of ours. */
#define NAME_MAX_BYTES 64

/* A name, escaped, with what is needed to talk about it. */
struct name {
	char text[NAME_MAX_BYTES];
	int line, column;
};

/* Take the value or the list that stands next. */
void lint_value(struct scanner *s, const struct name *name, bool empty_ok);

/* A single value was taken: is it what it looks like? */
void lint_single(struct scanner *s, const struct name *name,
		 const struct token *t);

/* Complain of the backslash in a double-quoted string that has `escape`. */
void lint_escape(struct scanner *s, const struct name *name,
		 const struct token *t);

/* Complain of the semicolon in a word. */
void lint_semicolon(struct scanner *s, const struct token *t);

#endif
