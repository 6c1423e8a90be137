/* SPDX-License-Identifier: ISC */
/*
 * How much of a message may be handed to a MIME parser that builds a tree
 * with an object for every part, field, parameter and address.
 */
#ifndef MAIL_MIME_LIMIT_H
#define MAIL_MIME_LIMIT_H

#include <stddef.h>

#include "util/buf.h"

/*
 * Bytes behind this are not read. Large providers accept attachments of 25 MB,
 * which are 35 MB in base64; a process that holds this much stays below 48 MiB.
 */
#define MIME_INPUT_MAX ((size_t)36 * 1024 * 1024)

/* Lines with "--" at their start: patches have hundreds. */
#define MIME_DASH_LINES_MAX 20000

/*
 * Lines like "Name: value", and the separators in them and their
 * continuations. GMime needs some 400 bytes for each, in the worst case.
 */
#define MIME_FIELDS_MAX 200000

/* The length of the harmless part at the start of the bytes. Linear. */
size_t mime_safe_length(struct slice bytes);

#endif
