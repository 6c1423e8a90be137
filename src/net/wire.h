/* SPDX-License-Identifier: ISC */
/*
 * Lines of the POP3 dialogue on a connection: the input buffer, CRLF, +OK and
 * -ERR. Below pop3.c and pop3_list.c, used by nobody else.
 *
 * After any -1 the dialogue is dead.
 */
#ifndef NET_WIRE_H
#define NET_WIRE_H

#include <stdbool.h>

#include "net/conn.h"
#include "util/buf.h"
#include "util/error.h"

/* One read from the network: many messages, or a good part of a large one. */
#define WIRE_INPUT_SIZE (256 * 1024)

/* RFC 2449: 512. Twice that for servers that talk. */
#define WIRE_STATUS_MAX 1024

/* What is said, for -vv: '>' from us, '<' from the server. */
typedef void wire_trace(char direction, struct slice text);

struct wire {
	struct conn *conn;
	wire_trace *trace; /* or NULL */
	bool dead;
	char *input;
	size_t at, len; /* unread: input[at..len) */
};

/* Takes the connection over. */
void wire_init(struct wire *w, struct conn *conn, wire_trace *trace);
void wire_release(struct wire *w);

/* Mark as dead; returns -1. */
int wire_dead(struct wire *w);

/* More bytes behind the unread ones. The end of the stream is an error. */
int wire_fill(struct wire *w, struct error *err);

/* The error for a server that ends lines with LF. Returns -1. */
int wire_bare_lf(struct wire *w, struct error *err);

/*
 * One line of at most `max` bytes, without its CRLF, valid until the next
 * read. A LF without CR is an error: taken for a part of the line it would
 * hide answers, taken for its end it would let mail forge them. NULs stay.
 */
int wire_line(struct wire *w, size_t max, struct slice *line,
	      struct error *err);

/* A status line: 1 for +OK, 0 for -ERR, and the text behind it. */
int wire_status(struct wire *w, struct slice *text, struct error *err);

/*
 * Queue commands when no answer is under way. Unread bytes would then answer
 * the wrong question: they are an error.
 */
int wire_ask(struct wire *w, const char *commands, struct error *err);

/* Queue commands while answers are under way; the connection is drained. */
void wire_ask_more(struct wire *w, struct slice commands);

/* A "." alone: the end of a multi-line answer. */
bool wire_is_end(struct slice line);

#endif
