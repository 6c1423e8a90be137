/* SPDX-License-Identifier: ISC */
/*
 * The names of a part. It may have several: two fields name it, or one does so
 * twice, and mail readers differ in which they take. Senders of programs use
 * that, so conditions look at all of them.
 */
#ifndef MAIL_MIME_NAME_H
#define MAIL_MIME_NAME_H

#include "mail/mime_part.h"

/* A name whose every byte becomes U+FFFD, and one for charset shifts. */
#define MIME_NAME_MAX (4 * MIME_FIELD_MAX)

/* Bytes of the names of one part; real ones have under 1 KB. */
#define MIME_NAMES_MAX ((size_t)4 * 1024 * 1024)

/*
 * Append the decoded names, each as a line. The first one is shown and saved;
 * nothing without a name.
 */
void mime_names(const struct mime_part *part, const char *const *fallback,
		struct buf *out);

/*
 * Append a decoded name as a line, as Windows would use it: without quotes
 * around it, and dots and blanks at its end. What stands before a NUL is a
 * name, too, for programs in C. Nothing if it is empty, or is the first line.
 */
void mime_name_add(struct slice name, struct buf *out);

#endif
