/* SPDX-License-Identifier: ISC */
#include "imap/imap.h"

#include <stdlib.h>

#include "imap/ask.h"
#include "imap/command.h"
#include "imap/internal.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct imap *imap_new(struct conn *conn, wire_trace *trace, bool pipelining)
{
	struct imap *i = xcalloc(1, sizeof(*i));

	wire_init(&i->wire, conn, trace);
	reader_init(&i->reader, &i->wire);
	intake_init(&i->intake);
	fetch_init(&i->fetch);
	buf_init(&i->alert, IMAP_ALERT_MAX);
	i->pipelining = pipelining;
	return i;
}

void imap_close(struct imap *i)
{
	if (i == NULL)
		return;
	reader_release(&i->reader);
	wire_release(&i->wire);
	intake_release(&i->intake);
	fetch_release(&i->fetch);
	buf_release(&i->alert);
	free(i);
}

void imap_watch(struct imap *i, intake_progress *progress, intake_guard *guard,
		void *context)
{
	intake_watch(&i->intake, progress, guard, context);
}

static int ask_capabilities(struct imap *i, struct error *err)
{
	struct response done;
	struct buf out;
	uint32_t tag = ask_start(i, &out, "CAPABILITY");

	if (ask_send(i, &out, err) == -1 ||
	    ask_wait(i, tag, NULL, NULL, &done, err) == -1)
		return -1;
	return i->capabilities.known
		       ? 0
		       : imap_confused(i, "CAPABILITY has no answer", err);
}

int imap_greet(struct imap *i, bool *is_in, struct error *err)
{
	struct response greeting;

	*is_in = false;
	if (conn_is_greeted(i->wire.conn))
		return ask_capabilities(i, err);
	if (reader_next(&i->reader, &greeting, err) == -1 ||
	    imap_note(i, &greeting, err) == -1)
		return -1;
	*is_in = greeting.status == STATUS_PREAUTH;
	if (greeting.kind != RESPONSE_CONDITION ||
	    (greeting.status != STATUS_OK && !*is_in))
		return imap_confused(i, "it does not greet", err);
	return i->capabilities.known ? 0 : ask_capabilities(i, err);
}

static int note_enabled(void *context, struct imap *i,
			const struct response *response, struct error *err)
{
	(void)context;
	(void)err;
	if (response->kind == RESPONSE_ENABLED &&
	    slice_contains_nocase(response->text, "UTF8=ACCEPT"))
		i->is_utf8 = true;
	return 0;
}

/* Servers may refuse either: nothing depends on it but the form of names. */
int imap_prepare(struct imap *i, struct error *err)
{
	struct response done;
	struct buf out;
	uint32_t id = 0, enable = 0;

	if (ask_capabilities(i, err) == -1)
		return -1;
	if (capability(&i->capabilities, CAPABILITY_ID)) {
		id = ask_start(i, &out, "ID");
		command_add(&out, "(\"name\" \"postroom\")");
		if (ask_send(i, &out, err) == -1 ||
		    ask_wait(i, id, NULL, NULL, &done, err) == -1)
			return -1;
	}
	if (!capability(&i->capabilities, CAPABILITY_ENABLE) ||
	    !capability(&i->capabilities, CAPABILITY_UTF8_ACCEPT))
		return 0;
	enable = ask_start(i, &out, "ENABLE UTF8=ACCEPT");
	return ask_send(i, &out, err) == -1 || ask_wait(i, enable, note_enabled,
							NULL, &done, err) == -1
		       ? -1
		       : 0;
}

bool imap_is_utf8(const struct imap *i)
{
	return i->is_utf8;
}

int imap_logout(struct imap *i, struct error *err)
{
	struct response done;
	struct buf out;
	uint32_t tag = ask_start(i, &out, "LOGOUT");

	i->leaving = true;
	return ask_send(i, &out, err) == -1
		       ? -1
		       : ask_wait(i, tag, NULL, NULL, &done, err);
}
