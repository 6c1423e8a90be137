/* SPDX-License-Identifier: ISC */
#include "fetch/folder.h"

#include <stdlib.h>
#include <string.h>

#include "state/queue.h"
#include "state/seen.h"
#include "util/log.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* ":4294967295:4294967295" */
#define NUMBERS_MAX 24

_Static_assert(SERVER_FOLDER_MAX + NUMBERS_MAX <= MAILBOX_UIDL_MAX,
	       "a UIDL holds the path of its folder");

/* All UIDLs of a folder: those of a large one need 23 bytes each. */
#define LISTING_TEXT_MAX ((size_t)64 * 1024 * 1024)

/* A message, as the server lists it or as we know it. */
struct listed {
	uint32_t uid;
	uint64_t size;
};

struct list {
	struct listed *items;
	size_t n;
};

static void add(struct list *list, uint32_t uid, uint64_t size)
{
	xgrow(&list->items, list->n, sizeof(*list->items));
	list->items[list->n++] = (struct listed){uid, size};
}

static int take_listed(void *context, const struct imap_listed *message,
		       struct error *err)
{
	struct list *list = context;

	if (list->n == MAILBOX_MESSAGES_MAX)
		return error_set(err, ERR_TEMPORARY,
				 "the server lists more than %d messages",
				 MAILBOX_MESSAGES_MAX);
	add(list, message->uid, message->size);
	return 0;
}

static int compare_listed(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;

	return (x->uid > y->uid) - (x->uid < y->uid);
}

/* News of flags may show a message again, without its size. */
static void sort(struct list *list)
{
	size_t n = 0;

	if (list->n == 0)
		return;
	qsort(list->items, list->n, sizeof(*list->items), compare_listed);
	for (size_t i = 0; i < list->n; i++) {
		const struct listed *item = &list->items[i];

		if (n == 0 || list->items[n - 1].uid != item->uid)
			list->items[n++] = *item;
		else if (list->items[n - 1].size == 0)
			list->items[n - 1].size = item->size;
	}
	list->n = n;
}

/* "KEY:", or "KEY:UIDVALIDITY:": what the UIDLs begin with. */
static void add_prefix(struct buf *out, const struct fetch *f,
		       uint32_t uid_validity)
{
	buf_addf(out, "%s:", f->folder->key);
	if (uid_validity != 0)
		buf_addf(out, "%u:", uid_validity);
}

/* Messages below the watermark that are here, and due to be deleted there. */
static int add_due(struct fetch *f, struct slice prefix, uint32_t uid_next,
		   struct list *list, struct error *err)
{
	struct seen row;
	int rc;

	if (f->policy.keep == KEEP_YES)
		return 0;
	if (state_begin_reading(f->state, err) == -1)
		return -1;
	state_live_begin(f->state, f->policy.account, prefix);
	while ((rc = state_live_next(f->state, &row, err)) == 1) {
		struct slice digits = slice_skip(row.uidl, prefix.len);
		unsigned long long uid;

		if (slice_number(digits, UINT32_MAX, &uid) && uid < uid_next &&
		    listing_is_due(&row, &f->policy))
			add(list, (uint32_t)uid, row.size);
	}
	state_live_end(f->state);
	state_rollback(f->state);
	return rc;
}

static int fill(struct fetch *f, const struct list *list, struct slice prefix,
		struct error *err)
{
	struct mailbox_listing *l = &f->listing;

	memset(l, 0, sizeof(*l));
	buf_init(&l->text, LISTING_TEXT_MAX);
	l->has_uidl = true;
	l->entries = xcalloc(list->n, sizeof(*l->entries));
	for (size_t i = 0; i < list->n; i++) {
		struct mailbox_entry *entry = &l->entries[l->n++];
		size_t at = l->text.len;

		buf_addslice(&l->text, prefix);
		buf_addf(&l->text, "%u", list->items[i].uid);
		entry->size = list->items[i].size;
		entry->uidl_at = (uint32_t)at;
		entry->uidl_len = (l->text.len - at) & MAILBOX_UIDL_LEN_MASK;
		entry->number = l->n & MAILBOX_NUMBER_MASK;
	}
	return l->text.full
		       ? error_set(err, ERR_LOCAL,
				   "folder %s has too many messages, and its "
				   "name is too long",
				   f->folder->path)
		       : 0;
}

