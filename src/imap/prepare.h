/* SPDX-License-Identifier: ISC */
/* The steps before and after the login, for login.c and way.c. */
#ifndef IMAP_PREPARE_H
#define IMAP_PREPARE_H

#include <stdbool.h>

#include "util/buf.h"
#include "util/error.h"

struct imap;

/* Begin again, on a new connection. */
void imap_restart(struct imap *i);

/*
 * Read the greeting, unless libcurl did, and what the server can do. *is_in:
 * the server says that no login is needed.
 */
int imap_greet(struct imap *i, bool *is_in, struct error *err);

/*
 * Append what imap_prepare() asks, without the end of the last line; it then
 * reads the answers.
 */
void imap_ask_first(struct imap *i, struct buf *out);

/*
 * Behind the login: ask again what the server can do, which may be more now,
 * say who we are (163, 126 and yeah refuse SELECT before that), and have names
 * in UTF-8 if it can.
 */
int imap_prepare(struct imap *i, struct error *err);

#endif
