/* SPDX-License-Identifier: ISC */
#include "fetch/remote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch/internal.h"
#include "mail/flags.h"
#include "state/watermark.h"
#include "util/log.h"
#include "util/number.h"
#include "util/xalloc.h"

#include "util/banned.h"

void fetch_trace(char direction, struct slice text)
{
	log_wire("%c %.*s", direction, (int)(text.len > 400 ? 400 : text.len),
		 text.p);
}

int fetch_log_in(struct fetch *f, const struct conn_secret *secret,
		 bool pipelining, struct error *err)
{
	const struct account *a = f->job->account;
	struct conn *conn;

	if (conn_open(&conn, a, err) == -1)
		return -1;
	f->login_tried = true;
	if (a->protocol == PROTOCOL_IMAP) {
		f->remote.imap = imap_new(conn, fetch_trace, pipelining);
		return imap_login(f->remote.imap, a, secret, err);
	}
	f->remote.pop3 = pop3_new(conn, fetch_trace, pipelining);
	return pop3_login(f->remote.pop3, a, secret, err);
}

bool fetch_is_connected(const struct fetch *f)
{
	return f->remote.pop3 != NULL || f->remote.imap != NULL;
}

int fetch_log_out(struct fetch *f, struct error *err)
{
	return f->remote.imap != NULL ? imap_logout(f->remote.imap, err)
				      : pop3_quit(f->remote.pop3, err);
}

int64_t fetch_wait_wanted(const struct fetch *f)
{
	const struct imap *i = f->remote.imap;
	uint64_t ms;

	if (i == NULL)
		return 0;
	(void)imap_refusal(i, &ms);
	return number_max(imap_wait(i), (int64_t)((ms + 999) / 1000));
}

void fetch_disconnect(struct fetch *f)
{
	pop3_close(f->remote.pop3);
	imap_close(f->remote.imap);
	free(f->remote.list);
	free(f->remote.wanted);
	free(f->remote.places);
	memset(&f->remote, 0, sizeof(f->remote));
}

bool fetch_has_headers(const struct fetch *f)
{
	return f->remote.imap != NULL || pop3_has_top(f->remote.pop3);
}

void fetch_ignore_headers(struct fetch *f)
{
	if (f->remote.pop3 != NULL)
		pop3_ignore_top(f->remote.pop3);
}

uint32_t fetch_uid(const struct fetch *f, const struct mailbox_entry *entry)
{
	return watermark_uid(mailbox_uidl(&f->listing, entry));
}

struct place {
	uint32_t uid;
	size_t at;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return (x->uid > y->uid) - (x->uid < y->uid);
}

static void request_of_imap(struct fetch *f, enum mailbox_command command,
			    size_t n, uint64_t max_bytes)
{
	struct remote *r = &f->remote;
	struct place *places = xcalloc(n, sizeof(*places));

	for (size_t i = 0; i < n; i++)
		places[i] = (struct place){fetch_uid(f, r->list[i]), i};
	if (n > 0)
		qsort(places, n, sizeof(*places), compare_places);
	free(r->wanted);
	free(r->places);
	r->wanted = xcalloc(n, sizeof(*r->wanted));
	r->places = xcalloc(n, sizeof(*r->places));
	for (size_t i = 0; i < n; i++) {
		r->places[i] = places[i].at;
		r->wanted[i] = (struct imap_wanted){
			places[i].uid, r->list[places[i].at]->size};
	}
	free(places);
	imap_request(r->imap,
		     command == MAILBOX_HEADER ? IMAP_HEADER : IMAP_MESSAGE,
		     r->wanted, n, max_bytes);
}

void fetch_request(struct fetch *f, enum mailbox_command command,
		   const struct mailbox_entry *const *list, size_t n,
		   uint64_t max_bytes)
{
	struct remote *r = &f->remote;

	if (r->imap == NULL) {
		pop3_request(r->pop3, command, list, n, max_bytes);
		return;
	}
	/* A copy: fetch_broke() needs it when the caller's may be gone. */
	free(r->list);
	r->list = xcalloc(n, sizeof(*r->list));
	for (size_t i = 0; i < n; i++)
		r->list[i] = list[i];
	r->command = command;
	r->n_answered = 0;
	request_of_imap(f, command, n, max_bytes);
}

