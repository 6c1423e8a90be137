/* SPDX-License-Identifier: ISC */
#include "imap/fetch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "imap/command.h"
#include "imap/internal.h"
#include "util/xalloc.h"

#include "util/banned.h"

/*
 * Bodies that belong to no message that is on its way: of a server that answers
 * twice, or without a UID. Some are read, an endless number is not.
 */
#define UNWANTED_MAX (64 * 1024 * 1024)

#define NOBODY_WANTS "it sends messages that nobody wants"

/* Octets left on a line for the items, a parenthesis and the line's end. */
#define ITEMS_MAX 100

enum state {
	STATE_UNASKED,
	STATE_ASKED,
	STATE_BARE,  /* asked; a response without a body came */
	STATE_ALONE, /* refused with others: ask again, without them */
	STATE_ANSWERED,
};

/* The items that a FETCH response has brought. */
struct brought {
	uint32_t uid; /* 0: it did not say it */
	bool has_body;
};

void fetch_init(struct fetch *f)
{
	memset(f, 0, sizeof(*f));
	buf_init(&f->keywords, LEX_LINE_MAX);
	buf_init(&f->email_id, LEX_LINE_MAX);
}

void fetch_release(struct fetch *f)
{
	free(f->states);
	buf_release(&f->keywords);
	buf_release(&f->email_id);
}

void imap_request(struct imap *i, enum imap_part part,
		  const struct imap_wanted *wanted, size_t n,
		  uint64_t max_bytes)
{
	fetch_release(&i->fetch);
	fetch_init(&i->fetch);
	i->fetch.part = part;
	i->fetch.wanted = wanted;
	i->fetch.n = n;
	i->fetch.max_bytes = max_bytes;
	i->fetch.states = xcalloc(n + 1, 1);
}

/* Move on to the next message to ask for. False: there is none, for now. */
static bool find_next(struct fetch *f)
{
	if (!f->one_by_one && f->next < f->n)
		return true;
	if (!f->one_by_one && f->n_flights > 0)
		return false;
	if (!f->one_by_one)
		f->next = 0;
	f->one_by_one = true;
	while (f->next < f->n && f->states[f->next] != STATE_ALONE)
		f->next++;
	return f->next < f->n;
}

static void add_items(const struct imap *i, struct buf *out)
{
	bool header = i->fetch.part == IMAP_HEADER;

	command_add(out, "(UID FLAGS INTERNALDATE");
	if (capability(&i->capabilities, CAPABILITY_GMAIL))
		command_add(out, "X-GM-MSGID");
	if (capability(&i->capabilities, CAPABILITY_OBJECTID))
		command_add(out, "EMAILID");
	command_add(out, header ? "BODY.PEEK[HEADER])" : "BODY.PEEK[])");
}

/* One command, from f->next on. */
static void add_command(struct imap *i, struct buf *out)
{
	struct fetch *f = &i->fetch;
	struct flight *flight = &f->flights[f->n_flights++];
	size_t max = f->one_by_one ? 1 : GROUP_MESSAGES;
	size_t end = out->len + COMMAND_LINE_MAX - ITEMS_MAX;
	uint64_t bytes = 0;
	struct uid_set set;

	flight->tag = ++i->tag;
	flight->at = f->next;
	command_start(out, flight->tag, "UID FETCH");
	uid_set_start(&set, out, end);
	while (f->next < f->n && f->next - flight->at < max &&
	       bytes < GROUP_BYTES &&
	       uid_set_add(&set, f->wanted[f->next].uid)) {
		bytes += f->wanted[f->next].size;
		f->states[f->next++] = STATE_ASKED;
	}
	flight->end = f->next;
	flight->is_alone = flight->end - flight->at == 1;
	add_items(i, out);
	command_end(out);
}

/*
 * Send more commands when half of them were answered, so that they travel in
 * bundles, and only when all earlier ones were sent.
 */
