/* SPDX-License-Identifier: ISC */
/*
 * Values that libconfuse does not see, because what it reads stays in memory
 * that it has freed: those of `password` and `proxy`. lint() takes them out of
 * the text, and letters stand in their place; the events get them back.
 */
#ifndef CONFIG_SECRET_H
#define CONFIG_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "config/parse.h"

/* One for each time that such a setting is set, in the order of the file. */
struct secrets {
	char **list; /* NULL: libconfuse reads the value */
	size_t n, returned;
};

/* Is it the name of a SETTING_PASSWORD or SETTING_PROXY? */
bool secret_is(const char *name);

/*
 * Take the value of such a setting, with its quotes if it has some. What only
 * libconfuse can read stays there: "${VARIABLE}", and a value with a line end.
 */
void secrets_take(struct secrets *s, char *text, size_t len);

/* Its value is a list or missing. */
void secrets_skip(struct secrets *s);

/*
 * Put the next value into the event, if it is of such a setting. -1: they do
 * not fit together.
 */
int secrets_return(struct secrets *s, struct parse_event *e);

/* Overwrites the texts. */
void secrets_release(struct secrets *s);

#endif