static unsigned flags_of(const struct imap_answer *answer)
{
	static const struct {
		unsigned there, here;
	} flags[] = {
		{IMAP_FLAG_SEEN, FLAG_SEEN},
		{IMAP_FLAG_ANSWERED, FLAG_ANSWERED},
		{IMAP_FLAG_FLAGGED, FLAG_FLAGGED},
		{IMAP_FLAG_DRAFT, FLAG_DRAFT},
	};

	unsigned out = 0;

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if ((answer->flags & flags[i].there) != 0)
			out |= flags[i].here;
	return out;
}

static size_t place_of(const struct remote *r, const struct imap_wanted *wanted)
{
	return r->places[wanted - r->wanted];
}

/* A literal has the length that the server said: it is whole, or not there. */
static void translate(const struct remote *r, const struct imap_answer *from,
		      struct mailbox_answer *to)
{
	memset(to, 0, sizeof(*to));
	to->at = place_of(r, from->wanted);
	to->entry = r->list[to->at];
	to->ok = to->exact = from->outcome == IMAP_FETCHED;
	to->is_gone = from->outcome == IMAP_GONE;
	memcpy(to->text, from->text, sizeof(to->text));
	if (!to->ok)
		return;
	to->size = from->size;
	to->octets = from->octets;
	memcpy(to->sha256, from->sha256, HASH_SIZE);
	to->head = from->head;
	to->arrived = from->has_time ? from->time : 0;
	to->flags = flags_of(from);
	to->number_in_all = from->gmail_id;
	to->id = from->email_id;
}

int fetch_next(struct fetch *f, int fd, struct mailbox_answer *answer,
	       struct error *err)
{
	struct remote *r = &f->remote;
	struct imap_answer from;
	int rc;

	if (r->imap == NULL)
		return pop3_next(r->pop3, fd, answer, err);
	rc = imap_next(r->imap, fd, &from, err);
	if (rc != 1)
		return rc;
	translate(r, &from, answer);
	r->n_answered++;
	return 1;
}

/* Bytes of another message can never follow a literal. */
int fetch_read_alone(struct fetch *f, const struct mailbox_entry *entry,
		     bool literal, int fd, struct mailbox_answer *answer,
		     struct error *err)
{
	const struct mailbox_entry *const list[] = {entry};
	struct mailbox_answer none;

	if (f->remote.imap == NULL)
		return pop3_read_alone(f->remote.pop3, entry, literal,
				       f->policy.max_size, fd, answer, err);
	fetch_request(f, MAILBOX_MESSAGE, list, 1, f->policy.max_size);
	if (fetch_next(f, fd, answer, err) != 1)
		return -1;
	return fetch_next(f, -1, &none, err) == -1 ? -1 : 1;
}

size_t fetch_synced(const struct fetch *f)
{
	return f->remote.imap != NULL ? f->remote.n_answered
				      : pop3_synced(f->remote.pop3);
}

struct mailbox_break fetch_broke(const struct fetch *f)
{
	const struct remote *r = &f->remote;
	struct mailbox_break broke = {.command = r->command,
				      .answered = r->n_answered};
	const struct imap_wanted *awaited;

	if (r->imap == NULL)
		return *pop3_broke(r->pop3);
	broke.kind = imap_broke(r->imap, &broke.in_flight);
	awaited = imap_awaited(r->imap);
	if (awaited != NULL)
		broke.entry = r->list[place_of(r, awaited)];
	return broke;
}

void fetch_watch_remote(struct fetch *f, intake_progress *progress,
			intake_guard *guard)
{
	if (f->remote.imap != NULL)
		imap_watch(f->remote.imap, progress, guard, f);
	else
		pop3_watch(f->remote.pop3, progress, guard, f);
}

void fetch_describe(const struct fetch *f, const struct mailbox_answer *answer,
		    struct on_server *out)
{
	memset(out, 0, sizeof(*out));
	if (f->remote.imap == NULL)
		return;
	if (answer->number_in_all != 0)
		(void)snprintf(out->id, sizeof(out->id), "G%llx",
			       (unsigned long long)answer->number_in_all);
	else if (answer->id.len > 0 && answer->id.len < sizeof(out->id) - 1)
		(void)snprintf(out->id, sizeof(out->id), "E%.*s",
			       (int)answer->id.len, answer->id.p);
	out->folder = f->folder->key;
	out->arrived = answer->arrived;
	if (f->job->account->flags == FLAGS_KEEP)
		out->flags = answer->flags;
}
