/* SPDX-License-Identifier: ISC */
/*
 * The host or the user of an account has changed in the configuration. Either
 * the server, or the name to log in with, is another one now for the same
 * mailbox, or it is another mailbox. Then its UIDLs and sizes may be the same
 * by chance, because many servers count 1, 2, 3 in each mailbox. The headers
 * decide. In doubt all is new: mail may come twice, but none is lost.
 */
#include <stdlib.h>
#include <string.h>

#include "fetch/known.h"
#include "fetch/match.h"
#include "mail/identity.h"
#include "state/mailbox.h"
#include "state/seen.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Compare so many headers; without TOP, so many of the smallest messages. */
#define HEADERS	 100
#define MESSAGES 5

/*
 * In the same mailbox, at most one header of so many differs. Where the UIDLs
 * have changed, too, new mail counts as different.
 */
#define SAME_FOR_ONE	     9
#define SAME_FOR_ONE_RENAMED 3

struct comparison {
	struct listing_todo todo; /* the listing, as the former account sees it
				   */
	const struct mailbox_entry **entries;
	size_t n;
	size_t n_same, n_differ;
};

static size_t count_known(const struct listing_todo *todo, size_t n)
{
	size_t known = 0;

	for (size_t i = 0; i < n; i++)
		known += todo->rows[i] != 0;
	return known;
}

static int by_size(const void *a, const void *b)
{
	const struct mailbox_entry *const *x = a, *const *y = b;

	return ((*x)->size > (*y)->size) - ((*x)->size < (*y)->size);
}

/*
 * Choose of the messages whose UIDLs are known, or else, because all UIDLs may
 * have changed, of all.
 */
static void choose(const struct fetch *f, bool has_top, struct comparison *c)
{
	bool known = count_known(&c->todo, f->listing.n) > 0;
	size_t max = has_top ? HEADERS : MESSAGES, n = 0;

	free(c->entries);
	c->entries = xcalloc(f->listing.n, sizeof(*c->entries));
	for (size_t i = 0; i < f->listing.n; i++)
		if (!known || c->todo.rows[i] != 0)
			c->entries[n++] = &f->listing.entries[i];
	if (!has_top)
		qsort(c->entries, n, sizeof(*c->entries), by_size);
	c->n = n < max ? n : max;
	/* Evenly among all of them: mailboxes may begin alike. */
	for (size_t i = 0; has_top && i < c->n; i++)
		c->entries[i] = c->entries[i * n / c->n];
}

/* The identities of all rows that have disappeared, sorted. */
static int load_gone(struct fetch *f, struct comparison *c,
		     unsigned char (**out)[HASH_SIZE], size_t *n_out,
		     struct error *err)
{
	*out = xcalloc(c->todo.n_gone, sizeof(**out));
	*n_out = 0;
	for (size_t i = 0; i < c->todo.n_gone; i++) {
		struct seen row;
		int rc =
			state_get_seen(f->state, c->todo.gone[i].id, &row, err);

		if (rc == -1)
			return -1;
		if (rc == 1)
			memcpy((*out)[(*n_out)++], row.identity, HASH_SIZE);
	}
	return 0;
}

static int compare_identities(const void *a, const void *b)
{
	return memcmp(a, b, HASH_SIZE);
}

/* Is the message that of its UIDL's row, or of any row that disappeared? */
static int judge_one(struct fetch *f, struct comparison *c, int64_t id,
		     const unsigned char identity[HASH_SIZE],
		     const unsigned char (*gone)[HASH_SIZE], size_t n_gone,
		     struct error *err)
{
	struct seen row;
	bool same;

	if (id == 0) {
		same = n_gone > 0 && bsearch(identity, gone, n_gone, HASH_SIZE,
					     compare_identities) != NULL;
	} else {
		int rc = state_get_seen(f->state, id, &row, err);

		if (rc == -1)
			return -1;
		if (rc == 0 || !identity_is_known(row.identity))
			return 0;
		same = memcmp(row.identity, identity, HASH_SIZE) == 0;
	}
	c->n_same += same;
	c->n_differ += !same;
	return 0;
}

