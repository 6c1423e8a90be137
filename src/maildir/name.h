/* SPDX-License-Identifier: ISC */
/* From the name of a folder to its place below the Maildir. */
#ifndef MAILDIR_NAME_H
#define MAILDIR_NAME_H

#include "maildir/maildir.h"
#include "util/buf.h"

/*
 * Append the path of folder `name` relative to the root: "Lists/x" or
 * ".Lists.x"; "." for the inbox of maildir++. `layout` and `encoding` are not
 * AUTO. In the fs layout the levels "cur", "new" and "tmp" get a "_": they
 * would look like directories of a Maildir. In maildir++ dots become "_".
 */
void maildir_name_path(enum layout layout, enum folder_encoding encoding,
		       const char *name, struct buf *out);

#endif
