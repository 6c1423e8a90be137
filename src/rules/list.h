/* SPDX-License-Identifier: ISC */
/*
 * Values of a rule in a file of their own, one a line: file:family.txt. Blanks
 * at both ends, empty lines and lines that begin with "#" are ignored; " # …"
 * after an address is a comment. UTF-8, with or without a byte order mark;
 * lines may end in CRLF.
 *
 *	struct list *list = list_load(path, true, err);
 *
 *	if (list_has_address(list, mailbox))
 *		…
 *	if (list_changed(list))
 *		… load it again …
 *	list_free(list);
 *
 * Addresses and domains are looked up in constant time. The caller compiles
 * the other values (texts, patterns).
 */
#ifndef RULES_LIST_H
#define RULES_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"
#include "util/error.h"

struct list;

/*
 * Read the file. `is_address`: its values are for an address field. On error
 * NULL (ERR_CONFIG); the text begins with the path, and a line if it has one.
 */
struct list *list_load(const char *path, bool is_address, struct error *err);
void list_free(struct list *list); /* NULL is accepted */

/* Has the file changed since it was read? A missing file counts as "no". */
bool list_changed(const struct list *list);

/*
 * Is the mailbox listed: as "local@domain", by its "@domain", or by an
 * "@.domain" that covers its domain? ASCII case is ignored.
 */
bool list_has_address(const struct list *list, struct slice mailbox);

/* The values that are neither address nor domain, in the order of the file. */
size_t list_texts(const struct list *list);
struct slice list_text(const struct list *list, size_t i, int *line_out);

const char *list_path(const struct list *list);

/*
 * Is this value an address or a domain: one "@", no blanks or delimiters, nor a
 * slash, as in "example.com/@name", nor a star?
 */
bool list_is_address(struct slice value);

/*
 * The address in "Bob <bob@example.org>", or in blanks; else the value itself.
 */
struct slice list_bare_address(struct slice value);

#endif
