/* SPDX-License-Identifier: ISC */
/*
 * A server for pop3.c: its answers have a mark behind them, and each comes once
 * a command was sent. It takes the place of net/stream.c and net/connect.c.
 */
#ifndef TESTS_FUZZ_POP3_SERVER_H
#define TESTS_FUZZ_POP3_SERVER_H

#include <assert.h>
#include <string.h>

#include "net/internal.h"

#define MARK '\1'

static struct {
	struct slice rest; /* what it has not said yet */
	struct buf ready;  /* what it has said */
	size_t at;	   /* how much of that was received */
	unsigned cut;	   /* 0: as much as possible at once */
	unsigned opened;   /* how often it was connected to */
} server;

static void say_more(void)
{
	struct slice part;

	if (slice_split(&server.rest, MARK, &part))
		buf_addslice(&server.ready, part);
}

static size_t cut(size_t most)
{
	if (server.cut == 0 || most < 2)
		return most;
	server.cut = server.cut * 1103515245 + 12345;
	return 1 + (server.cut >> 16) % (most < 9 ? most : 9);
}

/* It closes when it was asked for nothing that it has not answered. */
CURLcode stream_receive(struct conn *c, char *p, size_t size, size_t *n)
{
	size_t left = server.ready.len - server.at;

	assert(c->is_direct && size > 0);
	*n = cut(left < size ? left : size);
	memcpy(p, server.ready.s + server.at, *n);
	server.at += *n;
	return CURLE_OK;
}

CURLcode stream_send(struct conn *c, const char *p, size_t size, size_t *n)
{
	assert(c->is_direct);
	*n = cut(size);
	for (size_t i = 0; i < *n; i++)
		if (p[i] == '\n')
			say_more();
	return CURLE_OK;
}

const char *stream_why(const struct conn *c, CURLcode code)
{
	return code == CURLE_OK ? c->why : "broken";
}

int conn_open(struct conn **out, const struct account *account,
	      struct error *err)
{
	(void)err;
	*out = conn_new(account->timeout);
	(*out)->is_direct = true;
	conn_begin(*out);
	server.opened++;
	server.at = server.ready.len;
	say_more();
	return 0;
}

#endif
