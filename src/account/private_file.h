/* SPDX-License-Identifier: ISC */
/* Reading a file that holds passwords. */
#ifndef ACCOUNT_PRIVATE_FILE_H
#define ACCOUNT_PRIVATE_FILE_H

#include <stdbool.h>

#include "util/buf.h"
#include "util/error.h"

/*
 * Append the bytes of a regular file to `out`, as many as fit, without a byte
 * order mark. A file that is not `shared` must belong to us or root, and its
 * mode must keep other users out. `out` is reserved whole first: a buffer that
 * grows leaves copies of secrets behind. The caller wipes it.
 *
 * ERR_PERSON: there is no such file, we may not read it, others may, or it is
 * UTF-16; ERR_TEMPORARY: trouble of the system.
 */
int private_file_read(const char *path, bool shared, struct buf *out,
		      struct error *err);

#endif
