/* SPDX-License-Identifier: ISC */
/* The part of lint.c that checks values: what follows `NAME =`. */
#ifndef CONFIG_LINT_VALUE_H
#define CONFIG_LINT_VALUE_H

#include <stdbool.h>

#include "config/lint_scan.h"

/* Longer than the name of any setting. */
#define NAME_MAX_BYTES 64

/* The name of a setting, escaped, and its place, for messages. */
struct name {
	char text[NAME_MAX_BYTES];
	int line, column;
};

/* Take and check the value or list that follows "=". empty_ok: {} is one. */
void lint_value(struct scanner *s, const struct name *name, bool empty_ok);

/* Check a value that was taken. */
void lint_single(struct scanner *s, const struct name *name,
		 const struct token *t);

/* Report the backslash at `escape` in a double-quoted string. */
void lint_escape(struct scanner *s, const struct name *name,
		 const struct token *t);

/* Report the semicolon in a word. */
void lint_semicolon(struct scanner *s, const struct token *t);

#endif
