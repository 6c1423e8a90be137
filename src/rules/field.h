/* SPDX-License-Identifier: ISC */
/*
 * Facts of a message, for templates ({from}) and for the environment of
 * commands (POSTROOM_FROM).
 */
#ifndef RULES_FIELD_H
#define RULES_FIELD_H

#include <stddef.h>

#include "util/buf.h"

struct template_values;

enum field_kind {
	FIELD_FROM,
	FIELD_FROM_NAME,
	FIELD_FROM_DOMAIN,
	FIELD_TO,
	FIELD_SUBJECT,
	FIELD_LIST,
	FIELD_ACCOUNT,
	FIELD_MESSAGE_ID,
	FIELD_SIZE,
	FIELD_DATE,
	FIELD_TAGS,
	FIELD_SENDER,
	FIELD_FOLDER,
};

/* The format of {date}; {date:…} has its own. */
#define FIELD_DATE_FORMAT "%Y-%m-%d"

/* The name of a field, "from" and so on; NULL past the last. */
const char *field_name(size_t i);

/* The same for a variable of commands: POSTROOM_FOLDER is another folder. */
const char *field_variable(size_t i);

/* Append its value. `format`: of FIELD_DATE, for strftime(); or NULL. */
void field_put(enum field_kind field, const char *format,
	       const struct template_values *v, struct buf *out);

#endif
