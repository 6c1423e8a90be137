/* SPDX-License-Identifier: ISC */
/*
 * The body of a multi-line POP3 answer (RFC 1939 section 3), from wire form
 * to message: dots un-stuffed, CRLF to LF, every other byte as it is. A dot at
 * the start of a line that was not doubled stays: it is content, and shows that
 * the server does not double dots.
 *
 * Only CRLF ends a line and only CRLF "." CRLF ends the answer: a sender of
 * mail could otherwise write answers of the server into a message. Pure
 * computation, fed with whatever pieces arrive.
 */
#ifndef POP3_STREAM_H
#define POP3_STREAM_H

#include <stddef.h>
#include <stdint.h>

enum stream_state {
	STREAM_LINE_START,
	STREAM_IN_LINE,
	STREAM_CR,     /* a CR that may belong to a CRLF */
	STREAM_DOT,    /* "." at the start of a line, not yet written */
	STREAM_DOT_CR, /* "." CR at the start of a line */
	STREAM_DONE,
};

struct pop3_stream {
	enum stream_state state;
	uint64_t taken;	  /* bytes of the wire so far */
	uint64_t doubled; /* dots that were removed */
	uint64_t single;  /* dots that were not doubled */
};

void pop3_stream_init(struct pop3_stream *s);

/* More than it was given may come out of a feed: a dot and a CR that waited. */
#define STREAM_EXTRA 2

/*
 * Take bytes from in[0..len) and write the message's bytes to `out`, which has
 * room for len + STREAM_EXTRA; *out_len is how many were written. Returns how
 * many were taken: all, or fewer when the end was reached (s->state is
 * STREAM_DONE).
 */
size_t pop3_stream_feed(struct pop3_stream *s, const char *in, size_t len,
			char *out, size_t *out_len);

/*
 * The octets of a message whose end was reached, as servers list them: every
 * line with its CRLF, without the dots that were removed.
 */
uint64_t pop3_stream_octets(const struct pop3_stream *s);

#endif