/* A folder that cannot be read is no reason to leave the others. */
static int refused(struct fetch *f, const char *text)
{
	log_info("%s: folder %s cannot be read: \"%s\"", f->name,
		 f->folder->path, text);
	if (f->n_unread++ == 0)
		(void)error_set(&f->unread, ERR_TEMPORARY,
				"folder %s cannot be read: \"%s\"",
				f->folder->path, text);
	return 0;
}

/*
 * Ask for those from the watermark on, and for those below that did not come;
 * of a folder that is new, or was made again, for all. 1, 0 refused, -1.
 */
static int ask(struct fetch *f, const struct watermark *w, struct list *list,
	       char text[IMAP_TEXT_MAX], struct error *err)
{
	struct imap_set set = {.from = w->uid_next == 0 ? 1 : w->uid_next,
			       .n = w->uid_next == 0 ? 0 : w->n_unfetched};
	int rc;

	free(f->settled);
	f->n_settled = w->n_unfetched;
	f->settled = NULL;
	if (w->uid_next != 0) {
		f->settled = xcalloc(f->n_settled, sizeof(*f->settled));
		for (size_t i = 0; i < f->n_settled; i++)
			f->settled[i] = w->unfetched[i].uid;
	}
	set.uids = f->settled;
	list->n = 0;
	rc = imap_list_messages(f->remote.imap, &set, take_listed, list, text,
				err);
	sort(list);
	return rc;
}

/* Make the listing of it. */
static int take_list(struct fetch *f, const struct watermark *w,
		     struct list *list, struct error *err)
{
	struct buf prefix = BUF_INIT(MAILBOX_UIDL_MAX);
	int rc = 0;

	f->policy.is_partial = w->uid_validity != 0;
	f->from = w->uid_next;
	add_prefix(&prefix, f, f->selected.uid_validity);
	if (f->policy.is_partial)
		rc = add_due(f, buf_slice(&prefix), w->uid_next, list, err);
	sort(list);
	if (rc == 0)
		rc = fill(f, list, buf_slice(&prefix), err);
	buf_release(&prefix);
	return rc;
}

/* Nothing that the account wants changes anything there. */
static bool is_read_only(const struct fetch *f)
{
	const struct account *a = f->job->account;

	return f->dry || (f->policy.keep == KEEP_YES && !a->mark_seen);
}

/* NULL: nothing is wrong with the folder that was selected. */
static const char *find_flaw(const struct fetch *f)
{
	const struct imap_selected *s = &f->selected;
	const struct counts *c = &f->folder->counts;

	if (!s->is_open)
		return s->text;
	if ((c->counted & COUNTED_UIDVALIDITY) != 0 &&
	    s->uid_validity != c->uid_validity)
		log_info("%s: folder %s was made again since its messages were "
			 "counted",
			 f->name, f->folder->path);
	return s->uid_validity == 0 || s->not_sticky
		       ? "its messages have other UIDs in each session, so "
			 "what was fetched cannot be told from what is new"
		       : NULL;
}

/* Is one of those that did not come to be tried now? */
static bool has_wanted(const struct fetch *f, const struct watermark *w)
{
	for (size_t i = 0; i < w->n_unfetched; i++)
		if (f->policy.max_size == 0 ||
		    w->unfetched[i].size <= f->policy.max_size)
			return true;
	return false;
}

/* 1: something below the watermark is due to be deleted. 0, -1. */
static int has_due(struct fetch *f, const struct watermark *w,
		   struct error *err)
{
	struct buf prefix = BUF_INIT(MAILBOX_UIDL_MAX);
	struct list list = {NULL, 0};
	int rc;

