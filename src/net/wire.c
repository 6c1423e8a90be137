/* SPDX-License-Identifier: ISC */
#include "net/wire.h"

#include <stdlib.h>
#include <string.h>

#include "net/rest.h"
#include "net/sasl.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Shorter secrets are parts of words; so much of a longer one gives it away. */
#define HIDDEN_MIN   4
#define HIDDEN_START 16

/* A record of TLS: poll(2) does not know of a part that was not taken. */
#define RECORD_MAX ((size_t)16 * 1024)

void wire_init(struct wire *w, struct conn *conn, wire_trace *trace)
{
	memset(w, 0, sizeof(*w));
	w->conn = conn;
	w->trace = trace;
	w->input = xmalloc(WIRE_INPUT_SIZE);
	buf_init(&w->given, SASL_RESPONSE_MAX);
}

void wire_release(struct wire *w)
{
	conn_close(w->conn);
	wire_forget(w);
	free(w->input);
	memset(w, 0, sizeof(*w));
}

void wire_forget(struct wire *w)
{
	w->secret = SLICE_EMPTY;
	buf_wipe(&w->given);
}

void wire_hide(char *words, size_t len, struct slice secret)
{
	size_t n = secret.len < HIDDEN_START ? secret.len : HIDDEN_START;
	char *end = words + len, *at = words;

	while (n >= HIDDEN_MIN && at < end &&
	       (at = memmem(at, (size_t)(end - at), secret.p, n)) != NULL)
		for (size_t i = 0;
		     i < secret.len && at < end && *at == secret.p[i]; i++)
			*at++ = '*';
}

void wire_hide_given(struct wire *w, char *words, size_t len)
{
	wire_hide(words, len, w->secret);
	wire_hide(words, len, buf_slice(&w->given));
}

int wire_reopen(struct wire *w, const struct account *account,
		struct error *err)
{
	int left = conn_seconds_left(w->conn);

	conn_close(w->conn);
	w->conn = NULL;
	w->at = w->len = 0;
	w->lost = false;
	w->dead = conn_open(&w->conn, account, err) == -1;
	if (w->dead)
		return -1;
	conn_hurry(w->conn, left);
	return 0;
}

int wire_dead(struct wire *w)
{
	w->dead = true;
	return -1;
}

static void make_room(struct wire *w, size_t least)
{
	if (w->at == w->len)
		w->at = w->len = 0;
	if (w->at > 0 && WIRE_INPUT_SIZE - w->len < least) {
		memmove(w->input, w->input + w->at, w->len - w->at);
		w->len -= w->at;
		w->at = 0;
	}
}

static int take_bytes(struct wire *w, long n, struct error *err)
{
	if (n == 0)
		(void)error_set(err, ERR_TEMPORARY,
				"the server closed the connection");
	if (n <= 0) {
		w->lost = true;
		return wire_dead(w);
	}
	w->len += (size_t)n;
	return 0;
}

int wire_fill(struct wire *w, struct error *err)
{
	make_room(w, 1);
	return take_bytes(w,
			  conn_receive(w->conn, w->input + w->len,
				       WIRE_INPUT_SIZE - w->len, err),
			  err);
}

int wire_fill_now(struct wire *w, struct error *err)
{
	long n;

	make_room(w, RECORD_MAX);
	n = conn_receive_now(w->conn, w->input + w->len,
			     WIRE_INPUT_SIZE - w->len, err);
	if (n == CONN_NOTHING)
		return 0;
	return take_bytes(w, n, err) == -1 ? -1 : 1;
}

int wire_bare_lf(struct wire *w, struct error *err)
{
	(void)error_set(err, ERR_TEMPORARY,
			"the server ends lines with a bare LF instead of CRLF "
			"(RFC 1939); session given up");
	return wire_dead(w);
}

int wire_line(struct wire *w, size_t max, struct slice *line, struct error *err)
{
	for (;;) {
		const char *start = w->input + w->at;
		size_t have = w->len - w->at;
		const char *lf = have == 0 ? NULL : memchr(start, '\n', have);

		if (lf != NULL && (lf == start || lf[-1] != '\r'))
			return wire_bare_lf(w, err);
		if (lf != NULL && (size_t)(lf - start) <= max) {
			*line = slice_of(start, (size_t)(lf - start) - 1);
			w->at += (size_t)(lf - start) + 1;
			return 0;
		}
		if (have > max) {
			(void)error_set(err, ERR_TEMPORARY,
					"the server sent a line of more than "
					"%zu bytes",
					max);
			return wire_dead(w);
		}
		if (wire_fill(w, err) == -1)
			return -1;
	}
}