static void ask_more(struct imap *i)
{
	struct fetch *f = &i->fetch;
	size_t most = i->pipelining ? FLIGHTS_MAX : 1;
	struct buf text = BUF_INIT(FLIGHTS_MAX * COMMAND_LINE_MAX);

	if (!conn_is_drained(i->wire.conn) || f->n_flights > most / 2)
		return;
	while (f->n_flights < most && find_next(f))
		add_command(i, &text);
	if (text.len > 0)
		wire_ask_more(&i->wire, buf_slice(&text));
	buf_release(&text);
}

/* The message of a UID, if its answer is awaited. */
static const struct imap_wanted *find_asked(const struct fetch *f, uint32_t uid)
{
	size_t low = 0, high = f->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (f->wanted[middle].uid < uid)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == f->n || f->wanted[low].uid != uid ||
	    (f->states[low] != STATE_ASKED && f->states[low] != STATE_BARE))
		return NULL;
	return &f->wanted[low];
}

/* May a body of this size be read, kept or not? */
static int check_size(struct imap *i, uint64_t octets, struct error *err)
{
	const struct fetch *f = &i->fetch;
	uint64_t max = f->max_bytes;
	uint64_t listed = f->awaited == NULL ? 0 : f->awaited->size;

	if (max == 0 || octets <= max) {
		if (listed == 0 || !intake_is_endless(octets, listed))
			return 0;
	} else if (!intake_is_endless(octets, max)) {
		return 0;
	}
	(void)error_set(err, ERR_TEMPORARY,
			"a message of %" PRIu64 " bytes comes, which is far "
			"larger than listed or than max-size; session given up",
			octets);
	return wire_dead(&i->wire);
}

/*
 * The length of a literal is the only sign of its end. If what is behind it is
 * not the rest of a response, the length was wrong: too small, and the message
 * would be cut; too large, and parts of the next one would be in it.
 */
static int wrong_length(struct imap *i, struct error *err)
{
	return imap_confused(i, "a message has not the length that it says",
			     err);
}

static int read_literal(struct imap *i, struct error *err)
{
	struct slice piece;
	int rc;

	intake_show(&i->intake);
	while ((rc = lex_read(&i->reader.lex, &piece, err)) == 1) {
		if (intake_take(&i->intake, piece, err) == -1)
			return wire_dead(&i->wire);
		intake_show(&i->intake);
	}
	if (rc == 0)
		rc = lex_goes_on(&i->reader.lex, err);
	if (rc == 0)
		return wrong_length(i, err);
	return rc == -1 ? -1 : 0;
}

static int read_body(struct imap *i, int fd, const struct item *item,
		     struct imap_answer *answer, struct error *err)
{
	answer->octets = item->is_literal ? i->reader.lex.left : item->text.len;
	if (check_size(i, answer->octets, err) == -1)
		return -1;
	intake_begin(&i->intake, fd, i->fetch.max_bytes);
	if (item->is_literal && read_literal(i, err) == -1)
		return -1;
	if (intake_take(&i->intake, item->text, err) == -1 ||
	    intake_end(&i->intake, answer->sha256, err) == -1)
		return wire_dead(&i->wire);
	answer->size = i->intake.size;
	return 0;
}

static void keep(struct buf *to, struct slice text)
{
	buf_clear(to);
	buf_addslice(to, text);
}

/* An item's value, unless it is a body. */
static void keep_item(struct fetch *f, const struct item *item,
		      struct brought *brought, struct imap_answer *answer)
{
	switch (item->kind) {
	case ITEM_UID:
		brought->uid = (uint32_t)item->number;
		f->awaited = find_asked(f, brought->uid);
		break;
	case ITEM_FLAGS:
		answer->flags = item->flags;
		keep(&f->keywords, item->text);
		break;
	case ITEM_DATE:
		answer->has_time = true;
		answer->time = item->time;
		break;
	case ITEM_GMAIL_ID:
		answer->gmail_id = item->number;
		break;
	case ITEM_EMAIL_ID:
		keep(&f->email_id, item->text);
		break;
	case ITEM_SIZE:
	case ITEM_BODY:
	case ITEM_HEADER:
		break;
	}
}

