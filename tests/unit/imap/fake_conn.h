/* SPDX-License-Identifier: ISC */
/*
 * A connection for tests of parsers: what the server says is there from the
 * beginning, and comes in pieces. It takes the place of net/conn.c, and of
 * net/connect.c, when a test is linked.
 */
#ifndef TESTS_FAKE_CONN_H
#define TESTS_FAKE_CONN_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/conn.h"
#include "net/rest.h"
#include "net/wire.h"

struct conn {
	struct slice input; /* what the server has still to say */
	size_t step;	    /* bytes of a piece; 0: by chance */
	uint32_t chance;
	struct buf sent;
	size_t n_sent;	 /* times that something was queued */
	bool is_slow;	 /* what is queued was not sent yet */
	bool is_greeted; /* by libcurl */
	bool is_encrypted;
};

/* The next connection that is opened. */
static struct conn *fake_next;

#define FAKE_SENT_MAX (1024 * 1024)

/* Pieces up to this size, by a generator that is the same everywhere. */
#define FAKE_PIECE_MAX 40

static inline void fake_conn_init(struct conn *c, struct slice input,
				  size_t step)
{
	memset(c, 0, sizeof(*c));
	c->input = input;
	c->step = step;
	c->chance = 1;
	buf_init(&c->sent, FAKE_SENT_MAX);
}

static inline size_t fake_piece(struct conn *c)
{
	if (c->step != 0)
		return c->step;
	c->chance = c->chance * 1664525 + 1013904223;
	return 1 + (c->chance >> 16) % FAKE_PIECE_MAX;
}

long conn_receive(struct conn *c, char *p, size_t size, struct error *err)
{
	size_t n = fake_piece(c);

	(void)err;
	if (n > size)
		n = size;
	if (n > c->input.len)
		n = c->input.len;
	if (n > 0)
		memcpy(p, c->input.p, n);
	c->input.p += n;
	c->input.len -= n;
	return (long)n;
}

/* Nothing comes behind the input, and the connection stays. */
long conn_receive_now(struct conn *c, char *p, size_t size, struct error *err)
{
	return c->input.len == 0 ? CONN_NOTHING : conn_receive(c, p, size, err);
}

int conn_poll(const struct conn *c, short *events)
{
	*events = (short)(c->input.len > 0);
	return -1;
}

void conn_rest(struct conn *c)
{
	(void)c;
}

void conn_resume(struct conn *c, int timeout)
{
	(void)c;
	(void)timeout;
}

int conn_seconds_left(const struct conn *c)
{
	(void)c;
	return 0;
}

void conn_hurry(struct conn *c, int seconds)
{
	(void)c;
	(void)seconds;
}

bool conn_mute(struct conn *c)
{
	buf_clear(&c->sent);
	return true;
}

void conn_queue(struct conn *c, struct slice bytes)
{
	buf_addslice(&c->sent, bytes);
	c->n_sent++;
}

bool conn_is_drained(const struct conn *c)
{
	return !c->is_slow;
}

bool conn_is_greeted(const struct conn *c)
{
	return c->is_greeted;
}

bool conn_timed_out(const struct conn *c)
{
	(void)c;
	return false;
}

int conn_open(struct conn **out, const struct account *account,
	      struct error *err)
{
	(void)account;
	*out = fake_next;
	fake_next = NULL;
	return *out != NULL ? 0
			    : error_set(err, ERR_TEMPORARY,
					"no connection in a test");
}

bool conn_is_encrypted(const struct conn *c)
{
	return c->is_encrypted;
}

const char *conn_tls(const struct conn *c)
{
	return c->is_encrypted ? "TLS 1.3" : NULL;
}

bool conn_exporter(const struct conn *c, unsigned char out[CONN_EXPORTER_SIZE])
{
	(void)c;
	(void)out;
	return false;
}

void conn_end_login(struct conn *c)
{
	(void)c;
}

/* It is the test's own. */
void conn_close(struct conn *c)
{
	if (c != NULL)
		buf_release(&c->sent);
}

#endif
