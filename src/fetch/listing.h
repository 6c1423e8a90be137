/* SPDX-License-Identifier: ISC */
/*
 * Compares a listing with the known messages. A message is known by its
 * account, UIDL and size together. One whose size has changed is fetched
 * again, and its content decides. Nothing is deleted because of a UIDL alone.
 *
 *	listing_compare(&todo, &listing, state, &policy, err);
 *	… todo.fetch, todo.verify, todo.remove …
 *	listing_record(&todo, state, &policy, err);
 *	… fetch …
 *	listing_record_gone(&todo, state, &policy, err);
 *	listing_release(&todo);
 */
#ifndef FETCH_LISTING_H
#define FETCH_LISTING_H

#include <stdbool.h>
#include <stdint.h>

#include "account/account.h"
#include "net/mailbox.h"
#include "state/state.h"

/* Settings and history of the account. */
struct listing_policy {
	int64_t account;
	int64_t last_session; /* messages it fetched need no verification */
	int64_t now;
	enum keep_mode keep;
	int64_t keep_seconds;
	uint64_t max_size; /* larger messages stay on the server; 0: no limit */
	int64_t limit;	   /* messages to fetch; 0: all */
	bool has_top;	   /* the server has TOP: headers can be verified */
	struct slice prefix; /* the UIDLs of this mailbox begin with it */
	bool is_partial;     /* what is not listed has not gone */
};

/* The row that an entry matches, and what to do if it is that message. */
struct listing_known {
	int64_t id;
	bool due;  /* to be deleted on the server */
	bool back; /* it had disappeared from the server */
	bool same; /* verified: its header is the recorded one */
	bool gone; /* it is not there any more, as IMAP tells */
};

/* A row whose message is not listed, or (resized) with another size. */
struct listing_gone {
	int64_t id;
	uint64_t size; /* as it was listed */
	size_t entry;  /* when it is resized: one with its UIDL */
	bool resized;
	bool found; /* it turned out to be another entry */
};

/* A row that was imported without a size, and the size now listed. */
struct listing_sized {
	int64_t id;
	uint64_t size;
};

/* Each list of entries is in the order of message numbers. */
struct listing_todo {
	const struct mailbox_entry **fetch; /* new, or not proved to be known */
	size_t n_fetch;
	uint64_t fetch_bytes;
	const struct mailbox_entry **verify; /* known if TOP agrees */
	struct listing_known *known;	     /* parallel to verify */
	size_t n_verify;
	const struct mailbox_entry **remove; /* known and due: delete */
	size_t n_remove;
	size_t n_known;
	int64_t *rows; /* parallel to the entries of the listing; 0: unknown */
	bool *unsure;  /* the same: its row had gone, so it may be another */
	size_t n_too_large;
	size_t n_left; /* beyond the limit; in `fetch`, too, at its end */
	struct listing_gone *gone; /* rows that are not listed any more */
	size_t n_gone;
	size_t n_resized;	     /* how many of `gone` are resized */
	struct listing_sized *sized; /* rows whose size was not known */
	size_t n_sized;
	int64_t *back; /* rows that had gone and are listed again */
	size_t n_back;
};

int listing_compare(struct listing_todo *todo,
		    const struct mailbox_listing *listing, struct state *state,
		    const struct listing_policy *policy, struct error *err);

/*
 * Record which messages are back on the server; and, later, which have gone:
 * until all new ones are here, one of them may turn out to be a known one.
 */
int listing_record_gone(const struct listing_todo *todo, struct state *state,
			const struct listing_policy *policy, struct error *err);
int listing_record(const struct listing_todo *todo, struct state *state,
		   const struct listing_policy *policy, struct error *err);

void listing_release(struct listing_todo *todo);

/*
 * Is it a UIDL of the mailbox that `prefix` means? Behind the path of a folder
 * only numbers follow, or "0:" and a UIDL of POP3.
 */
bool listing_has(struct slice prefix, struct slice uidl);

/* Is it to be deleted on the server? */
struct seen;
bool listing_is_due(const struct seen *row,
		    const struct listing_policy *policy);

#endif
