/* SPDX-License-Identifier: ISC */
/*
 * Attachments as files in a directory. Their names come from strangers: they
 * are made harmless, and can neither leave the directory nor replace another
 * file. An attachment that is there already is not saved again, so doing this
 * twice does no harm.
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
	size_t known; /* already there, byte for byte */
};

/*
 * Save the attachments of the message in `fd` in the directory that is open as
 * `dir_fd` and called `directory` in errors. ERR_LOCAL: the file system failed;
 * ERR_MESSAGE: the message is too large or too deeply nested to be read
 * completely.
 */
int mime_save(int fd, int dir_fd, const char *directory,
	      const char *const *fallback, struct mime_save_result *result,
	      struct error *err);

/* Make a harmless file name from any text. Never empty. */
void mime_save_name(struct slice name, struct buf *out);

#endif
