/* SPDX-License-Identifier: ISC */
/*
 * Names of folders. On the wire they are modified UTF-7 (RFC 3501, 5.1.3), or
 * UTF-8 once UTF8=ACCEPT is enabled, and have the delimiter of their server;
 * for people they are paths: UTF-8, with "/" between the parts. A name that is
 * malformed, or has control characters, is its own path.
 *
 * Two names may have the same path: "a/b" where the delimiter is ".", and
 * "a.b". What identifies a folder is the name as it came, or its key.
 */
#ifndef IMAP_NAME_H
#define IMAP_NAME_H

#include <stdbool.h>

#include "util/buf.h"

/* Bytes of a pattern for folders; a name that one must write is shorter. */
#define NAME_PATTERN_MAX 255

/* Append the path of a name, and the opposite. False: it is its own path. */
bool name_to_path(struct slice name, char delimiter, bool is_utf8,
		  struct buf *path);
bool name_of_path(struct slice path, char delimiter, bool is_utf8,
		  struct buf *name);

/*
 * Append the key of a name: its path, if that makes the name again, and else
 * the name itself. Has another name such a path, as "Q&-A" that of a malformed
 * "Q&A", then "//" is behind it. So no two names of a server have the same key,
 * whatever else it lists, and in which order.
 */
void name_to_key(struct slice name, char delimiter, bool is_utf8,
		 struct buf *key);

/*
 * Does a pattern match a path? "*" stands for any bytes, "%" for any but "/".
 * INBOX is the same in any case of letters. No pattern of more than
 * NAME_PATTERN_MAX bytes matches.
 */
bool name_matches(struct slice pattern, struct slice path);

#endif
