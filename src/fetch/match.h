/* SPDX-License-Identifier: ISC */
/*
 * Finds rows for listed messages by header and size, where the UIDL does not
 * tell.
 *
 *	struct matching m = {0};
 *
 *	match_add_gone(f, &m, err);
 *	match_add_entry(f, &m, entry);
 *	match_headers(f, &m, err);	// TOP
 *	match_record(f, &m, err);	// one transaction
 *	match_release(&m);
 */
#ifndef FETCH_MATCH_H
#define FETCH_MATCH_H

#include "fetch/internal.h"

struct candidate;

struct matching {
	struct candidate *rows;
	size_t n_rows;
	const struct mailbox_entry **entries;
	size_t n_entries;
	size_t n_same;	    /* entries with header and size of a row */
	size_t n_same_head; /* with the header only */
};

/* Add the rows whose UIDL, or size, is not listed any more. */
int match_add_gone(struct fetch *f, struct matching *m, struct error *err);

/* Add the rows that the listing seems to know. */
int match_add_known(struct fetch *f, struct matching *m, struct error *err);

void match_add_entry(struct fetch *f, struct matching *m,
		     const struct mailbox_entry *entry);

/*
 * Ask for the headers of all entries. The database does not wait for the
 * network: nothing is written, and a session that breaks changes nothing.
 */
int match_headers(struct fetch *f, struct matching *m, struct error *err);

/*
 * Give the rows the UIDLs of their entries. A row of match_add_known() without
 * an entry is gone: another message has its UIDL.
 */
int match_record(struct fetch *f, const struct matching *m, struct error *err);

void match_release(struct matching *m);

#endif
