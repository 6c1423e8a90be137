/* SPDX-License-Identifier: ISC */
#include "imap/idle.h"

#include <string.h>

#include "imap/ask.h"
#include "imap/command.h"
#include "imap/internal.h"
#include "net/rest.h"

#include "util/banned.h"

/*
 * Reads for one call: a server that talks without an end must not keep others
 * waiting.
 */
#define READS_MAX 8

/* Between two signs of life; a busy folder has some hundred lines. */
#define BYTES_MAX ((size_t)1024 * 1024)

/* There is no answer to it but "+". */
static int send_idle(struct imap *i, struct error *err)
{
	struct buf out;

	i->idle.n_bytes = 0;
	i->idle.tag = ask_start(i, &out, "IDLE");
	i->idle.stage = IDLE_ASKED;
	return ask_send(i, &out, err);
}

static int send_done(struct imap *i, struct error *err)
{
	if (!conn_is_drained(i->wire.conn))
		return imap_confused(i, "it answers before it was asked", err);
	wire_ask_more(&i->wire, slice_str("DONE\r\n"));
	i->idle.stage = IDLE_ENDING;
	return 0;
}

static int send_status(struct imap *i, struct error *err)
{
	struct buf out;

	i->idle.n_bytes = 0;
	i->idle.tag = ask_start(i, &out, "STATUS");
	i->idle.stage = IDLE_COUNTING;
	(void)command_add_string(&out, buf_slice(&i->idle.name),
				 command_literals(&i->capabilities));
	command_add(&out, imap_counts(i));
	return ask_send(i, &out, err);
}

/* EXAMINE changes nothing there, not even which messages are \Recent. */
static int select_folder(struct imap *i, struct slice name, struct counts *now,
			 char text[IMAP_TEXT_MAX], struct error *err)
{
	struct imap_selected selected;
	int rc = imap_select(i, name, true, &selected, err);

	memset(now, 0, sizeof(*now));
	memcpy(text, selected.text, IMAP_TEXT_MAX);
	now->messages = selected.messages;
	now->uid_next = selected.uid_next;
	now->uid_validity = selected.uid_validity;
	now->counted = COUNTED_MESSAGES |
		       (now->uid_next != 0 ? COUNTED_UIDNEXT : 0) |
		       (now->uid_validity != 0 ? COUNTED_UIDVALIDITY : 0);
	return rc;
}

int imap_idle(struct imap *i, struct slice name, struct counts *now,
	      char text[IMAP_TEXT_MAX], struct error *err)
{
	bool idles = capability(&i->capabilities, CAPABILITY_IDLE);
	int rc = idles ? select_folder(i, name, now, text, err)
		       : imap_status(i, name, now, text, err);

	if (rc != 1)
		return rc;
	buf_clear(&i->idle.name);
	buf_addslice(&i->idle.name, name);
	i->idle.idles = idles;
	i->idle.messages = now->messages;
	i->idle.uid_next = now->uid_next;
	i->idle.stage = IDLE_RESTING;
	if (idles && send_idle(i, err) == -1)
		return -1;
	conn_rest(i->wire.conn);
	return 1;
}

int imap_idle_poll(const struct imap *i, short *events)
{
	return conn_poll(i->wire.conn, events);
}

bool imap_idle_is_asking(const struct imap *i)
{
	return i->idle.stage != IDLE_RESTING;
}

bool imap_idle_is_pushed(const struct imap *i)
{
	return i->idle.idles;
}

int imap_idle_renew(struct imap *i, struct error *err)
{
	return i->idle.idles ? send_done(i, err) : send_status(i, err);
}

/* More messages, or a UID that was not there: one may have gone meanwhile. */
static void compare(struct imap *i, const struct counts *now, bool *news)
{
	if ((now->counted & COUNTED_MESSAGES) != 0) {
		*news |= now->messages > i->idle.messages;
		i->idle.messages = now->messages;
	}
	if ((now->counted & COUNTED_UIDNEXT) != 0) {
		*news |= now->uid_next > i->idle.uid_next;
		i->idle.uid_next = now->uid_next;
	}
}

/* The command has ended. IDLE that the server ends is not begun again here. */
static int end_command(struct imap *i, const struct response *done,
		       struct error *err)
{
	char text[IMAP_TEXT_MAX];