/* Is a message read whose UID is known, and not awaited? */
static bool is_unwanted(const struct imap *i, const struct brought *brought)
{
	return brought->uid != 0 && i->fetch.awaited == NULL;
}

/* The parenthesis at the end of the response, and the line's end. */
static int check_end(struct imap *i, struct error *err)
{
	int kind = i->reader.lex.in_line ? lex_next(&i->reader.lex, err)
					 : LEX_ATOM;

	if (kind == -1)
		return -1;
	return kind == LEX_END ? 0 : wrong_length(i, err);
}

/* The UID may stand behind the body. Of two bodies the first one counts. */
static int read_items(struct imap *i, int fd, struct brought *brought,
		      struct imap_answer *answer, struct error *err)
{
	enum item_kind body =
		i->fetch.part == IMAP_HEADER ? ITEM_HEADER : ITEM_BODY;
	struct item item;
	int rc;

	while ((rc = item_next(&i->reader, &item, err)) == 1) {
		keep_item(&i->fetch, &item, brought, answer);
		if (item.kind != body || item.is_nil || brought->has_body)
			continue;
		brought->has_body = true;
		if (is_unwanted(i, brought) &&
		    i->reader.lex.left > UNWANTED_MAX)
			return imap_confused(i, NOBODY_WANTS, err);
		if (read_body(i, is_unwanted(i, brought) ? -1 : fd, &item,
			      answer, err) == -1)
			return -1;
	}
	return rc == 0 && brought->has_body ? check_end(i, err) : rc;
}

/* The response belongs to no message that is awaited. */
static int drop_unwanted(struct imap *i, const struct imap_answer *answer,
			 struct error *err)
{
	struct fetch *f = &i->fetch;

	f->unwanted += answer->octets;
	if (f->unwanted > UNWANTED_MAX)
		return imap_confused(i, NOBODY_WANTS, err);
	return intake_drop(&i->intake, err) == -1 ? wire_dead(&i->wire) : 0;
}

/*
 * Does an empty body stand for a message that is not? iCloud and others send
 * that for a moment; believed, it would be the copy by which the message is
 * deleted.
 */
static bool is_hollow(const struct fetch *f, const struct imap_answer *answer)
{
	return f->part == IMAP_MESSAGE && answer->octets == 0 &&
	       f->awaited->size > 0;
}

static void conclude(struct imap *i, struct imap_answer *answer)
{
	struct fetch *f = &i->fetch;
	bool hollow = is_hollow(f, answer);

	f->states[f->awaited - f->wanted] = STATE_ANSWERED;
	answer->wanted = f->awaited;
	answer->outcome = IMAP_FETCHED;
	answer->head = buf_slice(&i->intake.head);
	answer->keywords = buf_slice(&f->keywords);
	answer->email_id = buf_slice(&f->email_id);
	f->awaited = NULL;
	if (hollow) {
		answer->outcome = IMAP_REFUSED;
		(void)snprintf(answer->text, sizeof(answer->text),
			       "the server sent an empty body; the listing "
			       "said %" PRIu64 " bytes",
			       answer->wanted->size);
	}
	if (!i->intake.too_large)
		return;
	answer->outcome = IMAP_REFUSED;
	(void)snprintf(answer->text, sizeof(answer->text),
		       "it has %" PRIu64 " bytes, more than max-size; the "
		       "listing said %" PRIu64,
		       answer->size, answer->wanted->size);
	answer->size = 0;
}

/*
 * A FETCH response: 1 if it was an answer, 0 if not. One without a body may be
 * an answer, or news of flags: the end of the command will tell.
 */
static int read_message(struct imap *i, int fd, struct imap_answer *answer,
			struct error *err)
{
	struct fetch *f = &i->fetch;
	struct brought brought = {0, false};

	memset(answer, 0, sizeof(*answer));
	buf_clear(&f->keywords);
	buf_clear(&f->email_id);
	f->awaited = NULL;
	if (read_items(i, fd, &brought, answer, err) == -1)
		return -1;
	if (f->awaited == NULL)
		return brought.has_body ? drop_unwanted(i, answer, err) : 0;
	if (!brought.has_body) {
		f->states[f->awaited - f->wanted] = STATE_BARE;
		f->awaited = NULL;
		return 0;
	}
	conclude(i, answer);
	return 1;
}