	add_prefix(&prefix, f, w->uid_validity);
	rc = add_due(f, buf_slice(&prefix), w->uid_next, &list, err);
	free(list.items);
	buf_release(&prefix);
	return rc == -1 ? -1 : list.n > 0;
}

/*
 * Some servers do not count what has come to the folder that is selected
 * (RFC 3501, 6.3.10).
 */
static bool is_woken(const struct fetch *f)
{
	return f->job->live != NULL && strcmp(f->folder->path, "INBOX") == 0;
}

/* Has nothing come since, and is nothing left to do? 1, 0, -1. */
static int is_done(struct fetch *f, const struct watermark *w,
		   struct error *err)
{
	const unsigned all =
		COUNTED_MESSAGES | COUNTED_UIDNEXT | COUNTED_UIDVALIDITY;
	const struct counts *c = &f->folder->counts;
	int rc;

	if (f->every || is_woken(f) || (c->counted & all) != all ||
	    c->uid_next == 0 || w->uid_validity != c->uid_validity ||
	    w->said_next != c->uid_next || c->messages > w->said_messages ||
	    has_wanted(f, w))
		return 0;
	rc = has_due(f, w, err);
	return rc == -1 ? -1 : rc == 0;
}

/*
 * Was the folder made again, or does it show messages that it did not show
 * before, without new UIDs?
 */
static bool is_other(const struct imap_selected *s, const struct watermark *w)
{
	return w->uid_validity != s->uid_validity ||
	       (s->uid_next != 0 && s->uid_next < w->uid_next) ||
	       (s->uid_next != 0 && s->uid_next == w->said_next &&
		s->messages > w->said_messages);
}

/*
 * Are there more messages than what came above the watermark explains, on a
 * server without UIDNEXT? Then it is too high, because of a UID that was wrong.
 */
static bool lacks_some(const struct imap_selected *s, const struct watermark *w,
		       const struct list *list)
{
	size_t n = 0;

	if (s->uid_next != 0 || w->said_messages == 0 ||
	    s->messages <= w->said_messages)
		return false;
	for (size_t i = 0; i < list->n; i++)
		n += list->items[i].uid >= w->uid_next;
	return n < s->messages - w->said_messages;
}

/*
 * Select it and list it, in one round trip: that it was made again is seen then
 * only, and is rare. 1, 0 the server refuses it, -1.
 */
static int select_and_ask(struct fetch *f, struct watermark *w,
			  struct list *list, struct error *err)
{
	struct imap_selected *s = &f->selected;
	char text[IMAP_TEXT_MAX] = "";
	const char *flaw;
	int rc = imap_select_ahead(f->remote.imap, slice_str(f->folder->name),
				   is_read_only(f), s, err);

	if (rc == 1)
		rc = ask(f, w, list, text, err);
	if (rc == -1)
		return -1;
	flaw = find_flaw(f);
	if (flaw != NULL)
		return refused(f, flaw);
	if (w->uid_next != 0 &&
	    (is_other(s, w) || (rc == 1 && lacks_some(s, w, list)))) {
		watermark_release(w); /* list all of it */
		rc = ask(f, w, list, text, err);
	}
	return rc == 0 ? refused(f, text) : rc;
}

/* 1, 0 it is as it was, or cannot be read; -1. */
static int open_from(struct fetch *f, struct watermark *w, struct error *err)
{
	struct list list = {NULL, 0};
	int rc = is_done(f, w, err);

	if (rc == 1)
		fetch_count_large(f, w);
	if (rc != 0)
		return rc == -1 ? -1 : 0;
	rc = select_and_ask(f, w, &list, err);
	if (rc == 1 && take_list(f, w, &list, err) == -1)
		rc = -1;
	free(list.items);
	if (rc != 1)
		return rc;
	return fetch_compare(f, err) == -1 ? -1 : 1;
}

static int get_watermark(struct fetch *f, struct watermark *w,
			 struct error *err)
{
	return state_get_watermark(f->state, f->job->account_id, f->folder->key,
				   w, err);
}

