/* SPDX-License-Identifier: ISC */
/*
 * One folder of an IMAP account: it is listed as a mailbox, but only from its
 * watermark on, and with the messages below that are wanted still, or are due
 * to be deleted.
 */
#ifndef FETCH_FOLDER_H
#define FETCH_FOLDER_H

#include "fetch/internal.h"
#include "state/watermark.h"

/*
 * Go on to the next folder in which there is something to do, or with f->every
 * to the next one: it is selected and listed, and f->todo is up to date.
 * Returns 1, 0 if there is none, or -1. fetch_leave_mailbox() ends it.
 */
int fetch_next_folder(struct fetch *f, struct error *err);

/* At the end: -1 if there are folders that the server refused. */
int fetch_check_unread(const struct fetch *f, struct error *err);

/* Messages that came by POP3 are those of INBOX. */
int fetch_adopt_nameless(struct fetch *f, struct error *err);

/* All that could come is here: set the watermark. */
int fetch_close_folder(struct fetch *f, struct error *err);

#endif
