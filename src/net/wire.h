/* SPDX-License-Identifier: ISC */
/*
 * The dialogue with a server on a connection: the input buffer and what is
 * hidden of a login, for pop3/ and imap/; and the lines of POP3: CRLF, +OK and
 * -ERR. After any -1 the dialogue is dead.
 */
#ifndef NET_WIRE_H
#define NET_WIRE_H

#include <stdbool.h>

#include "net/conn.h"
#include "util/buf.h"
#include "util/error.h"

/* One read from the network: many messages, or much of a large one. */
#define WIRE_INPUT_SIZE (256 * 1024)

/* RFC 2449 allows 512 bytes; twice that for talkative servers. */
#define WIRE_STATUS_MAX 1024

/* Called with each line, for -vv: '>' from us, '<' from the server. */
typedef void wire_trace(char direction, struct slice text);

struct wire {
	struct conn *conn;
	wire_trace *trace; /* or NULL */
	bool dead;
	bool lost; /* dead because the connection ended or stayed silent */
	char *input;
	size_t at, len;	     /* unread: input[at..len) */
	struct slice secret; /* of the login, borrowed; until wire_forget() */
	struct buf given;    /* what was sent last of it */
};

/*
 * Servers repeat commands that they do not understand: put asterisks over a
 * secret in these words, or over its start; or over that of the login, and over
 * what was sent last of it.
 */
void wire_hide(char *words, size_t len, struct slice secret);
void wire_hide_given(struct wire *w, char *words, size_t len);

/* The login is over: there is nothing to hide from now on. */
void wire_forget(struct wire *w);

/* Takes ownership of the connection. */
void wire_init(struct wire *w, struct conn *conn, wire_trace *trace);
void wire_release(struct wire *w);

/* Begin again, on a new connection. After -1 there is none: only release it. */
int wire_reopen(struct wire *w, const struct account *account,
		struct error *err);

/* Mark the dialogue as dead; returns -1. */
int wire_dead(struct wire *w);

/*
 * Read more bytes behind the unread ones. The end of the stream is an error.
 * The second does not wait: 1, 0 nothing has come, -1.
 */
int wire_fill(struct wire *w, struct error *err);
int wire_fill_now(struct wire *w, struct error *err);

/* Report a server that ends lines with LF. Returns -1. */
int wire_bare_lf(struct wire *w, struct error *err);

/*
 * One line of at most `max` bytes, without its CRLF, valid until the next
 * read. A LF without CR is an error: as a part of the line it would hide
 * answers, as its end it would let mail forge them. NULs stay.
 */
int wire_line(struct wire *w, size_t max, struct slice *line,
	      struct error *err);

enum wire_kind {
	WIRE_REFUSED, /* -ERR, and +ERR */
	WIRE_OK,      /* +OK */
	WIRE_MORE,    /* "+ ", a challenge (RFC 5034) */
	WIRE_OTHER,
};

enum wire_kind wire_kind(struct slice line);

/*
 * A line of at most `max` bytes that answers a command, with its first word.
 * Returns WIRE_REFUSED, WIRE_OK or WIRE_MORE; another line is an error. Its
 * trace does not show challenges.
 */
int wire_answer(struct wire *w, size_t max, struct slice *line,
		struct error *err);

/* A status line: 1 for +OK, 0 for -ERR, and the text behind it. */
int wire_status(struct wire *w, struct slice *text, struct error *err);

/*
 * Queue commands when no answer is outstanding. Unread bytes are an error:
 * they would be taken for the answer.
 */
int wire_ask(struct wire *w, const char *commands, struct error *err);

/*
 * The same for commands with secrets: the trace gets `shown`, which has "***"
 * in the place of the secret. Wipes them, also when it fails.
 */
int wire_ask_secret(struct wire *w, struct buf *commands, const char *shown,
		    struct error *err);

/*
 * Queue commands while answers are outstanding, or where a server may speak at
 * any time; only when drained.
 */
void wire_ask_more(struct wire *w, struct slice commands);
void wire_send_secret(struct wire *w, struct buf *commands, const char *shown);

/* Is it a single ".", the end of a multi-line answer? */
bool wire_is_end(struct slice line);

#endif
