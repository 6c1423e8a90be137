/* SPDX-License-Identifier: ISC */
/*
 * A logged-in byte stream to a POP3 server. libcurl (CONNECT_ONLY) does names,
 * proxies, TLS, certificates, STLS and the login; then we send and receive the
 * bytes. QUIT is never sent from here: closing without it ends a session that
 * must not delete anything.
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
 * Set up libcurl once, before forking the processes that connect: they inherit
 * it.
 */
void conn_prepare(void);

/* How to log in. The caller owns and wipes the text. */
struct conn_secret {
	const char *text; /* password or OAuth2 token; NULL: use netrc */
	bool is_token;
};

/*
 * Connect and log in. ERR_PERSON: the certificate or the login was refused, or
 * the server has no TLS; ERR_TEMPORARY: everything that a later try may find
 * repaired.
 */
int conn_open(struct conn **out, const struct account *account,
	      const struct conn_secret *secret, struct error *err);
void conn_close(struct conn *c);

/*
 * Did the server announce PIPELINING (RFC 2449) before the login? False with
 * STARTTLS: an attacker could have announced it before TLS.
 */
bool conn_offers_pipelining(const struct conn *c);

/* Was everything queued handed to the network? */
bool conn_is_drained(const struct conn *c);

/* Queue bytes to send. Call it only when drained. */
void conn_queue(struct conn *c, struct slice bytes);

/*
 * Send what is queued and wait for bytes. Returns how many (at least 1), 0 at
 * the end of the stream, -1 on an error or when the time is up.
 */
long conn_receive(struct conn *c, char *p, size_t size, struct error *err);

/* Did the last conn_receive() fail because the time was up? */
bool conn_timed_out(const struct conn *c);

/* End the session at the latest this many seconds from now. */
void conn_hurry(struct conn *c, int seconds);

#endif
