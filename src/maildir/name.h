/* SPDX-License-Identifier: ISC */
/* From the name of a folder to its place below the Maildir. */
#ifndef MAILDIR_NAME_H
#define MAILDIR_NAME_H

#include "maildir/maildir.h"
#include "util/buf.h"

/*
 * Append the path of folder `name` relative to the root: "Lists/x" or
 * ".Lists.x"; "." for the inbox of maildir++. `layout` and `encoding` are not
 * AUTO. "cur", "new" and "tmp" as levels get a "_" in the fs layout, where
 * they would be taken for a Maildir's own, and dots become "_" in maildir++.
 */
void maildir_name_path(enum layout layout, enum folder_encoding encoding,
		       const char *name, struct buf *out);

#endif
