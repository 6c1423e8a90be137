/* SPDX-License-Identifier: ISC */
/* The messages of a folder: what it costs to fetch them. */
#include <inttypes.h>
#include <string.h>

#include "imap/ask.h"
#include "imap/command.h"
#include "imap/folders.h"
#include "imap/internal.h"

#include "util/banned.h"

/* Messages on their way to the caller. */
struct listing {
	uint32_t from;
	imap_take_listed *take;
	void *context;
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

/* "n:*" has the last message, even if its UID is smaller (RFC 3501, 6.4.8). */
static int take_message(void *context, struct imap *i,
			const struct response *response, struct error *err)
{
	const struct listing *listing = context;
	struct imap_listed message;

	if (response->kind != RESPONSE_FETCH)
		return 0;
	if (read_listed(i, &message, err) == -1)
		return -1;
	return message.uid == 0 || message.uid < listing->from
		       ? 0
		       : listing->take(listing->context, &message, err);
}

int imap_list_messages(struct imap *i, uint32_t from, imap_take_listed *take,
		       void *context, char text[IMAP_TEXT_MAX],
		       struct error *err)
{
	struct listing listing = {from, take, context};
	struct response done;
	struct buf out;
	uint32_t tag = ask_start(i, &out, "UID FETCH");

	buf_addf(&out, " %" PRIu32 ":*", from);
	command_add(&out, "(UID FLAGS INTERNALDATE RFC822.SIZE)");
	if (ask_send(i, &out, err) == -1 ||
	    ask_wait(i, tag, take_message, &listing, &done, err) == -1)
		return -1;
	ask_text(&done, text);
	return done.status == STATUS_OK;
}
