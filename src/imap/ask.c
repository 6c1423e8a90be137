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

int ask_send(struct imap *i, struct buf *out, struct error *err)
{
	bool sent = conn_is_drained(i->wire.conn) && !out->full;

	command_end(out);
	if (sent)
		wire_ask_more(&i->wire, buf_slice(out));
	buf_release(out);
	return sent ? 0
		    : imap_confused(i, "it answers before it was asked", err);
}

int ask_wait(struct imap *i, uint32_t tag, ask_take *take, void *context,
	     struct response *done, struct error *err)
{
	for (;;) {
		if (reader_next(&i->reader, done, err) == -1 ||
		    imap_note(i, done, err) == -1)
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

void ask_text(const struct response *done, char text[ASK_TEXT_MAX])
{
	struct slice words = slice_cut_utf8(done->text, ASK_TEXT_MAX - 1);

	if (words.len == 0)
		words = slice_str("the server refused it");
	(void)snprintf(text, ASK_TEXT_MAX, "%.*s", (int)words.len, words.p);
}
