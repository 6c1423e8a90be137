/* SPDX-License-Identifier: ISC */
/*
 * How notmuch knows a message, and how it is told of tags (notmuch-tag(1),
 * --batch).
 *
 *	notmuch_id(header, &id);
 *	if (id.len == 0 && !notmuch_digest_id(bytes, &id))
 *		…	// this system has no SHA-1
 *	notmuch_line(slice_str("work -inbox"), buf_slice(&id), &line);
 */
#ifndef MAIL_NOTMUCH_H
#define MAIL_NOTMUCH_H

#include <stdbool.h>

#include "util/buf.h"

/* Bytes of an id. A longer one is replaced by its digest. */
#define NOTMUCH_ID_MAX 189

/*
 * Append the id of a message with this header, as notmuch 0.37 reads it.
 * Nothing is appended if it has no Message-ID: then the digest of its file is
 * its id.
 */
void notmuch_id(struct slice header, struct buf *out);

/* Append "notmuch-sha1-…". False if the system does not permit SHA-1. */
bool notmuch_digest_id(struct slice bytes, struct buf *out);

/*
 * Append a line that changes tags: `changes` are blank-separated tags to set,
 * or to remove behind a "-". Nothing is appended without any, or without an
 * id. Whatever the id contains, the line concerns no other message.
 */
void notmuch_line(struct slice changes, struct slice id, struct buf *out);

#endif