/* A command has ended. */
static int end_command(struct imap *i, const struct response *response,
		       struct error *err)
{
	struct fetch *f = &i->fetch;
	struct slice text = slice_cut_utf8(response->text, 200);
	size_t k = 0;

	while (k < f->n_flights && f->flights[k].tag != response->number)
		k++;
	if (k == f->n_flights)
		return imap_confused(i, "it answers one that was not given",
				     err);
	f->ended = f->flights[k];
	f->n_flights--;
	memmove(&f->flights[k], &f->flights[k + 1],
		(f->n_flights - k) * sizeof(f->flights[0]));
	/* If the answer is partial, a missing message is not gone. */
	f->status = response->code.kind == CODE_MESSAGELIMIT ? STATUS_NO
							     : response->status;
	(void)snprintf(f->text, sizeof(f->text), "%.*s", (int)text.len, text.p);
	/* Asking for the next message at once would be rude. */
	if (response->status == STATUS_OK || i->refusal != CODE_THROTTLED)
		return 0;
	(void)error_set(err, ERR_TEMPORARY, "the server asks to wait: \"%.*s\"",
			(int)text.len, text.p);
	return wire_dead(&i->wire);
}

static void report_missing(struct fetch *f, size_t k,
			   struct imap_answer *answer)
{
	const char *why =
		f->text[0] == '\0' ? "the server refused it" : f->text;

	memset(answer, 0, sizeof(*answer));
	answer->wanted = &f->wanted[k];
	answer->head = answer->keywords = answer->email_id = SLICE_EMPTY;
	answer->outcome = IMAP_REFUSED;
	if (f->status == STATUS_OK && f->states[k] == STATE_BARE)
		why = "the server sent no body";
	else if (f->status == STATUS_OK)
		answer->outcome = IMAP_GONE;
	(void)snprintf(answer->text, sizeof(answer->text), "%s",
		       answer->outcome == IMAP_GONE ? "" : why);
	f->states[k] = STATE_ANSWERED;
}

/* The next message without an answer of a command that has ended. */
static bool next_missing(struct fetch *f, struct imap_answer *answer)
{
	while (f->ended.at < f->ended.end) {
		size_t k = f->ended.at++;

		if (f->states[k] == STATE_ANSWERED)
			continue;
		if (f->ended.is_alone || f->status == STATUS_OK) {
			report_missing(f, k, answer);
			return true;
		}
		f->states[k] = STATE_ALONE;
	}
	return false;
}

/* All commands have ended. Were they sent at all? */
static int end_request(struct imap *i, struct error *err)
{
	return find_next(&i->fetch)
		       ? imap_confused(i, "it answers before it was asked", err)
		       : 0;
}

int imap_next(struct imap *i, int fd, struct imap_answer *answer,
	      struct error *err)
{
	struct fetch *f = &i->fetch;
	struct response response;
	int rc = 0;

	while (rc == 0) {
		if (next_missing(f, answer))
			return 1;
		ask_more(i);
		if (f->n_flights == 0)
			return end_request(i, err);
		if (reader_next(&i->reader, &response, err) == -1 ||
		    imap_note(i, &response, err) == -1)
			return -1;
		if (response.kind == RESPONSE_FETCH)
			rc = read_message(i, fd, answer, err);
		else if (response.kind == RESPONSE_DONE)
			rc = end_command(i, &response, err);
	}
	return rc;
}

const struct imap_wanted *imap_awaited(const struct imap *i)
{
	const struct fetch *f = &i->fetch;

	if (f->awaited != NULL || f->n_flights == 0)
		return f->awaited;
	for (size_t k = f->flights[0].at; k < f->flights[0].end; k++)
		if (f->states[k] != STATE_ANSWERED)
			return &f->wanted[k];
	return NULL;
}
