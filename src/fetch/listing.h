/* SPDX-License-Identifier: ISC */
/*
 * What to do with a listing (faults 3.8): a message is known by its account,
 * UIDL and size together; one whose size changed is fetched again and told
 * apart by its content; nothing is deleted on the word of a UIDL alone.
 *
 *	listing_compare(&todo, &listing, state, &policy, err);
 *	… todo.fetch, todo.verify, todo.remove …
 *	listing_record(&todo, state, now, err);	// who has gone, who came back
 *	listing_release(&todo);
 */
#ifndef FETCH_LISTING_H
#define FETCH_LISTING_H

#include <stdbool.h>
#include <stdint.h>

#include "account/account.h"
#include "pop3/pop3.h"
#include "state/state.h"

/* What the account wants, and where it stands. */
struct listing_policy {
	int64_t account;
	int64_t last_session; /* knowledge from this one is fresh */
	int64_t now;
	enum keep_mode keep;
	int64_t keep_seconds;
	uint64_t max_size; /* larger ones stay; 0: none is too large */
	int64_t limit;	   /* messages to fetch; 0: all */
	bool has_top;	   /* old knowledge can be verified */
};

/* The row that an entry seems to be, and what is to follow when it is. */
struct listing_known {
	int64_t id;
	bool due;  /* to be deleted on the server */
	bool back; /* it was gone */
	bool same; /* looked at: it is the one we know */
};

/* A row that is not in the listing, or its UIDL only, with another size. */
struct listing_gone {
	int64_t id;
	bool resized;
};

/* Parallel arrays of entries; each list is in the order of numbers. */
struct listing_todo {
	const struct pop3_entry **fetch; /* new, or not surely the same */
	size_t n_fetch;
	uint64_t fetch_bytes;
	const struct pop3_entry **verify; /* known if TOP shows the same */
	struct listing_known *known;	  /* parallel to verify */
	size_t n_verify;
	const struct pop3_entry **remove; /* known and due: delete */
	size_t n_remove;
	size_t n_known;
	bool *is_known; /* parallel to the entries of the listing */
	size_t n_too_large;
	size_t n_left;		   /* beyond the limit */
	struct listing_gone *gone; /* that are in the listing no more */
	size_t n_gone;
	size_t n_resized; /* so many of them */
	int64_t *back;	  /* rows that had gone and are listed again */
	size_t n_back;
};

int listing_compare(struct listing_todo *todo,
		    const struct pop3_listing *listing, struct state *state,
		    const struct listing_policy *policy, struct error *err);

/* Write down who has gone and who is back; nothing when nobody is. */
int listing_record(const struct listing_todo *todo, struct state *state,
		   const struct listing_policy *policy, struct error *err);

void listing_release(struct listing_todo *todo);

#endif