static int ask(struct fetch *f, bool has_top, struct comparison *c,
	       struct error *err)
{
	unsigned char(*gone)[HASH_SIZE] = NULL;
	struct mailbox_answer answer;
	size_t n_gone = 0;
	int rc = load_gone(f, c, &gone, &n_gone, err);

	if (n_gone > 0)
		qsort(gone, n_gone, sizeof(*gone), compare_identities);
	choose(f, has_top, c);
	if (rc == 0)
		fetch_request(f, has_top ? MAILBOX_HEADER : MAILBOX_MESSAGE,
			      c->entries, c->n, 0);
	while (rc == 0 && (rc = fetch_next(f, -1, &answer, err)) == 1) {
		size_t entry = (size_t)(answer.entry - f->listing.entries);
		unsigned char identity[HASH_SIZE];

		rc = 0;
		identity_of(answer.head, identity);
		if (answer.ok)
			rc = judge_one(f, c, c->todo.rows[entry], identity,
				       (const unsigned char(*)[HASH_SIZE])gone,
				       n_gone, err);
	}
	free(gone);
	return rc;
}

/* Some servers announce TOP, and refuse it. */
static int compare(struct fetch *f, struct comparison *c, struct error *err)
{
	int rc = 0;

	if (fetch_has_headers(f))
		rc = ask(f, true, c, err);
	if (rc == 0 && c->n_same + c->n_differ == 0)
		rc = ask(f, false, c, err);
	return rc;
}

static bool is_same(const struct fetch *f, const struct comparison *c)
{
	size_t wanted = count_known(&c->todo, f->listing.n) > 0
				? SAME_FOR_ONE
				: SAME_FOR_ONE_RENAMED;

	return c->n_same > 0 && c->n_same >= c->n_differ * wanted;
}

/* With its lock: an old daemon may still be fetching from it. */
static int merge(struct fetch *f, int64_t former, struct error *err)
{
	int64_t id = f->job->account_id;
	int rc;

	if (!fetch_has_lock(f, former))
		return error_set(err, ERR_TEMPORARY,
				 "another postroom is fetching from this "
				 "account");
	rc = state_begin(f->state, err);
	if (rc == 0)
		rc = state_end(f->state,
			       state_merge_account(f->state, former, id, err),
			       err);
	/* Messages that must not be deleted yet came with it. */
	if (rc == -1 || fetch_recall_trouble(f, err) == -1)
		return -1;
	return fetch_compare(f, err);
}

/* Can it be another message with this UIDL and size? 1, 0, -1. */
static int is_unsure(struct fetch *f, const struct comparison *c, size_t i,
		     struct error *err)
{
	struct slice uidl = mailbox_uidl(&f->listing, &f->listing.entries[i]);
	struct seen row;
	int rc;

	if (c->todo.rows[i] == 0 ||
	    (c->n_differ == 0 && !fetch_is_weak_uidl(uidl)))
		return 0;
	rc = state_get_seen(f->state, c->todo.rows[i], &row, err);
	if (rc != 1)
		return rc;
	/* Only a header shows which message a person has marked. */
	return identity_is_known(row.identity) &&
	       (row.session != STATE_MARKED || fetch_has_headers(f));
}

static int set_unsure_gone(struct fetch *f, const struct comparison *c,
			   struct error *err)
{
	for (size_t i = 0; i < f->listing.n; i++) {
		int unsure = is_unsure(f, c, i, err);

		if (unsure == -1 ||
		    (unsure == 1 && state_set_gone(f->state, c->todo.rows[i],
						   f->policy.now, err) == -1))
			return -1;
	}
	return 0;
}

/*
 * In the same mailbox, too, a few UIDLs may be of other messages now: when one
 * header differs, or UIDLs may be counts, each known message is looked at, as
 * one that had gone, unless all were.
 */
static int look_at_others(struct fetch *f, const struct comparison *c,
			  size_t n_known, struct error *err)
{
	if (c->n_differ == 0 && c->n_same >= n_known)
		return 0;
	if (state_begin(f->state, err) == -1)
		return -1;
	return state_end(f->state, set_unsure_gone(f, c, err), err);
}

