/* SPDX-License-Identifier: ISC */
/*
 * Flag, move and delete messages on the server after they were fetched; part of
 * imap.h. The folder was selected, and not read-only.
 *
 *	unsigned char states[n] = {IMAP_UNCHANGED};
 *	struct imap_change change = {.uids = uids, .n = n, .states = states};
 *
 *	rc = imap_move(i, &change, name, err);
 *
 * Each state says what the server has confirmed, by OK to the command, also
 * after -1: then more may have been done. Nothing is done to other messages.
 */
#ifndef IMAP_CHANGE_H
#define IMAP_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "imap/folders.h"
#include "util/error.h"
#include "util/slice.h"

struct imap;

enum imap_state {
	IMAP_UNCHANGED,
	IMAP_FLAGGED, /* it has the flags, which are others than \Deleted */
	IMAP_COPIED,  /* it is in the other folder, and here */
	IMAP_MARKED,  /* as \Deleted */
	IMAP_REMOVED, /* it is not here any more */
};

struct imap_change {
	const uint32_t *uids;  /* ascending; borrowed */
	unsigned char *states; /* of each, an enum imap_state; borrowed */
	size_t n;
	char text[IMAP_TEXT_MAX]; /* why not all were changed */
};

/* All of these return 1, 0 if not all were changed, or -1. */

/* Add flags (IMAP_FLAG_SEEN …, see imap/flags.h) to those that are unchanged.
 */
int imap_add_flags(struct imap *i, struct imap_change *c, unsigned flags,
		   struct error *err);

/*
 * Remove those that are marked. A server without UIDPLUS can only remove all
 * that are: it is not asked to, if it would remove others, too.
 */
int imap_expunge(struct imap *i, struct imap_change *c, struct error *err);

/*
 * Move those that are unchanged to a folder, which is made if it is not there.
 * A server without MOVE copies them first: what is not IMAP_UNCHANGED when this
 * returns is there, and must not be moved again. Those that are IMAP_COPIED
 * before are only removed here.
 */
int imap_move(struct imap *i, struct imap_change *c, struct slice folder,
	      struct error *err);

/*
 * Delete those that are unchanged, in the way of this server: at Gmail only
 * what is in the folder \Trash is deleted some day, and EXPUNGE leaves it in
 * "All Mail". `trash` is the name of that folder; empty: there is none, or it
 * is the one that is selected.
 */
int imap_delete(struct imap *i, struct imap_change *c, struct slice trash,
		struct error *err);

/* Does imap_delete() move them to \Trash? */
bool imap_deletes_by_move(const struct imap *i, struct slice trash);

#endif