	if (done->number != i->idle.tag)
		return imap_confused(i, "it answers one that was not given",
				     err);
	if (done->status == STATUS_OK && i->idle.stage == IDLE_ENDING &&
	    !i->idle.leaves)
		return send_idle(i, err);
	if (done->status == STATUS_OK &&
	    (i->idle.stage == IDLE_ENDING || i->idle.stage == IDLE_COUNTING)) {
		i->idle.stage = i->idle.leaves ? IDLE_OVER : IDLE_RESTING;
		return 0;
	}
	ask_text(done, text);
	(void)error_set(err, ERR_TEMPORARY, "the server ended %s: \"%s\"",
			i->idle.idles ? "IDLE" : "the waiting", text);
	return wire_dead(&i->wire);
}

/* "+": IDLE has begun. */
static int begin(struct imap *i, struct error *err)
{
	if (i->idle.stage != IDLE_ASKED)
		return imap_confused(i, "it asks for more", err);
	i->idle.stage = IDLE_RESTING;
	return 0;
}

static int take(struct imap *i, const struct response *response, bool *news,
		struct error *err)
{
	if (response->kind == RESPONSE_CONTINUE)
		return begin(i, err);
	if (response->kind == RESPONSE_DONE)
		return end_command(i, response, err);
	if (response->kind == RESPONSE_EXISTS) {
		*news |= response->number > i->idle.messages;
		i->idle.messages = response->number;
	} else if (response->kind == RESPONSE_EXPUNGE) {
		i->idle.messages -= i->idle.messages > 0;
	} else if (response->kind == RESPONSE_STATUS &&
		   i->idle.stage == IDLE_COUNTING) {
		compare(i, &response->counts, news);
	}
	return 0;
}

/* Read a response to the end of its line. */
static int take_one(struct imap *i, bool *news, struct error *err)
{
	struct response response;

	if (reader_next(&i->reader, &response, err) == -1 ||
	    imap_note(i, &response, err) == -1 ||
	    take(i, &response, news, err) == -1)
		return -1;
	return lex_skip_line(&i->reader.lex, err);
}

/* Without empty lines and NULs before it, which the lexer skips. */
static struct slice unread(struct imap *i)
{
	struct wire *w = &i->wire;

	while (w->at < w->len &&
	       memchr("\r\n", w->input[w->at], sizeof("\r\n")) != NULL)
		w->at++;
	return slice_of(w->input + w->at, w->len - w->at);
}

/* "{12}", or "{12+}": the octets of a literal follow. */
static bool ends_in_literal(struct slice line)
{
	size_t k = line.len;

	if (k < 3 || line.p[--k] != '}')
		return false;
	k -= line.p[k - 1] == '+';
	while (k > 0 && line.p[k - 1] >= '0' && line.p[k - 1] <= '9')
		k--;
	return k > 0 && line.p[k - 1] == '{';
}

/*
 * Is a whole line unread? It can be read without waiting then. None that comes
 * in IDLE has a literal, for which we would wait.
 */
static int has_line(struct imap *i, struct error *err)
{
	struct slice rest = unread(i), line;

	(void)slice_split(&rest, '\n', &line);
	if (rest.p == NULL)
		return line.len <= LEX_LINE_MAX
			       ? 0
			       : imap_confused(i, "its line does not end", err);
	if (ends_in_literal(slice_trim(line)))
		return imap_confused(i, "it sends a literal", err);
	return 1;
}

static int take_lines(struct imap *i, bool *news, struct error *err)
{
	int rc;

	while ((rc = has_line(i, err)) == 1)
		if (take_one(i, news, err) == -1)
			return -1;
	return rc;
}

int imap_idle_read(struct imap *i, bool *news, struct error *err)
{
	const struct wire *w = &i->wire;

	for (int n = 0; n < READS_MAX; n++) {
		size_t had;
		int rc;

		if (take_lines(i, news, err) == -1)
			return -1;
		had = w->len - w->at;
		rc = wire_fill_now(&i->wire, err);
		if (rc != 1)
			return rc;
		i->idle.n_bytes += w->len - w->at - had;
		if (i->idle.n_bytes > BYTES_MAX)
			return imap_confused(i, "it talks without an end", err);
	}
	return take_lines(i, news, err);
}

/* The answer to IDLE must have come before DONE is sent. */
int imap_idle_end(struct imap *i, int timeout, struct error *err)
{
	bool news = false;
	int rc = 0;

	conn_resume(i->wire.conn, timeout);
	i->idle.leaves = true;
	while (rc == 0 && i->idle.stage != IDLE_OVER) {
		if (i->idle.stage != IDLE_RESTING)
			rc = take_one(i, &news, err);
		else if (i->idle.idles)
			rc = send_done(i, err);
		else
			i->idle.stage = IDLE_OVER;
	}
	i->idle.leaves = false;
	return rc;
}

void imap_idle_abandon(struct imap *i)
{
	if (i != NULL && conn_mute(i->wire.conn))
		imap_close(i);
}
