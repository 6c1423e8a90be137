/* SPDX-License-Identifier: ISC */
/*
 * A logged-in byte stream to a POP3 server.
 * libcurl (CONNECT_ONLY) does names, proxies, TLS, certificates, STLS and the
 * login; then the bytes are ours. No QUIT is ever sent from here: closing
 * without one is how a session is given up without deleting anything.
 *
 *	struct conn *c;
 *
 *	conn_open(&c, account, &secret, err);
 *	conn_queue(c, slice_str("STAT\r\n"));
 *	n = conn_receive(c, p, size, err);	// sends what is queued, too
 *	conn_close(c);
 *
 * Sending never blocks receiving: both sides may fill their buffers.
 *
 * Deadlines: the account's `timeout` for each wait, four hours for a session,
 * and a rate of at least 100 bytes a second over five minutes of waiting.
 */
#ifndef NET_CONN_H
#define NET_CONN_H

#include <stdbool.h>

#include "account/account.h"
#include "util/buf.h"
#include "util/error.h"

struct conn;

/*
 * What every connection needs, once, in the process from which others are
 * forked: they inherit it.
 */
void conn_prepare(void);

/* How to log in. The bytes are wiped by their owner, and here after use. */
struct conn_secret {
	const char *text; /* password or OAuth2 token; NULL: from netrc */
	bool is_token;
};

/*
 * Connect and log in. ERR_PERSON: the certificate or the login was refused,
 * TLS is missing; ERR_TEMPORARY: everything that may mend itself.
 */
int conn_open(struct conn **out, const struct account *account,
	      const struct conn_secret *secret, struct error *err);
void conn_close(struct conn *c);

/*
 * Did the server say PIPELINING (RFC 2449) before the login, and nobody else in
 * its name?
 */
bool conn_offers_pipelining(const struct conn *c);

/* True when everything queued was handed to the network. */
bool conn_is_drained(const struct conn *c);

/* Queue bytes to send. Only when drained. */
void conn_queue(struct conn *c, struct slice bytes);

/*
 * Send what is queued and wait for bytes. Returns how many (at least 1), 0 at
 * the end of the stream, -1 on an error or when the time is up.
 */
long conn_receive(struct conn *c, char *p, size_t size, struct error *err);

/* Was it the time that made the last conn_receive() fail? */
bool conn_timed_out(const struct conn *c);

/* Lower the deadline of the session to this many seconds from now. */
void conn_hurry(struct conn *c, int seconds);

#endif