enum wire_kind wire_kind(struct slice line)
{
	if (slice_starts_nocase(line, "+OK"))
		return WIRE_OK;
	/* "+ERR" is what a server says in its own trouble. */
	if (slice_starts_nocase(line, "-ERR") ||
	    slice_starts_nocase(line, "+ERR"))
		return WIRE_REFUSED;
	if (line.len > 0 && line.p[0] == '+' &&
	    (line.len == 1 || line.p[1] == ' '))
		return WIRE_MORE;
	return WIRE_OTHER;
}

static int no_answer(struct wire *w, struct slice line, struct error *err)
{
	(void)error_set(err, ERR_TEMPORARY,
			"the server answered neither +OK nor -ERR but \"%.*s\"",
			(int)(line.len > 200 ? 200 : line.len), line.p);
	return wire_dead(w);
}

int wire_answer(struct wire *w, size_t max, struct slice *line,
		struct error *err)
{
	enum wire_kind kind;

	if (wire_line(w, max, line, err) == -1)
		return -1;
	kind = wire_kind(*line);
	if (kind != WIRE_MORE)
		wire_hide_given(w, w->input + (line->p - w->input), line->len);
	/* A challenge would help to guess the password. */
	if (w->trace != NULL)
		w->trace('<', kind == WIRE_MORE ? slice_str("+ ***") : *line);
	return kind == WIRE_OTHER ? no_answer(w, *line, err) : (int)kind;
}

int wire_status(struct wire *w, struct slice *text, struct error *err)
{
	struct slice line;
	int kind = wire_answer(w, WIRE_STATUS_MAX, &line, err);
	size_t word = kind == WIRE_OK ? strlen("+OK") : strlen("-ERR");

	if (kind == -1)
		return -1;
	if (kind == WIRE_MORE)
		return no_answer(w, line, err);
	*text = slice_trim(slice_of(line.p + word, line.len - word));
	return kind == WIRE_OK ? 1 : 0;
}

/* Is no byte there that no command has asked for? */
static int is_quiet(struct wire *w, struct error *err)
{
	if (w->at == w->len)
		return 0;
	(void)error_set(err, ERR_TEMPORARY,
			"the server sent bytes that answer no command; session "
			"given up");
	return wire_dead(w);
}

int wire_ask(struct wire *w, const char *commands, struct error *err)
{
	if (is_quiet(w, err) == -1)
		return -1;
	wire_ask_more(w, slice_str(commands));
	return 0;
}

static void trace_commands(struct wire *w, struct slice rest)
{
	struct slice line;

	while (w->trace != NULL && slice_split(&rest, '\n', &line))
		if (line.len > 0)
			w->trace('>', slice_trim(line));
}

/* Keep the word of the commands that is not to be shown. */
static void keep_given(struct wire *w, struct slice commands, const char *shown)
{
	const char *stars = strstr(shown, "***");
	size_t at = stars == NULL ? commands.len : (size_t)(stars - shown);
	size_t len = 0;

	buf_wipe(&w->given);
	while (at + len < commands.len && commands.p[at + len] != '\r')
		len++;
	if (len > 0 && buf_reserve(&w->given, len))
		buf_add(&w->given, commands.p + at, len);
}

void wire_send_secret(struct wire *w, struct buf *commands, const char *shown)
{
	conn_queue(w->conn, buf_slice(commands));
	keep_given(w, buf_slice(commands), shown);
	trace_commands(w, slice_str(shown));
	buf_wipe(commands);
}

int wire_ask_secret(struct wire *w, struct buf *commands, const char *shown,
		    struct error *err)
{
	if (is_quiet(w, err) == 0) {
		wire_send_secret(w, commands, shown);
		return 0;
	}
	buf_wipe(commands);
	return -1;
}

void wire_ask_more(struct wire *w, struct slice commands)
{
	conn_queue(w->conn, commands);
	trace_commands(w, commands);
}

bool wire_is_end(struct slice line)
{
	return line.len == 1 && line.p[0] == '.';
}
