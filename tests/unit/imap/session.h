/* SPDX-License-Identifier: ISC */
/* A session with a server that says what it says, whatever we say. */
#ifndef TESTS_SESSION_H
#define TESTS_SESSION_H

#include "../tap.h"
#include "fake_conn.h"
#include "imap/command.h"
#include "imap/internal.h"

#define TEXT_MAX 65536

/* A session: what the server says, in small pieces, and what it can. */
struct session {
	struct conn conn;
	struct imap *i;
	struct buf got; /* what came of it */
	char text[IMAP_TEXT_MAX];
	struct error err;
};

static inline void begin(struct session *s, const char *can, const char *input)
{
	memset(s, 0, sizeof(*s));
	fake_conn_init(&s->conn, slice_str(input), 0);
	buf_init(&s->got, TEXT_MAX);
	s->i = imap_new(&s->conn, NULL, true);
	if (can != NULL)
		capability_read(slice_str(can), &s->i->capabilities);
}

/* Compare what was sent, and the error: NULL if there is none. */
static inline void end(struct session *s, const char *sent, const char *error)
{
	is_str(sent, s->conn.sent.s, "what is sent");
	if (error == NULL)
		is_str("", s->err.text, "no error");
	else
		ok(strstr(s->err.text, error) != NULL, error);
	imap_close(s->i);
	buf_release(&s->got);
}

#endif
