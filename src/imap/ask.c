/* SPDX-License-Identifier: ISC */
#include "imap/ask.h"

#include <stdio.h>
#include <string.h>

#include "imap/command.h"
#include "imap/internal.h"

#include "util/banned.h"

uint32_t ask_start(struct imap *i, struct buf *out, const char *words)
{
	buf_init(out, COMMANDS_MAX);
	command_start(out, ++i->tag, words);
	return i->tag;
}

uint32_t ask_also(struct imap *i, struct buf *out, const char *words)
{
	command_end(out);
	command_start(out, ++i->tag, words);
	return i->tag;
}

void ask_lead(struct imap *i, struct buf *out, ask_take *take, ask_end *end,
	      void *context)
{
	struct lead *lead = &i->lead;

	command_end(out);
	buf_clear(&lead->text);
	buf_addslice(&lead->text, buf_slice(out));
	buf_release(out);
	lead->tag = i->tag;
	lead->take = take;
	lead->end = end;
	lead->context = context;
}

/* With the command that leads them, if there is one. */
static void send_text(struct imap *i, const struct buf *out)
{
	struct lead *lead = &i->lead;

	if (lead->text.len == 0) {
		wire_ask_more(&i->wire, buf_slice(out));
		return;
	}
	buf_addslice(&lead->text, buf_slice(out));
	wire_ask_more(&i->wire, buf_slice(&lead->text));
	buf_clear(&lead->text);
	lead->is_followed = true;
}

/* The next response, but for those to the command that leads. */
static int next_response(struct imap *i, struct response *response,
			 struct error *err)
{
	struct lead *lead = &i->lead;

	for (;;) {
		if (reader_next(&i->reader, response, err) == -1)
			return -1;
		if (imap_note(i, response, err) == -1) {
			lead->is_followed = false; /* it says why it ends */
			return -1;
		}
		if (lead->tag == 0)
			break;
		if (response->kind != RESPONSE_DONE) {
			if (lead->take(lead->context, i, response, err) == -1)
				return wire_dead(&i->wire);
			continue;
		}
		if (response->number != lead->tag)
			break;
		lead->tag = 0;
		lead->end(lead->context, i, response);
	}
	if (response->kind == RESPONSE_DONE)
		lead->is_followed = false;
	return 0;
}

int ask_send(struct imap *i, struct buf *out, struct error *err)
{
	bool sent = conn_is_drained(i->wire.conn) && !out->full;

	command_end(out);
	if (sent)
		send_text(i, out);
	buf_release(out);
	return sent ? 0
		    : imap_confused(i, "it answers before it was asked", err);
}

int ask_wait(struct imap *i, uint32_t tag, ask_take *take, void *context,
	     struct response *done, struct error *err)
{
	for (;;) {
		if (next_response(i, done, err) == -1)
			return -1;
		if (done->kind == RESPONSE_DONE)
			break;
		if (take != NULL && take(context, i, done, err) == -1)
			return wire_dead(&i->wire);
	}
	return done->number == tag
		       ? 0
		       : imap_confused(i, "it answers one that was not given",
				       err);
}

/*
 * Commands without an answer: many folders or sets in one round trip. A server
 * may read them slowly, because sending never blocks receiving.
 */
#define AHEAD_MAX 64

/* One command: a line, and a name of which each byte has a backslash. */
#define ONE_MAX (COMMAND_LINE_MAX_LONG + 2 * FOLDER_NAME_MAX + 100)

_Static_assert(LEAD_MAX + ONE_MAX < COMMANDS_MAX, "it can be sent");

struct ahead {
	const struct ask_many *m;
	size_t next; /* things before it have been asked about */

	struct {
		uint32_t tag;
		size_t at, end;
	} flights[AHEAD_MAX];

	size_t n;
};

/* Send more when half of them were answered, so that they travel in bundles. */
static void send_ahead(struct imap *i, struct ahead *a)
{
	const struct ask_many *m = a->m;
	size_t most = i->pipelining ? AHEAD_MAX : 1;
	struct buf out = BUF_INIT(COMMANDS_MAX);

	if (!conn_is_drained(i->wire.conn) || a->n > most / 2)
		return;
	while (a->n < most && a->next < m->n &&
	       i->lead.text.len + out.len + ONE_MAX <= COMMANDS_MAX) {
		uint32_t before = i->tag;
		size_t at = a->next;

		a->next = m->add(m->context, i, at, &out);
		if (i->tag == before)
			continue;
		a->flights[a->n].tag = i->tag;
		a->flights[a->n].at = at;
		a->flights[a->n++].end = a->next;
	}
	if (out.len > 0)
		send_text(i, &out);
	buf_release(&out);
}

static int end_ahead(struct imap *i, struct ahead *a,
		     const struct response *done, struct error *err)
{
	const struct ask_many *m = a->m;
	size_t k = 0, at, end;

	while (k < a->n && a->flights[k].tag != done->number)
		k++;
	if (k == a->n)
		return imap_confused(i, "it answers one that was not given",
				     err);
	at = a->flights[k].at;
	end = a->flights[k].end;
	for (a->n--; k < a->n; k++)
		a->flights[k] = a->flights[k + 1];
	return m->end(m->context, i, at, end, done, err) == -1
		       ? wire_dead(&i->wire)
		       : 0;
}

/* All commands have ended. Were they sent at all? */
static int end_many(struct imap *i, const struct ahead *a, struct error *err)
{
	return a->next == a->m->n
		       ? 0
		       : imap_confused(i, "it answers before it was asked",
				       err);
}

int ask_many(struct imap *i, const struct ask_many *m, struct error *err)
{
	struct ahead a = {.m = m};
	struct response response;

	for (;;) {
		int rc = 0;

		send_ahead(i, &a);
		if (a.n == 0)
			return end_many(i, &a, err);
		if (next_response(i, &response, err) == -1)
			return -1;
		if (response.kind == RESPONSE_DONE)
			rc = end_ahead(i, &a, &response, err);
		else if (m->take != NULL &&
			 m->take(m->context, i, &response, err) == -1)
			rc = wire_dead(&i->wire);
		if (rc == -1)
			return -1;
	}
}

void ask_text(const struct response *done, char text[ASK_TEXT_MAX])
{
	struct slice words = slice_cut_utf8(done->text, ASK_TEXT_MAX - 1);

	if (words.len == 0)
		words = slice_str("the server refused it");
	(void)snprintf(text, ASK_TEXT_MAX, "%.*s", (int)words.len, words.p);
}
