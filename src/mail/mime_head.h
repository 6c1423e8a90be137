/* SPDX-License-Identifier: ISC */
/* The header of a part, and the lines that it stands in. */
#ifndef MAIL_MIME_HEAD_H
#define MAIL_MIME_HEAD_H

#include "mail/mime_part.h"

/*
 * Read the header at the start of the region. It ends behind its empty line,
 * or where the part ends. Returns where the body begins; *cut: it has too many
 * fields, or too long ones. Without a type a part of a digest is a message.
 */
size_t mime_head_read(struct slice region, bool in_digest,
		      struct mime_part *part, bool *cut);

/* text/html and its like: application/xhtml+xml, text/htm. */
bool mime_is_html(const char *type);

/* message/rfc822 and its like. */
bool mime_is_message(const char *type);

/* Opaque S/MIME, by its type or, where a gateway lost that, by its name. */
bool mime_is_signed(const struct mime_part *part);

/* The line that begins at `at`, with its end. */
struct slice mime_line_at(struct slice bytes, size_t at);

/*
 * `at` without the line end before it, which belongs to the boundary there; not
 * before `from`.
 */
size_t mime_before_line(struct slice bytes, size_t from, size_t at);

#endif
