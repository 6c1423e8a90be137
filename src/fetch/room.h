/* SPDX-License-Identifier: ISC */
/* Is there room for mail on the disks of the spool and the Maildir? */
#ifndef FETCH_ROOM_H
#define FETCH_ROOM_H

#include "fetch/internal.h"

/* -1: not even for another byte; ERR_LOCAL, as fetch_no_room() says it. */
int fetch_check_room(const struct fetch *f, struct error *err);
int fetch_no_room(const struct fetch *f, struct error *err);

/* How many of these messages, from the first on, have room by their sizes. */
size_t fetch_fitting(const struct fetch *f,
		     const struct mailbox_entry *const *list, size_t n);

#endif