static int merge_same(struct fetch *f, const struct comparison *c,
		      int64_t former, struct error *err)
{
	size_t n_known = count_known(&c->todo, f->listing.n);

	/* First, so that a crash in between does not make them trusted. */
	if (n_known > 0 && look_at_others(f, c, n_known, err) == -1)
		return -1;
	return merge(f, former, err);
}

static int ask_person(struct fetch *f, int64_t former, struct error *err)
{
	char name[ACCOUNT_NAME_MAX + 200];

	if (state_get_name(f->state, former, name, sizeof(name), err) == -1)
		return -1;
	return error_set(err, ERR_PERSON,
			 "this account has another host or user than before, "
			 "and the server shows no message, so it is not known "
			 "whether it is the same mailbox; nothing was "
			 "fetched. If it is: postroom state rename \"%s\" "
			 "\"%s\"; if not: postroom state forget \"%s\" --all",
			 name, f->name, name);
}

static int decide(struct fetch *f, const struct comparison *c, int64_t former,
		  struct error *err)
{
	if (c->n_same + c->n_differ == 0)
		return ask_person(f, former, err);
	if (is_same(f, c)) {
		log_info("%s: it is the same mailbox as before, by the headers "
			 "of its messages",
			 f->name);
		return merge_same(f, c, former, err);
	}
	log_info("%s: it is another mailbox than before, by the headers of its "
		 "messages",
		 f->name);
	if (state_begin(f->state, err) == -1)
		return -1;
	return state_end(f->state,
			 state_drop_former(f->state, f->job->account_id, err),
			 err);
}

/* The listing, as the account with this id sees it. */
static int see(struct fetch *f, struct comparison *c, int64_t id,
	       struct error *err)
{
	struct listing_policy policy = f->policy;

	policy.account = id;
	policy.prefix = SLICE_EMPTY; /* of IMAP, too: all that it had */
	policy.is_partial = false;
	return listing_compare(&c->todo, &f->listing, f->state, &policy, err);
}

/* A mailbox of which nothing is listed any more proves nothing either way. */
static int check_former(struct fetch *f, struct comparison *c, int64_t former,
			struct error *err)
{
	if (see(f, c, former, err) == -1)
		return -1;
	if (c->todo.n_known + c->todo.n_gone == c->todo.n_back)
		return merge(f, former, err);
	if (f->listing.n == 0)
		return 0;
	if (compare(f, c, err) == -1)
		return -1;
	return decide(f, c, former, err);
}

/* Its name has changed, too: most of what it had must be listed. 1, 0, -1. */
static int check_left(struct fetch *f, struct comparison *c, int64_t id,
		      struct error *err)
{
	if (see(f, c, id, err) == -1)
		return -1;
	if (c->todo.n_known == c->todo.n_back ||
	    c->todo.n_known < c->todo.n_gone)
		return 0;
	if (compare(f, c, err) == -1)
		return -1;
	if (!is_same(f, c))
		return 0;
	log_info("%s: it is the mailbox of an account that has left the "
		 "configuration, by the headers of its messages",
		 f->name);
	return merge_same(f, c, id, err) == -1 ? -1 : 1;
}

static void release(struct comparison *c)
{
	listing_release(&c->todo);
	free(c->entries);
}

/* A new account may be one that has left the configuration. */
static int check_all_left(struct fetch *f, struct error *err)
{
	int64_t *ids = NULL;
	size_t n = 0;
	int rc = state_list_left(f->state, f->job->accounts, f->job->n_accounts,
				 &ids, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct comparison c = {.n = 0};

		if (ids[i] != f->job->account_id)
			rc = check_left(f, &c, ids[i], err);
		release(&c);
	}
	free(ids);
	return rc == -1 ? -1 : 0;
}

int fetch_check_former(struct fetch *f, struct error *err)
{
	struct comparison c = {.n = 0};
	int64_t former;
	int rc;

	if (f->dry)
		return 0;
	if (state_get_former(f->state, f->job->account_id, &former, err) == -1)
		return -1;
	if (former == 0)
		return f->health.last_session == 0 && f->listing.n > 0
			       ? check_all_left(f, err)
			       : 0;
	rc = check_former(f, &c, former, err);
	release(&c);
	return rc;
}
