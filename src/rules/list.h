/* SPDX-License-Identifier: ISC */
/*
 * The values of a rule that stand in a file, one a line: file:family.txt.
 * Blanks at both ends, empty lines and lines that begin with "#" do not
 * count; behind an address " # …" is a comment, too. UTF-8, perhaps with a
 * byte order mark; lines may end in CRLF.
 *
 *	struct list *list = list_load(path, true, err);
 *
 *	if (list_has_address(list, mailbox))
 *		…
 *	if (list_changed(list))
 *		… load it again …
 *	list_free(list);
 *
 * Addresses and domains are looked up in constant time; what else stands in
 * the file (texts, patterns) is handed out for the caller to compile.
 */
#ifndef RULES_LIST_H
#define RULES_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"
#include "util/error.h"

struct list;

/*
 * Read the file. `is_address`: it is for an address field. NULL on error
 * (ERR_CONFIG), which begins with the path and perhaps a line.
 */
struct list *list_load(const char *path, bool is_address, struct error *err);
void list_free(struct list *list); /* NULL is accepted */

/* Is the file another one now? One that is gone has not changed. */
bool list_changed(const struct list *list);

/*
 * Is it listed, as "local@domain", by its "@domain", or by the "@.domain" of
 * a domain that it is below or in? ASCII case is ignored.
 */
bool list_has_address(const struct list *list, struct slice mailbox);

/* The values that are neither address nor domain, in order. */
size_t list_texts(const struct list *list);
struct slice list_text(const struct list *list, size_t i, int *line_out);

const char *list_path(const struct list *list);

/* Is this value an address or a domain: one "@", nothing odd round it? */
bool list_is_address(struct slice value);

#endif
