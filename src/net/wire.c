/* SPDX-License-Identifier: ISC */
#include "net/wire.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

#include "util/banned.h"

void wire_init(struct wire *w, struct conn *conn, wire_trace *trace)
{
	memset(w, 0, sizeof(*w));
	w->conn = conn;
	w->trace = trace;
	w->input = xmalloc(WIRE_INPUT_SIZE);
}

void wire_release(struct wire *w)
{
	conn_close(w->conn);
	free(w->input);
	memset(w, 0, sizeof(*w));
}

int wire_dead(struct wire *w)
{
	w->dead = true;
	return -1;
}

int wire_fill(struct wire *w, struct error *err)
{
	long n;

	if (w->at == w->len)
		w->at = w->len = 0;
	if (w->at > 0 && w->len == WIRE_INPUT_SIZE) {
		memmove(w->input, w->input + w->at, w->len - w->at);
		w->len -= w->at;
		w->at = 0;
	}
	n = conn_receive(w->conn, w->input + w->len, WIRE_INPUT_SIZE - w->len,
			 err);
	if (n == 0)
		(void)error_set(err, ERR_TEMPORARY,
				"the server closed the connection");
	if (n <= 0)
		return wire_dead(w);
	w->len += (size_t)n;
	return 0;
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

int wire_status(struct wire *w, struct slice *text, struct error *err)
{
	struct slice line;

	if (wire_line(w, WIRE_STATUS_MAX, &line, err) == -1)
		return -1;
	if (w->trace != NULL)
		w->trace('<', line);
	if (line.len >= 3 && memcmp(line.p, "+OK", 3) == 0) {
		*text = slice_trim(slice_of(line.p + 3, line.len - 3));
		return 1;
	}
	if (line.len >= 4 && memcmp(line.p, "-ERR", 4) == 0) {
		*text = slice_trim(slice_of(line.p + 4, line.len - 4));
		return 0;
	}
	(void)error_set(err, ERR_TEMPORARY,
			"the server answered neither +OK nor -ERR but \"%.*s\"",
			(int)(line.len > 200 ? 200 : line.len), line.p);
	return wire_dead(w);
}

int wire_ask(struct wire *w, const char *commands, struct error *err)
{
	if (w->at != w->len) {
		(void)error_set(err, ERR_TEMPORARY,
				"the server sent bytes that answer no command; "
				"session given up");
		return wire_dead(w);
	}
	wire_ask_more(w, slice_str(commands));
	return 0;
}

void wire_ask_more(struct wire *w, struct slice commands)
{
	struct slice rest = commands, line;

	conn_queue(w->conn, commands);
	while (w->trace != NULL && slice_split(&rest, '\n', &line))
		if (line.len > 0)
			w->trace('>', slice_trim(line));
}

bool wire_is_end(struct slice line)
{
	return line.len == 1 && line.p[0] == '.';
}
