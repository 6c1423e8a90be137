/* SPDX-License-Identifier: ISC */
#include "imap/imap.h"

#include <stdlib.h>
#include <string.h>

#include "imap/ask.h"
#include "imap/command.h"
#include "imap/internal.h"
#include "imap/prepare.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct imap *imap_new(struct conn *conn, wire_trace *trace, bool pipelining)
{
	struct imap *i = xcalloc(1, sizeof(*i));

	wire_init(&i->wire, conn, trace);
	reader_init(&i->reader, &i->wire);
	intake_init(&i->intake);
	fetch_init(&i->fetch);
	buf_init(&i->lead.text, COMMANDS_MAX);
	buf_init(&i->alert, IMAP_ALERT_MAX);
	buf_init(&i->idle.name, FOLDER_NAME_MAX);
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
	buf_release(&i->lead.text);
	buf_release(&i->alert);
	buf_release(&i->idle.name);
	free(i);
}

void imap_watch(struct imap *i, intake_progress *progress, intake_guard *guard,
		void *context)
{
	intake_watch(&i->intake, progress, guard, context);
}

void imap_restart(struct imap *i)
{
	reader_release(&i->reader);
	reader_init(&i->reader, &i->wire);
	memset(&i->capabilities, 0, sizeof(i->capabilities));
	memset(&i->login, 0, sizeof(i->login));
	i->is_utf8 = false;
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

/* Read the answer to a command, if it was sent. */
static int await(struct imap *i, uint32_t *tag, struct error *err)
{
	struct response done;
	uint32_t sent = *tag;

	*tag = 0;
	return sent == 0 ? 0
			 : ask_wait(i, sent, note_enabled, NULL, &done, err);
}

static int ask_capabilities(struct imap *i, struct error *err)
{
	struct buf out;

	i->login.capability = ask_start(i, &out, "CAPABILITY");
	if (ask_send(i, &out, err) == -1 ||
	    await(i, &i->login.capability, err) == -1)
		return -1;
	return i->capabilities.known
		       ? 0
		       : imap_confused(i, "CAPABILITY has no answer", err);
}

/* "BYE Too many connections" in place of a greeting. */
static int keep_bye(struct imap *i, const struct response *r, struct error *err)
{
	struct slice code = buf_slice(&i->reader.code);
	struct buf line = BUF_INIT(2 * LEX_LINE_MAX);

	buf_addf(&line, "BYE %s%.*s%s", code.len > 0 ? "[" : "", (int)code.len,
		 code.p, code.len > 0 ? "] " : "");
	buf_addslice(&line, r->text);
	way_keep_words(i->login.bye, buf_slice(&line));
	buf_release(&line);
	return imap_note(i, r, err);
}

int imap_greet(struct imap *i, bool *is_in, struct error *err)
{
	struct response greeting;

	*is_in = false;
	if (conn_is_greeted(i->wire.conn))
		return ask_capabilities(i, err);
	if (reader_next(&i->reader, &greeting, err) == -1)
		return -1;
	if (greeting.kind == RESPONSE_CONDITION &&
	    greeting.status == STATUS_BYE)
		return keep_bye(i, &greeting, err);
	if (imap_note(i, &greeting, err) == -1)
		return -1;
	*is_in = greeting.status == STATUS_PREAUTH;
	if (greeting.kind != RESPONSE_CONDITION ||
	    (greeting.status != STATUS_OK && !*is_in))
		return imap_confused(i, "it does not greet", err);
	return i->capabilities.known ? 0 : ask_capabilities(i, err);
}

static bool can_enable(const struct imap *i)
{
	return capability(&i->capabilities, CAPABILITY_ENABLE) &&
	       capability(&i->capabilities, CAPABILITY_UTF8_ACCEPT);
}

#define ID     "ID (\"name\" \"postroom\")"
#define ENABLE "ENABLE UTF8=ACCEPT"

void imap_ask_first(struct imap *i, struct buf *out)
{
	i->login.capability = ++i->tag;
	command_start(out, i->tag, "CAPABILITY");
	if (capability(&i->capabilities, CAPABILITY_ID))
		i->login.id = ask_also(i, out, ID);
	if (can_enable(i))
		i->login.enable = ask_also(i, out, ENABLE);
}

/* Servers may refuse either: nothing depends on it but the form of names. */
static int ask_rest(struct imap *i, bool id, bool enable, struct error *err)
{
	struct buf out;

	if (id)
		i->login.id = ask_start(i, &out, ID);
	if (id && (!enable || !i->pipelining)) {
		if (ask_send(i, &out, err) == -1 ||
		    await(i, &i->login.id, err) == -1)
			return -1;
		id = false;
	}
	if (!enable)
		return 0;
	i->login.enable =
		id ? ask_also(i, &out, ENABLE) : ask_start(i, &out, ENABLE);
	return ask_send(i, &out, err) == -1 || await(i, &i->login.id, err) == -1
		       ? -1
		       : await(i, &i->login.enable, err);
}

int imap_prepare(struct imap *i, struct error *err)
{
	bool asked = i->login.capability != 0;
	bool id = i->login.id != 0, enable = i->login.enable != 0;
	int rc = 0;

	if (asked)
		rc = await(i, &i->login.capability, err);
	else if (!i->login.is_told)
		rc = ask_capabilities(i, err);
	if (rc == -1 || await(i, &i->login.id, err) == -1 ||
	    await(i, &i->login.enable, err) == -1)
		return -1;
	return ask_rest(i, !id && capability(&i->capabilities, CAPABILITY_ID),
			!enable && can_enable(i), err);
}

const char *imap_tls(const struct imap *i)
{
	return conn_tls(i->wire.conn);
}

void imap_describe(const struct imap *i, struct buf *out)
{
	capability_describe(&i->capabilities, out);
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
