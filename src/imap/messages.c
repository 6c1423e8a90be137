/* SPDX-License-Identifier: ISC */
#include "imap/messages.h"

#include <inttypes.h>
#include <string.h>

#include "imap/ask.h"
#include "imap/command.h"
#include "imap/internal.h"

#include "util/banned.h"

#define ITEMS " (UID FLAGS INTERNALDATE RFC822.SIZE)"

/* Messages on their way to the caller. */
struct listing {
	const struct imap_set *set;
	imap_take_listed *take;
	void *context;
	uint32_t until; /* list UIDs below it only; 0: all */
	size_t n;	/* so many of set->uids are */
	uint32_t least; /* the server listed none below it (RFC 9738); or 0 */
	bool refused;
	char *text;
};

static int read_listed(struct imap *i, struct imap_listed *out,
		       struct error *err)
{
	struct item item;
	int rc;

	memset(out, 0, sizeof(*out));
	while ((rc = item_next(&i->reader, &item, err)) == 1) {
		if (item.kind == ITEM_UID)
			out->uid = (uint32_t)item.number;
		else if (item.kind == ITEM_SIZE)
			out->size = item.number;
		else if (item.kind == ITEM_FLAGS)
			out->flags = item.flags;
		out->has_time |= item.kind == ITEM_DATE;
		if (item.kind == ITEM_DATE)
			out->time = item.time;
	}
	return rc;
}

/* How many UIDs of the set are smaller? */
static size_t count_below(const struct imap_set *set, uint32_t uid)
{
	size_t low = 0, high = set->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (set->uids[middle] < uid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool has_uid(const struct imap_set *set, uint32_t uid)
{
	size_t k = count_below(set, uid);

	return k < set->n && set->uids[k] == uid;
}

/*
 * News of flags may come of any message, and "n:*" has the last one, even if
 * its UID is smaller (RFC 3501, 6.4.8).
 */
static bool is_wanted(const struct imap_set *set, uint32_t uid)
{
	return uid != 0 &&
	       ((set->from != 0 && uid >= set->from) || has_uid(set, uid));
}

static int take_message(void *context, struct imap *i,
			const struct response *response, struct error *err)
{
	const struct listing *listing = context;
	struct imap_listed message;

	if (response->kind != RESPONSE_FETCH)
		return 0;
	if (read_listed(i, &message, err) == -1)
		return -1;
	return is_wanted(listing->set, message.uid)
		       ? listing->take(listing->context, &message, err)
		       : 0;
}

/* Is set->from asked for? It is the thing behind the UIDs. */
static bool has_rest(const struct listing *listing)
{
	uint32_t from = listing->set->from;

	return from != 0 && (listing->until == 0 || from < listing->until);
}

static size_t add_listing(void *context, struct imap *i, size_t at,
			  struct buf *out)
{
	const struct listing *listing = context;
	size_t end = out->len + command_line_max(&i->capabilities) -
		     sizeof(ITEMS "\r\n");
	size_t most = imap_messages_max(i), first = at;
	struct uid_set uids;

	command_start(out, ++i->tag, "UID FETCH");
	uid_set_start(&uids, out, end);
	while (at < listing->n && at - first < most &&
	       uid_set_add(&uids, listing->set->uids[at]))
		at++;
	if (at == listing->n && has_rest(listing) &&
	    uid_set_add_rest(&uids, listing->set->from,
			     listing->until == 0 ? 0 : listing->until - 1))
		at++;
	buf_addstr(out, ITEMS);
	command_end(out);
	return at;
}

static int end_listing(void *context, struct imap *i, size_t at, size_t end,
		       const struct response *done, struct error *err)
{
	struct listing *listing = context;
	bool in_part = done->code.kind == CODE_MESSAGELIMIT;
	uint32_t least = (uint32_t)done->code.number;

	(void)i;
	(void)at;
	(void)end;
	(void)err;
	if (done->status != STATUS_OK || (in_part && least == 0)) {
		if (!listing->refused)
			ask_text(done, listing->text);
		listing->refused = true;
	} else if (in_part && least > listing->least) {
		listing->least = least;
	}
	return 0;
}

/* A server with MESSAGELIMIT lists the last ones first, and says how far. */
int imap_list_messages(struct imap *i, const struct imap_set *set,
		       imap_take_listed *take, void *context,
		       char text[IMAP_TEXT_MAX], struct error *err)
{
	struct listing listing = {
		.set = set, .take = take, .context = context, .text = text};
	uint32_t least = 0;

	text[0] = '\0';
	do {
		struct ask_many many = {0, add_listing, take_message,
					end_listing, &listing};

		listing.until = least;
		listing.least = 0;
		listing.n = least == 0 ? set->n : count_below(set, least);
		many.n = listing.n + has_rest(&listing);
		if (ask_many(i, &many, err) == -1)
			return -1;
		if (least != 0 && listing.least >= least)
			listing.refused = true;
		least = listing.least;
	} while (least != 0 && !listing.refused);
	return !listing.refused;
}

/* UIDs on their way to the caller. */
struct searching {
	uint32_t from;
	imap_take_uid *take;
	void *context;
	bool is_odd;
};

static int take_uids(void *context, struct imap *i,
		     const struct response *response, struct error *err)
{
	struct searching *s = context;
	uint32_t uid;
	int rc;

	if (response->kind != RESPONSE_SEARCH)
		return 0;
	while ((rc = search_next(&i->reader, &uid, &s->is_odd, err)) == 1)
		if (uid >= s->from && s->take(s->context, uid, err) == -1)
			return -1;
	return rc;
}

int imap_list_uids(struct imap *i, uint32_t from, imap_take_uid *take,
		   void *context, char text[IMAP_TEXT_MAX], struct error *err)
{
	struct searching s = {from, take, context, false};
	struct response done;
	struct buf out;
	uint32_t tag = ask_start(i, &out, "UID SEARCH UID");

	buf_addf(&out, " %" PRIu32 ":*", from);
	if (ask_send(i, &out, err) == -1 ||
	    ask_wait(i, tag, take_uids, &s, &done, err) == -1)
		return -1;
	ask_text(&done, text);
	return done.status == STATUS_OK && !s.is_odd &&
	       done.code.kind != CODE_MESSAGELIMIT;
}
