/* SPDX-License-Identifier: ISC */
/*
 * Character references of HTML, "&amp;" "&#228;" "&#xe4;", as the standard
 * reads them: all its names, those of HTML 2 also without ";", and numbers of
 * Windows-1252.
 *
 *	struct entity e;
 *	size_t n = entity_read(html, false, &e);
 *
 *	if (n > 0)
 *		… e.codes[0] to e.codes[e.n - 1] stand for the first n bytes
 */
#ifndef MAIL_ENTITY_H
#define MAIL_ENTITY_H

#include <stdbool.h>

#include "util/buf.h"

struct entity {
	unsigned codes[2];
	unsigned n;
};

/*
 * The length of the reference at the start of `s`, which begins with "&"; 0: it
 * is none. In the value of an attribute "&copy=" and "&copyx" are none.
 */
size_t entity_read(struct slice s, bool in_attribute, struct entity *out);

/* Append the value of an attribute, decoded. */
void entity_decode_attribute(struct slice value, struct buf *out);

/* Append a character as UTF-8. */
void entity_add_code(struct buf *out, unsigned code);

#endif
