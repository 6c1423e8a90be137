/* SPDX-License-Identifier: ISC */
/*
 * Attachments as files in a directory. Their names come from strangers: they
 * are tamed, and never lead out of the directory or onto another file. The
 * same attachment saved again is left as it is, so doing this twice does no
 * harm.
 *
 * This parses MIME: call it in a process of its own.
 */
#ifndef MAIL_MIME_SAVE_H
#define MAIL_MIME_SAVE_H

#include <stddef.h>

#include "util/buf.h"
#include "util/error.h"

struct mime_save_result {
	size_t saved;
	size_t known; /* were there already, byte for byte */
};

/*
 * Save the attachments of the message in `fd` below `directory`, which is made
 * when it is missing. ERR_LOCAL: the file system; ERR_MESSAGE: a message
 * so large or so nested that not all of it could be looked at.
 */
int mime_save(int fd, const char *directory, const char *const *fallback,
	      struct mime_save_result *result, struct error *err);

/* A file name that is harmless, made of any text. Never empty. */
void mime_save_name(struct slice name, struct buf *out);

#endif