/* 1, 0 there is nothing to do, or the server refuses it; -1. */
static int open_folder(struct fetch *f, struct error *err)
{
	struct watermark w;
	int rc;

	if (f->folder->why_not[0] != '\0')
		return refused(f, f->folder->why_not);
	fetch_make_policy(f);
	buf_clear(&f->uidl_prefix);
	add_prefix(&f->uidl_prefix, f, 0);
	f->policy.prefix = buf_slice(&f->uidl_prefix);
	rc = get_watermark(f, &w, err);
	if (rc == 0)
		rc = open_from(f, &w, err);
	watermark_release(&w);
	return rc;
}

/*
 * A limit must not leave the same folders for ever: begin behind the one from
 * which the last message came.
 */
static int find_turn(struct fetch *f, struct error *err)
{
	char *last = NULL;

	f->first_folder = 0;
	if (f->job->account->limit == 0)
		return 0;
	if (state_get_last_folder(f->state, f->job->account_id, &last, err) ==
	    -1)
		return -1;
	for (size_t i = 0; last != NULL && i < f->folders.n; i++)
		if (strcmp(f->folders.list[i].key, last) == 0)
			f->first_folder = i + 1;
	free(last);
	return 0;
}

static int find_folders(struct fetch *f, struct error *err)
{
	if (f->listed)
		return 0;
	if (folders_find(&f->folders, f->remote.imap, f->job->account,
			 f->surveys, err) == -1) {
		f->login_tried = f->has_secret = false; /* that went well */
		return -1;
	}
	if (f->folders.missing != NULL && f->n_unread++ == 0)
		(void)error_set(&f->unread, ERR_PERSON,
				"the server has no folder %s, which 'folders' "
				"names",
				f->folders.missing);
	f->listed = true;
	f->next_folder = 0;
	if (find_turn(f, err) == -1)
		return -1;
	fetch_forget_large(f);
	f->health.on_server = 0;
	f->health.login_delay = 0; /* only POP3 has these */
	f->health.expire = -1;
	for (size_t i = 0; i < f->folders.n; i++)
		if (f->folders.list[i].wanted)
			f->health.on_server +=
				f->folders.list[i].counts.messages;
	return 0;
}

/* The limit is one of the session: the rest of the folders waits. */
static bool has_limit_left(const struct fetch *f)
{
	int64_t limit = f->job->account->limit;

	return !f->is_short &&
	       (limit == 0 || (int64_t)f->before.fetched < limit);
}

/* It waits for the next session. */
static int skip_folder(struct fetch *f, struct error *err)
{
	struct watermark w;
	int rc = get_watermark(f, &w, err);

	if (rc == 0)
		fetch_count_large(f, &w);
	watermark_release(&w);
	f->before.left++;
	return rc;
}

int fetch_next_folder(struct fetch *f, struct error *err)
{
	int rc = find_folders(f, err);

	while (rc == 0 && f->next_folder < f->folders.n) {
		size_t i = f->first_folder + f->next_folder++;

		f->folder = &f->folders.list[i % f->folders.n];
		if (f->folder->wanted && !has_limit_left(f))
			rc = skip_folder(f, err);
		else if (f->folder->wanted)
			rc = open_folder(f, err);
	}
	return rc;
}

int fetch_check_unread(const struct fetch *f, struct error *err)
{
	if (f->n_unread == 0)
		return 0;
	*err = f->unread;
	return f->n_unread == 1
		       ? -1
		       : error_prefix(err, "%zu folders cannot be read",
				      f->n_unread);
}

/*
 * The account was one of POP3: its messages are in INBOX, and have other names
 * now. They are as those of a folder that was made again.
 */
int fetch_adopt_nameless(struct fetch *f, struct error *err)
{
	int64_t n = 0;

	if (f->dry || f->remote.imap == NULL || f->policy.is_partial ||
	    strcmp(f->folder->key, "INBOX") != 0)
		return 0;
	if (state_adopt_nameless(f->state, f->policy.account, "INBOX", &n,
				 err) == -1)
		return -1;
	return n == 0 ? 0 : fetch_compare(f, err);
}
